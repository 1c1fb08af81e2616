package tracing

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Provider makes the spans that have none above them, and sends all of them. A
// nil Provider is tracing switched off.
type Provider struct {
	sdk    *sdk.TracerProvider
	tracer trace.Tracer
}

// Open reads the environment as OpenTelemetry's specification has it, and gives
// nil where it asks for no traces: neither OTEL_EXPORTER_OTLP_ENDPOINT nor
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, OTEL_SDK_DISABLED is true, or
// OTEL_TRACES_EXPORTER is none. An error names the variable that is wrong. The
// receiver need not be there: what it misses is logged and lost. version is what
// spans call this build.
//
// The provider is not made OpenTelemetry's global one: the embedded engine would
// fill it with spans of its own.
func Open(ctx context.Context, getenv func(string) string, version string, log *slog.Logger) (*Provider, error) {
	wanted, err := wanted(getenv)
	if !wanted || err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	// The schema of what the detectors find is the SDK's: the two names are the same in all.
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "quiver"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("read OTEL_RESOURCE_ATTRIBUTES: it must be key=value,key=value: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "error", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about)) // the sampler comes from the environment
	return &Provider{sdk: provider, tracer: provider.Tracer(scope)}, nil
}

// wanted tells whether traces are asked for, and checks what the SDK would pass
// over with a word on standard error.
func wanted(getenv func(string) string) (bool, error) {
	endpoint, variable := getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	if endpoint == "" {
		endpoint, variable = getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), "OTEL_EXPORTER_OTLP_ENDPOINT"
	}
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none" || endpoint == "" {
		return false, nil
	}
	if exporter := getenv("OTEL_TRACES_EXPORTER"); exporter != "" && exporter != "otlp" {
		return false, fmt.Errorf("OTEL_TRACES_EXPORTER must be otlp or none, not %q", exporter)
	}
	protocol := cmp.Or(getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), getenv("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")
	if protocol != "http/protobuf" {
		return false, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, not %q: a collector takes it on port 4318", protocol)
	}
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false, fmt.Errorf("%s must be a URL such as http://collector:4318, not %q", variable, endpoint)
	}
	return true, checkSampler(getenv("OTEL_TRACES_SAMPLER"), getenv("OTEL_TRACES_SAMPLER_ARG"))
}

// samplers are those of the specification that the SDK has.
var samplers = []string{"always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"}

func checkSampler(name, share string) error {
	if name != "" && !slices.Contains(samplers, strings.ToLower(strings.TrimSpace(name))) {
		return fmt.Errorf("OTEL_TRACES_SAMPLER must be one of %s, not %q", strings.Join(samplers, ", "), name)
	}
	if share != "" && strings.Contains(name, "ratio") {
		if f, err := strconv.ParseFloat(share, 64); err != nil || f < 0 || f > 1 {
			return fmt.Errorf("OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1, not %q", share)
		}
	}
	return nil
}

// Start begins a span that has none above it, for what no request asked for.
func (p *Provider) Start(ctx context.Context, name string) (context.Context, Span) {
	if p == nil {
		return ctx, Span{}
	}
	ctx, span := p.tracer.Start(ctx, name)
	return ctx, Span{span}
}

// Close sends what has not been sent. Called once everything has ended.
func (p *Provider) Close(ctx context.Context) error {
	if p == nil {
		return nil
	}
	return p.sdk.Shutdown(ctx)
}
