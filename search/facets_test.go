package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// A marketer ticks industries and forms while words narrow the list as well.
func TestFacetsOfASearchIgnoreTheirOwnList(t *testing.T) {
	tagged := func(industry string, typ enablement.AssetType) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.IndustryIDs, a.Type = []string{industry}, typ }
	}
	x := open(t, t.TempDir(), newShelf(
		piece("a", "Downtime in banking", "", tagged("bank", "CASE_STUDY")),
		piece("b", "Downtime of cores", "", tagged("bank", "VIDEO")),
		piece("c", "Downtime in a plant", "", tagged("plant", "CASE_STUDY")),
		piece("d", "Downtime in a plant, filmed", "", tagged("plant", "VIDEO")),
		piece("e", "Uptime in a plant", "", tagged("plant", "CASE_STUDY")),
		piece("f", "Uptime in a shop", "", tagged("shop", "CASE_STUDY")),
	))
	for _, test := range []struct {
		story, text       string
		filter            enablement.AssetFilter
		total             int
		industries, forms string
	}{
		{"nothing ticked", "downtime", enablement.AssetFilter{}, 4, "bank:2 plant:2", "CASE_STUDY:2 VIDEO:2"},
		{"one industry", "downtime", enablement.AssetFilter{Industries: []string{"bank"}}, 2, "bank:2 plant:2", "CASE_STUDY:1 VIDEO:1"},
		{"an industry and a form", "downtime", enablement.AssetFilter{Industries: []string{"bank"}, Types: []enablement.AssetType{"VIDEO"}},
			1, "bank:1 plant:1", "CASE_STUDY:1 VIDEO:1"},
		{"a ticked value that nothing has", "downtime", enablement.AssetFilter{Industries: []string{"shop"}}, 0, "bank:2 plant:2 shop:0", ""},
		{"without words", "", enablement.AssetFilter{Industries: []string{"shop"}}, 1, "bank:2 plant:3 shop:1", "CASE_STUDY:1"},
	} {
		page := ask(t, x, enablement.AssetQuery{Text: test.text, Filter: test.filter, WithFacets: true, First: 10})
		if page.Total != test.total {
			t.Errorf("%s: total %d, want %d", test.story, page.Total, test.total)
		}
		if got := countsOf(page.Facets.Industries); got != test.industries {
			t.Errorf("%s: industries %s, want %s", test.story, got, test.industries)
		}
		if got := countsOf(page.Facets.Types); got != test.forms {
			t.Errorf("%s: forms %s, want %s", test.story, got, test.forms)
		}
	}
}

// countsOf lists counts by value, in one line.
func countsOf(facet []*enablement.FacetCount) string {
	facet = slices.Clone(facet)
	slices.SortFunc(facet, func(a, b *enablement.FacetCount) int { return strings.Compare(a.Value, b.Value) })
	line := ""
	for i, c := range facet {
		if i > 0 {
			line += " "
		}
		line += fmt.Sprintf("%s:%d", c.Value, c.Count)
	}
	return line
}
