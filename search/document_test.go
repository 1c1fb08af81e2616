package search

import (
	"maps"
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	index "github.com/blevesearch/bleve_index_api"
	"pgregory.net/rapid"
)

// A field's terms are those that Bleve counts, in the same places, whatever the
// drafter made before.
func TestTermsArePlacedAsBlevePlacesThem(t *testing.T) {
	draft := newDrafter(newLexer())
	rapid.Check(t, func(t *rapid.T) {
		terms := analysis.TokenStream{}
		for _, word := range rapid.SliceOfN(rapid.StringMatching(`[ab]{1,3}`), 0, 60).Draw(t, "words") {
			terms = append(terms, &analysis.Token{Term: []byte(word), Position: rapid.IntRange(1, 2*sharedPlaces).Draw(t, "position")})
		}
		want := analysis.TokenFrequency(terms, nil, index.IndexField|index.IncludeTermVectors)
		got := draft.placed(terms)
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for term, f := range got {
			if f.Frequency() != want[term].Frequency() || !slices.Equal(positions(f), positions(want[term])) {
				t.Fatalf("%q: %d times at %v, want %d at %v", term, f.Frequency(), positions(f), want[term].Frequency(), positions(want[term]))
			}
		}
	})
}

func positions(f *index.TokenFreq) (at []int) {
	for _, l := range f.Locations {
		at = append(at, l.Position)
	}
	return at
}

// Folded words, whatever their script, have the stems that Bleve's filter gives.
func TestEnglishStemsAreBleves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.StringMatching(`[a-z]{1,6}(s|es|ies|ing|ed|ational|iveness|y|ion|e|ll)?`), rapid.String()).Draw(t, "word")
		folded := fold([]byte(word))
		stem := func(f analysis.TokenFilter) string {
			return string(f.Filter(analysis.TokenStream{{Term: slices.Clone(folded)}})[0].Term)
		}
		if got, want := stem(englishStems{}), stem(porter.NewPorterStemmer()); got != want {
			t.Fatalf("%q becomes %q, want %q", folded, got, want)
		}
	})
}
