package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/store/embedded"
)

// reply is an answer of the server as HTTP has it.
type reply struct {
	status int
	header http.Header
	text   string
}

// send makes any request at all; headers are given as name, value, name, value.
func (q *quiver) send(method, path, body string, headers ...string) reply {
	q.t.Helper()
	request, err := http.NewRequest(method, q.address+path, strings.NewReader(body))
	if err != nil {
		q.t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Add(pair[0], pair[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		q.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		q.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

func TestTheServerTellsHowItIs(t *testing.T) {
	q := newServer(t)
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if r := q.send("GET", path, ""); r.status != 200 || r.text != want {
			t.Errorf("%s: %d %q", path, r.status, r.text)
		}
	}
	rep := q.rep("ann")
	q.marketer("ines").createAsset(object{"title": "The guide"})
	rep.recordSend(object{"lead": rep.saveLead(object{"email": "lea@example.com"}), "assets": list{at(rep.must(`{ assets { nodes { id } } }`, nil), "assets", "nodes", 0, "id")}})
	rep.refused("NOT_FOUND", `{ asset(id: "ast_nothing") { id } }`, nil)
	rep.refused("BAD_USER_INPUT", `query Mischief { nothing_of_the_kind }`, nil)
	metrics := q.send("GET", "/metrics", "").text
	for _, want := range []string{
		`quiver_graphql_requests_total{code="OK",operation="createAsset"} 1`, `quiver_graphql_requests_total{code="NOT_FOUND",operation="asset"} 1`,
		`quiver_graphql_request_seconds_bucket{operation="assets",le="0.04"}`, `quiver_graphql_request_seconds_count{operation="recordSend"} 1`,
		`quiver_index_pending 0`, `quiver_index_documents 1`, `quiver_ledger_rows 1`, `quiver_ledger_bytes `, `quiver_engine_info{engine="embedded"} 1`,
		`quiver_ready 1`, `quiver_assets 1`, `quiver_leads 1`, `quiver_sends 1`, `quiver_stale_copies 0`, `go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(metrics, "Mischief") || strings.Contains(metrics, "nothing_of_the_kind") {
		t.Error("a client has made up a label of the metrics")
	}
}

func TestTheExplorerLoadsNothingFromElsewhere(t *testing.T) {
	q := newServer(t)
	page := q.send("GET", "/", "", "Accept", "text/html")
	policy := page.header.Get("Content-Security-Policy")
	if page.status != 200 || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "http") || strings.Contains(policy, "unsafe-eval") {
		t.Errorf("/: %d %v", page.status, page.header)
	}
	files := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.text, -1)
	if len(files) < 2 {
		t.Fatalf("the page loads %v", files)
	}
	for _, file := range files {
		if strings.HasPrefix(file[1], "data:") {
			continue
		}
		if strings.Contains(file[1], "//") {
			t.Errorf("the page loads %s", file[1])
			continue
		}
		path := file[1]
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		if r := q.send("GET", path, ""); r.status != 200 || r.text == "" || r.header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d, %d bytes", path, r.status, len(r.text))
		}
	}
	for _, path := range []string{"/nothing", "/static/", "/static/../server.go", "/graphql/more", "/.git/config"} {
		if r := q.send("GET", path, ""); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}

func TestABrowserOfAnotherOriginMayCallTheAPIWhereItIsAllowed(t *testing.T) {
	preflight := func(q *quiver, origin string) reply {
		return q.send("OPTIONS", "/graphql", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
	}
	anyone := newServer(t)
	if r := preflight(anyone, "https://crm.example"); r.status/100 != 2 || r.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(strings.ToLower(r.header.Get("Access-Control-Allow-Headers")), "authorization") {
		t.Errorf("preflight: %d %v", r.status, r.header)
	}
	one := newServer(t, "--cors-origins", "https://crm.example")
	if r := preflight(one, "https://crm.example"); r.header.Get("Access-Control-Allow-Origin") != "https://crm.example" {
		t.Errorf("preflight from the one origin: %v", r.header)
	}
	if r := preflight(one, "https://evil.example"); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight from another: %v", r.header)
	}
	r := one.send("POST", "/graphql", `{"query":"{ __typename }"}`, "Origin", "https://crm.example", "Content-Type", "application/json")
	if r.header.Get("Access-Control-Allow-Origin") != "https://crm.example" || !slices.ContainsFunc(r.header.Values("Vary"), func(v string) bool { return strings.Contains(v, "Origin") }) {
		t.Errorf("a call from the one origin: %v", r.header)
	}
}

func TestGraphQLOverHTTP(t *testing.T) {
	q := newServer(t)
	rep := "Bearer " + q.rep("ann").token
	const modern = "application/graphql-response+json"
	get := func(document string) string { return "/graphql?query=" + url.QueryEscape(document) }
	body := func(document string) string { return `{"query":"` + document + `"}` }
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		says               string
	}{
		"a query by GET":              {"GET", get(`{ viewer { name } }`), "", []string{"Authorization", rep}, 200, `"name":"ann"`},
		"a mutation by GET":           {"GET", get(`mutation { saveLead(input: {email: "a@b.example"}) { id } }`), "", []string{"Authorization", rep}, 405, "BAD_USER_INPUT"},
		"another method":              {"PUT", "/graphql", body(`{ viewer { name } }`), []string{"Authorization", rep}, 405, "BAD_USER_INPUT"},
		"a form":                      {"POST", "/graphql", "query={viewer{name}}", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "BAD_USER_INPUT"},
		"JSON that is none":           {"POST", "/graphql", "{", []string{"Content-Type", "application/json"}, 400, "BAD_USER_INPUT"},
		"a modern query":              {"POST", "/graphql", body(`{ viewer { name } }`), []string{"Content-Type", "application/json", "Accept", modern, "Authorization", rep}, 200, `"name":"ann"`},
		"a modern malformed document": {"POST", "/graphql", body(`{ viewer {`), []string{"Content-Type", "application/json", "Accept", modern, "Authorization", rep}, 400, "BAD_USER_INPUT"},
		"a modern failing field":      {"POST", "/graphql", body(`{ asset(id: \"ast_no\") { id } }`), []string{"Content-Type", "application/json", "Accept", modern, "Authorization", rep}, 200, "NOT_FOUND"},
		"a legacy malformed document": {"POST", "/graphql", body(`{ viewer {`), []string{"Content-Type", "application/json", "Accept", "application/json"}, 200, "BAD_USER_INPUT"},
		"nothing that is acceptable":  {"POST", "/graphql", body(`{ viewer { name } }`), []string{"Content-Type", "application/json", "Accept", "text/html"}, 406, "BAD_USER_INPUT"},
		"a huge document":             {"POST", "/graphql", body(strings.Repeat(" ", 70<<10)), []string{"Content-Type", "application/json", "Authorization", rep}, 413, "QUERY_TOO_COMPLEX"},
		"a stranger's huge body":      {"POST", "/graphql", body(strings.Repeat(" ", 70<<10)), []string{"Content-Type", "application/json"}, 413, "UNAUTHENTICATED"},
		"two Authorization headers":   {"POST", "/graphql", body(`{ viewer { name } }`), []string{"Content-Type", "application/json", "Authorization", rep, "Authorization", rep}, 200, "UNAUTHENTICATED"},
		"Basic credentials":           {"POST", "/graphql", body(`{ viewer { name } }`), []string{"Content-Type", "application/json", "Authorization", "Basic YTpi"}, 200, "UNAUTHENTICATED"},
	} {
		t.Run(name, func(t *testing.T) {
			r := q.send(c.method, c.path, c.body, c.headers...)
			if r.status != c.status || !strings.Contains(r.text, c.says) || r.header.Get("X-Request-Id") == "" {
				t.Errorf("%d, want %d and %s; X-Request-Id %q\n%s", r.status, c.status, c.says, r.header.Get("X-Request-Id"), r.text)
			}
		})
	}
	a, b := q.send("GET", "/healthz", ""), q.send("GET", "/healthz", "")
	if id := a.header.Get("X-Request-Id"); id == "" || id == b.header.Get("X-Request-Id") {
		t.Errorf("two requests have the ids %q and %q", id, b.header.Get("X-Request-Id"))
	}
	leads := at(q.rep("ann").must(`{ leads { totalCount } }`, nil), "leads", "totalCount")
	equal(t, "leads after a mutation by GET", leads, any(0.0))
}

// Bad input is named field by field, whichever part of the server finds it.
func TestEveryKindOfBadInputNamesItsFields(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	for name, c := range map[string]struct {
		document  string
		variables object
		fields    []string // nil: any, but at least one
	}{
		"a document that is malformed":       {`{ assets(`, nil, nil},
		"a field that is not there":          {`{ assets { colour } }`, nil, nil},
		"an argument that is not there":      {`{ assets(color: "red") { totalCount } }`, nil, nil},
		"a required argument left out":       {`{ asset { id } }`, nil, nil},
		"a variable that is not declared":    {`{ asset(id: $id) { id } }`, nil, nil},
		"a variable type that is not there":  {`query($f: Philter) { assets(filter: $f) { totalCount } }`, nil, nil},
		"a required variable left out":       {`query($id: ID!) { asset(id: $id) { id } }`, object{}, []string{"id"}},
		"a variable of the wrong type":       {`query($n: Int) { assets(first: $n) { totalCount } }`, object{"n": "many"}, []string{"first"}},
		"an Int with a fraction":             {`query($n: Int) { assets(first: $n) { totalCount } }`, object{"n": 1.5}, []string{"first"}},
		"an Int that is too large":           {`query($n: Int) { assets(first: $n) { totalCount } }`, object{"n": 4294967296}, []string{"first"}},
		"an Int in the document, too large":  {`{ assets(first: 4294967296) { totalCount } }`, nil, []string{"first"}},
		"a Time that is none":                {`query($t: Time!) { usage(range: {from: $t}) { totals { sends } } }`, object{"t": "yesterday"}, []string{"range.from"}},
		"a Time in the document":             {`{ usage(range: {from: "2026-02-30T00:00:00Z"}) { totals { sends } } }`, nil, []string{"range.from"}},
		"a filter of the year 0":             {`query($t: Time) { assets(filter: {publishedAfter: $t, publishedBefore: $t}) { totalCount } }`, object{"t": "0000-01-01T00:00:00Z"}, []string{"filter.publishedAfter", "filter.publishedBefore"}},
		"such a filter to recommend by":      {`{ recommend(prospect: {}, filter: {publishedBefore: "0001-01-01T00:00:00Z"}) { score } }`, nil, []string{"filter.publishedBefore"}},
		"a Time in an input":                 {`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": object{"title": "T", "publishedAt": 7}}, nil},
		"an enum value that is not there":    {`query($f: AssetFilter) { assets(filter: $f) { totalCount } }`, object{"f": object{"types": list{"EBOOK", "POSTCARD"}}}, []string{"filter.types[1]"}},
		"an input field that is not there":   {`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": object{"title": "T", "colour": "red"}}, []string{"colour"}},
		"a required input field left out":    {`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": object{}}, []string{"title"}},
		"every wrong field of an asset":      {`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": object{"title": " ", "url": "no url", "personas": list{"Nobody"}, "language": "english!", "topics": list{"a", " "}}}, []string{"language", "personas[0]", "title", "topics[1]", "url"}},
		"every wrong field of a lead":        {`mutation($i: LeadInput!) { saveLead(input: $i) { id } }`, object{"i": object{"email": "no mail", "persona": "per_x", "owner": "usr_x"}}, []string{"email", "owner", "persona"}},
		"a persona without a name":           {`mutation { savePersona(input: {name: " "}) { id } }`, nil, []string{"name"}},
		"an industry below itself":           {`mutation($p: ID) { saveIndustry(input: {name: "X", parent: $p}) { id } }`, object{"p": "ind_nothing"}, []string{"parent"}},
		"more rows than one import takes":    {`mutation($r: [LeadInput!]!) { importLeads(rows: $r) { created } }`, object{"r": slices.Repeat(list{object{"email": "a@b.example"}}, 1001)}, []string{"rows"}},
		"a prospect with a bad stage":        {`query($p: ProspectInput!) { recommend(prospect: $p) { score } }`, object{"p": object{"lifecycleStage": "FRIEND"}}, nil},
		"an operation that is not there":     {`query A { viewer { id } } query B { viewer { id } }`, nil, nil},
		"a directive that is not there":      {`{ viewer @sparkle { id } }`, nil, nil},
		"a selection on what has no fields":  {`{ suggest(prefix: "a") { id } }`, nil, nil},
		"no selection on what has fields":    {`{ viewer }`, nil, nil},
		"a fragment that is not there":       {`{ viewer { ...gone } }`, nil, nil},
		"a fragment that goes round":         {`{ viewer { ...a } } fragment a on User { ...a }`, nil, nil},
		"a subscription":                     {`subscription { viewer { id } }`, nil, nil},
		"a variable that is of another kind": {`query($n: String) { assets(first: $n) { totalCount } }`, object{"n": "1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := marketer.refused("BAD_USER_INPUT", c.document, c.variables)
			slices.Sort(got)
			if c.fields == nil && len(got) == 0 {
				t.Error("no field is named")
			}
			if c.fields != nil {
				equal(t, "the fields", got, c.fields)
			}
		})
	}
}

// What is wrong in the document itself is named as it is in a variable, and
// placed at the field that it is an argument of.
func TestAWrongValueInTheDocumentIsNamedAndPlaced(t *testing.T) {
	q := newServer(t)
	rep := q.rep("ann")
	rep.saveLead(object{"email": "lea@example.com"})
	for name, c := range map[string]struct {
		document, field, says string
		path                  []any
	}{
		"a time":        {`{ found: assets(filter: {publishedAfter: "2026-09-01"}) { totalCount } }`, "filter.publishedAfter", "must be a time", []any{"found"}},
		"a number":      {`{ assets(first: 4294967296) { totalCount } }`, "first", "must be a whole number", []any{"assets"}},
		"of an input":   {`mutation { recordSend(input: {lead: "led_x", assets: [], sentAt: "now"}) { id } }`, "sentAt", "must be a time", []any{"recordSend"}},
		"further below": {`{ leads { nodes { sends(first: 4294967296) { totalCount } } } }`, "first", "must be a whole number", []any{"leads", "nodes", 0.0, "sends"}},
	} {
		a := rep.ask(c.document, nil)
		if len(a.Errors) != 1 {
			t.Errorf("%s: answered %s", name, a.text)
			continue
		}
		e := a.Errors[0]
		equal(t, name+": its path", e.Path, c.path)
		if f := e.Extensions.Fields; len(f) != 1 || f[0].Path != c.field || !strings.HasPrefix(f[0].Message, c.says) || e.Message != c.field+": "+f[0].Message || !strings.Contains(a.text, `"locations":[{"line":1`) {
			t.Errorf("%s: answered %s", name, a.text)
		}
	}
}

// The other codes, each provoked.
func TestEveryCodeOfTheAPI(t *testing.T) {
	q := newServer(t)
	rep, marketer := q.rep("ann"), q.marketer("ines")
	marketer.createAsset(object{"title": "T", "externalId": "x"})
	q.as("").refused("UNAUTHENTICATED", `{ viewer { id } }`, nil)
	rep.refused("FORBIDDEN", `{ coverage { assets } }`, nil)
	for _, document := range []string{`{ lead(id: "led_x") { id } }`, `{ node(id: "xyz") { id } }`, `{ node(id: "per_x") { id } }`, `{ node(id: "ind_x") { id } }`, `{ node(id: "usr_x") { id } }`, `{ node(id: "snd_x") { id } }`} {
		rep.refused("NOT_FOUND", document, nil)
	}
	for _, document := range []string{`mutation { updateAsset(id: "ast_x", input: {}) { id } }`, `mutation { setAssetStatus(id: "ast_x", status: DRAFT) { id } }`, `mutation { verifyAsset(id: "ast_x") { id } }`, `mutation { savePersona(id: "per_x", input: {name: "N"}) { id } }`, `mutation { saveIndustry(id: "ind_x", input: {name: "N"}) { id } }`, `mutation { saveLead(id: "led_x", input: {}) { id } }`} {
		marketer.refused("NOT_FOUND", document, nil)
	}
	if fields := marketer.refused("CONFLICT", `mutation { createAsset(input: {title: "T", externalId: "x"}) { id } }`, nil); !slices.Equal(fields, []string{"externalId"}) {
		t.Errorf("an externalId that is taken: the error names %q", fields)
	}
	marketer.saveLead(object{"email": "lea@example.com"})
	other := marketer.saveLead(object{"email": "leo@example.com"})
	if fields := marketer.refused("CONFLICT", `mutation($id: ID!) { saveLead(id: $id, input: {email: "LEA@example.com"}) { id } }`, object{"id": other}); !slices.Equal(fields, []string{"email"}) {
		t.Errorf("an email that is taken: the error names %q", fields)
	}
	marketer.refused("BAD_USER_INPUT", `mutation { a: savePersona(input: {name: "Twin"}) { id } b: savePersona(input: {name: "twin"}) { id } }`, nil)
	rep.refused("QUERY_TOO_COMPLEX", `{ leads(first: 100) { nodes { recommendations(first: 50) { asset { usage { sends } personas { id } } reasons { detail } } } } }`, nil)

	closed := newServer(t, "--no-introspection")
	closed.rep("ann").refused("FORBIDDEN", `{ __schema { types { name } } }`, nil)
	closed.rep("ann").must(`{ __typename viewer { __typename } }`, nil)
}

// While copies are loaded the server lives and says that it starts; nothing is
// answered by halves.
func TestAServerThatStartsSaysUnavailable(t *testing.T) {
	address := freeAddress(t)
	q := &quiver{t: t, address: "http://" + address}
	ctx, cancel := context.WithCancel(t.Context())
	out := newTranscript()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--demo", "--addr", address, "--data", t.TempDir(), "--log-format", "json"}, cli.Streams{Out: out, Err: out})
	}()
	defer func() { cancel(); <-ended }()
	waitForListener(t, address)
	starting := q.send("POST", "/graphql", `{"query":"{ __typename }"}`, "Content-Type", "application/json", "Accept", "application/graphql-response+json")
	if starting.status != 503 || !strings.Contains(starting.text, `"UNAVAILABLE"`) || !strings.Contains(starting.text, "starting") {
		t.Errorf("an operation: %d %s", starting.status, starting.text)
	}
	if r := q.send("GET", "/readyz", ""); r.status != 503 || !strings.Contains(r.text, "starting") {
		t.Errorf("/readyz: %d %s", r.status, r.text)
	}
	if r := q.send("GET", "/healthz", ""); r.status != 200 {
		t.Errorf("/healthz: %d %s", r.status, r.text)
	}
	eventually(t, "the server is ready", func() bool { return q.send("GET", "/readyz", "").status == 200 })
}

// A database that stops takes the writes and readiness away, in a few seconds
// and in clear words; once it is back everything goes on.
func TestAServerWithoutItsDatabaseSaysUnavailable(t *testing.T) {
	t.Parallel() // it mostly waits
	dir := t.TempDir()
	database := func() *embedded.Engine {
		engine, err := embedded.Start(dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return engine
	}
	engine := database()
	q := newServer(t, "--mongodb-uri", engine.URI())
	rep := q.rep("ann")
	asset := q.marketer("ines").createAsset(object{"title": "The guide"})
	lead := rep.saveLead(object{"email": "lea@example.com"})
	if err := engine.Stop(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	const record = `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`
	input := object{"i": object{"lead": lead, "assets": list{asset}, "idempotencyKey": "once"}}
	a := rep.ask(record, input)
	if len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "UNAVAILABLE" || strings.Contains(a.text, dir) {
		t.Errorf("a write without a database: %s", a.text)
	}
	if r := q.send("GET", "/readyz", ""); r.status != 503 || strings.Contains(r.text, dir) {
		t.Errorf("/readyz: %d %s", r.status, r.text)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	equal(t, "what is found meanwhile", at(rep.must(`{ assets(query: "guide") { nodes { title } } }`, nil), "assets", "nodes", 0, "title"), any("The guide"))
	engine = database()
	defer engine.Stop()
	eventually(t, "a write goes in again", func() bool { return len(rep.ask(record, input).Errors) == 0 })
	equal(t, "sends", at(rep.must(`{ sends { totalCount } }`, nil), "sends", "totalCount"), any(1.0))
	q.stop() // before its database
}
