package resolvers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/graph/scalar"
)

// variableFaults names every variable, and every field in one, that is not of
// its type: gqlparser and gqlgen stop at the first.
func variableFaults(schema *ast.Schema, operation *ast.OperationDefinition, values map[string]any) []enablement.FieldError {
	c := &variableCheck{schema: schema}
	for _, v := range operation.VariableDefinitions {
		before := len(c.faults)
		c.variable(v, values, ast.Path{ast.PathName(v.Variable)})
		if len(c.faults) > before { // where it is used is looked for where that is to be told
			c.faults = c.faults[:before]
			c.variable(v, values, placeOf(operation, ast.PathName(v.Variable)))
		}
	}
	return c.faults
}

func (c *variableCheck) variable(v *ast.VariableDefinition, values map[string]any, path ast.Path) {
	value, given := values[v.Variable]
	switch {
	case given:
		c.value(v.Type, value, path)
	case v.Type.NonNull && v.DefaultValue == nil:
		c.fault(path, "is required")
	}
}

type variableCheck struct {
	schema *ast.Schema
	faults []enablement.FieldError
}

// maxFaults is how many faults of one request are told: those of every row of
// an import, several times over.
const maxFaults = 5_000

func (c *variableCheck) fault(path ast.Path, format string, args ...any) {
	if len(c.faults) >= maxFaults {
		return
	}
	c.faults = append(c.faults, enablement.FieldError{Path: inputName(path), Message: fmt.Sprintf(format, args...)})
}

// value holds a value against a type. A single value stands for a list of one.
func (c *variableCheck) value(typ *ast.Type, value any, path ast.Path) {
	switch list, isList := value.([]any); {
	case value == nil:
		if typ.NonNull {
			c.fault(path, "must not be null")
		}
	case typ.Elem != nil && isList:
		for i, entry := range list {
			c.value(typ.Elem, entry, append(slices.Clip(path), ast.PathIndex(i)))
		}
	case typ.Elem != nil:
		if only, ok := single(value); ok {
			value = only
		}
		c.value(typ.Elem, value, path)
	default:
		c.named(c.schema.Types[typ.NamedType], value, path)
	}
}

func (c *variableCheck) named(def *ast.Definition, value any, path ast.Path) {
	switch {
	case def == nil: // which validation has told
	case def.Kind == ast.InputObject:
		c.object(def, value, path)
	case def.Kind == ast.Enum:
		if name, ok := value.(string); !ok || def.EnumValues.ForName(name) == nil {
			names := make([]string, len(def.EnumValues))
			for i, v := range def.EnumValues {
				names[i] = v.Name
			}
			c.fault(path, "must be one of %s", strings.Join(names, ", "))
		}
	default:
		if wrong := scalarFault(def.Name, value); wrong != "" {
			c.fault(path, "%s", wrong)
		}
	}
}

func (c *variableCheck) object(def *ast.Definition, value any, path ast.Path) {
	fields, ok := value.(map[string]any)
	if !ok {
		c.fault(path, "must be an object of the type %s", def.Name)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if def.Fields.ForName(name) == nil {
			c.fault(append(slices.Clip(path), ast.PathName(name)), "is no field of %s", def.Name)
		}
	}
	for _, field := range def.Fields {
		at := append(slices.Clip(path), ast.PathName(field.Name))
		value, given := fields[field.Name]
		switch {
		case given:
			c.value(field.Type, value, at)
		case field.Type.NonNull && field.DefaultValue == nil:
			c.fault(at, "is required")
		}
	}
}

// scalarFault tells what a scalar must be, or "".
func scalarFault(name string, value any) string {
	_, isText := value.(string)
	number, isNumber := value.(json.Number)
	switch name {
	case "String":
		if !isText {
			return "must be a string"
		}
	case "ID":
		if _, err := number.Int64(); !isText && (!isNumber || err != nil) {
			return "must be an id, as a string"
		}
	case "Boolean":
		if _, ok := value.(bool); !ok {
			return "must be true or false"
		}
	case "Int":
		if _, err := scalar.UnmarshalInt(value); err != nil {
			return messageOf(err)
		}
	case "Time":
		if _, err := scalar.UnmarshalTime(value); err != nil {
			return messageOf(err)
		}
	}
	return ""
}

func messageOf(err error) string {
	if coded, ok := err.(*enablement.Error); ok {
		return coded.Message
	}
	return err.Error()
}
