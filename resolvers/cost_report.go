package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// costExtension is the name under which a request asks what it costs
// (extensions: {cost: true}) and the answer tells it. It is an entry of the
// request, as the specification has them, rather than a header, so that it may
// be sent by GET and from other origins without asking CORS for more.
const costExtension = "cost"

// costReport is what a document costs, as the answer tells it.
type costReport struct {
	// Requested is what the document may cost at most, given its variables.
	Requested int `json:"requested"`
	// Limit is the most that a document of this caller may cost.
	Limit int `json:"limit"`
	// ByField is the part of each field at the root, by its name in the answer.
	ByField map[string]int `json:"byField"`
}

var _ graphql.ResponseInterceptor = (*limits)(nil)

// asksForCost tells whether a request asks what it costs.
func asksForCost(extensions map[string]any) (bool, *gqlerror.Error) {
	switch asked := extensions[costExtension].(type) {
	case nil:
		return false, nil
	case bool:
		return asked, nil
	}
	return false, invalid("extensions.cost", "must be true or false")
}

// report notes what an operation costs for the answer to tell, where that was
// asked for.
func (l *limits) report(operation *graphql.OperationContext, total weight, bound Bound) *gqlerror.Error {
	asked, fault := asksForCost(operation.Extensions)
	if !asked {
		return fault
	}
	out := costReport{Requested: total.cost, Limit: bound.Cost, ByField: map[string]int{}}
	w := l.weigher(operation)
	var add func(ast.SelectionSet)
	add = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				out.ByField[s.Alias] = min(out.ByField[s.Alias]+w.field(s, 0).cost, endless)
			case *ast.InlineFragment:
				add(s.SelectionSet)
			case *ast.FragmentSpread:
				add(s.Definition.SelectionSet)
			}
		}
	}
	add(operation.Operation.SelectionSet)
	operation.Stats.SetExtension(costExtension, out)
	return nil
}

// InterceptResponse tells the cost in the answer where it was asked for, also
// in that of a document that is refused for it.
func (l *limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		if report := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension); report != nil {
			graphql.RegisterExtension(ctx, costExtension, report)
		}
	}
	return next(ctx)
}
