package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// like gives the assets similar to one.
func like(t *testing.T, x *Index, id string, first int, publishedOnly bool) []string {
	t.Helper()
	lists, err := x.Similar(t.Context(), []string{id}, first, publishedOnly)
	if err != nil {
		t.Fatal(err)
	}
	return lists[0]
}

func TestSimilarAssetsSayTheSameThings(t *testing.T) {
	topic := func(topics ...string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Topics = topics }
	}
	german := func(a *enablement.Asset) { a.Language = "de" }
	docs := newShelf(
		piece("seals", "Why pumps stop", "Seals and bearings wear. A worn seal stops the pump, a worn bearing the plant.", topic("downtime")),
		piece("bearings", "Bearings", "When bearings wear, pumps stop.", topic("downtime")),
		piece("topic", "An hour lost", "What it costs when lines stand still.", topic("downtime")),
		piece("dichtung", "Warum Pumpen stehen", "Zephyr misst den Verschleiß. Bei Zephyr steht keine Pumpe.", german),
		piece("zephyr", "Zephyr for the fitter", "Zephyr measures vibration. Fitters hold Zephyr against the housing."),
		piece("draft", "Seals", "Seals, bearings, pumps: how they wear.", status("DRAFT")),
		piece("expired", "Seals", "Seals, bearings, pumps: how they wear.", func(a *enablement.Asset) { past := noon; a.ExpiresAt = &past }),
		piece("empty", "", ""),
	)
	for i := range 20 {
		docs.put(piece(number(i), "Note", fmt.Sprintf("Meetings were held, minutes kept, coffee was served %d times. %s", i, prose(uint64(i), 20))))
	}
	for i := range 8 {
		docs.put(piece("de"+number(i), "Notiz", "Kaffee wurde gereicht und ein Protokoll geführt, wie jede Woche im Werk. "+prose(uint64(50+i), 20), german))
	}
	x := open(t, t.TempDir(), docs)
	for _, c := range []struct {
		story string
		id    string
		first int
		rep   bool
		want  []string // at the top
	}{
		{"the same rare words first, then the same topic", "seals", 2, true, []string{"bearings", "topic"}},
		{"a marketer sees what is not out, too", "seals", 4, false, []string{"bearings", "draft", "expired", "topic"}},
		{"a name joins languages", "dichtung", 1, true, []string{"zephyr"}},
		{"and back", "zephyr", 1, true, []string{"dichtung"}},
		{"what says nothing is like nothing", "empty", 5, true, []string{}},
		{"nor is what is not there", "nobody", 5, true, []string{}},
	} {
		got := like(t, x, c.id, c.first, c.rep)
		if !slices.Equal(got, c.want) && (len(got) > 0 || len(c.want) > 0) {
			t.Errorf("%s: like %s are %v, want %v", c.story, c.id, got, c.want)
		}
	}
}

func TestSimilarAssetsAreTheSameHoweverTheCatalogCame(t *testing.T) {
	assets := generated(120)
	var want [][]string
	for _, size := range []int{120, 17} {
		x := open(t, t.TempDir(), newShelf())
		ids := []string{}
		for some := range slices.Chunk(slices.Clone(assets), size) {
			if err := x.Sync(t.Context(), some); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range assets {
			ids = append(ids, a.ID)
		}
		got, err := x.Similar(t.Context(), ids, 5, true)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if slices.Contains(got[i], ids[i]) {
				t.Errorf("%s is like itself", ids[i])
			}
			if want != nil && !slices.Equal(got[i], want[i]) {
				t.Errorf("like %s are %v in batches of %d, were %v", ids[i], got[i], size, want[i])
			}
		}
		want = got
	}
}
