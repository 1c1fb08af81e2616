package resolvers

import (
	"context"
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/quiverhq/quiver/enablement"
)

// maxNesting is how deep brackets of any kind may be nested in a document: 50
// fields, with fragments and arguments in them. What reads and prints nested
// values and types recurses, some of it at a cost that is quadratic in the depth.
const maxNesting = 200

// LimitOptions bound what one document may ask for.
type LimitOptions struct {
	// Bounds are those of each role; nil: DefaultBounds.
	Bounds Bounds
	// Introspection lets clients read the schema.
	Introspection bool
	// Validated tells whether a document has been admitted and validated before;
	// nil: none has.
	Validated func(document string) bool
}

// Limits refuses documents that ask for too much as QUERY_TOO_COMPLEX, in two
// steps: before validation by the document's tokens and by what it is with its
// fragments written out, and before execution by its depth and cost. Both are
// linear in the document. Who has no valid token is told so instead.
func Limits(o LimitOptions) graphql.HandlerExtension {
	if o.Bounds == nil {
		o.Bounds = DefaultBounds()
	}
	if o.Validated == nil {
		o.Validated = func(string) bool { return false }
	}
	return &limits{options: o, costs: costs()}
}

type limits struct {
	options LimitOptions
	costs   map[string]fieldCost
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
} = (*limits)(nil)

// ExtensionName names the extension to gqlgen.
func (l *limits) ExtensionName() string { return "Limits" }

// Validate accepts any schema.
func (l *limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a document before it is validated. It
// changes nothing.
func (l *limits) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if l.options.Validated(request.Query) {
		return nil
	}
	bound, nobody := l.options.Bounds.of(ctx)
	fault := documentFault(request.Query, bound.Tokens)
	if fault != nil && nobody != nil && isTooComplex(fault) {
		return gqlerror.WrapIfUnwrapped(nobody)
	}
	return fault
}

// documentFault tells why a document must not be validated, or nil; a document
// that cannot be parsed is left to who parses it next.
func documentFault(document string, maxTokens int) *gqlerror.Error {
	switch tokens, nesting := countTokens(document, maxTokens); {
	case tokens > maxTokens:
		return tooComplex("the document has more than %d tokens, the most that is read: put values into variables", maxTokens)
	case nesting > maxNesting:
		return tooComplex("the document nests brackets more than %d deep", maxNesting)
	}
	parsed, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return nil
	}
	return writtenFault(parsed)
}

// countTokens counts the tokens of a document up to the first fault, which the
// parser then reports, or until there are more than most, and how deep brackets
// are nested.
func countTokens(document string, most int) (tokens, nesting int) {
	scanner, depth := lexer.New(&ast.Source{Input: document}), 0
	for tokens <= most && nesting <= maxNesting {
		token, err := scanner.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			break
		}
		tokens++
		switch token.Kind {
		case lexer.ParenL, lexer.BraceL, lexer.BracketL:
			depth++
			nesting = max(nesting, depth)
		case lexer.ParenR, lexer.BraceR, lexer.BracketR:
			depth--
		}
	}
	return tokens, nesting
}

// MutateOperationContext refuses a parsed and valid document before it is
// executed, and opens introspection where that is allowed.
func (l *limits) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	bound, nobody := l.options.Bounds.of(ctx)
	total := l.weigh(operation)
	operation.DisableIntrospection = !l.options.Introspection
	if more := total.cost/requestWorth - 1; more > 0 {
		operation.Stats.SetExtension(moreRequests, more)
	}
	fault := l.report(operation, total, bound)
	switch {
	case total.introspects && !l.options.Introspection:
		return coded(enablement.Errorf(enablement.Forbidden, "introspection is switched off on this server"))
	case total.depth > bound.Depth:
		fault = tooComplex("the document nests fields %d deep; %d is the most", total.depth, bound.Depth)
	case total.cost > bound.Cost:
		fault = tooComplex("the document costs %s, and %d is the most: ask for shorter lists with first, fewer fields, or in several requests",
			costText(total.cost), bound.Cost)
	}
	if fault != nil && nobody != nil {
		return gqlerror.WrapIfUnwrapped(nobody)
	}
	return fault
}

// moreRequests is under which name an operation keeps how many requests more than
// one it is worth, where it is.
const moreRequests = "more requests"

// weigh gives what the operation amounts to.
func (l *limits) weigh(operation *graphql.OperationContext) weight {
	total := l.weigher(operation).selections(operation.Operation.SelectionSet, 0)
	total.cost = min(total.cost+requestCost, endless)
	return total
}

func (l *limits) weigher(operation *graphql.OperationContext) *weigher {
	return &weigher{costs: l.costs, variables: operation.Variables, fragments: map[fragmentUse]weight{}, counted: map[countedVariable]int{}}
}

func costText(cost int) string {
	if cost >= endless {
		return "more than " + strconv.Itoa(endless)
	}
	return strconv.Itoa(cost)
}

func tooComplex(format string, args ...any) *gqlerror.Error {
	return coded(enablement.Errorf(enablement.TooComplex, format, args...))
}

func isTooComplex(fault *gqlerror.Error) bool {
	return enablement.CodeOf(fault) == enablement.TooComplex
}

// coded is an error that the presenter finds the code of, and that has it
// also without a presenter.
func coded(err *enablement.Error) *gqlerror.Error {
	return &gqlerror.Error{Err: err, Message: err.Message, Extensions: map[string]any{"code": fmt.Sprint(err.Code)}}
}
