package usage

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// view is what one question sees: a moment of the ledger and, of one series,
// the sends that match. It is read without a lock.
type view struct {
	table      table
	attributes *attributes
	names      [columnCount][]string
	assetNames []string
	leaves     [][]uint32 // in the order of table.before
	from, to   int64      // the times that the leaves lie between, in Unix milliseconds
	whole      bool       // no send between them was left out for a value of its own
	// wanted says which assets count, by ordinal; nil: all. A send of the view
	// has at least one that does.
	wanted []bool
	// question is what its cursors belong to, where a page is made of it.
	question uint64
}

// view takes the moment; the lock must be held. The caller picks the leaves.
func (l *Ledger) view() *view {
	v := &view{table: l.table, attributes: l.attributes, assetNames: l.assets.names}
	for c := range l.dictionaries {
		v.names[c] = l.dictionaries[c].names
	}
	return v
}

// span is the two ends of a Usage: From and To, or its Range as of now where
// nobody has fixed them.
func (l *Ledger) span(u *enablement.Usage) (from, to time.Time) {
	if u.From.IsZero() && u.To.IsZero() {
		return u.Range.Span(l.now())
	}
	return u.From, u.To
}

// ask takes the view of a filter between two times. The scratch must be given
// back when the view is done with: the leaves may lie in it.
func (l *Ledger) ask(f *enablement.UsageFilter, from, to time.Time) (*view, *scratch) {
	v, tests := l.viewOf(f, ceilMilli(from), ceilMilli(to))
	sc := l.borrow(v)
	v.narrow(tests, sc)
	return v, sc
}

// viewOf finds the shortest series that holds what the filter asks for, and the
// tests that are left.
func (l *Ledger) viewOf(f *enablement.UsageFilter, from, to int64) (*view, []test) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	v := l.view()
	tests := l.tests(f)
	v.wanted = l.wantedAssets(f)
	s := &l.all
	if len(f.Reps) == 1 {
		s = shorter(s, seriesOf(l.byRep, &l.dictionaries[repColumn], f.Reps[0]))
	}
	if len(f.Assets) == 1 {
		s = shorter(s, seriesOf(l.byAsset, &l.assets, f.Assets[0]))
	}
	v.from, v.to, v.whole = from, to, len(tests) == 0
	v.leaves = s.between(&l.table, from, to)
	return v, tests
}

// seriesOf gives the series of a value: an empty one for a value that never
// came.
func seriesOf(all []series, d *dictionary, value string) *series {
	if n, ok := d.ordinals[value]; ok {
		return &all[n]
	}
	return &series{}
}

// shorter gives the shorter of two series, b where they are as long.
func shorter(a, b *series) *series {
	if size(a.leaves) < size(b.leaves) {
		return a
	}
	return b
}

// ceilMilli is the first whole millisecond that is not before t: a send of
// whole milliseconds lies on the same side of both.
func ceilMilli(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		ms++
	}
	return ms
}

func openFrom(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return ceilMilli(t)
}

func openTo(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return ceilMilli(t)
}
