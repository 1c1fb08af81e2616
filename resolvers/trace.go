package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/tracing"
)

// maxOperationName is the most bytes of a client's name for an operation that a
// span keeps.
const maxOperationName = 100

// Traces makes spans of GraphQL operations and of their root fields. It is used
// where tracing is on.
type Traces struct{}

// ExtensionName names the extension to gqlgen.
func (Traces) ExtensionName() string { return "Traces" }

// Validate accepts every schema.
func (Traces) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse makes the span of an operation, named as the metrics name it.
func (Traces) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) || !tracing.Recorded(ctx) {
		return next(ctx)
	}
	oc := graphql.GetOperationContext(ctx)
	kind := string(oc.Operation.Operation)
	ctx, span := tracing.Start(ctx, kind+" "+rootField(oc.Operation))
	defer span.End()
	span.String("graphql.operation.type", kind)
	if name := oc.Operation.Name; name != "" {
		span.String("graphql.operation.name", name[:min(len(name), maxOperationName)])
	}
	response := next(ctx)
	code := firstCode(response)
	span.String("quiver.code", code)
	if code == string(enablement.Internal) || code == string(enablement.Unavailable) {
		span.Fail(code)
	}
	return response
}

// InterceptRootField makes the span of one root field, with all that is below it.
func (Traces) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if !tracing.Recorded(ctx) {
		return next(ctx)
	}
	ctx, span := tracing.Start(ctx, graphql.GetRootFieldContext(ctx).Field.Name)
	defer span.End()
	return next(ctx)
}
