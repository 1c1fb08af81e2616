package search

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// A text of one word over and over is gone through once for each word of a
// phrase: were it once for each place, this test would not end.
func TestAPhraseInATextOfOneWord(t *testing.T) {
	docs := newShelf(piece("table", "A table", strings.Repeat("a-", 400_000)), piece("audit", "Audit", strings.Repeat("audit ", 150_000)))
	x := open(t, t.TempDir(), docs)
	for query, want := range map[string]string{`"a a a"`: "table", "a-a-a": "table", `"audit audit"`: "audit"} {
		if got := idsOf(ask(t, x, enablement.AssetQuery{Text: query})); !slices.Equal(got, []string{want}) {
			t.Errorf("%s finds %v, want %s", query, got, want)
		}
	}
}

func TestFollowing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 60), 0, 30, rapid.ID[uint64])
		a, b := places.Draw(t, "places"), places.Draw(t, "others")
		slices.Sort(a)
		slices.Sort(b)
		want := []uint64{}
		for _, p := range a {
			if slices.Contains(b, p-1) {
				want = append(want, p)
			}
		}
		if got := following(slices.Clone(a), b); !slices.Equal(got, want) {
			t.Fatalf("of %v behind %v keeps %v, want %v", a, b, got, want)
		}
	})
}
