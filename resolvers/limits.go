package resolvers

import (
	"context"
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/quiverhq/quiver/enablement"
)

// The defaults of LimitOptions: several times what a page that shows all it
// can asks for.
const (
	defaultMaxTokens = 20_000
	defaultMaxNames  = 5_000
	defaultMaxRepeat = 250_000
	defaultMaxDepth  = 15
	defaultMaxCost   = 100_000
)

// LimitOptions bound what one document may ask for. 0 takes the default.
type LimitOptions struct {
	// MaxTokens is the most tokens of a document; 0: 20,000.
	MaxTokens int
	// MaxNames is the most names outside of arguments: fields, aliases, types,
	// fragments; 0: 5,000.
	MaxNames int
	// MaxRepeat bounds how often names may be repeated outside of arguments:
	// the sum, over the names, of their count squared; 0: 250,000. Validation
	// compares all fields of one name in pairs, up to 1 µs each.
	MaxRepeat int
	// MaxDepth is how deep fields may be nested; 0: 15.
	MaxDepth int
	// MaxCost is the most that a document may cost, about one unit for each
	// field of the response; see costs. 0: 100,000.
	MaxCost int
	// Introspection lets clients read the schema.
	Introspection bool
}

// Limits refuses documents that ask for too much as QUERY_TOO_COMPLEX, in two
// steps: before parsing by counting tokens, and before execution by the
// document's depth and cost. Both are linear in the document: a fragment is
// weighed once, however often it is spread.
func Limits(o LimitOptions) graphql.HandlerExtension {
	for value, otherwise := range map[*int]int{
		&o.MaxTokens: defaultMaxTokens, &o.MaxNames: defaultMaxNames, &o.MaxRepeat: defaultMaxRepeat,
		&o.MaxDepth: defaultMaxDepth, &o.MaxCost: defaultMaxCost,
	} {
		if *value <= 0 {
			*value = otherwise
		}
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

// MutateOperationParameters refuses a document before it is parsed. It changes
// nothing.
func (l *limits) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	// Each token has a byte at least, and a small document is harmless.
	if len(request.Query) < 1_000 && len(request.Query) <= l.options.MaxNames && len(request.Query) <= l.options.MaxTokens {
		return nil
	}
	count := countTokens(request.Query, l.options.MaxTokens)
	switch {
	case count.tokens > l.options.MaxTokens:
		return tooComplex("the document has more than %d tokens, the most that is read: put values into variables", l.options.MaxTokens)
	case count.names > l.options.MaxNames:
		return tooComplex("the document names %d fields, fragments and types; %d is the most: ask in several requests", count.names, l.options.MaxNames)
	case count.repeat > l.options.MaxRepeat:
		return tooComplex("the document repeats the same names too often: ask in several requests")
	}
	return nil
}

// tokenCount is what a document is made of.
type tokenCount struct {
	tokens int
	names  int // outside of arguments
	repeat int // the sum of the squares of how often each of these is there
}

// countTokens reads a document up to the first fault, which the parser then
// reports, or until there are more tokens than most.
func countTokens(document string, most int) tokenCount {
	var count tokenCount
	times := map[string]int{}
	scanner, parentheses := lexer.New(&ast.Source{Input: document}), 0
	for count.tokens <= most {
		token, err := scanner.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			break
		}
		count.tokens++
		switch token.Kind {
		case lexer.ParenL:
			parentheses++
		case lexer.ParenR:
			parentheses--
		case lexer.Name:
			if parentheses == 0 {
				count.names++
				count.repeat += 2*times[token.Value] + 1 // (n+1)² - n²
				times[token.Value]++
			}
		}
	}
	return count
}

// MutateOperationContext refuses a parsed and valid document before it is
// executed, and opens introspection where that is allowed.
func (l *limits) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	total := l.weigh(operation)
	operation.DisableIntrospection = !l.options.Introspection
	switch {
	case total.introspects && !l.options.Introspection:
		return coded(enablement.Errorf(enablement.Forbidden, "introspection is switched off on this server"))
	case total.depth > l.options.MaxDepth:
		return tooComplex("the document nests fields %d deep; %d is the most", total.depth, l.options.MaxDepth)
	case total.cost > l.options.MaxCost:
		return tooComplex("the document costs %s, and %d is the most: ask for shorter lists with first, fewer fields, or in several requests",
			costText(total.cost), l.options.MaxCost)
	}
	return nil
}

// weigh gives what the operation amounts to.
func (l *limits) weigh(operation *graphql.OperationContext) weight {
	w := weigher{costs: l.costs, variables: operation.Variables, fragments: map[fragmentUse]weight{}}
	return w.selections(operation.Operation.SelectionSet, 0)
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

// coded is an error that the presenter finds the code of, and that has it
// also without a presenter.
func coded(err *enablement.Error) *gqlerror.Error {
	return &gqlerror.Error{Err: err, Message: err.Message, Extensions: map[string]any{"code": fmt.Sprint(err.Code)}}
}
