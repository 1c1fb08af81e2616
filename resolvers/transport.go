package resolvers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

const (
	defaultMaxBody     = 16 << 20
	defaultMaxDocument = 64 << 10
	// maxRequestErrors is how many faults of one document are told.
	maxRequestErrors = 20
	// firstRead is how much room is made for a body on its sender's word.
	firstRead = 64 << 10
)

// TransportOptions bound what a request may bring.
type TransportOptions struct {
	// MaxBody is the most bytes of a request's body; 0: 16 MB.
	MaxBody int64
	// MaxDocument is the most bytes of the GraphQL document in it; 0: 64 KB.
	MaxDocument int
}

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
	params, bad := t.read(w, r)
	if bad != nil {
		refuse(w, bad)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	execute(w, r, exec, params, media)
}

// execute runs a well-formed request and writes its response.
func execute(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, media string) {
	ctx := r.Context()
	operation, faults := exec.CreateOperationContext(ctx, params)
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
	next, ctx := exec.DispatchOperation(ctx, operation)
	response := next(ctx)
	if response == nil { // the context ended first
		refuse(w, &badRequest{http.StatusServiceUnavailable, enablement.Unavailable, "", "the request took too long and was stopped"})
		return
	}
	write(w, media, response)
}

// badRequest is why a request never became a GraphQL request.
type badRequest struct {
	status  int
	code    enablement.Code
	field   string
	message string
}

func malformed(field, format string, args ...any) *badRequest {
	return &badRequest{http.StatusBadRequest, enablement.BadUserInput, field, fmt.Sprintf(format, args...)}
}

// read takes the request's parameters from where its method puts them.
func (t transport) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *badRequest) {
	var params *graphql.RawParams
	var bad *badRequest
	switch r.Method {
	case http.MethodPost:
		params, bad = t.readBody(w, r)
	case http.MethodGet, http.MethodHead:
		params, bad = readURL(r.URL.RawQuery)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		return nil, &badRequest{http.StatusMethodNotAllowed, enablement.BadUserInput, "", "use POST, or GET for queries"}
	}
	if bad != nil {
		return nil, bad
	}
	if len(params.Query) > t.options.MaxDocument {
		return nil, &badRequest{http.StatusRequestEntityTooLarge, enablement.TooComplex, "query",
			fmt.Sprintf("the document has %d bytes; at most %d are read: put values into variables", len(params.Query), t.options.MaxDocument)}
	}
	return params, nil
}

func (t transport) readBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *badRequest) {
	if !isJSON(r.Header) {
		return nil, &badRequest{http.StatusUnsupportedMediaType, enablement.BadUserInput, "Content-Type",
			"the body must be JSON in UTF-8, uncompressed, with the header Content-Type: application/json"}
	}
	room := max(0, min(r.ContentLength, firstRead)) + bytes.MinRead
	body := bytes.NewBuffer(make([]byte, 0, room))
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, t.options.MaxBody)); err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, &badRequest{http.StatusRequestEntityTooLarge, enablement.BadUserInput, "",
				fmt.Sprintf("the body has more than %d bytes, the most that is read: send it in several requests", tooLarge.Limit)}
		}
		return nil, malformed("", "the body ended before its time")
	}
	return parseBody(body.Bytes())
}

// isJSON tells whether the body is said to be plain JSON in UTF-8.
func isJSON(header http.Header) bool {
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return false
	}
	kind := header.Get("Content-Type")
	if kind == mediaJSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(kind)
	return err == nil && media == mediaJSON && isUTF8(parameters)
}

// parseBody reads the request's parameters from JSON. What is wrong is told
// without repeating any of it.
func parseBody(body []byte) (*graphql.RawParams, *badRequest) {
	if !utf8.Valid(body) {
		return nil, malformed("", "the body is not valid UTF-8")
	}
	switch trimmed := bytes.TrimLeft(body, " \t\r\n"); {
	case len(trimmed) == 0:
		return nil, malformed("", "the body is empty; it must be a JSON object with the field query")
	case trimmed[0] == '[':
		return nil, malformed("", "the body is a list; several operations in one request are not supported: send one at a time")
	case trimmed[0] != '{':
		return nil, malformed("", "the body must be a JSON object with the field query")
	}
	var fields struct {
		Query         *string        `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	if bad := decode(body, &fields); bad != nil {
		return nil, bad
	}
	if fields.Query == nil {
		return nil, malformed("query", "the field query is required: the GraphQL document as a string")
	}
	return &graphql.RawParams{
		Query: *fields.Query, OperationName: fields.OperationName, Variables: fields.Variables, Extensions: fields.Extensions,
	}, nil
}

// decode reads one JSON value. Numbers keep their digits, so that an Int is
// told from a Float.
func decode(text []byte, into any) *badRequest {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); err == io.EOF {
			return nil
		}
		return malformed("", "the JSON goes on after its end, at byte %d", decoder.InputOffset())
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind := "an object"
		if wrong.Field == "query" || wrong.Field == "operationName" {
			kind = "a string"
		}
		return malformed(wrong.Field, "%s must be %s", wrong.Field, kind)
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return malformed("", "the JSON is malformed at byte %d", syntax.Offset)
	}
	return malformed("", "the JSON is cut short")
}

// readURL reads the parameters of a GET request.
func readURL(raw string) (*graphql.RawParams, *badRequest) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, malformed("", "the URL's query is not well encoded")
	}
	for name := range values {
		if !utf8.ValidString(values.Get(name)) {
			return nil, malformed("", "the URL's query is not valid UTF-8")
		}
	}
	if !values.Has("query") {
		return nil, malformed("query", "the parameter query is required: the GraphQL document")
	}
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if bad := decode([]byte(text), into); bad != nil {
			return nil, malformed(name, "the parameter %s must be a JSON object", name)
		}
	}
	return params, nil
}

// refuse answers a request that did not become a GraphQL request.
func refuse(w http.ResponseWriter, bad *badRequest) {
	failure := &gqlerror.Error{Message: bad.message, Extensions: map[string]any{"code": bad.code}}
	if bad.code == enablement.BadUserInput {
		failure.Extensions["fields"] = []enablement.FieldError{{Path: bad.field, Message: bad.message}}
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
