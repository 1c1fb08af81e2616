package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

func idAt(n int) string {
	var id entryID
	id[14], id[15] = byte(n>>8), byte(n)
	return id.String()
}

// logged is a log of these entries.
type logged []*enablement.AuditEntry

func (l logged) EachAuditEntry(context.Context) iter.Seq2[*enablement.AuditEntry, error] {
	return func(yield func(*enablement.AuditEntry, error) bool) {
		for _, e := range l {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// failing is a log that fails after its first entry, so many times.
type failing struct {
	logged
	times int
}

func (f *failing) EachAuditEntry(ctx context.Context) iter.Seq2[*enablement.AuditEntry, error] {
	return func(yield func(*enablement.AuditEntry, error) bool) {
		if f.times--; f.times < 0 {
			f.logged.EachAuditEntry(ctx)(yield)
		} else if yield(f.logged[0], nil) {
			yield(nil, errors.New("the database is away"))
		}
	}
}

// A page is of the whole log or none: where it cannot be read, the next who asks
// has it read again.
func TestALogThatCannotBeReadIsReadAgain(t *testing.T) {
	log := &failing{times: 1}
	for n := range 3 {
		log.logged = append(log.logged, &enablement.AuditEntry{ID: idAt(n), At: time.Unix(1, 0), Items: make([]enablement.AuditItem, 1)})
	}
	trail := New(log, MaxChanges)
	if page, err := trail.Page(t.Context(), enablement.AuditQuery{First: 10}); err == nil {
		t.Errorf("a page of %d from a log that could not be read", page.Total)
	}
	if page, err := trail.Page(t.Context(), enablement.AuditQuery{First: 10}); err != nil || page.Total != 3 {
		t.Errorf("%+v, %v", page, err)
	}
}

// matches is the filter, by the plainest means.
func matches(f *enablement.AuditFilter, e *enablement.AuditEntry, it *enablement.AuditItem) bool {
	in := func(list []string, v string) bool { return list == nil || slices.Contains(list, v) }
	return in(f.Subjects, e.Subject) && in(f.Actions, e.Action) && in(f.Ids, it.ID) && (f.Nouns == nil || slices.Contains(f.Nouns, it.Noun)) &&
		(f.Range == nil || !e.At.Before(f.Range.From) && (f.Range.To == nil || e.At.Before(*f.Range.To)))
}

// Whatever the order in which entries come, and how often, and with what filter
// the pages are asked for: together they are the log, newest first, each change
// once.
func TestPagesAreTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		name := func(kind string, n int) *rapid.Generator[string] {
			return rapid.Map(rapid.IntRange(0, n), func(i int) string { return fmt.Sprint(kind, i) })
		}
		var log, come []*enablement.AuditEntry
		unwritten := map[string]bool{}
		for n := range rapid.IntRange(0, 20).Draw(t, "entries") {
			e := &enablement.AuditEntry{ID: idAt(n), At: base.Add(time.Duration(n) * time.Hour)}
			e.Subject, e.Action = name("s", 2).Draw(t, "subject"), name("a", 2).Draw(t, "action")
			for i := range rapid.IntRange(1, 4).Draw(t, "items") {
				e.Items = append(e.Items, enablement.AuditItem{ID: name("d", 4).Draw(t, "id"), Noun: rapid.SampledFrom(enablement.AuditNouns()).Draw(t, "noun")})
				if rapid.IntRange(0, 4).Draw(t, "lost") == 0 {
					unwritten[fmt.Sprint(e.ID, i)] = true
					come = append(come, &enablement.AuditEntry{ID: idAt(1_000 + n), Void: e.ID, Voided: []int{i}})
				}
			}
			log, come = append(log, e), append(come, e, e)
		}
		come = rapid.Permutation(come).Draw(t, "order")
		written := rapid.IntRange(0, len(come)).Draw(t, "in the log")
		trail := New(logged(come[:written]), MaxChanges)
		trail.Append(come[:written/2]) // nobody has asked yet
		if len(trail.entries) > 0 || len(trail.early) > 0 {
			t.Fatal("takes memory before anybody asks")
		}
		if _, err := trail.Page(t.Context(), enablement.AuditQuery{}); err != nil {
			t.Fatal(err)
		}
		for come = come[written:]; len(come) > 0; {
			n := rapid.IntRange(1, len(come)).Draw(t, "at once")
			trail.Append(come[:n])
			come = come[n:]
		}
		list := func(g *rapid.Generator[string], label string) []string {
			if rapid.Bool().Draw(t, label+" given") {
				return nil
			}
			return rapid.SliceOfN(g, 1, 2).Draw(t, label)
		}
		f := enablement.AuditFilter{Subjects: list(name("s", 3), "subjects"), Actions: list(name("a", 3), "actions"), Ids: list(name("d", 5), "ids")}
		if rapid.Bool().Draw(t, "nouns given") {
			f.Nouns = rapid.SliceOfN(rapid.SampledFrom(enablement.AuditNouns()), 1, 3).Draw(t, "nouns")
		}
		if rapid.Bool().Draw(t, "range given") {
			to := base.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "to")) * time.Hour)
			f.Range = &enablement.TimeRange{From: base.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "from")) * time.Hour), To: &to}
		}
		var want, got []string
		for _, e := range slices.Backward(log) {
			for i := range e.Items {
				if matches(&f, e, &e.Items[i]) {
					want = append(want, fmt.Sprint(e.ID, " ", i, " ", !unwritten[fmt.Sprint(e.ID, i)]))
				}
			}
		}
		first, after := rapid.IntRange(1, 5).Draw(t, "first"), ""
		for {
			page, err := trail.Page(t.Context(), enablement.AuditQuery{Filter: f, First: first, After: after})
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != len(want) || page.HasPrev != (after != "") || len(page.Rows) > first || page.Since != nil {
				t.Fatalf("page %+v of %d changes", page, len(want))
			}
			for _, r := range page.Rows {
				got, after = append(got, fmt.Sprint(r.EntryID, " ", r.Item, " ", r.Written)), r.Cursor
			}
			if !page.HasNext {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Beyond the most that is kept the oldest go, and the page says since when.
func TestTheTrailIsBounded(t *testing.T) {
	trail := New(logged(nil), 10)
	base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	entry := func(n int) *enablement.AuditEntry {
		return &enablement.AuditEntry{ID: idAt(n), At: base.Add(time.Duration(n) * time.Second), Items: make([]enablement.AuditItem, 3)}
	}
	if _, err := trail.Page(t.Context(), enablement.AuditQuery{}); err != nil {
		t.Fatal(err)
	}
	for n := range 50 {
		trail.Append([]*enablement.AuditEntry{entry(n)})
	}
	trail.Append([]*enablement.AuditEntry{entry(3), {ID: idAt(900), Void: idAt(2), Voided: []int{0}}}) // late, and too old
	page, err := trail.Page(t.Context(), enablement.AuditQuery{First: 100})
	if err != nil || page.Total != 9 || len(trail.early) != 0 {
		t.Fatalf("%+v, %v, %d early", page, err, len(trail.early))
	}
	if page.Since == nil || !page.Since.Equal(base.Add(47*time.Second)) {
		t.Errorf("since %v", page.Since)
	}
}

func TestACursorThatIsNoneIsRefused(t *testing.T) {
	trail := New(logged(nil), 10)
	question := enablement.AuditQuery{}.Question()
	good := place{item: 7}.cursor(question)
	if _, err := trail.Page(t.Context(), enablement.AuditQuery{First: 1, After: good}); err != nil {
		t.Fatal(err)
	}
	for _, after := range []string{place{item: 7}.cursor(question + 1), "x", "!", good + "A", string(bytes.Repeat([]byte("A"), 100)), "AQ", good[:20]} {
		if _, err := trail.Page(t.Context(), enablement.AuditQuery{First: 1, After: after}); enablement.CodeOf(err) != enablement.BadUserInput {
			t.Errorf("%q: %v", after, err)
		}
	}
}

// BenchmarkPage measures the worst page of a full trail: a filter that nothing
// passes.
func BenchmarkPage(b *testing.B) {
	var entries []*enablement.AuditEntry
	for n := range MaxChanges {
		id := uuid.Must(uuid.NewV7())
		e := &enablement.AuditEntry{ID: entryID(id).String(), At: time.Unix(int64(n), 0), Items: []enablement.AuditItem{{ID: fmt.Sprint("ast_", n), Noun: enablement.AuditAsset}}}
		e.Subject, e.Action = fmt.Sprint("rep-", n%200), fmt.Sprint("action-", n%20)
		entries = append(entries, e)
	}
	trail := New(logged(entries), MaxChanges)
	q := enablement.AuditQuery{First: 20, Filter: enablement.AuditFilter{Ids: []string{"ast_none"}}}
	for b.Loop() {
		if _, err := trail.Page(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}
