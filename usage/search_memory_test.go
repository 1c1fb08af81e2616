package usage

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// manySearches are n searches, a second apart, by twelve reps for a thousand
// terms, of which every fifth was used.
func manySearches(from, n int) []*enablement.SearchEvent {
	var events []*enablement.SearchEvent
	for i := from; i < from+n; i++ {
		search := &enablement.SearchEvent{
			Kind: enablement.SearchAsked, RepID: fmt.Sprint("rep", i%12), AskedAt: noon.Add(time.Duration(i) * time.Second),
			Term: fmt.Sprint("audit trail ", i*i%1_009), Hits: i % 7,
		}
		events = append(events, search)
		if i%5 == 0 {
			events = append(events, search.Used(enablement.SearchOpened, "guide", search.AskedAt))
		}
	}
	return events
}

func TestTheOldestSearchesGiveWay(t *testing.T) {
	l := NewSearchLedger(func() time.Time { return noon.Add(24 * time.Hour) })
	l.most = 100
	for i := range 100 {
		l.Append(manySearches(i*10, 10))
	}
	if n := l.Stats().Searches; n < 100 || n > 113 {
		t.Errorf("%d searches are held, want 100 and an eighth at most", n)
	}
	all := &enablement.SearchInsights{From: noon, To: noon.Add(time.Hour)}
	last := &enablement.SearchInsights{From: noon.Add(900 * time.Second), To: noon.Add(time.Hour)}
	if n := l.Totals(last); n.Searches != 100 || n.Reps != 12 || n.Used != 20 {
		t.Errorf("of the last hundred: %+v", n)
	}
	if terms, n := len(l.terms.names), l.Totals(all).Searches; terms > n+1 {
		t.Errorf("%d terms are kept for %d searches", terms, n)
	}
	l.Append(manySearches(990, 20)) // ten of them again
	if n := l.Totals(last); n.Searches != 110 || n.Used != 22 {
		t.Errorf("with ten more: %+v", n)
	}
}

// BenchmarkSearchInsights asks a full ledger for everything, and tells what a
// search costs in memory, by Stats and by the heap.
func BenchmarkSearchInsights(b *testing.B) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	l := NewSearchLedger(func() time.Time { return noon.Add(mostSearches * time.Second) })
	for i := range mostSearches / 1_000 {
		l.Append(manySearches(i*1_000, 1_000))
	}
	held := float64(heap()-before) / mostSearches
	month := &enablement.SearchInsights{From: noon.Add((mostSearches - 30*24*3600/10) * time.Second), To: noon.Add(mostSearches * time.Second)}
	all := &enablement.SearchInsights{From: noon, To: noon.Add(mostSearches * time.Second)}
	for name, of := range map[string]*enablement.SearchInsights{"all": all, "260k": month} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.Totals(of)
				l.Terms(of, 20)
				l.WithoutHits(of, 20)
				l.Unused(of, 20)
				l.SuggestedSynonyms(of, 20)
			}
			b.ReportMetric(held, "B/search")
			b.ReportMetric(float64(l.Stats().Bytes)/mostSearches, "told-B/search")
		})
	}
}
