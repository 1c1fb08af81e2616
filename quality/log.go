package quality

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// mostFaults is how many bad rows an error names.
const mostFaults = 20

// ReadLog reads the history that `quiver export all DIR` wrote, JSON Lines or
// CSV. Ids are the external ids and the names, as the files have them. Leads are
// where they are now, and so is what a send keeps of its lead: the files do not
// say what was. An asset without publishedAt counts as there since it was first
// sent.
//
// What a row names and no file has is left out; the remarks say how often. The
// error names bad rows by file and line. Nothing in a log lies after now.
func ReadLog(dir string, now time.Time) (*Log, []string, error) {
	r := &logReader{dir: dir, now: now, sends: map[string]*enablement.Send{}, emails: map[string]*enablement.Lead{}, told: map[string]bool{}}
	for _, read := range []func() error{r.readTaxonomy, r.readAssets, r.readLeads, r.readSends, r.readOutcomes} {
		if err := read(); err != nil {
			return nil, nil, err
		}
	}
	if err := r.bad(); err != nil {
		return nil, nil, err
	}
	r.log.Assets, r.log.Leads = r.assets.all, r.leads.all
	slices.SortFunc(r.log.Sends, func(a, b *enablement.Send) int { return cmp.Or(a.SentAt.Compare(b.SentAt), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(r.log.Outcomes, func(a, b *enablement.Outcome) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	r.log.dateAssets()
	return &r.log, r.remarks(), nil
}

// logReader reads the files of a folder, each after those that its rows name.
type logReader struct {
	dir     string
	now     time.Time
	log     Log
	assets  keyed[*enablement.Asset]
	leads   keyed[*enablement.Lead]
	emails  map[string]*enablement.Lead
	sends   map[string]*enablement.Send
	told    map[string]bool // outcomes
	faults  []string
	unknown []unknown
}

// unknown is what rows of a file name that is not there.
type unknown struct {
	file, what   string
	times, first int // the line of the first
}

// keyed is what rows make, in their order; of two with one id the later stands,
// as in an import.
type keyed[T any] struct {
	all    []T
	places map[string]int
}

func (k *keyed[T]) put(id string, value T) {
	if k.places == nil {
		k.places = map[string]int{}
	}
	if place, again := k.places[id]; again {
		k.all[place] = value
		return
	}
	k.places[id] = len(k.all)
	k.all = append(k.all, value)
}

func (k *keyed[T]) get(id string) (value T, ok bool) {
	place, ok := k.places[strings.TrimSpace(id)]
	if ok {
		value = k.all[place]
	}
	return value, ok
}

// each gives the rows of a noun's file that are not bad.
func (r *logReader) each(noun rows.Noun, take func(file string, row rows.Row)) error {
	f, format, err := r.open(noun)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	file := filepath.Base(f.Name())
	reader, err := rows.Open(f, rows.Options{Noun: noun, Format: format, Now: r.now})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if len(row.Faults) > 0 {
			r.fault(file, row, row.Faults)
			continue
		}
		take(file, row)
	}
}

func (r *logReader) open(noun rows.Noun) (*os.File, rows.Format, error) {
	for _, format := range []rows.Format{rows.JSONL, rows.CSV} {
		f, err := os.Open(filepath.Join(r.dir, noun.File(format)))
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return f, format, err
		}
	}
	return nil, "", fmt.Errorf("%s has no %s; quiver export all %s writes everything", r.dir, noun.File(rows.JSONL), r.dir)
}

func (r *logReader) fault(file string, row rows.Row, faults []enablement.FieldError) {
	for _, f := range faults {
		field := ""
		if f.Path != "" {
			field = f.Path + ": "
		}
		r.faults = append(r.faults, fmt.Sprintf("%s:%d: %s%s", file, row.Line, field, f.Message))
	}
}

// bad is the error of the rows that cannot be read.
func (r *logReader) bad() error {
	if len(r.faults) == 0 {
		return nil
	}
	lines := r.faults[:min(mostFaults, len(r.faults))]
	if more := len(r.faults) - len(lines); more > 0 {
		lines = append(slices.Clone(lines), fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("the log has bad rows:\n%s", strings.Join(lines, "\n"))
}

// missing counts a row's word for something that no file has.
func (r *logReader) missing(file string, row rows.Row, what string) {
	for i := range r.unknown {
		if u := &r.unknown[i]; u.file == file && u.what == what {
			u.times++
			return
		}
	}
	r.unknown = append(r.unknown, unknown{file, what, 1, row.Line})
}

func (r *logReader) remarks() []string {
	var all []string
	for _, u := range r.unknown {
		all = append(all, fmt.Sprintf("%s:%d: names %s that is not there: left out, %d such in this file", u.file, u.first, u.what, u.times))
	}
	return all
}

// dateAssets takes an asset without publishedAt as there since it was first sent
// or, where it never was, since the log begins.
func (l *Log) dateAssets() {
	first := map[string]time.Time{}
	for _, s := range l.Sends {
		for _, id := range s.AssetIDs {
			if _, known := first[id]; !known {
				first[id] = s.SentAt
			}
		}
	}
	for _, a := range l.Assets {
		at, sent := first[a.ID]
		if !sent && len(l.Sends) > 0 {
			at = l.Sends[0].SentAt
		}
		a.CreatedAt = at
	}
}
