package auth

import (
	"context"

	"github.com/quiverhq/quiver/enablement"
)

// viewerKey is the context's key for a *caller.
type viewerKey struct{}

// caller is who sent a request, or why that cannot be said.
type caller struct {
	subject string // of the token, where it holds, whatever the store says
	user    *enablement.User
	err     error
}

// WithViewer gives a context in which user is the viewer. Called by Middleware
// and by whatever calls resolvers without HTTP.
func WithViewer(ctx context.Context, user *enablement.User) context.Context {
	return withCaller(ctx, &caller{user: user})
}

func withCaller(ctx context.Context, c *caller) context.Context {
	return context.WithValue(ctx, viewerKey{}, c)
}

// Viewer gives the user who sent the request; the User is shared and must not
// be changed. It is UNAUTHENTICATED without a token or with one that does not
// hold, UNAVAILABLE where the store could not tell who it is. Called by the
// directive @hasRole and by resolvers.
func Viewer(ctx context.Context) (*enablement.User, error) {
	c, ok := ctx.Value(viewerKey{}).(*caller)
	if !ok {
		return nil, unauthenticated("sign in first: send the header Authorization: Bearer <token> (quiver token makes a token)")
	}
	return c.user, c.err
}

// Subject gives the sub of the valid token that the request came with, also
// where the store could not tell who that is; "" without such a token. Called by
// the rate limit.
func Subject(ctx context.Context) string {
	if c, ok := ctx.Value(viewerKey{}).(*caller); ok {
		return c.subject
	}
	return ""
}
