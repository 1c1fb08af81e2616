package resolvers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/enablement"
)

// endless is where costs stop growing, so that they cannot overflow.
const endless = 1_000_000_000

// otherLists is how long a list is taken to be that has no first and no row in
// costs.
const otherLists = 4

// fieldCost is what one field costs beside the fields within it.
type fieldCost struct {
	// work is what answering the field takes, a plain field being 1 (about a
	// microsecond).
	work int
	// length is how long a list without first is taken to be.
	length int
}

// costs lists the fields that are not plain, by type and name. A field that is
// not here costs 1; a list is as long as its argument first says.
func costs() map[string]fieldCost {
	return map[string]fieldCost{
		"Query.assets":                     {work: 300},
		"Query.suggest":                    {work: 20},
		"Query.personas":                   {work: 1, length: 50},
		"Query.industries":                 {work: 1, length: 50},
		"Query.synonyms":                   {work: 1, length: 500},
		"Query.leads":                      {work: 50},
		"Query.recommend":                  {work: 500},
		"Query.unmapped":                   {work: 500},
		"Query.whyNot":                     {work: 500},
		"Query.duplicates":                 {work: 20_000},
		"Query.sends":                      {work: 20},
		"Query.usage":                      {work: 50},
		"Query.auditLog":                   {work: 500},
		"AuditChange.fields":               {work: 1, length: 14},
		"Query.searchInsights":             {work: 1},
		"SearchInsights.totals":            {work: 200},
		"SearchInsights.terms":             {work: 1_000},
		"SearchInsights.withoutHits":       {work: 1_000},
		"SearchInsights.unused":            {work: 1_000},
		"SearchInsights.suggestedSynonyms": {work: 1_000},
		"SearchedTerm.filters":             {work: 2, length: 3},
		"Query.coverage":                   {work: 200, length: 500},
		"Lead.recommendations":             {work: 500},
		"Lead.sends":                       {work: 5},
		"Lead.personaMatch":                {work: 10},
		"Lead.industryMatch":               {work: 5},
		"Asset.usage":                      {work: 5},
		"Asset.similar":                    {work: 400},
		"Asset.nearDuplicates":             {work: 100},
		"DuplicatePair.assets":             {work: 1, length: 2},
		"Usage.by":                         {work: 50},
		"Usage.timeline":                   {work: 200, length: 2_000}, // of 5,000 at most
		"AssetConnection.didYouMean":       {work: 1_000},
		"AssetEdge.highlights":             {work: 20, length: 3},
		"Asset.body":                       {work: 20},
		"Usage.unused":                     {work: 100},
		"AssetConnection.facets":           {work: 100},
		"AssetFacets.personas":             {work: 1, length: 20},
		"AssetFacets.industries":           {work: 1, length: 20},
		"AssetFacets.topics":               {work: 1, length: 50},
		"Mutation.importAssets":            {work: 1_000},
		"Mutation.importLeads":             {work: 1_000},
		"Mutation.importSends":             {work: 1_000},
		"Mutation.importOutcomes":          {work: 1_000},
		"Send.outcomes":                    {work: 2, length: 3},
		"__Schema.types":                   {work: 1, length: 80},
		"__Schema.directives":              {work: 1, length: 10},
		"__Type.possibleTypes":             {work: 1, length: 2},
		"__Type.interfaces":                {work: 1, length: 1},
		"__Type.fields":                    {work: 1, length: 8},
		"__Field.args":                     {work: 1, length: 1},
	}
}

// weight is what a selection set amounts to.
type weight struct {
	cost, depth int
	introspects bool
}

// weigher weighs the selection sets of one document.
type weigher struct {
	costs     map[string]fieldCost
	variables map[string]any
	fragments map[fragmentUse]weight
}

// fragmentUse is a fragment in a place where lists of nodes and edges have a
// certain length: all that a fragment's weight depends on.
type fragmentUse struct {
	name string
	page int
}

// selections weighs a selection set. page is the length of the connection that
// it is the selection of; 0: it is none.
func (w *weigher) selections(set ast.SelectionSet, page int) weight {
	var sum weight
	for _, selection := range set {
		var part weight
		switch s := selection.(type) {
		case *ast.Field:
			part = w.field(s, page)
		case *ast.InlineFragment:
			part = w.selections(s.SelectionSet, page)
		case *ast.FragmentSpread:
			part = w.fragment(s, page)
		}
		sum.cost = min(sum.cost+part.cost, endless)
		sum.depth = max(sum.depth, part.depth)
		sum.introspects = sum.introspects || part.introspects
	}
	return sum
}

// fragment weighs a fragment once for each page length. Validation has refused
// fragments that spread themselves.
func (w *weigher) fragment(s *ast.FragmentSpread, page int) weight {
	use := fragmentUse{s.Name, page}
	known, ok := w.fragments[use]
	if !ok {
		known = w.selections(s.Definition.SelectionSet, page)
		w.fragments[use] = known
	}
	return known
}

func (w *weigher) field(f *ast.Field, page int) weight {
	own := w.own(f)
	first := w.first(f)
	times, inner := 1, 0
	switch list := f.Definition.Type.Elem != nil; {
	case !list:
		inner = first // a connection: its nodes and edges are that many
	case page > 0 && (f.Name == "nodes" || f.Name == "edges"):
		times = page
	case first > 0:
		times = first
	default:
		times = own.length
	}
	within := w.selections(f.SelectionSet, inner)
	out := weight{
		cost:        min(own.work+times*max(within.cost, 1)-1, endless),
		depth:       within.depth + 1,
		introspects: within.introspects,
	}
	if f.Name == "__schema" || f.Name == "__type" {
		// How deep the schema may be read is a rule of validation's own.
		out.depth, out.introspects = 1, true
	}
	return out
}

// own is the field's row in costs, completed.
func (w *weigher) own(f *ast.Field) fieldCost {
	row := w.costs[f.ObjectDefinition.Name+"."+f.Name]
	row.work = max(row.work, 1)
	if row.length == 0 {
		row.length = otherLists
	}
	return row
}

// first is the argument first of a field or its default; 0 where the field has
// none. One beyond what any field takes counts as 1, for it will be refused as
// BAD_USER_INPUT, which helps the client more.
func (w *weigher) first(f *ast.Field) int {
	definition := f.Definition.Arguments.ForName("first")
	if definition == nil {
		return 0
	}
	text := ""
	if argument := f.Arguments.ForName("first"); argument != nil && argument.Value != nil {
		if value, err := argument.Value.Value(w.variables); err == nil && value != nil {
			text = fmt.Sprint(value)
		}
	}
	if text == "" && definition.DefaultValue != nil {
		text = definition.DefaultValue.Raw
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > enablement.MaxUsageRows {
		return 1
	}
	return n
}
