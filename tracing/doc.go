// Package tracing makes OpenTelemetry spans of what a request does, and sends
// them by OTLP over HTTP where the standard environment variables say so. It
// owns the provider, the span of the HTTP request and the trace id in the log.
//
// Where tracing is off, or a request is not sampled, a span costs a look into
// the context. Spans say what was done, how often and how long; never what
// somebody typed, and nothing of a document.
package tracing
