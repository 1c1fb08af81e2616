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
	"os"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
)

// firstRead is how much room is made for a body on its sender's word, in bytes.
const firstRead = 64 << 10

// maxStrangersBody is the most bytes of a body whose sender has no valid token.
const maxStrangersBody = 64 << 10

// maxValues is about the most values in a body: an import of 1,000 rows has
// some 50,000, and each takes up to a hundred bytes of memory once decoded.
const maxValues = 1_000_000

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

// busy is the refusal of a request for which there is no room.
func busy() *badRequest {
	return &badRequest{http.StatusServiceUnavailable, enablement.Unavailable, "", "the server is busy; try again in a moment"}
}

// read takes the request's parameters from where its method puts them.
func (t transport) read(w http.ResponseWriter, r *http.Request, account *edge.Body) (*graphql.RawParams, *badRequest) {
	var params *graphql.RawParams
	var bad *badRequest
	switch r.Method {
	case http.MethodPost:
		params, bad = t.readBody(w, r, account)
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

func (t transport) readBody(w http.ResponseWriter, r *http.Request, account *edge.Body) (*graphql.RawParams, *badRequest) {
	if !isJSON(r.Header) {
		return nil, &badRequest{http.StatusUnsupportedMediaType, enablement.BadUserInput, "Content-Type",
			"the body must be JSON in UTF-8, uncompressed, with the header Content-Type: application/json"}
	}
	most := t.options.MaxBody
	if t.options.Known != nil && !t.options.Known(r.Context()) {
		most = min(most, maxStrangersBody)
	}
	if r.ContentLength > most {
		return nil, t.tooLarge(most)
	}
	room := max(0, min(r.ContentLength, firstRead)) + bytes.MinRead
	body := bytes.NewBuffer(make([]byte, 0, room))
	if _, err := body.ReadFrom(account.Reader(http.MaxBytesReader(w, r.Body, most))); err != nil {
		if errors.Is(err, edge.ErrBusy) {
			return nil, busy()
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, &badRequest{http.StatusRequestTimeout, enablement.Unavailable, "", "the body took too long to arrive"}
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, t.tooLarge(most)
		}
		return nil, malformed("", "the body ended before its time")
	}
	return parseBody(body.Bytes())
}

// tooLarge is the refusal of a body of more bytes than are read.
func (t transport) tooLarge(most int64) *badRequest {
	if most < t.options.MaxBody {
		return &badRequest{http.StatusRequestEntityTooLarge, enablement.Unauthenticated, "",
			fmt.Sprintf("without a valid token at most %d bytes are read: send the header Authorization: Bearer <token>", most)}
	}
	return &badRequest{http.StatusRequestEntityTooLarge, enablement.BadUserInput, "",
		fmt.Sprintf("the body has more than %d bytes, the most that is read: send it in several requests", most)}
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
	if bytes.Count(body, []byte(","))+bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) > maxValues {
		return nil, &badRequest{http.StatusRequestEntityTooLarge, enablement.TooComplex, "", "the body has too many values: send it in several requests"}
	}
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
		DocumentID    *string        `json:"documentId"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	if bad := decode(body, &fields); bad != nil {
		return nil, bad
	}
	params := &graphql.RawParams{OperationName: fields.OperationName, Variables: fields.Variables, Extensions: fields.Extensions}
	return params, nameDocument(params, fields.Query, fields.DocumentID)
}

// nameDocument puts the document into a request, or what it is known by: its
// id, or its hash, which is in the extensions.
func nameDocument(params *graphql.RawParams, query, id *string) *badRequest {
	_, hashed := params.Extensions[persistedExtension]
	switch {
	case id != nil && (query != nil || hashed):
		return malformed("documentId", "the request names its document twice: give one of query, documentId and extensions.persistedQuery")
	case id != nil:
		name, err := documentID(*id)
		if err != nil {
			return malformed("documentId", "%s", err)
		}
		if params.Extensions == nil {
			params.Extensions = map[string]any{}
		}
		params.Extensions[documentIDExtension] = documentName(name)
	case query != nil:
		params.Query = *query
	case !hashed:
		return malformed("query", "query is required: the GraphQL document as a string, or documentId in its place")
	}
	return nil
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
		if wrong.Type.Kind() == reflect.String {
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
	params := &graphql.RawParams{OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if bad := decode([]byte(text), into); bad != nil {
			return nil, malformed(name, "the parameter %s must be a JSON object", name)
		}
	}
	parameter := func(name string) *string {
		if !values.Has(name) {
			return nil
		}
		value := values.Get(name)
		return &value
	}
	return params, nameDocument(params, parameter("query"), parameter("documentId"))
}
