package resolvers

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/quiverhq/quiver/enablement"
)

func TestEveryFaultOfTheVariablesIsNamedAtOnce(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		scalar Time
		enum Color { RED GREEN }
		input Size { width: Int! unit: String = "mm" }
		input Thing { name: String! at: Time color: Color colors: [Color!] tags: [String!] sizes: [Size!] size: Size id: ID ok: Boolean }
		type Query { a: Int }
		type Mutation { save(input: Thing!, first: Int, things: [Thing!]): Int }`})
	save := gqlparser.MustLoadQueryWithRules(schema, `mutation($in: Thing!, $n: Int, $list: [Thing!]) { save(input: $in, first: $n, things: $list) }`, nil)
	for name, c := range map[string]struct {
		variables string
		want      map[string]string
	}{
		"all is well":            {`{"in": {"name": "x", "size": {"width": 1}, "id": 7, "colors": "RED"}, "n": null, "list": [{"name": "y"}]}`, map[string]string{}},
		"nothing is given":       {`{}`, map[string]string{"input": "is required"}},
		"null where none may be": {`{"in": null}`, map[string]string{"input": "must not be null"}},
		"wrong in every field": {`{"n": 1.5, "in": {"name": 7, "at": "tomorrow", "color": "BLUE", "colors": ["RED", null, 3], "size": {"width": "1", "unit": 4, "depth": 1}, "id": {}, "ok": "yes"}}`, map[string]string{
			"first": "must be a whole number from -2147483648 to 2147483647", "name": "must be a string", "at": "must be a time such as 2026-03-31T09:00:00Z",
			"color": "must be one of RED, GREEN", "colors[1]": "must not be null", "colors[2]": "must be one of RED, GREEN",
			"size.width": "must be a whole number from -2147483648 to 2147483647", "size.unit": "must be a string", "size.depth": "is no field of Size",
			"id": "must be an id, as a string", "ok": "must be true or false"}},
		"in a list":            {`{"in": {"name": "x"}, "list": [{"name": "a"}, {"nam": "b"}, 5]}`, map[string]string{"things[1].nam": "is no field of Thing", "things[1].name": "is required", "things[2]": "must be an object of the type Thing"}},
		"one value for a list": {`{"in": {"name": "x", "colors": "RED", "tags": "a", "sizes": {"width": 1}}, "list": {"name": "y", "tags": "b"}}`, map[string]string{}},
		"one wrong value for a list": {`{"in": {"name": "x", "colors": "BLUE", "tags": 5, "sizes": {"width": 0.5}}, "list": {"name": "y", "tags": true}}`, map[string]string{
			"colors": "must be one of RED, GREEN", "tags": "must be a string", "sizes.width": "must be a whole number from -2147483648 to 2147483647", "things.tags": "must be a string"}},
		"beyond an Int": {`{"in": {"name": "x"}, "n": 4294967296}`, map[string]string{"first": "must be a whole number from -2147483648 to 2147483647"}},
	} {
		t.Run(name, func(t *testing.T) {
			var variables map[string]any
			if bad := decode([]byte(c.variables), &variables); bad != nil {
				t.Fatal(bad)
			}
			_, _ = validator.VariableValues(schema, save.Operations[0], variables) // before it, in place
			got := map[string]string{}
			for _, fault := range variableFaults(schema, save.Operations[0], variables) {
				got[fault.Path] = fault.Message
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("wanted (-) got (+):\n%s", diff)
			}
		})
	}
}

// What must be refused is, with any number of faults; what is told is bounded.
func TestFaultsAreToldUpToABound(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a(list: [Int!]): Int }`})
	query := gqlparser.MustLoadQueryWithRules(schema, `query($l: [Int!]) { a(list: $l) }`, nil)
	list := make([]any, 2*maxFaults)
	for i := range list {
		list[i] = json.Number("0.5")
	}
	faults := variableFaults(schema, query.Operations[0], map[string]any{"l": list})
	if len(faults) != maxFaults || enablement.CodeOf(enablement.Invalid(faults)) != enablement.BadUserInput {
		t.Errorf("%d faults", len(faults))
	}
}
