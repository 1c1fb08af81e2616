package search

import (
	"slices"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// Every form has a name that people search it by, but OTHER, which is none.
func TestEveryFormOfCollateralHasAName(t *testing.T) {
	for _, typ := range enablement.AssetTypes() {
		named := slices.ContainsFunc(forms, func(f struct {
			of        enablement.AssetType
			spellings []string
		}) bool {
			return f.of == typ && len(f.spellings) > 0
		})
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
