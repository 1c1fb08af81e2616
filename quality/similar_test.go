package quality

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// similarFloor is a little below what was measured when it was last raised
// (docs/quality.md).
const similarFloor = 0.77

// alike grades assets for one another by the judged set: two that serve the
// same query say something alike, the more so the more queries they serve.
func (c *Collection) alike() map[string]Grades {
	all := map[string]Grades{}
	for _, q := range c.Queries {
		for a, grade := range q.Grades {
			for b, other := range q.Grades {
				if shared := math.Min(grade, other); a != b && shared >= 2 {
					if all[a] == nil {
						all[a] = Grades{}
					}
					all[a][b] += shared - 1
				}
			}
		}
	}
	return all
}

func TestSimilarAssetsServeTheSameQueries(t *testing.T) {
	d := openDesk(t)
	grades := d.alike()
	ids := slices.Sorted(maps.Keys(grades))
	lists, err := d.index.Similar(t.Context(), ids, 5, true)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, id := range ids {
		ndcg := NDCG(lists[i], grades[id], 5)
		sum += ndcg
		t.Logf("%.3f %s: %v", ndcg, id, lists[i])
	}
	t.Logf("mean nDCG@5 over %d assets: %.4f", len(ids), ratio(sum, len(ids)))
	if got := ratio(sum, len(ids)); got < similarFloor {
		t.Errorf("mean nDCG@5 is %.4f, want %.2f at least; -v shows each asset", got, similarFloor)
	}
}

// Who looks at a piece in one language finds its twin in another.
func TestATwinInAnotherLanguageIsSimilar(t *testing.T) {
	d := openDesk(t)
	for a, b := range map[string]string{
		"demo-ostermann-dora-case":  "demo-ostermann-dora-case-de",
		"demo-soc2-report-overview": "demo-rapport-soc2-fr",
		"demo-ibarra-foods-case":    "demo-ibarra-foods-case-es",
	} {
		lists, err := d.index.Similar(t.Context(), []string{a, b}, 5, true)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("like %s: %v\nlike %s: %v", a, lists[0], b, lists[1])
		if !slices.Contains(lists[0], b) || !slices.Contains(lists[1], a) {
			t.Errorf("%s and %s are twins; like them: %v and %v", a, b, lists[0], lists[1])
		}
	}
}

// No two pieces of the demo say the same.
func TestTheDemoHasNoDuplicates(t *testing.T) {
	d := openDesk(t)
	pairs, err := d.index.Duplicates(t.Context(), enablement.DuplicateQuery{First: 20, Least: enablement.LeastOverlap})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		t.Errorf("%q and %q overlap by %.2f", p.Assets[0].Title, p.Assets[1].Title, p.Overlap)
	}
}
