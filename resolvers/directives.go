package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store"
)

// acting names the viewer as who writes, below a mutation.
func acting(ctx context.Context, viewer *enablement.User) context.Context {
	field := graphql.GetFieldContext(ctx)
	if field.Object != "Mutation" {
		return ctx
	}
	return store.WithActor(ctx, enablement.Actor{
		UserID: viewer.ID, Subject: viewer.Subject, Role: viewer.Role, Action: field.Field.Name, RequestID: RequestID(ctx),
	})
}

// HasRole lets a field's resolver run for viewers of the least role or above:
// UNAUTHENTICATED without a valid token, FORBIDDEN with too small a role. After
// the request's time none runs.
func HasRole(ctx context.Context, _ any, next graphql.Resolver, role enablement.Role) (any, error) {
	if err := ctx.Err(); err != nil { // of many mutations the rest is not begun
		return nil, err
	}
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	if !viewer.Role.Allows(role) {
		return nil, enablement.Errorf(enablement.Forbidden, "%s needs the role %s; your token has %s",
			graphql.GetFieldContext(ctx).Field.Name, role, viewer.Role)
	}
	return next(acting(ctx, viewer))
}
