package resolvers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// publicSchema is the API's schema as its files say, without resolvers: what
// Limits does comes before any is called.
type publicSchema struct{ schema *ast.Schema }

func newPublicSchema(t testing.TB) publicSchema {
	t.Helper()
	files, err := filepath.Glob("../graph/schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	return publicSchema{gqlparser.MustLoadSchema(sources...)}
}

func (s publicSchema) Schema() *ast.Schema { return s.schema }

func (s publicSchema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s publicSchema) Exec(context.Context) graphql.ResponseHandler { return nil }

// admit runs a document as far as its execution and gives its weight.
func admit(s publicSchema, o LimitOptions, document string, variables map[string]any) (weight, gqlerror.List) {
	e := executor.New(s)
	l := Limits(o).(*limits)
	e.Use(l)
	ctx := graphql.StartOperationTrace(auth.WithViewer(context.Background(), &enablement.User{Role: enablement.RoleRep}))
	operation, faults := e.CreateOperationContext(ctx, &graphql.RawParams{Query: document, Variables: variables})
	if len(faults) > 0 {
		return weight{}, faults
	}
	return l.weigh(operation), nil
}

func wantTooComplex(t *testing.T, faults gqlerror.List, code enablement.Code, says string) {
	t.Helper()
	if len(faults) != 1 {
		t.Fatalf("faults %v, want one", faults)
	}
	coded, ok := errors.AsType[*enablement.Error](faults[0])
	if !ok || coded.Code != code {
		t.Errorf("fault %v, want the code %s", faults[0], code)
	}
	if !strings.Contains(faults[0].Message, says) {
		t.Errorf("message %q does not say %q", faults[0].Message, says)
	}
}

const assetFields = `fragment assetFields on Asset {
	id externalId title summary type status url funnelStages topics language publishedAt expiresAt version createdAt updatedAt
	personas { id name description jobTitles } industries { id name aliases parent { id name } }
	owner { id name email team role } usage { sends assets leads reps lastSentAt }
}`

// pages are what a frontend asks for when it shows all that it can.
func pages() map[string]string {
	return map[string]string{
		"the catalog, 100 at a time": `query { viewer { name role } personas { id name } industries { id name }
			assets(query: "audit", first: 100) { totalCount didYouMean pageInfo { hasNextPage endCursor }
				edges { cursor score highlights { field fragment } node { ...assetFields } }
				facets { personas { value label count } industries { value label count } funnelStages { value label count } types { value label count } topics { value label count } } } } ` + assetFields,
		"a lead with all about it": `query { lead(id: "led_1") { id firstName lastName email jobTitle company rawIndustry notes painPoints
				persona { id name } industry { id name } owner { id name }
				recommendations(first: 10) { score alreadySent asset { ...assetFields } reasons { signal contribution detail } }
				sends(first: 100) { totalCount pageInfo { hasNextPage } nodes { id channel message sentAt rep { id name } assets { id title type url } } } } } ` + assetFields,
		"50 leads with what to send them": `query { leads(first: 50) { totalCount nodes { id firstName lastName company persona { name } industry { name }
				recommendations(first: 3) { score asset { id title url } reasons { detail } } } } }`,
		"100 leads with their last sends": `query { leads(first: 100) { nodes { id firstName lastName email company lifecycleStage owner { name }
				sends(first: 3) { nodes { sentAt channel assets { id title } } } } } }`,
		"the usage of a quarter": `query { usage(range: { from: "2026-01-01T00:00:00Z" }) { totals { sends assets leads reps lastSentAt }
				byAsset: by(dimension: ASSET, first: 100) { key label totals { sends leads } } byRep: by(dimension: REP, first: 100) { key label totals { sends } }
				byPersona: by(dimension: PERSONA) { key label totals { sends } } timeline(interval: DAY) { start totals { sends leads } }
				unused(first: 100) { totalCount nodes { ...assetFields } } }
				coverage { persona { name } industry { name } funnelStage assets leads sends } } ` + assetFields,
		"every row of a report": `query { usage { by(dimension: CAMPAIGN, first: 1000) { key label totals { sends assets leads reps lastSentAt } } } }`,
		"an import in one document": `mutation { importLeads(rows: [` + strings.Repeat(`{externalId: "x", email: "a@example.com", firstName: "Ana", painPoints: ["audits"]} `, 500) +
			`]) { created updated unchanged failed errors { row field message } } }`,
		"twenty sends at once": `mutation { ` + func() string {
			var all strings.Builder
			for i := range 20 {
				fmt.Fprintf(&all, `s%d: recordSend(input: {lead: "led_1", assets: ["ast_1"], idempotencyKey: "k%d"}) { id sentAt assets { id title } } `, i, i)
			}
			return all.String()
		}() + `}`,
	}
}

var repBound = DefaultBounds()[enablement.RoleRep]

func TestEveryPageOfAFrontendPasses(t *testing.T) {
	schema := newPublicSchema(t)
	for name, document := range pages() {
		t.Run(name, func(t *testing.T) {
			got, faults := admit(schema, LimitOptions{}, document, nil)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			t.Logf("cost %d of %d, depth %d of %d", got.cost, repBound.Cost, got.depth, repBound.Depth)
			if got.cost > repBound.Cost*3/4 || got.depth > repBound.Depth*2/3 {
				t.Errorf("it just passes: %+v", got)
			}
		})
	}
}

func TestAnExplorerReadsTheSchemaWhereThatIsAllowed(t *testing.T) {
	schema := newPublicSchema(t)
	got, faults := admit(schema, LimitOptions{Introspection: true}, introspection.Query, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	t.Logf("cost %d of %d", got.cost, repBound.Cost)

	_, faults = admit(schema, LimitOptions{}, introspection.Query, nil)
	wantTooComplex(t, faults, enablement.Forbidden, "introspection is switched off")
	_, faults = admit(schema, LimitOptions{}, `{ ...f } fragment f on Query { x: __type(name: "Asset") { name } }`, nil)
	wantTooComplex(t, faults, enablement.Forbidden, "introspection is switched off")
	if _, faults = admit(schema, LimitOptions{}, `{ __typename viewer { __typename } }`, nil); len(faults) > 0 {
		t.Errorf("__typename is not introspection: %v", faults)
	}
}

func TestAListCostsAsMuchAsItIsLong(t *testing.T) {
	schema := newPublicSchema(t)
	cost := func(document string, variables map[string]any) int {
		t.Helper()
		got, faults := admit(schema, LimitOptions{}, document, variables)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return got.cost
	}
	one := cost(`{ sends(first: 1) { nodes { id } } }`, nil)
	for name, c := range map[string]struct {
		document  string
		variables map[string]any
		rows      int
	}{
		"an argument":              {`{ sends(first: 7) { nodes { id } } }`, nil, 7},
		"a variable":               {`query($n: Int) { sends(first: $n) { nodes { id } } }`, map[string]any{"n": 7}, 7},
		"a variable's default":     {`query($n: Int = 7) { sends(first: $n) { nodes { id } } }`, nil, 7},
		"a variable that is not":   {`query($n: Int) { sends(first: $n) { nodes { id } } }`, nil, 20},
		"the default":              {`{ sends { nodes { id } } }`, nil, 20},
		"null":                     {`{ sends(first: null) { nodes { id } } }`, nil, 20},
		"through a fragment":       {`{ sends(first: 7) { ...f } } fragment f on SendConnection { ... { nodes { id } } }`, nil, 7},
		"what will be refused":     {`{ sends(first: 2000000000) { nodes { id } } }`, nil, 1},
		"what will be refused too": {`{ sends(first: -5) { nodes { id } } }`, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := cost(c.document, c.variables), one+c.rows-1; got != want {
				t.Errorf("cost %d, want %d for %d rows", got, want, c.rows)
			}
		})
	}
	t.Run("one fragment on lists of two lengths", func(t *testing.T) {
		both := cost(`{ a: sends(first: 3) { ...f } b: sends(first: 50) { ...f } } fragment f on SendConnection { nodes { id } }`, nil)
		if want := 2*one - requestCost + 2 + 49; both != want {
			t.Errorf("cost %d, want %d", both, want)
		}
	})
}

// What is in arguments costs the same in a variable as in the document.
func TestArgumentsCostByWhatIsInThem(t *testing.T) {
	schema := newPublicSchema(t)
	cost := func(document string, variables map[string]any) int {
		t.Helper()
		got, faults := admit(schema, LimitOptions{Bounds: Bounds{enablement.RoleRep: {Tokens: 20_000, Depth: 15, Cost: endless}}}, document, variables)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return got.cost
	}
	lead := map[string]any{"externalId": "x"}
	plain := cost(`{ assets { totalCount } }`, nil)
	rows := cost(`mutation { importLeads(rows: []) { created } }`, nil)
	for name, c := range map[string]struct {
		document  string
		variables map[string]any
		more      int
		than      int
	}{
		"words":                   {`{ assets(query: "one two-three") { totalCount } }`, nil, 240, plain},
		"words in a block":        {`{ assets(query: """one two three""") { totalCount } }`, nil, 240, plain},
		"words in a variable":     {`query($q: String) { assets(query: $q) { totalCount } }`, map[string]any{"q": "one two three"}, 240, plain},
		"words in a default":      {`query($q: String = "one two three") { assets(query: $q) { totalCount } }`, nil, 240, plain},
		"words without spaces":    {`{ assets(query: "監査証跡") { totalCount } }`, nil, 320, plain},
		"no more than 250 words":  {`query($q: String) { assets(query: $q) { totalCount } }`, map[string]any{"q": strings.Repeat("word ", 100_000)}, 20_000, plain},
		"values":                  {`{ assets(filter: {personas: ["a", "b", "c"], topics: ["d"]}) { totalCount } }`, nil, 3, plain},
		"values in a variable":    {`query($f: AssetFilter) { assets(filter: $f) { totalCount } }`, map[string]any{"f": map[string]any{"personas": []any{"a", "b", "c"}, "topics": []any{"d"}}}, 3, plain},
		"values within a literal": {`query($p: [ID!]) { assets(filter: {personas: $p}) { totalCount } }`, map[string]any{"p": []any{"a", "b", "c", "d"}}, 3, plain},
		"one value":               {`query($p: [ID!]) { assets(filter: {personas: $p}) { totalCount } }`, map[string]any{"p": "a"}, 0, plain},
		"one row":                 {`mutation($r: [LeadInput!]!) { importLeads(rows: $r) { created } }`, map[string]any{"r": map[string]any{"painPoints": []any{"a", "b", "c"}}}, 102, rows},
		"rows":                    {`mutation { importLeads(rows: [{externalId: "x"}, {externalId: "x"}]) { created } }`, nil, 201, rows},
		"rows in a variable":      {`mutation($r: [LeadInput!]!) { importLeads(rows: $r) { created } }`, map[string]any{"r": []any{lead, lead}}, 201, rows},
	} {
		if got := cost(c.document, c.variables) - c.than; got != c.more {
			t.Errorf("%s cost %d, want %d", name, got, c.more)
		}
	}
	// A thousand rows fit, with all that they may hold; two times a thousand do not.
	full := make([]any, enablement.MaxImportRows)
	for i := range full {
		full[i] = map[string]any{"title": "t", "personas": make20(), "industries": make20()}
	}
	const document = `mutation($r: [AssetInput!]!) { importAssets(rows: $r) { created errors { row field message } } }`
	if _, faults := admit(schema, LimitOptions{}, document, map[string]any{"r": full}); len(faults) > 0 {
		t.Error(faults)
	}
	_, faults := admit(schema, LimitOptions{}, strings.Replace(document, "importAssets", "a: importAssets(rows: $r) { created } importAssets", 1), map[string]any{"r": full})
	wantTooComplex(t, faults, enablement.TooComplex, "costs")
}

func make20() []any {
	out := make([]any, 20)
	for i := range out {
		out[i] = "x"
	}
	return out
}

// Who counts what is in a variable once for each use of it can be kept busy with
// a few of both.
func TestAVariableIsCountedOnce(t *testing.T) {
	values := make([]any, 1_000_000)
	for i := range values {
		values[i] = "x"
	}
	document := `query($p: [ID!]) { ` + numbered(1_000, "a#: assets(filter: {personas: $p}) { totalCount } ") + `}`
	began := time.Now()
	_, faults := admit(newPublicSchema(t), LimitOptions{}, document, map[string]any{"p": values})
	wantTooComplex(t, faults, enablement.TooComplex, "costs")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

// Each role has bounds of its own, and each bound refuses.
func TestBoundsAreSetByRole(t *testing.T) {
	schema := newPublicSchema(t)
	document := `{ leads(first: 2) { nodes { id owner { name } } } }`
	for name, c := range map[string]struct {
		kind  string
		value string
		long  string
		says  string
	}{
		"tokens": {"tokens", "100", strings.Repeat("#\n", 100), "more than 100 tokens"},
		"depth":  {"depth", "3", "", "nests fields 4 deep; 3 is the most"},
		"cost":   {"cost", "50", "", "and 50 is the most"},
	} {
		t.Run(name, func(t *testing.T) {
			forReps, err := DefaultBounds().With(c.kind, map[string]string{"rep": c.value})
			if err != nil {
				t.Fatal(err)
			}
			_, faults := admit(schema, LimitOptions{Bounds: forReps}, c.long+document, nil)
			wantTooComplex(t, faults, enablement.TooComplex, c.says)
			forOthers, err := DefaultBounds().With(c.kind, map[string]string{"MARKETER": c.value, "NOBODY": c.value, "ADMIN": c.value})
			if err != nil {
				t.Fatal(err)
			}
			if _, faults = admit(schema, LimitOptions{Bounds: forOthers}, c.long+document, nil); len(faults) > 0 {
				t.Errorf("a rep is held to another's bounds: %v", faults)
			}
		})
	}
}

// Who has no valid token and asks for much is told what is missing: a token,
// not a smaller question.
func TestAStrangerWhoAsksForMuchIsToldToSignIn(t *testing.T) {
	e := executor.New(newPublicSchema(t))
	e.Use(Limits(LimitOptions{}))
	for name, document := range map[string]string{
		"by its tokens":                `{ viewer { ` + numbered(2_000, "a#: id ") + `} }`,
		"by its cost":                  `{ leads(first: 100) { nodes { recommendations(first: 50) { score } } } }`,
		"by what it is with fragments": `{ viewer { ` + strings.Repeat("id ", 400) + `} }`,
	} {
		ctx := graphql.StartOperationTrace(context.Background())
		_, faults := e.CreateOperationContext(ctx, &graphql.RawParams{Query: document})
		t.Log(name, faults)
		if len(faults) != 1 || enablement.CodeOf(faults[0]) != enablement.Unauthenticated {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestBoundsThatCannotBeAreRefusedInWords(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string
		values map[string]string
		says   string
	}{
		"a role that is not there": {"cost", map[string]string{"SALES": "1"}, `"SALES" is none of REP, MARKETER, ADMIN, NOBODY`},
		"no cost":                  {"cost", map[string]string{"REP": "0"}, `cost of REP must be a whole number from 1 to 999999999, not "0"`},
		"a depth below 1":          {"depth", map[string]string{"ADMIN": "-1"}, `from 1 to 50, not "-1"`},
		"a depth without end":      {"depth", map[string]string{"ADMIN": "51"}, `from 1 to 50, not "51"`},
		"hardly any tokens":        {"tokens", map[string]string{"NOBODY": "99"}, `tokens of NOBODY must be a whole number from 100 to 65536, not "99"`},
		"what is no number":        {"tokens", map[string]string{"NOBODY": "many"}, `not "many"`},
	} {
		if _, err := DefaultBounds().With(c.kind, c.values); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// A fragment is weighed once and counts each time: the weight is that of the
// document with every fragment written out.
func TestTheWeightIsThatOfTheDocumentWrittenOut(t *testing.T) {
	schema := newPublicSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		// Fragment i may spread those after it, so there is no cycle.
		n := rapid.IntRange(1, 5).Draw(t, "fragments")
		bodies := make([]string, n+1)
		written := make([]string, n+1)
		bodies[n], written[n] = "id", "id"
		for i := n - 1; i >= 0; i-- {
			for part := range rapid.IntRange(1, 3).Draw(t, "parts") {
				to := rapid.IntRange(i+1, n).Draw(t, "to")
				switch rapid.IntRange(0, 2).Draw(t, "kind") {
				case 0:
					bodies[i] += fmt.Sprintf(" ...f%d", to)
					written[i] += fmt.Sprintf(" ... { %s }", written[to])
				case 1:
					bodies[i] += fmt.Sprintf(" p%d_%d: parent { ...f%d }", i, part, to)
					written[i] += fmt.Sprintf(" p%d_%d: parent { %s }", i, part, written[to])
				case 2:
					bodies[i] += " name"
					written[i] += " name"
				}
			}
		}
		spread := "{ industries { ...f0 } }"
		for i, body := range bodies {
			if strings.Contains(strings.Join(bodies, " ")+spread, fmt.Sprintf("...f%d", i)) {
				spread += fmt.Sprintf(" fragment f%d on Industry { %s }", i, body)
			}
		}
		o := LimitOptions{Bounds: Bounds{enablement.RoleRep: {Tokens: 20_000, Depth: 1_000, Cost: endless}}}
		a, faults := admit(schema, o, spread, nil)
		if len(faults) > 0 && strings.Contains(faults[0].Message, "is never used") {
			t.Skip("a fragment that only an unused one spreads")
		}
		b, more := admit(schema, o, "{ industries { "+written[0]+" } }", nil)
		if len(faults)+len(more) > 0 {
			t.Fatalf("%v %v\n%s", faults, more, spread)
		}
		if a != b {
			t.Fatalf("weight %+v by fragments, %+v written out:\n%s", a, b, spread)
		}
	})
}

func BenchmarkLimits(b *testing.B) {
	schema := newPublicSchema(b)
	e := executor.New(schema)
	document := pages()["the catalog, 100 at a time"]
	operation, faults := e.CreateOperationContext(graphql.StartOperationTrace(b.Context()), &graphql.RawParams{Query: document})
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	l := Limits(LimitOptions{}).(*limits)
	b.ReportAllocs()
	for b.Loop() {
		if err := l.MutateOperationParameters(b.Context(), &graphql.RawParams{Query: document}); err != nil {
			b.Fatal(err)
		}
		if err := l.MutateOperationContext(b.Context(), operation); err != nil {
			b.Fatal(err)
		}
	}
}
