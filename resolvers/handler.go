package resolvers

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/graph"
)

// parsedDocuments is how many documents are kept parsed and validated: a
// frontend has some dozens.
const parsedDocuments = 500

// HandlerOptions say how /graphql behaves.
type HandlerOptions struct {
	Log           *slog.Logger
	Metrics       *Metrics
	Introspection bool
	Traced        bool // spans are made of operations
	// Ready tells why no operation can be answered yet, as a coded error, or nil.
	Ready func() error
}

// NewHandler serves the API at /graphql. The viewer is in the request's
// context already.
func NewHandler(r *Resolver, o HandlerOptions) http.Handler {
	schema := graph.NewExecutableSchema(graph.Config{
		Resolvers:  r,
		Directives: graph.DirectiveRoot{HasRole: HasRole},
	})
	server := handler.New(schema)
	server.AddTransport(NewTransport(TransportOptions{Schema: schema.Schema(), Known: hasViewer}))
	server.SetQueryCache(lru.New[*ast.QueryDocument](parsedDocuments))
	presenter := PresentError(o.Log)
	server.SetErrorPresenter(presenter)
	server.SetRecoverFunc(Recover(o.Log))
	server.Use(Limits(LimitOptions{Introspection: o.Introspection}))
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

func hasViewer(ctx context.Context) bool {
	_, err := auth.Viewer(ctx)
	return err == nil
}
