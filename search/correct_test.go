package search

import (
	"slices"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func TestDidYouMean(t *testing.T) {
	x := open(t, t.TempDir(), library())
	for _, test := range []struct{ story, query, want string }{
		{"a letter is missing", "kuberntes", "kubernetes"},
		{"two letters are wrong in a long word", "kubarnates", "kubernetes"},
		{"the rest of the query stays as it was", "Kuberntes,  (2026)", "kubernetes,  (2026)"},
		{"the word is right", "kubernetes", ""},
		{"rare but right", "façades", ""},
		{"nothing is near", "xylophone", ""},
		{"three letters are too few to tell", "bnk", ""},
		{"numbers are not misspelt", "20266", ""},
	} {
		t.Run(test.story, func(t *testing.T) {
			page := ask(t, x, enablement.AssetQuery{Text: test.query, WithSuggestion: true, PublishedOnly: true})
			got := ""
			if page.DidYouMean != nil {
				got = *page.DidYouMean
			}
			if got != test.want {
				t.Errorf("%q: did you mean %q, want %q", test.query, got, test.want)
			}
			if test.want != "" && !slices.Contains(idsOf(page), "k8s") {
				t.Errorf("%q finds %v: the typo stands in the way", test.query, idsOf(page))
			}
		})
	}
	if page := ask(t, x, enablement.AssetQuery{Text: "kuberntes"}); page.DidYouMean != nil {
		t.Error("suggests unasked")
	}
	nothing := enablement.AssetFilter{Types: []enablement.AssetType{"VIDEO"}}
	if page := ask(t, x, enablement.AssetQuery{Text: "kuberntes", Filter: nothing, WithSuggestion: true}); page.DidYouMean != nil {
		t.Error("suggests what finds no more within the filter")
	}
}
