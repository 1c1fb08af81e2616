package recommend

import (
	"math"
	"testing"
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
	for _, test := range []struct {
		story   string
		changes map[string]float64
		says    string
	}{
		{"no such signal", map[string]float64{"CHARM": 1}, `there is no signal "CHARM"; the signals are PERSONA, INDUSTRY, TEXT, FUNNEL_STAGE, TRACK_RECORD, FRESHNESS`},
		{"below 0", map[string]float64{"TEXT": -1}, "the weight of TEXT must be from 0 to 1,000, not -1"},
		{"no number", map[string]float64{"TEXT": math.NaN()}, "the weight of TEXT must be from 0 to 1,000, not NaN"},
		{"endless", map[string]float64{"TEXT": math.Inf(1)}, "the weight of TEXT must be from 0 to 1,000, not +Inf"},
		{"all 0", all, "one signal at least must have a weight above 0"},
	} {
		if _, err := DefaultWeights().With(test.changes); err == nil || err.Error() != test.says {
			t.Errorf("%s: %v, want %s", test.story, err, test.says)
		}
	}
}
