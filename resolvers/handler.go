package resolvers

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/graph"
)

// HandlerOptions say how /graphql behaves.
type HandlerOptions struct {
	Log           *slog.Logger
	Metrics       *Metrics
	Introspection bool
	// Bounds are the most that a document may ask for, by role; nil:
	// DefaultBounds.
	Bounds Bounds
	// Trusted are the documents that clients may name by an id; nil: none.
	Trusted *Trusted
	// TrustedOnly refuses all other documents.
	TrustedOnly bool
	Traced      bool // spans are made of operations
	// Ready tells why no operation can be answered yet, as a coded error, or nil.
	Ready func() error
	// Timeout, Load and Limiter are as in TransportOptions.
	Timeout time.Duration
	Load    *edge.Load
	Limiter *edge.Limiter
}

// NewHandler serves the API at /graphql. The viewer is in the request's
// context already.
func NewHandler(r *Resolver, o HandlerOptions) http.Handler {
	r.counting = newCounting()
	schema := graph.NewExecutableSchema(graph.Config{
		Schema:     withoutDefer(graph.NewExecutableSchema(graph.Config{}).Schema()),
		Resolvers:  r,
		Directives: graph.DirectiveRoot{HasRole: HasRole},
	})
	server := handler.New(schema)
	server.AddTransport(NewTransport(TransportOptions{Schema: schema.Schema(), Known: hasViewer, Timeout: o.Timeout, Load: o.Load, Limiter: o.Limiter}))
	documents := validatedDocuments{newParsedDocuments(), o.Trusted}
	server.SetQueryCache(documents)
	if !o.Introspection {
		server.SetDisableSuggestion(true) // which covers two rules of five
		server.SetValidationRulesFn(rulesWithoutSuggestions)
	}
	presenter := PresentError(o.Log)
	server.SetErrorPresenter(presenter)
	server.SetRecoverFunc(Recover(o.Log))
	server.Use(&persisted{trusted: o.Trusted, trustedOnly: o.TrustedOnly, registered: newRegisteredDocuments()})
	server.Use(Limits(LimitOptions{Bounds: o.Bounds, Introspection: o.Introspection, Validated: documents.has}))
	server.Use(o.Metrics)
	if o.Traced {
		server.Use(Traces{})
	}
	server.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if err := o.Ready(); err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{presenter(ctx, err)}})
		}
		return next(ctx)
	})
	return server
}

// withoutDefer is the schema without @defer, which gqlparser adds to every one:
// an answer has one part here, so what is deferred would never come, and null
// stood in its place.
func withoutDefer(schema *ast.Schema) *ast.Schema {
	copied := *schema
	copied.Directives = maps.Clone(schema.Directives)
	delete(copied.Directives, "defer")
	return &copied
}

func hasViewer(ctx context.Context) bool {
	_, err := auth.Viewer(ctx)
	return err == nil
}
