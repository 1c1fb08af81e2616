package quality

import (
	"testing"
	"time"

	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/recommend"
)

// What Quiver recommends must stay well above what is popular, what it learned
// must help it, and what it finds of the truth must not fall: the floor is a
// little below what was measured (docs/quality.md).
func TestRecommendationsForeseeWhatWorks(t *testing.T) {
	const floor = 0.82
	log, err := DemoLog(time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC), demo.HistorySends)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := log.Replay(t.Context(), t.TempDir(), 0.2, recommend.DefaultWeights())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Score{}
	for _, s := range scores {
		by[s.Name] = s
		t.Logf("%-30s hit@5 %.3f, nDCG@5 %.3f, by the truth %.3f, coverage %.2f", s.Name, s.Hit, s.NDCG, s.Truth, s.Coverage)
	}
	quiver, popularity, untaught, truth := by["Quiver"], by["popularity"], by["Quiver without a track record"], by["the truth"]
	if quiver.Truth < floor {
		t.Errorf("finds %.3f of the truth, want %.2f", quiver.Truth, floor)
	}
	if quiver.Truth < 1.5*popularity.Truth || quiver.NDCG < 1.5*popularity.NDCG {
		t.Errorf("is not half again as good as popularity: %+v, %+v", quiver, popularity)
	}
	if quiver.Truth < untaught.Truth+0.02 {
		t.Errorf("learns nothing: %.3f with what became of sends, %.3f without", quiver.Truth, untaught.Truth)
	}
	if truth.Truth < 0.999 {
		t.Errorf("the truth finds %.3f of itself", truth.Truth)
	}
}
