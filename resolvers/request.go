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
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

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
	most := t.options.MaxBody
	if t.options.Known != nil && !t.options.Known(r.Context()) {
		most = min(most, maxStrangersBody)
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, most)); err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			if most < t.options.MaxBody {
				return nil, &badRequest{http.StatusRequestEntityTooLarge, enablement.Unauthenticated, "",
					fmt.Sprintf("without a valid token at most %d bytes are read: send the header Authorization: Bearer <token>", most)}
			}
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
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	if bad := decode(body, &fields); bad != nil {
		return nil, bad
	}
	if fields.Query == nil {
		return nil, withoutQuery(fields.Extensions, "the field query is required: the GraphQL document as a string")
	}
	return &graphql.RawParams{
		Query: *fields.Query, OperationName: fields.OperationName, Variables: fields.Variables, Extensions: fields.Extensions,
	}, nil
}

// withoutQuery refuses a request without a document. Clients that send a hash
// first (Apollo's and urql's persisted queries) know by this very message that
// they are to send whole documents from then on.
func withoutQuery(extensions map[string]any, required string) *badRequest {
	if extensions["persistedQuery"] != nil {
		return malformed("query", "PersistedQueryNotSupported")
	}
	return malformed("query", "%s", required)
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
	if !values.Has("query") {
		return nil, withoutQuery(params.Extensions, "the parameter query is required: the GraphQL document")
	}
	return params, nil
}
