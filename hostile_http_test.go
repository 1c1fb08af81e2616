package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store/embedded"
)

// What docs/reliability.md says of HTTP, against a real server over real TCP.

// typename is the cheapest operation there is.
const typename = `{"query":"{ __typename }"}`

// dial opens a connection to write anything into.
func (q *quiver) dial() net.Conn {
	q.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(q.address, "http://"))
	if err != nil {
		q.t.Fatal(err)
	}
	q.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(30 * time.Second))
	return c
}

// raw writes text as it stands and gives all that comes until the server closes
// or, for an answer that leaves the connection open, a moment of silence.
func (q *quiver) raw(text string) string {
	q.t.Helper()
	c := q.dial()
	go io.WriteString(c, text)
	var got bytes.Buffer
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(buffer)
		got.Write(buffer[:n])
		if err != nil {
			return got.String()
		}
		c.SetReadDeadline(time.Now().Add(time.Second))
	}
}

// post is a request as it goes over the wire.
func post(body string, headers ...string) string {
	return "POST /graphql HTTP/1.1\r\nHost: q\r\nConnection: close\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n" +
		strings.Join(append([]string{"Content-Type: application/json"}, headers...), "\r\n") + "\r\n\r\n" + body
}

func TestMalformedHTTPIsRefused(t *testing.T) {
	t.Parallel()
	q := newServer(t)
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	packer.Write(make([]byte, 50<<20))
	packer.Close()
	known := "Authorization: Bearer " + q.marketer("ines").token
	chunks := func(size int) string {
		return strings.Repeat(fmt.Sprintf("%x\r\n%s\r\n", 1<<10, strings.Repeat(" ", 1<<10)), size>>10)
	}
	chunked := func(size int, headers string) string {
		return "POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n" + headers + "\r\n" + chunks(size)
	}
	for name, c := range map[string]struct{ sent, status, says string }{
		"a header without end":            {"GET /healthz HTTP/1.1\r\nHost: q\r\nX-Long: " + strings.Repeat("x", 80<<10), "431", ""},
		"ten thousand headers":            {"GET /healthz HTTP/1.1\r\nHost: q\r\n" + strings.Repeat("X-Many: y\r\n", 10_000), "431", ""},
		"a request line without end":      {"GET /" + strings.Repeat("x", 80<<10), "431", ""},
		"no HTTP":                         {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400", ""},
		"no Host":                         {"GET /healthz HTTP/1.1\r\n\r\n", "400", ""},
		"two Hosts":                       {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", ""},
		"a space in a header's name":      {"GET /healthz HTTP/1.1\r\nHost: q\r\nX Y: z\r\n\r\n", "400", ""},
		"two lengths":                     {post(typename, "Content-Length: 5"), "400", ""},
		"a length below zero":             {"POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Length: -1\r\n\r\n", "400", ""},
		"a coding that is not there":      {"POST /graphql HTTP/1.1\r\nHost: q\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501", ""},
		"HTTP/3.0 by TCP":                 {"GET /healthz HTTP/3.0\r\nHost: q\r\n\r\n", "505", ""},
		"HTTP/1.0":                        {"POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n" + typename, "200", "Query"},
		"a bomb in gzip":                  {post(bomb.String(), known, "Content-Encoding: gzip"), "415", "uncompressed"},
		"any other packing":               {post(typename, known, "Content-Encoding: br"), "415", "uncompressed"},
		"a stranger's chunks without end": {chunked(128<<10, ""), "413", "UNAUTHENTICATED"},
		"chunks without end":              {chunked(17<<20, known+"\r\n"), "413", "BAD_USER_INPUT"},
		"chunks that are none":            {chunked(0, "") + "xyz\r\n", "400", "BAD_USER_INPUT"},
		"a stranger who announces 16 MB":  {"POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Type: application/json\r\nContent-Length: 16777216\r\n\r\n" + strings.Repeat(" ", 100<<10), "413", "UNAUTHENTICATED"},
		"a document of 10 MB":             {post(`{"query":"`+strings.Repeat("x", 10<<20)+`"}`, known), "413", "QUERY_TOO_COMPLEX"},
		"TRACE":                           {"TRACE /graphql HTTP/1.1\r\nHost: q\r\nX-Secret: s3cr3t\r\nConnection: close\r\n\r\n", "405", "BAD_USER_INPUT"},
		"CONNECT":                         {"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", "404", ""},
		"an Upgrade":                      {"GET /graphql?query={__typename} HTTP/1.1\r\nHost: q\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", "200", "Query"},
	} {
		t.Run(name, func(t *testing.T) {
			got := q.raw(c.sent)
			if !regexp.MustCompile(`^HTTP/1\.[01] `+c.status).MatchString(got) || !strings.Contains(got, c.says) || strings.Contains(got, "s3cr3t") {
				t.Errorf("answered %.600s\nwant %s %s", got, c.status, c.says)
			}
		})
	}
	q.marketer("ines").must(`{ __typename }`, nil)
}

// The second request of a connection is the second, whatever the first one's
// body pretends.
func TestRequestsOfOneConnectionStayApart(t *testing.T) {
	t.Parallel()
	q := newServer(t)
	three := ""
	for i := range 3 {
		body := fmt.Sprintf(`{"query":"{ n%d: __typename }"}`, i)
		three += fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	if got := regexp.MustCompile(`"n\d"`).FindAllString(q.raw(three), -1); !slices.Equal(got, []string{`"n0"`, `"n1"`, `"n2"`}) {
		t.Errorf("three requests at once are answered %v", got)
	}
	// A length and chunks: whoever took the length would find a second request.
	smuggled := "GET /graphql?query={hidden:__typename} HTTP/1.1\r\nHost: q\r\n\r\n"
	both := "POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" +
		fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(smuggled), smuggled)
	if got := q.raw(both); strings.Contains(got, "hidden") {
		t.Errorf("a request within a body is answered: %s", got)
	}
	if got := q.raw("HEAD /graphql?query={__typename} HTTP/1.1\r\nHost: q\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.HasSuffix(got, "\r\n\r\n") || strings.Contains(got, "Query") {
		t.Errorf("HEAD: %s", got)
	}
}

// What a page of another site can send without asking first does nothing.
func TestAForeignPageCannotWrite(t *testing.T) {
	q := newServer(t)
	rep := q.rep("ann")
	const mutation = `mutation { saveLead(input: {email: "csrf@example.com"}) { id } }`
	asJSON := `{"query":"` + strings.ReplaceAll(mutation, `"`, `\"`) + `"}`
	get := "/graphql?query=" + strings.NewReplacer(" ", "%20", `"`, "%22").Replace(mutation)
	for name, c := range map[string]struct {
		method, path, body, kind string
		status                   int
	}{
		"JSON as text":          {"POST", "/graphql", asJSON, "text/plain", 415},
		"JSON without a type":   {"POST", "/graphql", asJSON, "", 415},
		"a form":                {"POST", "/graphql", "query=" + mutation, "application/x-www-form-urlencoded", 415},
		"a form of parts":       {"POST", "/graphql", "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + asJSON + "\r\n--x--\r\n", "multipart/form-data; boundary=x", 415},
		"the document itself":   {"POST", "/graphql", mutation, "application/graphql", 415},
		"JSON behind a comma":   {"POST", "/graphql", asJSON, "text/plain, application/json", 415},
		"a link":                {"GET", get, "", "", 405},
		"a prefetch":            {"HEAD", get, "", "", 405},
		"a link with a body":    {"GET", "/graphql", asJSON, "application/json", 400},
		"a POST with the query": {"POST", get, "", "application/json", 400},
	} {
		t.Run(name, func(t *testing.T) {
			// With a token, as if the browser added one by itself: it is the shape that is refused.
			headers := []string{"Authorization", "Bearer " + rep.token, "Origin", "https://evil.example"}
			if c.kind != "" {
				headers = append(headers, "Content-Type", c.kind)
			}
			if r := q.send(c.method, c.path, c.body, headers...); r.status != c.status {
				t.Errorf("%d %s, want %d", r.status, r.text, c.status)
			}
		})
	}
	equal(t, "leads afterwards", at(rep.must(`{ leads { totalCount } }`, nil), "leads", "totalCount"), any(0.0))
}

// Whoever sends drop by drop is cut off.
func TestSlowSendersAreCutOff(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--request-timeout", "500ms") // 1 s for a header or a body
	drip := func(first, drop string) (got string, after time.Duration) {
		c := q.dial()
		began := time.Now()
		io.WriteString(c, first)
		go func() {
			for {
				time.Sleep(100 * time.Millisecond)
				if _, err := io.WriteString(c, drop); err != nil {
					return
				}
			}
		}()
		text, _ := io.ReadAll(c)
		return string(text), time.Since(began)
	}
	if got, after := drip("GET /healthz HTTP/1.1\r\nHost: q\r\n", "X-Slow: y\r\n"); strings.HasPrefix(got, "HTTP/1.1 200") || after > 5*time.Second {
		t.Errorf("a slow header: %q after %v", got, after)
	}
	got, after := drip("POST /graphql HTTP/1.1\r\nHost: q\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{", " ")
	if !strings.HasPrefix(got, "HTTP/1.1 408") || !strings.Contains(got, `"UNAVAILABLE"`) || after > 5*time.Second {
		t.Errorf("a slow body: %q after %v", got, after)
	}
	if text, err := io.ReadAll(q.dial()); err != nil || len(text) > 0 {
		t.Errorf("a connection that says nothing: %q, %v, want it closed", text, err)
	}
}

// Whoever reads nothing of the answers is cut off too.
func TestSlowReadersAreCutOff(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--request-timeout", "300ms") // 2.1 s from a header to the end of its answer
	const asked = 50
	c := q.dial()
	io.WriteString(c, strings.Repeat("GET /static/graphiql.js HTTP/1.1\r\nHost: q\r\n\r\n", asked))
	time.Sleep(4 * time.Second)
	text, _ := io.ReadAll(c)
	if got := bytes.Count(text, []byte("HTTP/1.1 200")); got == 0 || got == asked {
		t.Errorf("%d of %d answers were sent to one who did not read them", got, asked)
	}
}

// Who asks for much and reads nothing is kept so many answers, and the others are
// turned away until it has gone; short answers have room all the while.
func TestLongAnswersAreNotKeptForEver(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "0")
	ines := q.marketer("ines")
	for i := range 10 {
		ines.must(`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": object{
			"title": fmt.Sprint("Long piece ", i), "topics": []string{"long"}, "body": strings.Repeat("x", 970_000),
		}})
	}
	request := post(asBody(`{ assets(first: 10, filter: {topics: ["long"]}) { nodes { body again: body } } }`), "Authorization: Bearer "+ines.token)
	ask := func() (net.Conn, int) {
		c := q.dial()
		io.WriteString(c, request)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil) // its head alone
		if err != nil {
			t.Fatal(err)
		}
		return c, answer.StatusCode
	}
	counts := map[int]int{}
	var unread []net.Conn
	for range 16 { // 19 MB each; 192 MB are kept
		c, status := ask()
		unread = append(unread, c)
		counts[status]++
	}
	if counts[200] < 8 || counts[200] > 11 || counts[503] != 16-counts[200] {
		t.Errorf("answers %v, want some ten 200 and else 503", counts)
	}
	ines.must(`{ viewer { id } }`, nil)
	for _, c := range unread {
		c.Close()
	}
	eventually(t, "there is room again", func() bool {
		c, status := ask()
		c.Close()
		return status == 200
	})
}

// One answer has so much room: who asks for more is told, the export asks for less,
// and others notice nothing.
func TestTheBodiesOfOneAnswerHaveSoMuchRoom(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "0")
	ines := q.marketer("ines")
	for i := range 80 {
		ines.must(`mutation($i: AssetInput!) { createAsset(input: $i) { body } }`, object{"i": object{
			"title": fmt.Sprint("Long piece ", i), "topics": []string{"long"}, "body": strings.Repeat("x", 970_000),
		}})
	}
	const list = `query($n: Int!) { assets(first: $n, filter: {topics: ["long"]}) { nodes { title body } } }`
	ines.refused("QUERY_TOO_COMPLEX", list, object{"n": 80}) // 78 MB
	if a := ines.ask(list, object{"n": 80}); !strings.Contains(a.Errors[0].Message, "64 MB") || len(a.text) > 64<<10 {
		t.Errorf("%.500s", a.text)
	}
	if nodes, _ := at(ines.must(list, object{"n": 60}), "assets", "nodes").([]any); len(nodes) != 60 {
		t.Errorf("%d assets of 58 MB", len(nodes))
	}
}

// What one lead says, read many times over in one cheap document, is bounded too,
// and many such documents at once hold nobody up.
func TestTheTextsOfOneLeadReadManyTimesHaveSoMuchRoom(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "0")
	ann := q.rep("ann")
	pains := make([]string, 100)
	for i := range pains {
		pains[i] = fmt.Sprintf("%03d", i) + strings.Repeat("\U0001D518", 190)
	}
	ann.must(`mutation($i: LeadInput!) { saveLead(input: $i) { id } }`, object{"i": object{"externalId": "l", "painPoints": pains, "notes": strings.Repeat("\U0001D518", 5_000)}})
	document := func(field string, times int) string {
		var b strings.Builder
		for i := range times {
			fmt.Fprintf(&b, " a%d: %s", i, field)
		}
		return `{ leads(first: 1) { nodes {` + b.String() + ` } } }`
	}
	ann.refused("QUERY_TOO_COMPLEX", document("painPoints", 900), nil) // 68 MB
	if a := ann.ask(document("notes", 300), nil); len(a.Errors) > 0 || len(a.text) < 6_000_000 {
		t.Errorf("%.300s", a.text)
	}
	var together sync.WaitGroup
	for range 24 { // 15 MB each
		together.Go(func() {
			if a := ann.ask(document("painPoints", 200), nil); len(a.Errors) > 0 && a.Errors[0].Extensions.Code != "UNAVAILABLE" {
				t.Errorf("%.300s", a.text)
			}
		})
	}
	together.Wait()
	ann.must(`{ viewer { id } }`, nil)
}

// limited asks n times as fast as it goes and counts the answers by status; the
// last 429 comes along.
func (q *quiver) limited(n int, headers ...string) (counts map[int]int, refusal reply) {
	counts = map[int]int{}
	for range n {
		r := q.send("POST", "/graphql", typename, append([]string{"Content-Type", "application/json"}, headers...)...)
		counts[r.status]++
		if r.status == 429 {
			refusal = r
		}
	}
	return counts, refusal
}

func TestOnePersonCannotKeepTheServerForThemselves(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "0.5", "--stranger-rate-limit", "0")
	bearer := func(role enablement.Role, subject string) []string {
		return []string{"Authorization", "Bearer " + q.token(role, subject), "Origin", "https://crm.example"}
	}
	counts, r := q.limited(5, bearer(enablement.RoleRep, "ann")...)
	if counts[200] != 1 || counts[429] != 4 {
		t.Fatalf("answers %v, want one 200", counts)
	}
	if !strings.Contains(r.text, `"RATE_LIMITED"`) || r.header.Get("RateLimit-Policy") != `"subject";q=1;w=2` || r.header.Get("RateLimit") != `"subject";r=0;t=2` || r.header.Get("Retry-After") != "2" {
		t.Errorf("%s %v", r.text, r.header)
	}
	if exposed := r.header.Get("Access-Control-Expose-Headers"); !strings.Contains(strings.ToLower(exposed), "retry-after") || r.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a page cannot read the refusal: %v", r.header)
	}
	if counts, _ = q.limited(2, bearer(enablement.RoleMarketer, "ann")...); counts[200] != 0 {
		t.Error("another token of the same person is let in")
	}
	if counts, _ = q.limited(1, bearer(enablement.RoleRep, "bob")...); counts[200] != 1 {
		t.Error("another person is held up")
	}
	if counts, _ = q.limited(20); counts[200] != 20 {
		t.Errorf("strangers without a limit: %v", counts)
	}
	for _, path := range []string{"/healthz", "/readyz", "/", "/metrics"} {
		if r := q.send("GET", path, ""); r.status != 200 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	if metrics := q.send("GET", "/metrics", "").text; !strings.Contains(metrics, `quiver_requests_refused_total{reason="rate"} 6`) {
		t.Error("/metrics does not tell of 6 refusals")
	}
	pause, _ := strconv.Atoi(r.header.Get("Retry-After"))
	time.Sleep(time.Duration(pause) * time.Second)
	if counts, _ = q.limited(1, bearer(enablement.RoleRep, "ann")...); counts[200] != 1 {
		t.Error("refused after the pause that was asked for")
	}
}

// A request is worth more the dearer it is: one person with the dearest documents
// that are allowed gets a few answers a second, and nobody else waits for them.
func TestDearQueriesAreWorthManyRequests(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "100")
	dear := "{"
	for i := range 35 {
		dear += fmt.Sprintf(` a%d: recommend(prospect: {jobTitle: "CFO", painPoints: ["audits"]}, first: 50) { asset { id } reasons { detail } }`, i)
	}
	dear = asBody(dear + "}")
	ask := func(subject string) reply {
		return q.send("POST", "/graphql", dear, "Authorization", "Bearer "+q.token(enablement.RoleRep, subject), "Content-Type", "application/json")
	}
	began := time.Now()
	answers := make([]reply, 40)
	together(len(answers), func(i int) { answers[i] = ask("ann") })
	passed := 0
	for _, r := range answers {
		switch {
		case r.status == 200:
			passed++
		case r.status != 429 || !strings.Contains(r.text, `"RATE_LIMITED"`) || r.header.Get("Retry-After") == "":
			t.Errorf("%d %.200s %v", r.status, r.text, r.header)
		}
	}
	// 200 requests' worth at once, 100 a second; each is worth 80 and more.
	if most := 4 + int(1.25*time.Since(began).Seconds()); passed < 1 || passed > most {
		t.Errorf("%d of 40 dear queries were answered, want 1 to %d", passed, most)
	}
	if r := ask("bob"); r.status != 200 {
		t.Errorf("another person is held up: %d %s", r.status, r.text)
	}
	if r := q.send("POST", "/graphql", asBody(`{ viewer { id } }`), "Authorization", "Bearer "+q.token(enablement.RoleRep, "cat"), "Content-Type", "application/json"); r.status != 200 {
		t.Errorf("a cheap query: %d %s", r.status, r.text)
	}
}

func TestStrangersAreCountedByAddress(t *testing.T) {
	for name, c := range map[string]struct {
		flags   []string
		headers func(i int) []string
		pass    int
	}{
		"no token":                 {nil, func(int) []string { return nil }, 1},
		"a new bad token each":     {nil, func(i int) []string { return []string{"Authorization", fmt.Sprintf("Bearer a.b.c%d", i)} }, 1},
		"made-up addresses":        {nil, func(i int) []string { return []string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)} }, 1},
		"behind another's proxy":   {[]string{"--trusted-proxies", "10.0.0.0/8,192.0.2.1"}, func(i int) []string { return []string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)} }, 1},
		"behind a trusted proxy":   {[]string{"--trusted-proxies", "10.0.0.0/8,127.0.0.1"}, func(i int) []string { return []string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)} }, 10},
		"one behind that proxy":    {[]string{"--trusted-proxies", "127.0.0.0/8"}, func(i int) []string { return []string{"X-Forwarded-For", fmt.Sprintf("1.1.1.%d, 198.51.100.7", i)} }, 1},
		"Forwarded, trusted proxy": {[]string{"--trusted-proxies", "127.0.0.0/8"}, func(i int) []string { return []string{"Forwarded", fmt.Sprintf("for=198.51.100.%d", i)} }, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newServer(t, append(c.flags, "--stranger-rate-limit", "0.02", "--rate-limit", "0")...)
			passed := 0
			for i := range 10 {
				counts, _ := q.limited(1, c.headers(i)...)
				passed += counts[200]
			}
			if passed != c.pass { // the burst of 0.02 a second is one
				t.Errorf("%d of 10 passed, want %d", passed, c.pass)
			}
			q.as(q.token(enablement.RoleRep, "ann")).must(`{ viewer { id } }`, nil)
		})
	}
}

// quiver import keeps to the limit by itself.
func TestAnImportGoesOnUnderARateLimit(t *testing.T) {
	t.Parallel()
	q := newServer(t, "--rate-limit", "1")
	var file strings.Builder
	for i := range 5 {
		fmt.Fprintf(&file, `{"email": "lead%d@example.com"}`+"\n", i)
	}
	name := filepath.Join(t.TempDir(), "leads.jsonl")
	if err := os.WriteFile(name, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out := newTranscript()
	if code := runFor(t, out, "import", "leads", name, "--batch", "1", "--server", q.address, "--token", q.marketer("ines").token); code != 0 || !strings.Contains(out.String(), "leads: 5 created") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	equal(t, "leads", at(q.rep("ann").must(`{ leads { totalCount } }`, nil), "leads", "totalCount"), any(5.0))
}

func TestEveryAnswerTellsTheBrowserWhatItIsNot(t *testing.T) {
	q := newServer(t)
	for _, c := range []struct {
		method, path, body string
		headers            []string
	}{
		{"GET", "/", "", nil}, {"GET", "/static/explorer.js", "", nil}, {"POST", "/", "", nil}, {"GET", "/nothing", "", nil}, {"GET", "//healthz", "", nil},
		{"GET", "/healthz", "", nil}, {"GET", "/readyz", "", nil}, {"GET", "/metrics", "", nil},
		{"POST", "/graphql", typename, []string{"Content-Type", "application/json"}}, {"POST", "/graphql", typename, nil}, {"GET", "/graphql", "", nil},
		{"OPTIONS", "/graphql", "", nil}, {"OPTIONS", "/graphql", "", []string{"Origin", "https://crm.example", "Access-Control-Request-Method", "POST"}},
		{"DELETE", "/graphql", "", nil},
	} {
		r := q.send(c.method, c.path, c.body, c.headers...)
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "",
		} {
			if got := r.header.Values(header); strings.Join(got, "|") != want {
				t.Errorf("%s %s: %s is %q, want %q once", c.method, c.path, header, got, want)
			}
		}
		policy := r.header.Values("Content-Security-Policy")
		if len(policy) != 1 || !strings.Contains(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "frame-ancestors 'none'") {
			t.Errorf("%s %s: Content-Security-Policy %q", c.method, c.path, policy)
		}
		if r.header.Get("X-Request-Id") == "" {
			t.Errorf("%s %s: no X-Request-Id", c.method, c.path)
		}
	}
}

func TestWhatABrowserIsToldOfCORS(t *testing.T) {
	preflight := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}
	ask := func(q *quiver, origin string, headers ...string) reply {
		return q.send("OPTIONS", "/graphql", "", append([]string{"Origin", origin}, headers...)...)
	}
	anyone := newServer(t)
	r := ask(anyone, "https://crm.example", preflight...)
	if r.header.Get("Access-Control-Max-Age") != "7200" || r.header.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(r.header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("preflight: %v", r.header)
	}
	if r = ask(anyone, "https://crm.example", "Access-Control-Request-Method", "DELETE"); r.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("DELETE is allowed: %v", r.header)
	}
	if r = ask(anyone, "https://crm.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-evil"); r.header.Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("a header that is not for the API is allowed: %v", r.header)
	}
	r = anyone.send("POST", "/graphql", typename, "Origin", "https://crm.example", "Content-Type", "application/json")
	for _, name := range []string{"X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"} {
		if !strings.Contains(strings.ToLower(r.header.Get("Access-Control-Expose-Headers")), strings.ToLower(name)) {
			t.Errorf("%s is not exposed: %v", name, r.header)
		}
	}
	nobody := newServer(t, "--cors-origins", "")
	if r = ask(nobody, "https://crm.example", preflight...); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("an empty list is taken for any: %v", r.header)
	}
}

func TestFlagsOfTheEdgeAreHeldToWhatTheyMean(t *testing.T) {
	dir := t.TempDir()
	for flag, value := range map[string]string{
		"--rate-limit": "-1", "--stranger-rate-limit": "NaN", "--trusted-proxies": "10.0.0.0/33", "--cors-origins": "https://crm.example/",
		"--request-timeout": "0s", "--max-operations": "0", "--tls-cert": dir,
	} {
		says(t, 2, []string{flag}, "serve", "--addr", "127.0.0.1:0", "--data", dir, flag+"="+value)
	}
}

// hanging is a database behind a gate: while it is shut, nothing of what is
// asked arrives, and no connection is refused either.
type hanging struct {
	uri  string
	shut atomic.Bool
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	socket := strings.TrimSuffix(strings.TrimPrefix(engine.URI(), "mongodb://"), "/")
	socket = strings.ReplaceAll(socket, "%2F", "/")
	gate, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { gate.Close(); engine.Stop() })
	h := &hanging{uri: "mongodb://" + gate.Addr().String() + "/"}
	go func() {
		for {
			near, err := gate.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", socket)
			if err != nil {
				near.Close()
				continue
			}
			go h.pass(far, near)
			go h.pass(near, far)
		}
	}()
	return h
}

func (h *hanging) pass(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		for h.shut.Load() {
			time.Sleep(5 * time.Millisecond)
		}
		if err != nil {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// An operation that takes too long is answered, and those that wait behind it
// are turned away, none for long; what needs no database goes on.
func TestADatabaseThatHangsHoldsNobodyForLong(t *testing.T) {
	t.Parallel()
	database := newHanging(t)
	q := newServer(t, "--mongodb-uri", database.uri, "--request-timeout", "2s", "--max-operations", "2")
	rep := q.rep("ann")
	rep.must(`{ viewer { id } }`, nil)
	database.shut.Store(true)
	defer database.shut.Store(false)

	var mu sync.Mutex
	var stopped, shed int
	together(20, func(i int) {
		began := time.Now()
		r := q.send("POST", "/graphql", fmt.Sprintf(`{"query":"{ asset(id: \"ast_none%d\") { id } }"}`, i), "Content-Type", "application/json", "Authorization", "Bearer "+rep.token)
		took := time.Since(began)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.status == 200 && strings.Contains(r.text, `"UNAVAILABLE"`): // the driver or the request's time, whichever says so first
			stopped++
		case r.status == 503 && strings.Contains(r.text, "busy") && strings.Contains(r.text, `"UNAVAILABLE"`) && r.header.Get("Retry-After") == "1":
			shed++
		default:
			t.Errorf("%d %s", r.status, r.text)
		}
		if took > 4*time.Second {
			t.Errorf("it took %v", took)
		}
	})
	if stopped != 2 || shed != 18 {
		t.Errorf("%d were stopped and %d turned away, want 2 and 18", stopped, shed)
	}
	if metrics := q.send("GET", "/metrics", "").text; !strings.Contains(metrics, `quiver_requests_refused_total{reason="busy"} 18`) {
		t.Error("/metrics does not tell of 18 that were turned away")
	}
	database.shut.Store(false)
	eventually(t, "it answers again", func() bool { return len(rep.ask(`{ leads { totalCount } }`, nil).Errors) == 0 })
}

// Bodies of a megabyte, all there but for their last byte, do not fill the
// memory: those for which there is no room are turned away, and small requests
// are answered meanwhile. QUIVER_TEST_BODIES=1000 sends as many.
func TestManyLargeBodiesDoNotExhaustTheMemory(t *testing.T) {
	p := spawn(t, t.TempDir())
	q := p.quiver
	before := peak(t, p.command.Process.Pid)
	body := `{"query":"{ __typename }","variables":{"x":"` + strings.Repeat("x", 1<<20) + `"}}`
	head := []byte(post(body, "Authorization: Bearer "+q.marketer("ines").token))
	head, last := head[:len(head)-1], head[len(head)-1:]
	bodies := 250 // of which 64 find room
	if os.Getenv("QUIVER_TEST_BODIES") != "" {
		bodies, _ = strconv.Atoi(os.Getenv("QUIVER_TEST_BODIES"))
	}
	statuses := make([]string, bodies)
	var answered atomic.Int64
	release := make(chan struct{})
	var group sync.WaitGroup
	for i := range bodies {
		c := q.dial()
		group.Go(func() {
			go func() {
				c.Write(head)
				<-release
				c.Write(last)
			}()
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			answered.Add(1)
			if err != nil {
				statuses[i] = "cut off"
				return
			}
			statuses[i] = fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Retry-After"))
			answer.Body.Close()
			c.Close()
		})
	}
	eventually(t, "most are turned away", func() bool { return answered.Load() > int64(bodies/2) })
	q.marketer("ines").must(`{ viewer { id } }`, nil)
	close(release)
	group.Wait()
	counts := map[string]int{}
	for _, s := range statuses {
		counts[s]++
	}
	grown := peak(t, p.command.Process.Pid) - before
	t.Logf("%v; the server grew by at most %d MB", counts, grown>>20)
	if counts["200 "] == 0 || counts["503 1"] < bodies/2 {
		t.Errorf("answers %v, want some 200 and most 503", counts)
	}
	if most := raceTimes * 600 << 20; grown > most {
		t.Errorf("the server grew by %d MB, at most %d are right", grown>>20, most>>20)
	}
	q.marketer("ines").must(`{ viewer { id } }`, nil)
}

// peak is the most memory that a process has held, in bytes.
func peak(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("needs /proc")
	}
	match := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	kilobytes, _ := strconv.Atoi(string(match[1]))
	return kilobytes << 10
}
