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
