package enablement

import "testing"

func TestFitOf(t *testing.T) {
	for _, test := range []struct {
		story string
		tags  []string
		known []string
		want  Fit
	}{
		{"tagged for the person", []string{"a", "b"}, []string{"b"}, FitMatch},
		{"tagged for what the person's industry belongs to", []string{"finance"}, []string{"banking", "finance"}, FitMatch},
		{"tagged for others", []string{"a"}, []string{"b"}, FitOther},
		{"tagged for nobody in particular", nil, []string{"b"}, FitOpen},
		{"nothing known of the person", []string{"a"}, nil, FitOpen},
		{"nothing known, as an empty value", []string{"a"}, []string{""}, FitOpen},
		{"nothing known and nothing tagged", nil, []string{""}, FitOpen},
	} {
		if got := FitOf(test.tags, test.known...); got != test.want {
			t.Errorf("%s: %d, want %d", test.story, got, test.want)
		}
	}
}

func TestABetterFitPromisesMore(t *testing.T) {
	for _, better := range []Fit{FitOpen, FitMatch} {
		worse := better - 1
		for _, pair := range [][2]float64{
			{Expectation(better, FitOpen, FitOpen), Expectation(worse, FitOpen, FitOpen)},
			{Expectation(FitOpen, better, FitOpen), Expectation(FitOpen, worse, FitOpen)},
			{Expectation(FitOpen, FitOpen, better), Expectation(FitOpen, FitOpen, worse)},
		} {
			if pair[0] <= pair[1] {
				t.Errorf("fit %d promises %v, fit %d %v", better, pair[0], worse, pair[1])
			}
		}
	}
	if got := Expectation(FitOpen, FitOpen, FitOpen); got != 1 {
		t.Errorf("tags that say nothing promise %v, want 1", got)
	}
}
