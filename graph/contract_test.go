package graph_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// load reads schema files as one schema.
func load(t *testing.T, pattern string) *ast.Schema {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema at %s: %v", pattern, err)
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// Clients are written against testdata/core.graphql: all of it must stay, by
// name, type, nullability, default and role. More may be added.
func TestTheSchemaKeepsWhatClientsAreWrittenAgainst(t *testing.T) {
	core, ours := load(t, "testdata/core.graphql"), load(t, "schema/*.graphqls")
	for name, want := range core.Types {
		got := ours.Types[name]
		if got == nil {
			t.Errorf("type %s is gone", name)
			continue
		}
		if got.Kind != want.Kind {
			t.Errorf("%s is a %s, was a %s", name, got.Kind, want.Kind)
		}
		for _, value := range want.EnumValues {
			if got.EnumValues.ForName(value.Name) == nil {
				t.Errorf("%s.%s is gone", name, value.Name)
			}
		}
		for _, iface := range want.Interfaces {
			if !contains(got.Interfaces, iface) {
				t.Errorf("%s no longer implements %s", name, iface)
			}
		}
		for _, field := range want.Fields {
			compareField(t, name, field, got.Fields.ForName(field.Name))
		}
	}
}

func compareField(t *testing.T, owner string, want, got *ast.FieldDefinition) {
	t.Helper()
	at := owner + "." + want.Name
	if got == nil {
		t.Errorf("%s is gone", at)
		return
	}
	if got.Type.String() != want.Type.String() {
		t.Errorf("%s is a %s, was a %s", at, got.Type, want.Type)
	}
	if got.DefaultValue.String() != want.DefaultValue.String() {
		t.Errorf("%s defaults to %s, did to %s", at, got.DefaultValue, want.DefaultValue)
	}
	if role(got) != role(want) {
		t.Errorf("%s needs the role %q, needed %q", at, role(got), role(want))
	}
	for _, arg := range want.Arguments {
		now := got.Arguments.ForName(arg.Name)
		switch {
		case now == nil:
			t.Errorf("%s(%s) is gone", at, arg.Name)
		case now.Type.String() != arg.Type.String() || now.DefaultValue.String() != arg.DefaultValue.String():
			t.Errorf("%s(%s) is %s = %s, was %s = %s", at, arg.Name, now.Type, now.DefaultValue, arg.Type, arg.DefaultValue)
		}
	}
	for _, arg := range got.Arguments {
		if want.Arguments.ForName(arg.Name) == nil && arg.Type.NonNull && arg.DefaultValue == nil {
			t.Errorf("%s now demands %s, which no client gives", at, arg.Name)
		}
	}
}

func role(field *ast.FieldDefinition) string {
	directive := field.Directives.ForName("hasRole")
	if directive == nil {
		return ""
	}
	return directive.Arguments.ForName("role").Value.Raw
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Whoever may call a field is read in the schema: there is no root field
// without a role.
func TestEveryRootFieldNamesARole(t *testing.T) {
	schema := load(t, "schema/*.graphqls")
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, field := range root.Fields {
			if role(field) == "" && field.Name != "__schema" && field.Name != "__type" {
				t.Errorf("%s.%s has no @hasRole", root.Name, field.Name)
			}
		}
	}
}

// The schema is the manual: an explorer shows no bare name.
func TestEverythingInTheSchemaIsDescribed(t *testing.T) {
	schema := load(t, "schema/*.graphqls")
	undescribed := func(at, description string) {
		if description == "" {
			t.Errorf("%s has no description", at)
		}
	}
	for name, def := range schema.Types {
		if def.BuiltIn {
			continue
		}
		if def != schema.Query && def != schema.Mutation {
			undescribed(name, def.Description)
		}
		for _, value := range def.EnumValues {
			undescribed(name+"."+value.Name, value.Description)
		}
		for _, field := range def.Fields {
			if field.Name == "__schema" || field.Name == "__type" {
				continue
			}
			undescribed(name+"."+field.Name, field.Description)
			for _, arg := range field.Arguments {
				undescribed(name+"."+field.Name+"("+arg.Name+")", arg.Description)
			}
		}
	}
}
