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

// requestCost is what any request takes: HTTP, the token, the answer.
const requestCost = 200

// fieldCost is what one field costs beside the fields within it.
type fieldCost struct {
	// work is what answering the field takes, a plain field being 1 (about a
	// microsecond of a processor).
	work int
	// length is how long a list without first is taken to be.
	length int
	// by is what in the arguments makes the field more expensive; nil: nothing.
	by *argumentCost
}

// argumentCost is what a field costs by an argument.
type argumentCost struct {
	argument string
	count    func(*weigher, *ast.Value) int
	each     int
	most     int // counted
}

func byWords(argument string, each int) *argumentCost {
	return &argumentCost{argument, (*weigher).words, each, 250}
}

func byRows(each int) *argumentCost {
	return &argumentCost{"rows", (*weigher).rows, each, enablement.MaxImportRows}
}

// costs lists the fields that are not plain, by type and name. A field that is
// not here costs 1; a list is as long as its argument first says, and every
// value in the arguments costs 1.
//
// A unit is a microsecond of a processor with some thousand assets: make prices
// holds each against what it takes. What grows with the searches that are
// remembered is priced for some hundred thousand. An import of assets is cheaper
// than it is, so that one of 1,000 rows is answered, and not two in one document.
func costs() map[string]fieldCost {
	return map[string]fieldCost{
		"Query.assets":                     {work: 300, by: byWords("query", 80)},
		"Query.suggest":                    {work: 100},
		"Query.personas":                   {work: 1, length: 50},
		"Query.industries":                 {work: 1, length: 50},
		"Query.synonyms":                   {work: 1, length: 500},
		"Query.leads":                      {work: 200},
		"Query.recommend":                  {work: 1_500, by: byWords("prospect", 40)},
		"Query.unmapped":                   {work: 300},
		"Query.whyNot":                     {work: 2_000},
		"Query.duplicates":                 {work: 4_000},
		"Query.sends":                      {work: 20},
		"Query.usage":                      {work: 50},
		"Query.auditLog":                   {work: 500},
		"AuditChange.fields":               {work: 1, length: 14},
		"Query.searchInsights":             {work: 1},
		"SearchInsights.totals":            {work: 200},
		"SearchInsights.terms":             {work: 20_000},
		"SearchInsights.withoutHits":       {work: 20_000},
		"SearchInsights.unused":            {work: 20_000},
		"SearchInsights.suggestedSynonyms": {work: 20_000},
		"SearchedTerm.filters":             {work: 2, length: 3},
		"Query.coverage":                   {work: 4_000, length: 500},
		"Lead.recommendations":             {work: 1_700},
		"Lead.sends":                       {work: 40},
		"Lead.personaMatch":                {work: 10},
		"Lead.industryMatch":               {work: 5},
		"Recommendation.reasons":           {work: 40},
		"Asset.usage":                      {work: 5},
		"Asset.similar":                    {work: 400},
		"Asset.nearDuplicates":             {work: 20},
		"DuplicatePair.assets":             {work: 1, length: 2},
		"Usage.by":                         {work: 100},
		"UsageRow.totals":                  {work: 8},
		"Usage.timeline":                   {work: 100, length: 1_700}, // of 5,000 at most
		"AssetConnection.didYouMean":       {work: 1_000},
		"AssetEdge.highlights":             {work: 100, length: 3},
		"Asset.body":                       {work: 20},
		"Usage.unused":                     {work: 600},
		"AssetConnection.facets":           {work: 300},
		"AssetFacets.personas":             {work: 1, length: 20},
		"AssetFacets.industries":           {work: 1, length: 20},
		"AssetFacets.topics":               {work: 1, length: 50},
		"Mutation.createAsset":             {work: 30_000},
		"Mutation.updateAsset":             {work: 30_000},
		"Mutation.setAssetStatus":          {work: 20_000},
		"Mutation.verifyAsset":             {work: 20_000},
		"Mutation.savePersona":             {work: 20_000},
		"Mutation.saveIndustry":            {work: 20_000},
		"Mutation.saveSynonyms":            {work: 4_000},
		"Mutation.removeSynonyms":          {work: 4_000},
		"Mutation.saveLead":                {work: 1_000},
		"Mutation.recordSend":              {work: 1_000},
		"Mutation.recordOutcome":           {work: 1_000},
		"Mutation.importAssets":            {work: 30_000, by: byRows(100)},
		"Mutation.importLeads":             {work: 1_000, by: byRows(100)},
		"Mutation.importSends":             {work: 1_000, by: byRows(100)},
		"Mutation.importOutcomes":          {work: 1_000, by: byRows(100)},
		"Send.lead":                        {work: 15},
		"Send.assets":                      {work: 20},
		"Send.rep":                         {work: 5},
		"Send.outcomes":                    {work: 2, length: 3},
		"__Schema.types":                   {work: 1, length: 80},
		"__Schema.directives":              {work: 1, length: 10},
		"__Type.possibleTypes":             {work: 1, length: 2},
		"__Type.interfaces":                {work: 1, length: 1},
		"__Type.fields":                    {work: 1, length: 12},
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
	counted   map[countedVariable]int
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
	arguments := w.arguments(f, own.by)
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
		cost:        min(own.work+arguments+times*max(within.cost, 1)-1, endless),
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
