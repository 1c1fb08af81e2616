package resolvers

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// An answer has one part: what a client asks to be deferred must be refused,
// not left out, and introspection must not offer it.
func TestNothingIsDeferred(t *testing.T) {
	api := NewHandler(&Resolver{}, HandlerOptions{
		Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(prometheus.NewRegistry()), Introspection: true,
		Ready: func() error { return nil },
	})
	for _, c := range []struct{ query, want string }{
		{`{ leads(first: 1) { nodes { id ... @defer { recommendations { score } } } } }`, `Unknown directive \"@defer\".`},
		{`{ leads(first: 1) { nodes { ...F @defer(label: \"x\") } } } fragment F on Lead { sends { totalCount } }`, `Unknown directive \"@defer\".`},
		{`{ __schema { directives { name } } }`,
			`{"data":{"__schema":{"directives":[{"name":"deprecated"},{"name":"hasRole"},{"name":"include"},{"name":"oneOf"},{"name":"skip"},{"name":"specifiedBy"}]}}}`},
	} {
		request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+c.query+`"}`))
		request.Header.Set("Content-Type", "application/json")
		response := httptest.NewRecorder()
		api.ServeHTTP(response, request)
		if got := response.Body.String(); !strings.Contains(got, c.want) {
			t.Errorf("%s\nanswered %swant     %s", c.query, got, c.want)
		}
	}
}
