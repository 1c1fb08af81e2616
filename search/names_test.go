package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// Every form has a name that people search it by, but OTHER, which is none.
func TestEveryFormOfCollateralHasAName(t *testing.T) {
	for _, typ := range enablement.AssetTypes() {
		named := slices.ContainsFunc(forms(), func(f form) bool { return f.of == typ && len(f.spellings) > 0 })
		if named == (typ == enablement.TypeOther) {
			t.Errorf("%s: named %t", typ, named)
		}
	}
}

// Given a case study that does not call itself one, when a rep asks for a case
// study of its subject, then it comes before a paper on the subject.
func TestTheFormThatIsAskedForComesFirst(t *testing.T) {
	docs := newShelf(
		piece("ast_paper", "Hospital records", "On hospitals"),
		piece("ast_story", "Hospital records", "On hospitals", func(a *enablement.Asset) { a.Type = "CASE_STUDY" }),
		piece("ast_other", "Pumps", "On pumps", func(a *enablement.Asset) { a.Type = "CASE_STUDY" }),
	)
	x := open(t, t.TempDir(), docs)
	if got := find(t, x, enablement.AssetQuery{Text: "hospital case study"}); len(got) == 0 || got[0] != "ast_story" {
		t.Errorf("found %v", got)
	}
}

func TestOnlyKeepsToTheAssetsNamed(t *testing.T) {
	docs := newShelf(piece("ast_a", "Guide", ""), piece("ast_b", "Guide", ""), piece("ast_c", "Guide", ""))
	x := open(t, t.TempDir(), docs)
	got := find(t, x, enablement.AssetQuery{Only: []string{"ast_c", "ast_gone", "ast_a"}, Order: enablement.OrderTitle})
	if !slices.Equal(got, []string{"ast_a", "ast_c"}) {
		t.Errorf("found %v", got)
	}
}

// Given an e-mail template that talks of case studies, when a rep asks for case
// studies, then those that are some come first, before all those that talk of
// them too.
func TestAFormComesBeforeWhatTalksOfIt(t *testing.T) {
	form := func(typ enablement.AssetType) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Type = typ }
	}
	x := open(t, t.TempDir(), newShelf(
		piece("mail", "Case study follow-up", "This case study of ours may help. Case studies say more than I do.", form("EMAIL_TEMPLATE")),
		piece("tagged", "Pumps that never stop", "Of pumps.", form("CASE_STUDY")),
		piece("both", "A case study on pumps", "Of pumps.", form("CASE_STUDY")),
		piece("book", "The book of pumps", "Of pumps and e-mail.", form("EBOOK")),
	))
	for query, want := range map[string]string{
		"case studies": "both tagged mail", "case-study": "both tagged mail", "Success stories": "both tagged", "customer story": "both tagged",
		"e-book": "book", "ebooks": "book", "eBook pumps": "book", "pumps case study": "both tagged mail book",
	} {
		if got := find(t, x, enablement.AssetQuery{Text: query}); !slices.Equal(got[:min(len(got), len(strings.Fields(want)))], strings.Fields(want)) {
			t.Errorf("%q finds %v, want %s", query, got, want)
		}
	}
}

// A language that is asked for by its name comes before what talks of it, in any
// of its regions.
func TestALanguageComesBeforeWhatTalksOfIt(t *testing.T) {
	in := func(language string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Language = language }
	}
	x := open(t, t.TempDir(), newShelf(
		piece("talk", "Selling to German plants", "German law, German customers.", in("en")),
		piece("bericht", "Pumpen im Dauerlauf", "Von Pumpen.", in("de")),
		piece("austria", "Pumpen am Berg", "Von Pumpen.", in("de-AT")),
		piece("relato", "Bombas sem parar", "De bombas.", in("pt-BR")),
	))
	for query, want := range map[string]string{
		"german": "austria bericht talk", "Deutsch": "austria bericht", "portuguese": "relato",
	} {
		got := find(t, x, enablement.AssetQuery{Text: query})
		wanted := strings.Fields(want)
		if len(got) == len(wanted) {
			slices.Sort(got[:min(len(got), 2)]) // equals go by date
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%q finds %v, want %s", query, got, want)
		}
	}
}

// What was made for hospitals is found by the name of the field they belong to,
// behind what was made for that.
func TestAnIndustryFindsThoseBelowIt(t *testing.T) {
	care := &enablement.Industry{ID: "ind_care", Name: "Healthcare", Aliases: []string{"Medical"}}
	clinics := &enablement.Industry{ID: "ind_clinics", Name: "Hospitals", ParentID: "ind_care"}
	for_ := func(id string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.IndustryIDs = []string{id} }
	}
	x := open(t, t.TempDir(), newShelf(piece("above", "Rounds", "", for_("ind_care")), piece("below", "Wards", "", for_("ind_clinics")), piece("other", "Presses", "")))
	x.SetTaxonomy(enablement.NewTaxonomy(nil, []*enablement.Industry{care, clinics}))
	for query, want := range map[string]string{"healthcare": "above below", "medical": "above below", "hospitals": "below"} {
		if got := find(t, x, enablement.AssetQuery{Text: query}); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q finds %v, want %s", query, got, want)
		}
	}
}

func TestJobTitlesFindWhatWasMadeForThem(t *testing.T) {
	docs := shop()
	docs.put(piece("words", "What a head of platform engineering and a CFO told us", "CFO and head of platform"))
	x := open(t, t.TempDir(), docs)
	x.SetTaxonomy(enablement.NewTaxonomy([]*enablement.Persona{
		{ID: "per_cto", Name: "Technology Executive", JobTitles: []string{"CTO", "Head of Platform", "VP Engineering"}},
	}, []*enablement.Industry{{ID: "ind_finance", Name: "Financial Services", Aliases: []string{"Money & Credit"}}}))
	for query, want := range map[string]string{
		"cto": "cto", "CTOs": "cto", "vp engineering": "cto", "money and credit": "finance", "financial service": "finance",
	} {
		if got := find(t, x, enablement.AssetQuery{Text: query, PublishedOnly: true}); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", query, got, want)
		}
	}
	if got := find(t, x, enablement.AssetQuery{Text: "head of platform", PublishedOnly: true}); !slices.Contains(got, "cto") {
		t.Errorf("head of platform finds %v, and not what the persona is tagged with", got)
	}
	if got := find(t, x, enablement.AssetQuery{Text: "head of growth"}); len(got) > 0 && got[0] == "cto" {
		t.Errorf("half a title finds %v", got)
	}
}
