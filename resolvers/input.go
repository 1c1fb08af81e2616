package resolvers

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
)

// raw is an argument as the client wrote it, before defaults: what tells null
// from absent, and absent from a default.
func raw(ctx context.Context, argument string) any {
	return graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)[argument]
}

// cleared names the fields of an input that are null in so many words.
func cleared(input any) []string {
	fields, _ := input.(map[string]any)
	var names []string
	for name, value := range fields {
		if value == nil {
			names = append(names, name)
		}
	}
	return names
}

// absent names those of the given fields that an input leaves out, or gives as
// null: what the schema's defaults fill in.
func absent(input any, fields ...string) []string {
	given, _ := input.(map[string]any)
	var names []string
	for _, name := range fields {
		if given[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

// rawRows gives the raw inputs of the argument rows; where a single input
// stands for a list of one, as GraphQL has it, that one.
func rawRows(ctx context.Context, n int) []any {
	list := raw(ctx, "rows")
	if inputs, ok := list.([]any); ok && len(inputs) == n {
		return inputs
	}
	if only, ok := single(list); ok {
		list = only
	}
	return []any{list}[:min(n, 1)]
}

// single gives the one value that stands for a list in a variable: gqlparser
// puts it into a list of its own type, in place, while a list that the client
// gave stays one of anything.
func single(value any) (only any, ok bool) {
	switch list := value.(type) {
	case []string:
		only, ok = list[0], true
	case []json.Number:
		only, ok = list[0], true
	case []bool:
		only, ok = list[0], true
	case []map[string]any:
		only, ok = list[0], true
	}
	return only, ok
}

// values takes the pointers off a list.
func values[T any](pointers []*T) []T {
	out := make([]T, len(pointers))
	for i, p := range pointers {
		out[i] = *p
	}
	return out
}

// or gives what a pointer points to, or the value for nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
