package main

import (
	"bytes"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/graph"
)

// TestThePrintedSchemaIsTheOneServed reads what `quiver schema` prints as a tool
// would, and looks for every field of the schema that the server executes, with
// its type and description.
func TestThePrintedSchemaIsTheOneServed(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"schema"}, cli.Streams{Out: &out, Err: &errs}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	read, err := gqlparser.LoadSchema(&ast.Source{Name: "quiver schema", Input: out.String()})
	if err != nil {
		t.Fatal(err)
	}
	served := graph.NewExecutableSchema(graph.Config{}).Schema()
	if len(read.Types) != len(served.Types) {
		t.Errorf("%d types are printed and %d served", len(read.Types), len(served.Types))
	}
	for name, is := range served.Types {
		printed := read.Types[name]
		if printed == nil {
			t.Errorf("%s is not printed", name)
			continue
		}
		if len(printed.Fields) != len(is.Fields) || len(printed.EnumValues) != len(is.EnumValues) {
			t.Errorf("%s is printed with %d fields and %d values, not %d and %d", name, len(printed.Fields), len(printed.EnumValues), len(is.Fields), len(is.EnumValues))
		}
		for _, field := range is.Fields {
			other := printed.Fields.ForName(field.Name)
			if other == nil || other.Type.String() != field.Type.String() || other.Description != field.Description || len(other.Arguments) != len(field.Arguments) {
				t.Errorf("%s.%s is printed as %+v", name, field.Name, other)
			}
		}
	}
}
