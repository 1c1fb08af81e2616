package tracing

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// off is a request whose spans nobody wants: what Start and the rest cost then.
func off(ctx context.Context) {
	ctx, span := Start(ctx, "search assets")
	span.Int("quiver.found", 7)
	span.String("quiver.code", "OK")
	span.End()
	_ = ctx
}

// key is of a value that a context has, as those of requests have.
type key struct{}

func TestASpanCostsNoMemoryWhereTracingIsOff(t *testing.T) {
	ctx := context.WithValue(t.Context(), key{}, 1)
	if n := testing.AllocsPerRun(100, func() { off(ctx) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
	var p *Provider
	next := http.NewServeMux()
	if p.Handler("/graphql", next) != http.Handler(next) {
		t.Error("a request passes through something where tracing is off")
	}
}

func BenchmarkSpanOff(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		off(b.Context())
	}
}

// BenchmarkRequest is a request with five spans, as a search has; what is sent
// goes to a receiver in the same process.
func BenchmarkRequest(b *testing.B) {
	for _, c := range []struct{ name, sampler, share string }{
		{"off", "", ""},
		{"none of them sampled", "traceidratio", "0"},
		{"1 in 100 sampled", "traceidratio", "0.01"},
		{"all sampled", "always_on", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			var p *Provider
			if c.sampler != "" {
				receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
				defer receiver.Close()
				for name, value := range map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.URL, "OTEL_TRACES_SAMPLER": c.sampler, "OTEL_TRACES_SAMPLER_ARG": c.share} {
					b.Setenv(name, value)
				}
				var err error
				p, err = Open(b.Context(), func(name string) string {
					return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.URL}[name]
				}, "test", slog.New(slog.DiscardHandler))
				if err != nil {
					b.Fatal(err)
				}
				defer p.Close(context.Background())
			}
			handler := p.Handler("/graphql", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				ctx, operation := Start(r.Context(), "query assets")
				defer operation.End()
				ctx, field := Start(ctx, "assets")
				defer field.End()
				off(ctx)
				off(ctx)
			}))
			request, w := httptest.NewRequest(http.MethodPost, "/graphql", nil), httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, request)
			}
		})
	}
}
