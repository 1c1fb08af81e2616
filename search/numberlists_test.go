package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is set, in whatever order, the lists are those of a plain map, and
// the pool is never more than twice what they hold.
func TestNumberListsAgainstAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lists numberLists
		want := map[uint32][]uint32{}
		ordinal := rapid.Uint32Range(0, 12)
		numbers := rapid.SliceOfN(rapid.Uint32Range(0, 99), 0, 6)
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			o, list := ordinal.Draw(t, "ordinal"), numbers.Draw(t, "numbers")
			lists.set(o, list)
			want[o] = list
			held := 0
			for o := range uint32(14) {
				if got := lists.of(o); !slices.Equal(got, want[o]) {
					t.Fatalf("%d has %v, want %v", o, got, want[o])
				}
				held += len(want[o])
			}
			if len(lists.pool) > 2*held {
				t.Fatalf("a pool of %d numbers holds %d", len(lists.pool), held)
			}
		}
	})
}
