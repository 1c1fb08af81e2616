package store

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// importRounds is how often the rows that another server's writes overtook are
// planned and written again.
const importRounds = 3

// verdict is what became of a row.
type verdict int

const (
	pending verdict = iota
	created
	updated
	unchanged
	failed
)

// report gathers what an import says of its rows.
type report struct {
	verdicts         []verdict
	errors, warnings []*enablement.ImportError
}

func newReport(rows int) *report { return &report{verdicts: make([]verdict, rows)} }

// checkRows refuses more rows than one call takes.
func checkRows(n int) error {
	if n > enablement.MaxImportRows {
		return enablement.InvalidField("rows", "has %d rows; one call takes at most %d", n, enablement.MaxImportRows)
	}
	return nil
}

// fail reports a row with everything that is wrong with it.
func (r *report) fail(row int, faults []enablement.FieldError) {
	r.verdicts[row] = failed
	for _, fault := range faults {
		r.errors = append(r.errors, &enablement.ImportError{Row: row, Field: &fault.Path, Message: fault.Message})
	}
}

// failWhole reports a row of which no single field is at fault.
func (r *report) failWhole(row int, message string) {
	r.verdicts[row] = failed
	r.errors = append(r.errors, &enablement.ImportError{Row: row, Message: message})
}

func (r *report) warn(row int, field, format string, args ...any) {
	r.warnings = append(r.warnings, &enablement.ImportError{Row: row, Field: &field, Message: fmt.Sprintf(format, args...)})
}

// result is the report as the API gives it.
func (r *report) result() *enablement.ImportResult {
	byRow := func(a, b *enablement.ImportError) int { return cmp.Compare(a.Row, b.Row) }
	slices.SortStableFunc(r.errors, byRow)
	slices.SortStableFunc(r.warnings, byRow)
	result := &enablement.ImportResult{Errors: r.errors, Warnings: r.warnings}
	if result.Errors == nil {
		result.Errors = []*enablement.ImportError{}
	}
	if result.Warnings == nil {
		result.Warnings = []*enablement.ImportError{}
	}
	for _, v := range r.verdicts {
		switch v {
		case created:
			result.Created++
		case updated:
			result.Updated++
		case unchanged:
			result.Unchanged++
		default:
			result.Failed++
		}
	}
	return result
}

// draft is a document as an import will write it: one, however many of its rows
// mean it.
type draft[T any] struct {
	doc  *T
	base *T // as stored; nil: new
	rows []int
}

// drafts are the documents of one round, found by any of their keys.
type drafts[T any] struct {
	all   []*draft[T]
	byID  map[string]*draft[T]
	byKey map[string]*draft[T] // field + NUL + value
}

func newDrafts[T any]() *drafts[T] {
	return &drafts[T]{byID: map[string]*draft[T]{}, byKey: map[string]*draft[T]{}}
}

func (d *drafts[T]) add(id string, keys map[string]string, entry *draft[T]) {
	if d.byID[id] == nil {
		d.all = append(d.all, entry)
		d.byID[id] = entry
	}
	for field, value := range keys {
		d.byKey[field+"\x00"+value] = entry
	}
}

func (d *drafts[T]) with(field, value string) *draft[T] { return d.byKey[field+"\x00"+value] }
