package search

import (
	"slices"
	"testing"
)

// In a small catalog all the words that fit are searched; in a large one the
// commonest of them are left out, but never so that few are left.
func TestTheCommonestOfManyWordsAreReadWhereThatCostsLittle(t *testing.T) {
	for _, c := range []struct {
		name string
		held []int
		want int
	}{
		{"no words", nil, 0},
		{"few words", []int{1, 2, 3}, 3},
		{"few words that most of a large catalog holds", slices.Repeat([]int{40_000}, fewPicked), fewPicked},
		{"more words than are ever searched", slices.Repeat([]int{1}, mostPicked+5), mostPicked},
		{"many that cost much", slices.Repeat([]int{40_000}, mostPicked), fewPicked},
		{"many that together cost just what they may", append(slices.Repeat([]int{0}, mostPicked-1), mostRead), mostPicked},
		{"the last of which costs too much", append(slices.Repeat([]int{0}, mostPicked-1), mostRead+1), mostPicked - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			picks := make([]pick, len(c.held))
			for i, df := range c.held {
				picks[i].df = df
			}
			if got := len(affordable(picks)); got != c.want {
				t.Errorf("%d words are searched, want %d", got, c.want)
			}
		})
	}
}
