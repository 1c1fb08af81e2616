package resolvers

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/enablement"
)

// Metrics counts and times GraphQL operations. An operation is known by its
// first root field, so that a client cannot make up labels.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics makes the metrics and registers them.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "quiver_graphql_requests_total",
			Help: "GraphQL operations by their first root field and by the code of their first error (OK for none).",
		}, []string{"operation", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "quiver_graphql_request_seconds",
			Help:    "How long GraphQL operations took, from the parsed document to the answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .02, .04, .1, .25, 1, 5, 30},
		}, []string{"operation"}),
	}
	registry.MustRegister(m.requests, m.seconds)
	return m
}

// ExtensionName names the extension to gqlgen.
func (*Metrics) ExtensionName() string { return "Metrics" }

// Validate accepts every schema.
func (*Metrics) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse counts an operation when its answer is there.
func (m *Metrics) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if !graphql.HasOperationContext(ctx) {
		return response
	}
	oc := graphql.GetOperationContext(ctx)
	operation := rootField(oc.Operation)
	m.requests.WithLabelValues(operation, firstCode(response)).Inc()
	m.seconds.WithLabelValues(operation).Observe(time.Since(oc.Stats.OperationStart).Seconds())
	return response
}

// rootField is the first field of an operation, "fragment" where it begins
// with a fragment.
func rootField(operation *ast.OperationDefinition) string {
	if operation == nil || len(operation.SelectionSet) == 0 {
		return "unknown"
	}
	if field, ok := operation.SelectionSet[0].(*ast.Field); ok {
		return field.Name
	}
	return "fragment"
}

func firstCode(response *graphql.Response) string {
	if response == nil || len(response.Errors) == 0 {
		return "OK"
	}
	if code, ok := response.Errors[0].Extensions["code"].(enablement.Code); ok {
		return string(code)
	}
	return string(enablement.BadUserInput)
}
