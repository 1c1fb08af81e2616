package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// warningsKey is where warnings stand in a response's extensions.
const warningsKey = "warnings"

// warning is what a person should know of a mutation that went in. Path is that
// of the mutation in the response.
type warning struct {
	Path    ast.Path `json:"path"`
	Message string   `json:"message"`
}

// warn adds a warning to the response: a mutation's own type has no room for
// one. The mutations of a request run one after the other.
func warn(ctx context.Context, message string) {
	warnings, ok := graphql.GetExtension(ctx, warningsKey).(*[]warning)
	if !ok {
		warnings = &[]warning{}
		graphql.RegisterExtension(ctx, warningsKey, warnings)
	}
	*warnings = append(*warnings, warning{graphql.GetPath(ctx), message})
}
