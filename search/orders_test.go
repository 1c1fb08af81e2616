package search

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// However many change, and wherever to, an order is what sorting it anew gives.
func TestResortIsSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 200).Draw(t, "keys")
		compare := func(a, b uint32) int { return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b)) }
		order := make([]uint32, rapid.IntRange(0, len(keys)).Draw(t, "known before"))
		for i := range order {
			order[i] = uint32(i)
		}
		slices.SortFunc(order, compare)
		changed := make(set, setWords(len(keys)))
		for o := range keys {
			if o >= len(order) || rapid.Bool().Draw(t, "changes") {
				changed.add(uint32(o))
				keys[o] = rapid.IntRange(0, 20).Draw(t, "to")
			}
		}
		want := make([]uint32, len(keys))
		for i := range want {
			want[i] = uint32(i)
		}
		slices.SortFunc(want, compare)
		if diff := gocmp.Diff(want, resort(order, changed, compare)); diff != "" {
			t.Fatalf("resorted (-want +got):\n%s", diff)
		}
	})
}
