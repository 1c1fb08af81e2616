package store

import (
	"cmp"
	"context"
	"errors"
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

// warnWhole is warn where no single field is meant.
func (r *report) warnWhole(row int, message string) {
	r.warnings = append(r.warnings, &enablement.ImportError{Row: row, Message: message})
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

// settle puts a row's state of a document into the plan and gives its verdict.
func (d *drafts[T]) settle(r *report, k kind[T], entry *draft[T], next *T, isNew bool, row int) {
	switch {
	case isNew:
		r.verdicts[row] = created
	case k.same(next, entry.doc):
		r.verdicts[row] = unchanged
	default:
		r.verdicts[row] = updated
	}
	entry.doc = next
	entry.rows = append(entry.rows, row)
	d.add(k.id(next), k.keys(next), entry)
}

// writeDrafts stores the drafts that differ from what is stored, stamped, and
// gives the rows whose document another server changed meanwhile.
func writeDrafts[T any](ctx context.Context, t *trail, as audited, r *report, n *noun[T], plan *drafts[T], stamp func(doc, base *T)) (again []int) {
	var docs, bases []*T
	var of []*draft[T]
	for _, d := range plan.all {
		if d.base != nil && n.same(d.doc, d.base) {
			continue
		}
		stamp(d.doc, d.base)
		docs, bases, of = append(docs, d.doc), append(bases, d.base), append(of, d)
	}
	for i, err := range writeAllAudited(ctx, t, n, as, docs, bases) {
		again = append(again, r.written(of[i].rows, err)...)
	}
	return again
}

// written settles the rows of one written document and gives those to do again.
func (r *report) written(rows []int, err error) (again []int) {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errMoved) || errors.Is(err, errTaken):
		return rows
	}
	for _, row := range rows {
		r.failWhole(row, messageOf(err))
	}
	return nil
}

// messageOf is what a client may read of a failed write.
func messageOf(err error) string {
	if e := new(enablement.Error); errors.As(err, &e) {
		return e.Message
	}
	return "the database refused the document; the server's log says why"
}
