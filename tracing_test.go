package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/trace"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/quiverhq/quiver/resolvers"
)

// receiver takes traces by OTLP over HTTP, as a collector does.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu       sync.Mutex
	raw      []byte // everything that came
	spans    []*spans.Span
	resource map[string]string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, resource: map[string]string{}}
	r.server = httptest.NewServer(http.HandlerFunc(r.take))
	t.Cleanup(r.server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", r.server.URL)
	return r
}

func (r *receiver) take(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	var export collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &export)
	}
	if err != nil || request.URL.Path != "/v1/traces" {
		r.t.Errorf("%s with %d bytes: %v", request.URL.Path, len(body), err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.raw = append(r.raw, body...)
	for _, from := range export.ResourceSpans {
		for _, attribute := range from.Resource.Attributes {
			r.resource[attribute.Key] = attribute.Value.GetStringValue()
		}
		for _, scope := range from.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// tree gives the spans of a trace as lines: each below its parent, by name and
// then by time, a name once.
func (r *receiver) tree(trace, parent string, indent string) []string {
	r.mu.Lock()
	below := slices.Clone(r.spans)
	r.mu.Unlock()
	below = slices.DeleteFunc(below, func(s *spans.Span) bool {
		return hex.EncodeToString(s.TraceId) != trace || hex.EncodeToString(s.ParentSpanId) != parent
	})
	slices.SortFunc(below, func(a, b *spans.Span) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.StartTimeUnixNano, b.StartTimeUnixNano))
	})
	var lines []string
	for _, s := range below {
		if line := indent + s.Name; !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		lines = append(lines, r.tree(trace, hex.EncodeToString(s.SpanId), indent+"  ")...)
	}
	return lines
}

func (r *receiver) attributes(name string) map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := map[string]string{}
	for _, s := range r.spans {
		if s.Name == name {
			for _, a := range s.Attributes {
				found[a.Key] = text(a.Value)
			}
		}
	}
	return found
}

func text(v *common.AnyValue) string {
	if n, ok := v.Value.(*common.AnyValue_IntValue); ok {
		b, _ := json.Marshal(n.IntValue)
		return string(b)
	}
	return v.GetStringValue()
}

// traceID and parentID are those of the caller, from the example of the W3C's
// recommendation.
const (
	traceID  = "4bf92f3577b34da6a3ce929d0e0e4736"
	parentID = "00f067aa0ba902b7"
)

// askAs sends a document as part of a trace; sampled is its flag.
func (q *quiver) askAs(token, document, sampled string) string {
	q.t.Helper()
	body, _ := json.Marshal(object{"query": document})
	request, err := http.NewRequest(http.MethodPost, q.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		q.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("traceparent", "00-"+traceID+"-"+parentID+"-"+sampled)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		q.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || strings.Contains(string(answer), `"errors"`) {
		q.t.Fatalf("%v %s", err, answer)
	}
	return string(answer)
}

func TestTracesTellWhatARequestDid(t *testing.T) {
	received := newReceiver(t)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	q := newServer(t)
	q.marketer("m-1").createAsset(object{"title": "Zebra crossing", "type": "BLOG_POST", "url": "https://example.com/zebra", "status": "PUBLISHED"})
	lead := q.rep("rep-1").saveLead(object{"firstName": "Ada", "lastName": "Quagga", "email": "ada@quagga.example", "jobTitle": "CTO"})
	q.askAs(q.token("REP", "rep-1"), `query Finder { assets(query: "zebra", first: 3) { totalCount } lead(id: "`+lead+`") { recommendations(first: 2) { score } } }`, "01")
	asset := q.askAs(q.token("MARKETER", "m-1"), `mutation { createAsset(input: { title: "Okapi", type: BLOG_POST, url: "https://example.com/okapi", status: PUBLISHED }) { id } }`, "01")
	id := at(jsonOf(t, asset), "data", "createAsset", "id").(string)
	q.askAs(q.token("REP", "rep-1"), `mutation Tell { recordSend(input: { lead: "`+lead+`", assets: ["`+id+`"], message: "Dear Ada" }) { id } }`, "01")
	q.askAs(q.token("REP", "rep-1"), `{ suggest(prefix: "never", first: 1) }`, "00") // not sampled
	if code := q.stop(); code != 0 {
		t.Fatalf("exit code %d", code)
	}

	equal(t, "the tree below the caller's span", received.tree(traceID, parentID, ""), []string{
		"POST /graphql",
		"  query assets",
		"    assets",
		"      search assets",
		"    lead",
		"      recommend",
		"  mutation createAsset",
		"    createAsset",
		"      index batch",
		"      insert assets",
		"      insert audit",
		"  mutation recordSend",
		"    recordSend",
		"      commit sends",
		"        insert sends",
	})
	equal(t, "the request", received.attributes("POST /graphql"), map[string]string{
		"http.request.method": "POST", "http.route": "/graphql", "http.response.status_code": "200"})
	equal(t, "the operation", received.attributes("query assets"), map[string]string{
		"graphql.operation.type": "query", "graphql.operation.name": "Finder", "quiver.code": "OK"})
	equal(t, "the search", received.attributes("search assets"), map[string]string{"quiver.words": "1", "quiver.found": "1"})
	equal(t, "the command", received.attributes("insert sends"), map[string]string{
		"db.system.name": "mongodb", "db.namespace": "quiver", "db.operation.name": "insert", "db.collection.name": "sends"})
	if r := received.resource; r["service.name"] != "quiver" || r["deployment.environment.name"] != "test" {
		t.Errorf("the resource is %v", r)
	}
	if len(received.attributes("start")) != 0 || !slices.ContainsFunc(received.spans, func(s *spans.Span) bool { return s.Name == "start" }) {
		t.Error("the start has no span")
	}
	for _, private := range []string{"zebra", "Zebra", "Okapi", "Ada", "quagga", "CTO", "Dear", "never", lead, id} {
		if bytes.Contains(received.raw, []byte(private)) {
			t.Errorf("the traces hold %q", private)
		}
	}
}

func jsonOf(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTracesAreOffWhereNobodyAsksAndRefuseWhatTheyCannotDo(t *testing.T) {
	for _, c := range []struct {
		story string
		env   map[string]string
		want  string // in the error; "": the server starts, and nothing is sent
	}{
		{"the SDK is disabled", map[string]string{"OTEL_SDK_DISABLED": "true"}, ""},
		{"no exporter", map[string]string{"OTEL_TRACES_EXPORTER": "none"}, ""},
		{"nothing is sampled", map[string]string{"OTEL_TRACES_SAMPLER": "always_off"}, ""},
		{"gRPC", map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"},
		{"another exporter", map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER must be otlp or none"},
		{"no URL", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be a URL"},
		{"no sampler", map[string]string{"OTEL_TRACES_SAMPLER": "some"}, "OTEL_TRACES_SAMPLER must be one of"},
		{"no share", map[string]string{"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "10%"}, "OTEL_TRACES_SAMPLER_ARG must be a share"},
		{"no attributes", map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "environment"}, "OTEL_RESOURCE_ATTRIBUTES"},
	} {
		t.Run(c.story, func(t *testing.T) {
			received := newReceiver(t)
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			if c.want != "" {
				var out bytes.Buffer
				if code := runFor(t, &out, "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()); code != 2 || !strings.Contains(out.String(), c.want) {
					t.Errorf("exit code %d: %s", code, out.String())
				}
				return
			}
			q := newServer(t)
			q.askAs(q.token("REP", "rep-1"), `{ assets(first: 1) { totalCount } }`, "01")
			q.stop()
			if len(received.spans) > 0 {
				t.Errorf("%d spans were sent", len(received.spans))
			}
		})
	}
}

// A receiver that is not there costs log lines, no requests.
func TestTracesWithoutAReceiverHoldNothingUp(t *testing.T) {
	newReceiver(t).server.Close()
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "200")
	q := newServer(t)
	q.askAs(q.token("REP", "rep-1"), `{ assets(first: 1) { totalCount } }`, "01")
	eventually(t, "the log says so", func() bool { return strings.Contains(q.out.String(), `"msg":"traces"`) })
	if code := q.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTheLogOfAnInternalErrorNamesTheTrace(t *testing.T) {
	trace16, _ := trace.TraceIDFromHex(traceID)
	span8, _ := trace.SpanIDFromHex(parentID)
	ctx := trace.ContextWithRemoteSpanContext(context.Background(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace16, SpanID: span8}))
	for _, format := range []string{"json", "text"} {
		var log bytes.Buffer
		answer := resolvers.PresentError(newLogger(format, &log).With("server", 1))(ctx, gqlerror.Wrap(errors.New("disk on fire")))
		if answer.Extensions["code"] == nil || !strings.Contains(log.String(), traceID) {
			t.Errorf("%s: answered %v, logged %s", format, answer, log.String())
		}
	}
	var log bytes.Buffer
	newLogger("text", &log).ErrorContext(context.Background(), "no trace")
	if strings.Contains(log.String(), "trace_id") {
		t.Errorf("logged %s", log.String())
	}
}
