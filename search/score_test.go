package search

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestScorerPrefers(t *testing.T) {
	s := newScorer(DefaultScoring())
	average := [fields]float64{5, 3, 20, 100}
	usual := lengths{5, 3, 20, 100}
	value := func(occurrences [fields]uint16, own lengths) float64 {
		return s.saturate(s.frequency(occurrences, own, &average))
	}
	for _, test := range []struct {
		story        string
		better, than float64
	}{
		{"the title to the body", value([fields]uint16{fieldTitle: 1}, usual), value([fields]uint16{fieldBody: 1}, usual)},
		{"the title to the topics", value([fields]uint16{fieldTitle: 1}, usual), value([fields]uint16{fieldTopics: 1}, usual)},
		{"the summary to the body", value([fields]uint16{fieldSummary: 1}, usual), value([fields]uint16{fieldBody: 1}, usual)},
		{"twice to once", value([fields]uint16{fieldBody: 2}, usual), value([fields]uint16{fieldBody: 1}, usual)},
		{"a short body to a long one", value([fields]uint16{fieldBody: 1}, lengths{5, 3, 20, 50}), value([fields]uint16{fieldBody: 1}, lengths{5, 3, 20, 500})},
		{"rare words to common ones", s.idf(1000, 3), s.idf(1000, 300)},
		{"any word to none, however common", s.idf(1000, 1000), 0},
		{"all of two words to one of them", s.cover(2, 10, 10, 2), s.cover(2, 5, 10, 2)},
		{"words side by side to words apart", s.closeness([]uint32{1}, []uint32{2}), s.closeness([]uint32{1}, []uint32{4})},
		{"the order of the query", s.closeness([]uint32{1}, []uint32{2}), s.closeness([]uint32{2}, []uint32{1})},
		{"near to out of reach", s.closeness([]uint32{1}, []uint32{9}), s.closeness([]uint32{1}, []uint32{10})},
		{"the same field to two fields", s.closeness([]uint32{1}, []uint32{8}), s.closeness([]uint32{1}, []uint32{1<<fieldShift + 2})},
	} {
		if test.better <= test.than {
			t.Errorf("prefers %s: %v is not more than %v", test.story, test.better, test.than)
		}
	}
}

func TestScoreOfOneWordByHand(t *testing.T) {
	s := scorer{Scoring: Scoring{K1: 1.2, B: 0.75}, weights: [fields]float64{3, 2, 1.5, 1}}
	average := [fields]float64{4, 1, 10, 100}
	// Title: 3·1/(0.25+0.75·8/4) = 3/1.75; body: 1·2/(0.25+0.75·50/100) = 2/0.625.
	frequency := 3/1.75 + 2/0.625
	if got := s.frequency([fields]uint16{1, 0, 0, 2}, lengths{8, 0, 0, 50}, &average); math.Abs(got-frequency) > 1e-12 {
		t.Errorf("frequency is %v, by hand %v", got, frequency)
	}
	if got, want := s.idf(10, 2), math.Log(1+8.5/2.5); math.Abs(got-want) > 1e-12 {
		t.Errorf("idf is %v, by hand %v", got, want)
	}
	if got, want := s.saturate(frequency), frequency/(1.2+frequency); got != want {
		t.Errorf("saturates at %v, by hand %v", got, want)
	}
}

func TestEnoughOfAQuery(t *testing.T) {
	s := newScorer(DefaultScoring())
	for _, test := range []struct {
		story       string
		held, total float64
		words       int
		want        bool
	}{
		{"the only word", 4, 4, 1, true},
		{"one of two equal words", 4, 8, 2, true},
		{"the common one of two words", 1, 6, 2, false},
		{"one telling word of ten", 5, 30, 10, true},
		{"one common word of ten", 1, 30, 10, false},
	} {
		if got := s.enough(test.held, test.total, test.words); got != test.want {
			t.Errorf("%s: %v", test.story, got)
		}
	}
}

// selectBest gives what sorting everything would.
func TestSelectBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "keys")
		k := rapid.IntRange(0, 12).Draw(t, "k")
		var rows []ranked
		var ids []string
		for i, key := range keys {
			rows = append(rows, ranked{float64(key), uint32(i)})
			ids = append(ids, number(len(keys)*(i%2)+len(keys)-i))
		}
		want := slices.Clone(rows)
		slices.SortFunc(want, func(a, b ranked) int { return compareRanked(a, b, ids) })
		want = want[:min(k, len(want))]
		if got := bestSorted(rows, k, ids); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
