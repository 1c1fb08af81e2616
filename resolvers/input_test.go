package resolvers

import (
	"context"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func parseAndValidate(schema *ast.Schema, document string) (*ast.QueryDocument, gqlerror.List) {
	return gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules())
}

// within gives the context in which the first field of a document is resolved.
func within(t *testing.T, document string, variables map[string]any) context.Context {
	t.Helper()
	schema := newPublicSchema(t).Schema()
	doc, faults := parseAndValidate(schema, document)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", document, faults)
	}
	operation := &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0]}
	var err error
	if operation.Variables, err = validator.VariableValues(schema, operation.Operation, variables); err != nil {
		t.Fatal(err)
	}
	ctx := graphql.WithOperationContext(t.Context(), operation)
	fields := graphql.CollectFields(operation, operation.Operation.SelectionSet, nil)
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: fields[0]})
}

func TestNullIsToldFromAbsent(t *testing.T) {
	const update = `{ updateAsset(id: "ast_1", input: `
	for name, c := range map[string]struct {
		document        string
		variables       map[string]any
		cleared, absent []string
	}{
		"in the document":             {`mutation` + update + `{title: "T", url: null}) { id } }`, nil, []string{"url"}, []string{"type"}},
		"in a variable":               {`mutation($i: AssetPatch!) ` + update + `$i) { id } }`, map[string]any{"i": map[string]any{"title": "T", "url": nil}}, []string{"url"}, []string{"type"}},
		"in a variable of a field":    {`mutation($u: String) ` + update + `{title: "T", url: $u}) { id } }`, map[string]any{"u": nil}, []string{"url"}, []string{"type"}},
		"in a variable that is not":   {`mutation($u: String) ` + update + `{title: "T", url: $u}) { id } }`, nil, nil, []string{"type", "url"}},
		"in a variable's own default": {`mutation($u: String = null) ` + update + `{title: "T", url: $u}) { id } }`, nil, []string{"url"}, []string{"type"}},
		"nowhere":                     {`mutation` + update + `{title: "T", url: "https://example.com", type: EBOOK}) { id } }`, nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			input := raw(within(t, c.document, c.variables), "input")
			got := cleared(input)
			slices.Sort(got)
			if diff := cmp.Diff(c.cleared, got); diff != "" {
				t.Errorf("cleared (-want +got):\n%s", diff)
			}
			want := c.absent
			if slices.Contains(c.cleared, "url") { // a null is filled in by a default, as what is absent is
				want = append(slices.Clone(want), "url")
			}
			if diff := cmp.Diff(want, absent(input, "type", "title", "url")); diff != "" {
				t.Errorf("absent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheRowsOfAnImportAreSeenAsTheyWereGiven(t *testing.T) {
	row := map[string]any{"title": "T"}
	for name, c := range map[string]struct {
		document  string
		variables map[string]any
		rows      int
	}{
		"a variable":                 {`mutation($r: [LeadInput!]!) { importLeads(rows: $r) { created } }`, map[string]any{"r": []any{map[string]any{"notes": nil}, map[string]any{}}}, 2},
		"a list in the document":     {`mutation { importLeads(rows: [{notes: null}, {}]) { created } }`, nil, 2},
		"variables in a list":        {`mutation($a: LeadInput!, $b: LeadInput!) { importLeads(rows: [$a, $b]) { created } }`, map[string]any{"a": map[string]any{"notes": nil}, "b": map[string]any{}}, 2},
		"one row without its list":   {`mutation { importLeads(rows: {notes: null}) { created } }`, nil, 1},
		"a variable without a list":  {`mutation($r: LeadInput!) { importLeads(rows: [$r]) { created } }`, map[string]any{"r": map[string]any{"notes": nil}}, 1},
		"no rows":                    {`mutation { importLeads(rows: []) { created } }`, nil, 0},
		"one value for a list given": {`mutation($r: [LeadInput!]!) { importLeads(rows: $r) { created } }`, map[string]any{"r": map[string]any{"notes": nil}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := rawRows(within(t, c.document, c.variables), c.rows)
			if len(got) != c.rows {
				t.Fatalf("%d rows, want %d: %v", len(got), c.rows, got)
			}
			if c.rows > 0 && !slices.Equal(cleared(got[0]), []string{"notes"}) {
				t.Errorf("the first row clears %v, want the notes", cleared(got[0]))
			}
			if c.rows > 1 && len(cleared(got[1])) > 0 {
				t.Errorf("the second row clears %v", cleared(got[1]))
			}
		})
	}
	if got := values([]*map[string]any{&row}); len(got) != 1 || got[0]["title"] != "T" {
		t.Errorf("values: %v", got)
	}
	if or(nil, 7) != 7 || or(new(int), 7) != 0 {
		t.Error("or takes the other value for nil alone")
	}
}
