package recommend

import (
	"math"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func TestChangedWeightsAddUpToOneAgain(t *testing.T) {
	sum := func(w Weights) (sum float64) {
		for _, weight := range w {
			sum += weight
		}
		return sum
	}
	if got := sum(DefaultWeights()); math.Abs(got-1) > 1e-12 {
		t.Errorf("those of the table add up to %v", got)
	}
	w, err := DefaultWeights().With(map[string]float64{"text": 1, "FRESHNESS": 0})
	if err != nil {
		t.Fatal(err)
	}
	if got := sum(w); math.Abs(got-1) > 1e-12 {
		t.Errorf("those changed add up to %v", got)
	}
	text, persona, freshness := w[2], w[0], w[5]
	if text <= persona*4 || freshness != 0 {
		t.Errorf("changed to %v", w)
	}
}

func TestWeightsThatMakeNoSenseAreRefused(t *testing.T) {
	all := map[string]float64{}
	for _, name := range signalNames() {
		all[name] = 0
	}
	for story, changes := range map[string]map[string]float64{
		"no such signal": {"CHARM": 1}, "below 0": {"TEXT": -1}, "no number": {"TEXT": math.NaN()}, "endless": {"TEXT": math.Inf(1)}, "all 0": all,
	} {
		if _, err := DefaultWeights().With(changes); enablement.CodeOf(err) != enablement.BadUserInput {
			t.Errorf("%s: %v", story, err)
		}
	}
}
