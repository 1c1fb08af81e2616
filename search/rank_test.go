package search

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// Whatever it drops on the way, the best of a gathering are the best of all.
func TestAGatheringKeepsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := make([]string, rapid.IntRange(0, 60).Draw(t, "rows"))
		want, best := rapid.IntRange(1, 4).Draw(t, "want"), []ranked{}
		for i := range ids {
			ids[i] = fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "id"), "/", i)
		}
		g := newGathering(nil, want, ids)
		for o := range ids {
			r := ranked{float64(rapid.IntRange(0, 4).Draw(t, "key")), uint32(o)}
			best = append(best, r)
			g.add(r)
		}
		slices.SortFunc(best, func(a, b ranked) int { return compareRanked(a, b, ids) })
		if got, best := bestSorted(g.rows, want, ids), best[:min(want, len(best))]; !slices.Equal(got, best) {
			t.Fatalf("got %v, want %v", got, best)
		}
		if len(g.rows) > spareRows*want {
			t.Fatalf("%d rows are kept, %d wanted", len(g.rows), want)
		}
	})
}

// A page of MOST_SENT is gathered behind its cursor: what comes before it takes
// no place.
func TestPagesOfMostSentAreTheWholeList(t *testing.T) {
	docs := newShelf()
	var want []*enablement.Asset
	for i := range 60 {
		a := piece(number(i*37%60), "A piece", "")
		docs.put(a)
		docs.sent(a.ID, i%5)
		want = append(want, a)
	}
	now := noon
	x := inMemory(t, docs, &now)
	ids := sorted(want, enablement.OrderMostSent, func(id string) int64 { return docs.CounterOf(id).Load() })
	for _, first := range []int{1, 3, 20} {
		got := allPages(t, x, enablement.AssetQuery{Order: enablement.OrderMostSent, First: first}, len(ids))
		if !slices.Equal(got, ids) {
			t.Errorf("%d at a time: %v, want %v", first, got, ids)
		}
	}
}
