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
	ctx := graphql.StartOperationTrace(context.Background())
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

func TestEveryPageOfAFrontendPasses(t *testing.T) {
	schema := newPublicSchema(t)
	for name, document := range pages() {
		t.Run(name, func(t *testing.T) {
			got, faults := admit(schema, LimitOptions{}, document, nil)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			t.Logf("cost %d of %d, depth %d of %d", got.cost, defaultMaxCost, got.depth, defaultMaxDepth)
			if got.cost > defaultMaxCost*3/4 || got.depth > defaultMaxDepth*2/3 {
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
	t.Logf("cost %d of %d", got.cost, defaultMaxCost)

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
		if want := 2*one + 2 + 49; both != want {
			t.Errorf("cost %d, want %d", both, want)
		}
	})
}

func TestHostileDocumentsAreRefusedFast(t *testing.T) {
	schema := newPublicSchema(t)
	doubling := func(levels int, of string) string {
		var all strings.Builder
		for i := range levels {
			fmt.Fprintf(&all, of, i, i+1, i+1)
		}
		return all.String()
	}
	nested := func(levels int) string {
		return `{ industries { ` + strings.Repeat(`parent { `, levels) + `id` + strings.Repeat(` }`, levels) + ` } }`
	}
	for name, c := range map[string]struct{ document, says string }{
		"a field 10,000 times":       {`{ viewer { ` + strings.Repeat("id ", 10_000) + `} }`, "names 10"},
		"a field 2,000 times":        {`{ viewer { ` + strings.Repeat("id ", 2_000) + `} }`, "repeats the same names"},
		"2,000 times, in fragments":  {`{ viewer { ` + strings.Repeat("...{id} ", 2_000) + `} }`, "repeats the same names"},
		"braces alone":               {strings.Repeat("{", 30_000), "more than 20000 tokens"},
		"arguments alone":            {`{ asset(id: [` + strings.Repeat(`"" `, 20_000) + `]) { id } }`, "more than 20000 tokens"},
		"fields in fields, 16 deep":  {nested(15), "nests fields 17 deep; 15 is the most"},
		"fields in fields, 900 deep": {nested(400), "nests fields"},
		"100 leads times 100 sends":  {`{ leads(first: 100) { nodes { sends(first: 100) { nodes { lead { sends(first: 100) { nodes { id } } } } } } } }`, "costs"},
		"200 recommendations": {`{ ` + func() string {
			var all strings.Builder
			for i := range 250 {
				fmt.Fprintf(&all, `r%d: recommend(prospect: {}) { score } `, i)
			}
			return all.String()
		}() + `}`, "costs"},
		"the schema ten times": {`{ a: __schema { ...s } b: __schema { ...s } c: __schema { ...s } d: __schema { ...s } e: __schema { ...s }
			f: __schema { ...s } g: __schema { ...s } h: __schema { ...s } i: __schema { ...s } j: __schema { ...s } }
			fragment s on __Schema { types { fields { args { name } type { fields { args { name description defaultValue type { name } } } } } } }`, "costs"},
		"a bomb of fragments, 2^24": {`{ asset(id: "a") { ...f0 } } ` + doubling(24, "fragment f%d on Asset { title ...f%d ...f%d } ") + `fragment f24 on Asset { id }`, "costs"},
		"a bomb of fragments, 2^60": {`{ asset(id: "a") { ...f0 } } ` + doubling(60, "fragment f%d on Asset { title ...f%d ...f%d } ") + `fragment f60 on Asset { id }`, "more than 1000000000"},
		"a bomb in depth, 2^60":     {`{ industries { ...f0 } } ` + doubling(60, "fragment f%d on Industry { parent { ...f%d } a: parent { ...f%d } } ") + `fragment f60 on Industry { id }`, "nests fields"},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, faults := admit(schema, LimitOptions{Introspection: true}, c.document, nil)
			took := time.Since(started)
			wantTooComplex(t, faults, enablement.TooComplex, c.says)
			t.Logf("%d bytes in %s: %s", len(c.document), took, faults[0].Message)
			if took > 2*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestLimitsCanBeSet(t *testing.T) {
	schema := newPublicSchema(t)
	document := `{ leads(first: 2) { nodes { id owner { name } } } }`
	for name, c := range map[string]struct {
		options LimitOptions
		says    string
	}{
		"tokens": {LimitOptions{MaxTokens: 10}, "more than 10 tokens"},
		"names":  {LimitOptions{MaxNames: 4}, "names 5 fields"},
		"repeat": {LimitOptions{MaxNames: 40, MaxRepeat: 4}, "repeats the same names"},
		"depth":  {LimitOptions{MaxDepth: 3}, "nests fields 4 deep; 3 is the most"},
		"cost":   {LimitOptions{MaxCost: 50}, "costs 5"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := admit(schema, c.options, document, nil)
			wantTooComplex(t, faults, enablement.TooComplex, c.says)
		})
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
		o := LimitOptions{MaxDepth: 1_000, MaxCost: endless}
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
