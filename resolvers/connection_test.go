package resolvers

import (
	"strings"
	"testing"
)

// Nothing is worked out that nobody asked for, whichever way it is asked.
func TestWhatIsSelectedIsSeenThroughFragmentsAndAliases(t *testing.T) {
	highlights := []string{"edges", "highlights"}
	for name, c := range map[string]struct {
		selection string
		path      []string
		variables map[string]any
		want      bool
	}{
		"a field":                        {`facets { topics { value } }`, []string{"facets"}, nil, true},
		"another field":                  {`totalCount`, []string{"facets"}, nil, false},
		"a field within":                 {`edges { highlights { field } }`, highlights, nil, true},
		"the field above alone":          {`edges { cursor }`, highlights, nil, false},
		"an alias":                       {`rows: edges { marks: highlights { field } }`, highlights, nil, true},
		"an alias of that name":          {`edges { highlights: cursor }`, highlights, nil, false},
		"the second of two":              {`a: edges { cursor } b: edges { highlights { field } }`, highlights, nil, true},
		"merged":                         {`edges { cursor } edges { highlights { field } }`, highlights, nil, true},
		"a fragment":                     {`...page`, highlights, nil, true},
		"an inline fragment":             {`... on AssetConnection { edges { ... { highlights { field } } } }`, highlights, nil, true},
		"a fragment that lacks it":       {`...bare`, highlights, nil, false},
		"skipped":                        {`edges { highlights @skip(if: true) { field } }`, highlights, nil, false},
		"skipped by a variable":          {`edges { highlights @skip(if: $no) { field } }`, highlights, map[string]any{"no": true}, false},
		"not skipped by a variable":      {`edges { highlights @skip(if: $no) { field } }`, highlights, map[string]any{"no": false}, true},
		"a fragment that is left out":    {`...page @include(if: false)`, highlights, nil, false},
		"of that name somewhere deeper":  {`edges { node { title } } nodes { id }`, []string{"title"}, nil, false},
		"a field without more below it":  {`didYouMean`, []string{"didYouMean"}, nil, true},
		"a field above that is no field": {`nodes { id }`, []string{"edges", "node", "id"}, nil, false},
		"three deep":                     {`edges { node { id } }`, []string{"edges", "node", "id"}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			declared := ""
			if strings.Contains(c.selection, "$no") {
				declared = "($no: Boolean!)"
			}
			document := `query` + declared + ` { assets { ` + c.selection + ` } }`
			if strings.Contains(c.selection, "...page") {
				document += ` fragment page on AssetConnection { edges { ...row } } fragment row on AssetEdge { highlights { field } }`
			}
			if strings.Contains(c.selection, "...bare") {
				document += ` fragment bare on AssetConnection { edges { cursor } }`
			}
			if got := selects(within(t, document, c.variables), c.path...); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
