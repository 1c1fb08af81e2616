package resolvers

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// inputPath names an input as its sender would: the path of the error without
// the root field before it, and without the "input" that most mutations wrap
// theirs in. A variable is named by the argument that it is used in, so that a
// field has one name, whichever part of the server finds it wrong.
func inputPath(ctx context.Context, path ast.Path) string {
	if len(path) > 1 && path[0] == ast.PathName("variable") && graphql.HasOperationContext(ctx) {
		path = slices.Concat(path[:1], placeOf(graphql.GetOperationContext(ctx).Operation, path[1]), path[2:])
	}
	if len(path) > 1 {
		path = path[1:]
	}
	return inputName(path)
}

// inputName is the name of an argument, or of a field in one.
func inputName(path ast.Path) string {
	if len(path) > 1 && path[0] == ast.PathName("input") {
		path = path[1:]
	}
	return strings.TrimPrefix(path.String(), ".")
}

// placeOf gives the first place that a variable is used in, as argument and
// fields, or its own name where it is not used.
func placeOf(operation *ast.OperationDefinition, variable ast.PathElement) ast.Path {
	name, _ := variable.(ast.PathName)
	if operation != nil {
		s := &variableUse{variable: string(name), entered: map[string]bool{}}
		if place := s.selections(operation.SelectionSet); place != nil {
			return place
		}
	}
	return ast.Path{variable}
}

// variableUse looks for the use of a variable.
type variableUse struct {
	variable string
	entered  map[string]bool // fragments, each of which is looked at once
}

func (s *variableUse) selections(set ast.SelectionSet) ast.Path {
	for _, selection := range set {
		var place ast.Path
		switch selected := selection.(type) {
		case *ast.Field:
			for _, argument := range selected.Arguments {
				if place, ok := s.value(argument.Value); ok {
					return append(ast.Path{ast.PathName(argument.Name)}, place...)
				}
			}
			place = s.selections(selected.SelectionSet)
		case *ast.InlineFragment:
			place = s.selections(selected.SelectionSet)
		case *ast.FragmentSpread:
			if !s.entered[selected.Name] && selected.Definition != nil {
				s.entered[selected.Name] = true
				place = s.selections(selected.Definition.SelectionSet)
			}
		}
		if place != nil {
			return place
		}
	}
	return nil
}

// value gives the place of the variable within a value.
func (s *variableUse) value(v *ast.Value) (ast.Path, bool) {
	if v.Kind == ast.Variable && v.Raw == s.variable {
		return nil, true
	}
	for i, child := range v.Children {
		place, ok := s.value(child.Value)
		switch {
		case ok && v.Kind == ast.ObjectValue:
			return append(ast.Path{ast.PathName(child.Name)}, place...), true
		case ok:
			return append(ast.Path{ast.PathIndex(i)}, place...), true
		}
	}
	return nil, false
}
