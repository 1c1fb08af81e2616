package explorer

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// answer is a response with its body, as it came over the wire.
type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, server *httptest.Server, method, path string, header map[string]string) answer {
	t.Helper()
	request, err := http.NewRequest(method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity") // so that the client unpacks nothing
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func serve(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(Handler(Options{Endpoint: "/api/graphql"}))
	t.Cleanup(server.Close)
	return server
}

func TestThePageAsksThisServerAloneForAllThatItNeeds(t *testing.T) {
	server := serve(t)
	page := get(t, server, http.MethodGet, "/", nil)
	if page.status != http.StatusOK || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
		t.Fatalf("/ answers %d %s", page.status, page.header.Get("Content-Type"))
	}
	for _, needed := range []string{`content="/api/graphql"`, `id="token"`, "quiver token"} {
		if !strings.Contains(page.body, needed) {
			t.Errorf("the page has no %s", needed)
		}
	}
	references := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.body, -1)
	if len(references) < 6 {
		t.Fatalf("the page refers to %d files, want its styles and scripts", len(references))
	}
	for _, reference := range references {
		if reference[1] == "data:," {
			continue
		}
		file := get(t, server, http.MethodGet, "/"+reference[1], nil)
		if file.status != http.StatusOK || len(file.body) == 0 {
			t.Errorf("%s answers %d with %d bytes", reference[1], file.status, len(file.body))
		}
	}
	if regexp.MustCompile(`<script>|\son[a-z]+=|style=`).MatchString(page.body) {
		t.Error("the page has inline code, which its policy forbids")
	}
}

func TestEveryAnswerGuardsTheBrowser(t *testing.T) {
	server := serve(t)
	for _, path := range []string{"/", "/static/explorer.js", "/static/graphiql.css", "/nothing"} {
		header := get(t, server, http.MethodGet, path, nil).header
		csp := header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, rule)
			}
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
}

func TestFilesTravelPackedAndOnce(t *testing.T) {
	server := serve(t)
	plain := get(t, server, http.MethodGet, "/static/graphiql.js", nil)
	packed := get(t, server, http.MethodGet, "/static/graphiql.js", map[string]string{"Accept-Encoding": "br, gzip"})
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) > len(plain.body)/2 {
		t.Fatalf("packed: %d of %d bytes, %v", len(packed.body), len(plain.body), packed.header)
	}
	reader, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(reader); err != nil || string(unpacked) != plain.body {
		t.Errorf("what is unpacked is not the file (%v)", err)
	}
	again := get(t, server, http.MethodGet, "/static/graphiql.js", map[string]string{"If-None-Match": plain.header.Get("ETag")})
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("a browser that has the file gets %d and %d bytes, want 304", again.status, len(again.body))
	}
}

func TestOnlyTheExplorersOwnPathsAreServed(t *testing.T) {
	server := serve(t)
	for name, c := range map[string]struct {
		method, path string
		status       int
	}{
		"the page":             {http.MethodGet, "/", 200},
		"the page's headers":   {http.MethodHead, "/", 200},
		"the licences":         {http.MethodGet, "/static/LICENSES.txt", 200},
		"a write":              {http.MethodPost, "/", 405},
		"another path":         {http.MethodGet, "/admin", 404},
		"the template itself":  {http.MethodGet, "/static/index.html", 404},
		"the directory":        {http.MethodGet, "/static/", 404},
		"a way out":            {http.MethodGet, "/static/../explorer.go", 404},
		"a write to elsewhere": {http.MethodPost, "/admin", 404},
	} {
		t.Run(name, func(t *testing.T) {
			if got := get(t, server, c.method, c.path, nil); got.status != c.status {
				t.Errorf("%s %s answers %d, want %d", c.method, c.path, got.status, c.status)
			}
		})
	}
}

func TestTheExplorerStaysSmall(t *testing.T) {
	total := 0
	for _, f := range load(Options{}) {
		if f.kind == "" {
			t.Errorf("a file has no media type")
		}
		total += len(f.content)
	}
	if most := 2_500_000; total > most {
		t.Errorf("%d bytes are embedded; %d is the most", total, most)
	}
}
