package resolvers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
)

const (
	defaultMaxBody     = 16 << 20
	defaultMaxDocument = 64 << 10
	// maxRequestErrors is how many faults of one document are told.
	maxRequestErrors = 20
	// MutationTimes is how much longer than a query a mutation may take: an
	// import of 1,000 long rows into a slow database.
	MutationTimes = 4
)

// TransportOptions bound what a request may bring.
type TransportOptions struct {
	// MaxBody is the most bytes of a request's body; 0: 16 MB.
	MaxBody int64
	// MaxDocument is the most bytes of the GraphQL document in it; 0: 64 KB.
	MaxDocument int
	// Known tells whether the sender has shown a valid token: who has not may
	// send a sign-in's worth, not an import's. Nil: everybody is known.
	Known func(context.Context) bool
	// Schema is what variables are held against, so that all that is wrong with
	// them is told at once; nil: the first fault alone is.
	Schema *ast.Schema
	// Timeout is how long a query may take to execute, a mutation MutationTimes
	// as long; 0: for ever. What it took until then is lost, but a write that has
	// begun goes on.
	Timeout time.Duration
	// Load bounds what is done at once; nil: nothing does.
	Load *edge.Load
	// Limiter takes what a dear query is worth out of its sender's bucket; nil:
	// every query is worth one request.
	Limiter *edge.Limiter
}

// requestWorth is the cost that one request of the sender's rate pays for. A unit
// takes about a microsecond of a processor (see docs/benchmarks.md, Prices), so
// that nobody has more than a share of one by asking dear questions.
const requestWorth = 2_000

// answerWorth is how many bytes of an answer one request of the sender's rate pays
// for: at 100 a second some 25 MB.
const answerWorth = 256 << 10

// NewTransport makes the transport that serves GraphQL over HTTP: POST with a
// JSON body, and GET for queries. It answers every request, also those that
// are none, with GraphQL's shape and a code. As only JSON bodies are taken, a
// page of another site cannot send one without asking CORS first.
//
// https://graphql.github.io/graphql-over-http/draft/
func NewTransport(o TransportOptions) graphql.Transport {
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.MaxDocument <= 0 {
		o.MaxDocument = defaultMaxDocument
	}
	return transport{o}
}

type transport struct{ options TransportOptions }

// Supports takes every request, so that every one is answered in GraphQL's
// shape.
func (t transport) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media, acceptable := negotiate(r.Header.Values("Accept"))
	header := w.Header()
	header.Set("Content-Type", media+"; charset=utf-8")
	header.Add("Vary", "Accept") // beside CORS's own
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")

	if r.Method == http.MethodOptions {
		header.Set("Allow", "GET, HEAD, POST, OPTIONS")
		header.Del("Content-Type")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !acceptable {
		refuse(w, &badRequest{http.StatusNotAcceptable, enablement.BadUserInput, "Accept",
			"the header Accept must allow " + mediaGraphQL + " or " + mediaJSON})
		return
	}
	start := graphql.Now()
	body := t.options.Load.Body(t.options.Known == nil || t.options.Known(r.Context()))
	defer body.Close()
	params, bad := t.read(w, r, body)
	if bad != nil {
		refuse(w, bad)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	t.execute(w, r, exec, params, body, media)
}

// execute runs a well-formed request and writes its response.
func (t transport) execute(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, body *edge.Body, media string) {
	ctx := r.Context()
	operation, faults := exec.CreateOperationContext(ctx, params)
	if operation.Operation == nil && operation.Doc != nil {
		faults = whichOperation(operation.Doc.Operations)
	}
	faults = t.checkVariables(operation.Operation, params.Variables, faults)
	if len(faults) > 0 {
		if len(faults) > maxRequestErrors {
			faults = faults[:maxRequestErrors]
		}
		write(w, media, exec.DispatchError(graphql.WithOperationContext(ctx, operation), faults))
		return
	}
	if r.Method != http.MethodPost && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, &badRequest{http.StatusMethodNotAllowed, enablement.BadUserInput, "query", "mutations need POST: GET runs queries alone"})
		return
	}
	if after, ok := t.charge(w.Header(), r, operation); !ok {
		w.Header().Set("Retry-After", edge.RetryAfter(after))
		refuse(w, &badRequest{http.StatusTooManyRequests, enablement.RateLimited, "",
			"too many dear queries; try again in " + edge.RetryAfter(after) + " s, or ask for less at a time"})
		return
	}
	answer := t.options.Load.Answer()
	defer answer.Close()
	response, turn := t.run(withAnswer(ctx, answer), exec, operation)
	body.Close() // a client that reads slowly keeps nobody else from sending
	switch {
	case !turn:
		refuse(w, busy())
	case response == nil: // the context ended first
		refuse(w, &badRequest{http.StatusServiceUnavailable, enablement.Unavailable, "", "the request took too long and was stopped"})
	default:
		t.answer(w, r, media, operation, response, answer)
	}
}

// answer writes a response where there is room for it until it is read. A long one
// is worth as many requests as its bytes say.
func (t transport) answer(w http.ResponseWriter, r *http.Request, media string, operation *graphql.OperationContext, response *graphql.Response, account *edge.Answer) {
	if !account.Made(len(response.Data)) && operation.Operation.Operation != ast.Mutation { // what was written is told
		refuse(w, busy())
		return
	}
	if worth := len(response.Data) / answerWorth; worth > 0 && t.options.Limiter != nil {
		t.options.Limiter.Owe(w.Header(), r, worth)
	}
	write(w, media, response)
}

// charge has a query that costs more than a request pay for it. Mutations have
// turns of their own and wait for the database most of their time.
func (t transport) charge(header http.Header, r *http.Request, operation *graphql.OperationContext) (after time.Duration, ok bool) {
	more, _ := operation.Stats.GetExtension(moreRequests).(int)
	if t.options.Limiter == nil || operation.Operation.Operation == ast.Mutation || more == 0 {
		return 0, true
	}
	return t.options.Limiter.Charge(header, r, more)
}

// whichOperation says what operationName may be.
func whichOperation(operations ast.OperationList) gqlerror.List {
	var names []string
	for _, o := range operations {
		if o.Name != "" {
			names = append(names, o.Name)
		}
	}
	must := "must name one of the document's operations: " + strings.Join(names[:min(len(names), 10)], ", ")
	if len(names) == 0 {
		must = "must be left out: the document's operation has no name"
	}
	return gqlerror.List{gqlerror.WrapIfUnwrapped(enablement.Invalid([]enablement.FieldError{{Path: "operationName", Message: must}}))}
}

// run executes an operation when it is its turn and within its time; no turn:
// the server is busy.
func (t transport) run(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext) (response *graphql.Response, turn bool) {
	mutation := operation.Operation.Operation == ast.Mutation
	leave, turn := t.options.Load.Enter(ctx, mutation)
	if !turn {
		return nil, false
	}
	defer leave()
	if timeout := t.options.Timeout; timeout > 0 {
		if mutation {
			timeout *= MutationTimes
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	next, ctx := exec.DispatchOperation(ctx, operation)
	return next(ctx), true
}

// checkVariables gives, in place of the first fault of the variables, an error
// with all of them; faults of the document stay as they are.
func (t transport) checkVariables(operation *ast.OperationDefinition, variables map[string]any, faults gqlerror.List) gqlerror.List {
	ofVariables := len(faults) > 0 && len(faults[0].Path) > 0 && faults[0].Path[0] == ast.PathName("variable")
	if t.options.Schema == nil || operation == nil || len(faults) > 0 && !ofVariables {
		return faults
	}
	if err := enablement.Invalid(variableFaults(t.options.Schema, operation, variables)); err != nil {
		return gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	}
	return faults
}

// refuse answers a request that did not become a GraphQL request.
func refuse(w http.ResponseWriter, bad *badRequest) {
	failure := &gqlerror.Error{Message: bad.message, Extensions: map[string]any{"code": bad.code}}
	if bad.code == enablement.BadUserInput {
		failure.Extensions["fields"] = []enablement.FieldError{{Path: bad.field, Message: bad.message}}
	}
	if bad.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", edge.RetryAfter(edge.BusyRetry))
	}
	send(w, bad.status, &graphql.Response{Errors: gqlerror.List{failure}})
}

// write answers a well-formed request. With application/json that is 200
// whatever became of it, because a client cannot know whose answer another
// status is; with application/graphql-response+json the status says whether
// the operation was executed.
func write(w http.ResponseWriter, media string, response *graphql.Response) {
	status := http.StatusOK
	if media == mediaGraphQL && response.Data == nil {
		status = requestErrorStatus(response.Errors)
	}
	send(w, status, response)
}

// requestErrorStatus is the status of a response without data.
func requestErrorStatus(failures gqlerror.List) int {
	for _, failure := range failures {
		switch enablement.Code(fmt.Sprint(failure.Extensions["code"])) {
		case enablement.Unauthenticated:
			return http.StatusUnauthorized
		case enablement.Forbidden:
			return http.StatusForbidden
		case enablement.RateLimited:
			return http.StatusTooManyRequests
		case enablement.Unavailable:
			return http.StatusServiceUnavailable
		case enablement.Internal:
			return http.StatusInternalServerError
		}
	}
	return http.StatusBadRequest
}

// send writes a response piece by piece: the data, which is JSON already, is
// neither copied nor scanned again. Where nothing was executed there is no
// data, not even null.
func send(w http.ResponseWriter, status int, response *graphql.Response) {
	pieces := [][]byte{[]byte("{")}
	add := func(name string, value []byte) {
		if len(pieces) > 1 {
			pieces = append(pieces, []byte(","))
		}
		pieces = append(pieces, []byte(`"`+name+`":`), value)
	}
	if len(response.Errors) > 0 {
		add("errors", marshal(response.Errors))
	}
	if response.Data != nil {
		add("data", response.Data)
	}
	if len(response.Extensions) > 0 {
		add("extensions", marshal(response.Extensions))
	}
	pieces = append(pieces, []byte("}\n"))
	size := 0
	for _, piece := range pieces {
		size += len(piece)
	}
	w.Header().Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(status)
	for _, piece := range pieces {
		if _, err := w.Write(piece); err != nil {
			return // the client has gone
		}
	}
}

func marshal(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // nosniff keeps browsers from taking it for HTML
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Errorf("marshal a response: %w", err)) // the handler's recover reports it
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
