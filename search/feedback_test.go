package search

import (
	"slices"
	"testing"

	"github.com/quiverhq/quiver/enablement"
	"pgregory.net/rapid"
)

func TestFeedbackPrefersWhatTheBestHitsSpeakOf(t *testing.T) {
	docs := newShelf(
		piece("best-1", "Note", "Plant downtime report: downtime of the plant, the report on seals, bearings and spindles."),
		piece("best-2", "Note", "Downtime report of a plant. Seals, bearings and spindles wear."),
		piece("far", "Note", "A plant and its report on salaries, holidays and parking, week after week, in one book."),
		piece("near", "Note", "A plant and its report on seals, bearings and spindles, week after week, in one book."),
		piece("stranger", "Note", "Seals, bearings and spindles, nothing else."),
	)
	for i := range 20 {
		docs.put(piece("filler-"+number(i), "Note", "Meetings were held, minutes were kept, coffee was served."))
	}
	x := open(t, t.TempDir(), docs)
	// Without feedback near and far score alike and go by id.
	got := find(t, x, enablement.AssetQuery{Text: "plant downtime report"})
	if want := []string{"best-1", "best-2", "near", "far"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnAssetsTermsAreKeptAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := newDrafter(newLexer()).vector
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zà-ý]{2,12}`), 0, 200).Draw(t, "words")
		l := newLexer()
		for _, w := range words {
			v.add(l, w, l.analyse(w, plain), plain)
		}
		kept, err := decodeVector(v.encode())
		if err != nil {
			t.Fatal(err)
		}
		want := v.terms[:min(len(v.terms), mostVectorTerms)]
		if !slices.Equal(kept, want) {
			t.Fatalf("kept %v, want %v", kept, want)
		}
	})
}

func FuzzDecodeVector(f *testing.F) {
	f.Add([]byte{1, 2, 3, 'a', 'b', 'c'})
	f.Add([]byte{200})
	f.Fuzz(func(t *testing.T, b []byte) {
		if terms, err := decodeVector(b); err == nil && len(terms) > mostVectorTerms {
			t.Errorf("%d terms", len(terms))
		}
	})
}
