package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

// smallSchema is a schema that answers without resolvers: enough to see what a
// transport does with each kind of outcome.
type smallSchema struct {
	schema *ast.Schema
	// ran lists the fields that were executed.
	ran []string
}

func newSmallSchema() *smallSchema {
	return &smallSchema{schema: gqlparser.MustLoadSchema(&ast.Source{Name: "small", Input: `
		type Query {
			hello: String!
			"What the variable was when it arrived."
			echo(n: Int, text: String): String
			"Fails and may be null."
			fragile: String
			"Fails and takes the whole data along."
			doomed: String!
			"A request error of the handler's own."
			unready: String
		}
		type Mutation { touch: Int! }
		schema { query: Query mutation: Mutation }`})}
}

func (s *smallSchema) Schema() *ast.Schema { return s.schema }

func (s *smallSchema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *smallSchema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	return graphql.OneShot(s.respond(ctx, operation))
}

func (s *smallSchema) respond(ctx context.Context, operation *graphql.OperationContext) *graphql.Response {
	data := map[string]any{}
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, nil) {
		s.ran = append(s.ran, field.Name)
		switch field.Name {
		case "hello":
			data[field.Alias] = "world"
		case "echo":
			n := field.ArgumentMap(operation.Variables)["n"]
			data[field.Alias] = fmt.Sprintf("%T %v", n, n)
		case "touch":
			data[field.Alias] = 1
		case "fragile":
			data[field.Alias] = nil
			return &graphql.Response{Data: mustMarshal(data), Errors: gqlerror.List{{Message: "broken", Extensions: map[string]any{"code": "INTERNAL"}}}}
		case "doomed":
			return &graphql.Response{Data: []byte("null"), Errors: gqlerror.List{{Message: "broken"}}}
		case "unready":
			return &graphql.Response{Errors: gqlerror.List{{Message: "starting", Extensions: map[string]any{"code": enablement.Unavailable}}}}
		}
	}
	return &graphql.Response{Data: mustMarshal(data)}
}

func mustMarshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// api is a GraphQL server over real HTTP.
type api struct {
	*httptest.Server
	schema *smallSchema
}

func newAPI(t *testing.T, o TransportOptions) *api {
	t.Helper()
	schema := newSmallSchema()
	server := handler.New(schema)
	server.AddTransport(NewTransport(o))
	a := &api{httptest.NewServer(server), schema}
	t.Cleanup(a.Close)
	return a
}

// reply is what came back, its body read as GraphQL's shape.
type reply struct {
	status int
	header http.Header
	text   string
	body   struct {
		Data   *json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct {
				Code   string
				Fields []enablement.FieldError
			}
		}
	}
}

func (a *api) do(t *testing.T, method, path string, header map[string]string, body io.Reader) reply {
	t.Helper()
	request, err := http.NewRequest(method, a.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{status: response.StatusCode, header: response.Header, text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &r.body); err != nil {
			t.Fatalf("the response is not GraphQL's JSON: %v\n%s", err, text)
		}
	}
	return r
}

// post sends a body as JSON and asks for one media type.
func (a *api) post(t *testing.T, accept, body string) reply {
	t.Helper()
	header := map[string]string{"Content-Type": "application/json"}
	if accept != "" {
		header["Accept"] = accept
	}
	return a.do(t, http.MethodPost, "/graphql", header, strings.NewReader(body))
}

// wantRefused checks that nothing ran and that the reason is told with a code.
func wantRefused(t *testing.T, a *api, r reply, status int, code enablement.Code, says string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d\n%s", r.status, status, r.text)
	}
	if len(r.body.Errors) == 0 {
		t.Fatalf("no errors in %q", r.text)
	}
	first := r.body.Errors[0]
	if first.Extensions.Code != string(code) {
		t.Errorf("code %q, want %s", first.Extensions.Code, code)
	}
	if !strings.Contains(first.Message, says) {
		t.Errorf("message %q does not say %q", first.Message, says)
	}
	if strings.Contains(r.text, `"data"`) {
		t.Errorf("a request error has data: %s", r.text)
	}
	if len(a.schema.ran) > 0 {
		t.Errorf("%v ran", a.schema.ran)
	}
}

func TestAWellFormedRequestIsAnsweredByItsMediaType(t *testing.T) {
	for name, c := range map[string]struct {
		body              string
		legacy, preferred int    // statuses with application/json and with application/graphql-response+json
		data              string // what data is; empty: there is none
	}{
		"a query":                           {`{"query":"{ hello }"}`, 200, 200, `{"hello":"world"}`},
		"null for what is optional":         {`{"query":"{ hello }","variables":null,"operationName":null,"extensions":null}`, 200, 200, `{"hello":"world"}`},
		"unknown fields":                    {`{"query":"{ hello }","id":"x","variables":{"unused":1}}`, 200, 200, `{"hello":"world"}`},
		"one of two operations":             {`{"query":"query A { hello } query B { echo }","operationName":"A"}`, 200, 200, `{"hello":"world"}`},
		"a mutation":                        {`{"query":"mutation { touch }"}`, 200, 200, `{"touch":1}`},
		"a whole number stays whole":        {`{"query":"query($n: Int) { echo(n: $n) }","variables":{"n":9007199254740993}}`, 200, 200, `{"echo":"int64 9007199254740993"}`},
		"a field that fails":                {`{"query":"{ fragile }"}`, 200, 200, `{"fragile":null}`},
		"a failure that takes all the data": {`{"query":"{ doomed }"}`, 200, 200, `null`},
		"a document that is malformed":      {`{"query":"{"}`, 200, 400, ``},
		"a document that is empty":          {`{"query":""}`, 200, 400, ``},
		"a field that is not there":         {`{"query":"{ goodbye }"}`, 200, 400, ``},
		"an operation that is not there":    {`{"query":"query A { hello }","operationName":"B"}`, 200, 400, ``},
		"an operation that is not named":    {`{"query":"query A { hello } query B { hello }"}`, 200, 400, ``},
		"a variable of the wrong type":      {`{"query":"query($n: Int) { echo(n: $n) }","variables":{"n":"many"}}`, 200, 400, ``},
		"a required variable that is null":  {`{"query":"query($n: Int!) { echo(n: $n) }","variables":{"n":null}}`, 200, 400, ``},
		"a server that is not ready":        {`{"query":"{ unready }"}`, 200, 503, ``},
		"space before and after the JSON":   {" \n{\"query\":\"{ hello }\"}\n ", 200, 200, `{"hello":"world"}`},
	} {
		for accept, want := range map[string]int{mediaJSON: c.legacy, mediaGraphQL: c.preferred} {
			t.Run(name+", "+accept, func(t *testing.T) {
				r := newAPI(t, TransportOptions{}).post(t, accept, c.body)
				if r.status != want {
					t.Errorf("status %d, want %d\n%s", r.status, want, r.text)
				}
				if got := r.header.Get("Content-Type"); got != accept+"; charset=utf-8" {
					t.Errorf("Content-Type %q, want %s", got, accept)
				}
				data := strings.Contains(r.text, `"data":`)
				if data != (c.data != "") || data && !strings.Contains(r.text, `"data":`+c.data) {
					t.Errorf("response %s, want the data %q", r.text, c.data)
				}
				if hasErrors := len(r.body.Errors) > 0; hasErrors != (c.data == "" || strings.Contains(c.data, "null")) {
					t.Errorf("response %s", r.text)
				}
			})
		}
	}
}

func TestWhatIsNoGraphQLRequestIsRefusedWithoutBeingRepeated(t *testing.T) {
	const secret = "hunter2"
	for name, c := range map[string]struct {
		body, says, field string
	}{
		"an empty body":             {``, "body is empty", ""},
		"white space":               {" \n", "body is empty", ""},
		"nonsense":                  {secret, "must be a JSON object", ""},
		"a string":                  {`"` + secret + `"`, "must be a JSON object", ""},
		"null":                      {`null`, "must be a JSON object", ""},
		"cut short":                 {`{"query":"` + secret, "cut short", ""},
		"malformed within":          {`{"query":` + secret + `}`, "malformed at byte", ""},
		"two values":                {`{"query":"{ hello }"}{"` + secret + `":1}`, "goes on after its end", ""},
		"a batch":                   {`[{"query":"{ hello }"}]`, "one at a time", ""},
		"a batch after white space": {"\n [{\"query\":\"{ hello }\"}]", "one at a time", ""},
		"no query":                  {`{"qeury":"{ hello }"}`, "query is required", "query"},
		"a query that is null":      {`{"query":null}`, "query is required", "query"},
		"a query that is a number":  {`{"query":7}`, "query must be a string", "query"},
		"a query that is a list":    {`{"query":["` + secret + `"]}`, "query must be a string", "query"},
		"a query that is an object": {`{"query":{}}`, "query must be a string", "query"},
		"a document id of 5":        {`{"documentId":5}`, "documentId must be a string", "documentId"},
		"an operation name of 7":    {`{"query":"{ hello }","operationName":7}`, "operationName must be a string", "operationName"},
		"variables in a list":       {`{"query":"{ hello }","variables":["` + secret + `"]}`, "variables must be an object", "variables"},
		"variables as text":         {`{"query":"{ hello }","variables":"{}"}`, "variables must be an object", "variables"},
		"extensions as a number":    {`{"query":"{ hello }","extensions":1}`, "extensions must be an object", "extensions"},
		"bytes that are not UTF-8":  {"{\"query\":\"{ hello }\xff\"}", "not valid UTF-8", ""},
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			t.Run(name+", "+accept, func(t *testing.T) {
				a := newAPI(t, TransportOptions{})
				r := a.post(t, accept, c.body)
				wantRefused(t, a, r, http.StatusBadRequest, enablement.BadUserInput, c.says)
				if strings.Contains(r.text, secret) {
					t.Errorf("the response repeats the request: %s", r.text)
				}
				if fields := r.body.Errors[0].Extensions.Fields; len(fields) != 1 || fields[0].Path != c.field {
					t.Errorf("fields %v, want one at %q", fields, c.field)
				}
			})
		}
	}
}

func TestTheBodyMustBePlainJSON(t *testing.T) {
	for name, c := range map[string]struct {
		header map[string]string
		status int
	}{
		"application/json":           {map[string]string{"Content-Type": "application/json"}, 200},
		"with a charset":             {map[string]string{"Content-Type": "application/json; charset=utf-8"}, 200},
		"with a charset in capitals": {map[string]string{"Content-Type": `Application/JSON;charset="UTF-8"`}, 200},
		"not encoded":                {map[string]string{"Content-Type": "application/json", "Content-Encoding": "identity"}, 200},
		"another charset":            {map[string]string{"Content-Type": "application/json; charset=iso-8859-1"}, 415},
		"compressed":                 {map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415},
		"no type":                    {map[string]string{}, 415},
		"a form":                     {map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415},
		"a form with files":          {map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 415},
		"plain text":                 {map[string]string{"Content-Type": "text/plain"}, 415},
		"application/graphql":        {map[string]string{"Content-Type": "application/graphql"}, 415},
		"text that mentions JSON":    {map[string]string{"Content-Type": "text/plain; x=application/json"}, 415},
		"malformed":                  {map[string]string{"Content-Type": "application/json; charset"}, 415},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, TransportOptions{})
			r := a.do(t, http.MethodPost, "/graphql", c.header, strings.NewReader(`{"query":"mutation { touch }"}`))
			if c.status == 200 {
				if r.status != 200 || len(a.schema.ran) != 1 {
					t.Errorf("status %d: %s", r.status, r.text)
				}
				return
			}
			wantRefused(t, a, r, c.status, enablement.BadUserInput, "Content-Type: application/json")
		})
	}
}

func TestTheClientsPreferredMediaTypeIsAnswered(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                  mediaJSON,
		"*/*":                               mediaJSON,
		"application/*":                     mediaJSON,
		"application/json":                  mediaJSON,
		"application/json; charset=utf-8":   mediaJSON,
		"APPLICATION/JSON":                  mediaJSON,
		"application/graphql-response+json": mediaGraphQL,
		"application/graphql-response+json; charset=utf-8, application/json; charset=utf-8": mediaGraphQL,
		"application/graphql-response+json, application/json;q=0.9":                         mediaGraphQL,
		"application/json;q=0.9, application/graphql-response+json":                         mediaGraphQL,
		"application/json, application/graphql-response+json":                               mediaJSON,
		"application/json, application/graphql-response+json;q=0.5":                         mediaJSON,
		"application/graphql-response+json, */*":                                            mediaGraphQL,
		"application/graphql-response+json;q=0.1, */*":                                      mediaJSON,
		"text/html, application/json;q=0.2":                                                 mediaJSON,
		"text/html, */*;q=0.1":                                                              mediaJSON,
		"application/json;q=0, */*":                                                         mediaGraphQL,
		"application/json;q=0, application/*;q=0.1":                                         mediaGraphQL,
		", ,application/json":                                                               mediaJSON,
		"text/html":                                                                         "",
		"application/xml, text/*":                                                           "",
		"application/json;q=0":                                                              "",
		"*/*;q=0":                                                                           "",
		"application/json;q=high":                                                           "",
		"application/json; charset=utf-16":                                                  "",
		"nonsense":                                                                          "",
	} {
		t.Run(accept, func(t *testing.T) {
			a := newAPI(t, TransportOptions{})
			r := a.post(t, accept, `{"query":"{ hello }"}`)
			if want == "" {
				wantRefused(t, a, r, http.StatusNotAcceptable, enablement.BadUserInput, "header Accept")
				return
			}
			if got := r.header.Get("Content-Type"); r.status != 200 || got != want+"; charset=utf-8" {
				t.Errorf("%d with Content-Type %q, want 200 with %s", r.status, got, want)
			}
		})
	}
}

func TestGetRunsQueriesAlone(t *testing.T) {
	for name, c := range map[string]struct {
		query  url.Values
		status int
		says   string // empty: it runs
	}{
		"a query":              {url.Values{"query": {"{ hello }"}}, 200, ""},
		"with variables":       {url.Values{"query": {"query($n: Int) { echo(n: $n) }"}, "variables": {`{"n":3}`}}, 200, ""},
		"with empty variables": {url.Values{"query": {"{ hello }"}, "variables": {""}, "operationName": {""}}, 200, ""},
		"a named one":          {url.Values{"query": {"query A { hello } mutation B { touch }"}, "operationName": {"A"}}, 200, ""},
		"a mutation":           {url.Values{"query": {"mutation { touch }"}}, 405, "mutations need POST"},
		"a named mutation":     {url.Values{"query": {"query A { hello } mutation B { touch }"}, "operationName": {"B"}}, 405, "mutations need POST"},
		"no query":             {url.Values{}, 400, "query is required"},
		"variables in a list":  {url.Values{"query": {"{ hello }"}, "variables": {`[1]`}}, 400, "variables must be a JSON object"},
		"malformed variables":  {url.Values{"query": {"{ hello }"}, "variables": {`{`}}, 400, "variables must be a JSON object"},
		"malformed extensions": {url.Values{"query": {"{ hello }"}, "extensions": {`7`}}, 400, "extensions must be a JSON object"},
		"not UTF-8":            {url.Values{"query": {"{ hello } # \xff"}}, 400, "not valid UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, TransportOptions{})
			r := a.do(t, http.MethodGet, "/graphql?"+c.query.Encode(), nil, nil)
			if c.says == "" {
				if r.status != c.status || len(a.schema.ran) != 1 {
					t.Errorf("status %d: %s", r.status, r.text)
				}
				return
			}
			wantRefused(t, a, r, c.status, enablement.BadUserInput, c.says)
			if allow := r.header.Get("Allow"); c.status == 405 && allow != "POST" {
				t.Errorf("Allow %q, want POST", allow)
			}
		})
	}
	t.Run("a malformed URL", func(t *testing.T) {
		a := newAPI(t, TransportOptions{})
		wantRefused(t, a, a.do(t, http.MethodGet, "/graphql?query=%zz", nil, nil), 400, enablement.BadUserInput, "not well encoded")
	})
}

func TestOtherMethodsAreToldWhatIsAllowed(t *testing.T) {
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete, "BREW"} {
		a := newAPI(t, TransportOptions{})
		r := a.do(t, method, "/graphql", map[string]string{"Content-Type": "application/json"}, strings.NewReader(`{"query":"{ hello }"}`))
		wantRefused(t, a, r, http.StatusMethodNotAllowed, enablement.BadUserInput, "use POST")
		if allow := r.header.Get("Allow"); allow != "GET, HEAD, POST, OPTIONS" {
			t.Errorf("%s: Allow %q", method, allow)
		}
	}
	a := newAPI(t, TransportOptions{})
	if r := a.do(t, http.MethodOptions, "/graphql", nil, nil); r.status != http.StatusNoContent || !strings.Contains(r.header.Get("Allow"), "POST") || r.text != "" {
		t.Errorf("OPTIONS: %d %v %q", r.status, r.header, r.text)
	}
	if r := a.do(t, http.MethodHead, "/graphql?query=%7Bhello%7D", nil, nil); r.status != http.StatusOK || r.text != "" {
		t.Errorf("HEAD: %d %q", r.status, r.text)
	}
	if r := a.do(t, http.MethodHead, "/graphql?query=mutation%7Btouch%7D", nil, nil); r.status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD with a mutation: %d", r.status)
	}
}

func TestTooMuchIsRefusedBeforeItIsParsed(t *testing.T) {
	o := TransportOptions{MaxBody: 1_000, MaxDocument: 100}
	exact := `{"query":"{ hello }","variables":{"pad":"` + strings.Repeat("x", 956) + `"}}`
	if len(exact) != 1_000 {
		t.Fatalf("the test's body has %d bytes", len(exact))
	}
	if r := newAPI(t, o).post(t, "", exact); r.status != 200 {
		t.Errorf("a body of the most bytes: %d %s", r.status, r.text)
	}
	a := newAPI(t, o)
	wantRefused(t, a, a.post(t, "", exact+" "), http.StatusRequestEntityTooLarge, enablement.BadUserInput, "more than 1000 bytes")
	chunked := a.do(t, http.MethodPost, "/", map[string]string{"Content-Type": "application/json"}, io.MultiReader(strings.NewReader(exact), strings.NewReader("  ")))
	wantRefused(t, a, chunked, http.StatusRequestEntityTooLarge, enablement.BadUserInput, "more than 1000 bytes")

	document := "{ hello } #" + strings.Repeat("x", 90)
	wantRefused(t, a, a.post(t, "", `{"query":"`+document+`"}`), http.StatusRequestEntityTooLarge, enablement.TooComplex, "101 bytes; at most 100")
	wantRefused(t, a, a.do(t, http.MethodGet, "/?query="+url.QueryEscape(document), nil, nil),
		http.StatusRequestEntityTooLarge, enablement.TooComplex, "101 bytes; at most 100")
	if r := newAPI(t, o).post(t, "", `{"query":"`+document[:100]+`"}`); r.status != 200 {
		t.Errorf("a document of the most bytes: %d %s", r.status, r.text)
	}
}

func TestADocumentFullOfFaultsGetsAShortAnswer(t *testing.T) {
	var document strings.Builder
	for i := range 1_000 {
		fmt.Fprintf(&document, "x%d ", i)
	}
	r := newAPI(t, TransportOptions{}).post(t, "", `{"query":"{`+document.String()+`}"}`)
	if n := len(r.body.Errors); n != maxRequestErrors {
		t.Errorf("%d errors, want %d", n, maxRequestErrors)
	}
}

func TestAResponseIsNeverCachedOrSniffed(t *testing.T) {
	for _, body := range []string{`{"query":"{ hello }"}`, `nonsense`} {
		header := newAPI(t, TransportOptions{}).post(t, "", body).header
		if header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" || !slices.Contains(header.Values("Vary"), "Accept") {
			t.Errorf("headers %v", header)
		}
	}
}

func TestAClientThatBreaksOffLeavesNothingBehind(t *testing.T) {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(`{"query":`), brokenReader{}))
	request.Header.Set("Content-Type", "application/json")
	server := handler.New(newSmallSchema())
	server.AddTransport(NewTransport(TransportOptions{}))
	server.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusBadRequest || !strings.Contains(recorder.Body.String(), "ended before its time") {
		t.Errorf("%d %s", recorder.Code, recorder.Body)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// FuzzPost holds that no body makes the transport panic, answer without
// GraphQL's shape, or give a server's fault for a client's.
func FuzzPost(f *testing.F) {
	for _, seed := range []string{`{"query":"{ hello }"}`, `[]`, `{"query":7}`, `{"query":"{","variables":{"n":1e999}}`, "\xff", `{"query":"query($n:Int){echo(n:$n)}","variables":{"n":{}}}`} {
		f.Add([]byte(seed), mediaGraphQL)
	}
	f.Fuzz(func(t *testing.T, body []byte, accept string) {
		server := handler.New(newSmallSchema())
		server.AddTransport(NewTransport(TransportOptions{}))
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", accept)
		server.ServeHTTP(recorder, request)
		if recorder.Code >= 500 && !strings.Contains(string(body), "unready") {
			t.Errorf("status %d: %s", recorder.Code, recorder.Body)
		}
		var shape map[string]json.RawMessage
		if err := json.Unmarshal(recorder.Body.Bytes(), &shape); err != nil || shape["errors"] == nil && shape["data"] == nil {
			t.Errorf("not GraphQL's shape (%v): %s", err, recorder.Body)
		}
	})
}
