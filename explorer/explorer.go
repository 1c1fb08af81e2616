package explorer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static
var static embed.FS

// policy lets the page load from this server alone and nobody frame it.
// GraphiQL brings its fonts and icons as data, and styles its editors inline.
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Options say what the page explores.
type Options struct {
	// Endpoint is the path of the GraphQL API on this server; empty: /graphql.
	Endpoint string
}

// Handler serves the explorer: the page at / and its files below /static/.
// Anything else is 404. Called by the server for what no other route takes.
func Handler(o Options) http.Handler {
	if o.Endpoint == "" {
		o.Endpoint = "/graphql"
	}
	return handler{endpoint: o.Endpoint, files: load(o)}
}

type handler struct {
	endpoint string
	files    map[string]*file // by the path that they are served at
}

// ServeHTTP answers GET and HEAD.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Frame-Options", "DENY")
	f, found := h.files[r.URL.Path]
	switch {
	case !found:
		http.Error(w, "nothing here: the explorer is at /, the API at "+h.endpoint, http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "use GET", http.StatusMethodNotAllowed)
	default:
		f.serve(w, r)
	}
}

// file is one file of the explorer.
type file struct {
	kind    string // Content-Type
	tag     string // ETag
	content []byte
	// packed is the content gzipped, made when it is first asked for.
	packed func() []byte
}

// load reads the embedded files, by the path that they are served at.
func load(o Options) map[string]*file {
	entries, err := static.ReadDir("static")
	if err != nil {
		panic(fmt.Errorf("read the embedded explorer: %w", err)) // a broken build
	}
	files := map[string]*file{}
	for _, entry := range entries {
		content, err := static.ReadFile("static/" + entry.Name())
		if err != nil {
			panic(fmt.Errorf("read the embedded explorer: %w", err))
		}
		if entry.Name() == "index.html" {
			files["/"] = newFile(".html", page(content, o))
			continue
		}
		files["/static/"+entry.Name()] = newFile(path.Ext(entry.Name()), content)
	}
	return files
}

// page fills the options into the page.
func page(source []byte, o Options) []byte {
	var out bytes.Buffer
	if err := template.Must(template.New("page").Parse(string(source))).Execute(&out, o); err != nil {
		panic(fmt.Errorf("fill in the explorer's page: %w", err))
	}
	return out.Bytes()
}

// kinds are the media types by extension. The host's own table is not asked,
// for it may be wrong.
func kinds() map[string]string {
	return map[string]string{
		".html": "text/html; charset=utf-8",
		".css":  "text/css; charset=utf-8",
		".js":   "text/javascript; charset=utf-8",
		".txt":  "text/plain; charset=utf-8",
	}
}

func newFile(extension string, content []byte) *file {
	sum := sha256.Sum256(content)
	return &file{
		kind:    kinds()[extension],
		tag:     `"` + hex.EncodeToString(sum[:8]) + `"`,
		content: content,
		packed:  sync.OnceValue(func() []byte { return pack(content) }),
	}
}

func pack(content []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := writer.Write(content); err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	if err := writer.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// serve sends the file, or 304 to a browser that has it.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", f.kind)
	header.Add("Vary", "Accept-Encoding")
	header.Set("Cache-Control", "no-cache") // ask each time, by the tag
	content, tag := f.content, f.tag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		content, tag = f.packed(), strings.TrimSuffix(f.tag, `"`)+`-gzip"`
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // an error: the client has gone
	}
}
