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

// What only drafts have is no word to a rep: neither is it told, nor does it keep
// the rep's slip from being understood.
func TestASlipThatADraftHasTooIsUnderstood(t *testing.T) {
	draft := func(a *enablement.Asset) { a.Status = enablement.StatusDraft }
	x := open(t, t.TempDir(), newShelf(piece("good", "Compliance", ""), piece("slip", "Complience", "", draft), piece("secret", "Zyxword", "", draft, func(a *enablement.Asset) { a.Topics = []string{"zyxTopic"} })))
	q := enablement.AssetQuery{Text: "complience", WithSuggestion: true, PublishedOnly: true}
	page := ask(t, x, q)
	if got := idsOf(page); !slices.Equal(got, []string{"good"}) || page.DidYouMean == nil || *page.DidYouMean != "compliance" {
		t.Errorf("a rep finds %v, did you mean %v", got, page.DidYouMean)
	}
	q.PublishedOnly = false
	if page := ask(t, x, q); !slices.Equal(idsOf(page), []string{"slip"}) || page.DidYouMean != nil {
		t.Errorf("a marketer finds %v, did you mean %v", idsOf(page), page.DidYouMean)
	}
	topics := enablement.AssetQuery{Filter: enablement.AssetFilter{Topics: []string{"zyxtopic"}}, WithFacets: true, PublishedOnly: true}
	if page := ask(t, x, topics); len(page.Facets.Topics) > 0 {
		t.Errorf("a rep is told of the topic %q", page.Facets.Topics[0].Label)
	}
	topics.PublishedOnly = false
	if page := ask(t, x, topics); len(page.Facets.Topics) != 1 {
		t.Errorf("a marketer is told of %v", page.Facets.Topics)
	}
}

// However many drafts have it.
func TestASlipThatManyDraftsHaveIsUnderstood(t *testing.T) {
	docs := newShelf(piece("good", "Compliance", ""))
	for i := range 100 {
		docs.put(piece(number(i), "Pumps", "Of complience.", func(a *enablement.Asset) { a.Status = enablement.StatusDraft }))
	}
	page := ask(t, open(t, t.TempDir(), docs), enablement.AssetQuery{Text: "complience", WithSuggestion: true, PublishedOnly: true})
	if got := idsOf(page); !slices.Equal(got, []string{"good"}) || page.DidYouMean == nil || *page.DidYouMean != "compliance" {
		t.Errorf("a rep finds %v, did you mean %v", got, page.DidYouMean)
	}
}

// Nor does a slip keep a rep from being understood where the rules of a language take it for a word that has synonyms.
func TestASlipForAWordWithSynonymsIsUnderstood(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(piece("left", "Leaving the spreadsheet", ""), piece("other", "Pumps", "")))
	x.SetSynonyms([]*enablement.Synonyms{{ID: "a", Terms: []string{"spreadsheet", "Excel", "Google Sheets"}}})
	for query, want := range map[string]string{"spreadshet": "spreadsheet", "spreaadsheet": "spreadsheet", "excel": "", "google sheets": ""} {
		page := ask(t, x, enablement.AssetQuery{Text: query, WithSuggestion: true})
		meant := ""
		if page.DidYouMean != nil {
			meant = *page.DidYouMean
		}
		if !slices.Equal(idsOf(page), []string{"left"}) || meant != want {
			t.Errorf("%q finds %v, did you mean %q", query, idsOf(page), meant)
		}
	}
}

// What says nothing by itself is nobody's meaning.
func TestAWordIsNotRespeltToOneThatSaysNothing(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(piece("law", "What a court could ask", "It could, and it would."), piece("ice", "Gold", "")))
	page := ask(t, x, enablement.AssetQuery{Text: "cold", WithSuggestion: true})
	if got := idsOf(page); !slices.Equal(got, []string{"ice"}) || page.DidYouMean == nil || *page.DidYouMean != "gold" {
		t.Errorf("finds %v, did you mean %v", got, page.DidYouMean)
	}
}

// Nor is what says nothing in another language.
func TestAWordIsNotRespeltToAnotherLanguagesStopWord(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(piece("white", "White paper", ""), piece("wie", "Wie es geht", "Wie und was.", func(a *enablement.Asset) { a.Language = "de" })))
	page := ask(t, x, enablement.AssetQuery{Text: "wite", WithSuggestion: true})
	if got := idsOf(page); !slices.Equal(got, []string{"white"}) {
		t.Errorf("finds %v", got)
	}
}

// A word that assets have may be there by chance: as the beginning of commoner
// ones while it is typed, or by the rules of another language.
func TestWordsThatAreThereByChance(t *testing.T) {
	in := func(language string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Language = language }
	}
	docs := newShelf(
		piece("german", "Was man sieht", "", in("de")),
		piece("french", "Nos suppliers", "", in("fr")), // whose rules make suplier of it
		piece("fournisseur", "Le fournisseur", "", in("fr")),
	)
	for _, id := range []string{"m1", "m2", "m3", "m4", "m5", "m6"} {
		docs.put(piece(id, "Manufacturing", ""))
	}
	docs.put(piece("supplier", "Supplier review", ""))
	x := open(t, t.TempDir(), docs)
	for _, test := range []struct {
		story, query string
		finds        string
		meant        string
	}{
		{"a beginning is completed", "man", "m1", ""},
		{"and is still found as it is", "man", "german", ""},
		{"with a space behind it, it is finished", "man ", "german", ""},
		{"a slip that French rules take for a French word", "suplier", "supplier", "supplier"},
		{"a form of a French word is none", "fournisseurs", "fournisseur", ""},
	} {
		page := ask(t, x, enablement.AssetQuery{Text: test.query, WithSuggestion: true, First: 20})
		if ids := idsOf(page); !slices.Contains(ids, test.finds) {
			t.Errorf("%s: %q finds %v, want %s among them", test.story, test.query, ids, test.finds)
		}
		meant := ""
		if page.DidYouMean != nil {
			meant = *page.DidYouMean
		}
		if meant != test.meant {
			t.Errorf("%s: to %q suggests %q, want %q", test.story, test.query, meant, test.meant)
		}
	}
	if ids := idsOf(ask(t, x, enablement.AssetQuery{Text: "man ", First: 20})); len(ids) != 1 {
		t.Errorf("a finished word is completed: %v", ids)
	}
}
