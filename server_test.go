package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/enablement"
)

// TestMain lets a test start this binary as Quiver itself, or
// as the database of several, to kill it.
func TestMain(m *testing.M) {
	if os.Getenv("QUIVER_TEST_AS_QUIVER") == "1" {
		main()
		return
	}
	if os.Getenv("QUIVER_TEST_AS_ENGINE") != "" {
		asEngine()
		return
	}
	os.Exit(m.Run())
}

// quiver is a server that a test started, with a client for it.
type quiver struct {
	t       *testing.T
	address string
	data    string
	out     *transcript
	stop    func() int // stops it as SIGTERM would; gives the exit code
}

// transcript is what a server has printed so far.
type transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines chan string
}

func newTranscript() *transcript { return &transcript{lines: make(chan string, 10_000)} }

func (p *transcript) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	for line := range strings.Lines(string(b)) {
		select {
		case p.lines <- line:
		default:
		}
	}
	return len(b), nil
}

func (p *transcript) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// readyAt waits for the line that says ready and gives the address in it.
func readyAt(t *testing.T, lines <-chan string, printed func() string) string {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for {
		select {
		case line, open := <-lines:
			if !open {
				t.Fatalf("the server ended before it was ready:\n%s", printed())
			}
			var entry struct{ Msg, Address string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "ready" {
				return entry.Address
			}
		case <-deadline:
			t.Fatalf("the server was not ready in time:\n%s", printed())
		}
	}
}

// serveAt starts a server on a data directory, in this process.
func serveAt(t *testing.T, data string, flags ...string) *quiver {
	t.Helper()
	return serveBy(t, time.Now, data, flags...)
}

// serveBy is serveAt by a clock of the test's.
func serveBy(t *testing.T, now clock, data string, flags ...string) *quiver {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := newTranscript()
	exited := make(chan int, 1)
	args := append([]string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--log-format", "json",
		"--rate-limit", "0", "--stranger-rate-limit", "0"}, flags...) // a test asks as fast as it can
	go func() {
		exited <- runBy(ctx, args, cli.Streams{In: strings.NewReader(""), Out: out, Err: out}, now)
		close(out.lines)
	}()
	var once sync.Once
	code := 0
	q := &quiver{t: t, data: data, out: out, stop: func() int {
		once.Do(func() {
			http.DefaultClient.CloseIdleConnections() // a connection that was never used holds a stop up
			cancel()
			code = <-exited
		})
		return code
	}}
	t.Cleanup(func() { q.stop() })
	q.address = readyAt(t, out.lines, out.String)
	return q
}

// runFor runs a command that ends by itself and gives its exit code.
func runFor(t *testing.T, out io.Writer, args ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	return run(ctx, args, cli.Streams{In: strings.NewReader(""), Out: out, Err: out})
}

// newServer starts a server on an empty data directory.
func newServer(t *testing.T, flags ...string) *quiver {
	t.Helper()
	return serveAt(t, t.TempDir(), flags...)
}

// newDemo starts a server that holds the demo.
func newDemo(t *testing.T, flags ...string) *quiver {
	t.Helper()
	return newServer(t, append(flags, "--demo")...)
}

// token signs a token with the server's own key.
func (q *quiver) token(role enablement.Role, subject string) string {
	q.t.Helper()
	return q.sign(enablement.Identity{Subject: subject, Name: subject, Team: "EMEA", Role: role}, time.Hour)
}

func (q *quiver) sign(who enablement.Identity, ttl time.Duration) string {
	q.t.Helper()
	return q.signAt(who, ttl, time.Now())
}

func (q *quiver) signAt(who enablement.Identity, ttl time.Duration, issued time.Time) string {
	q.t.Helper()
	key, err := auth.LocalKey(filepath.Join(q.data, "jwt.key"))
	if err != nil {
		q.t.Fatal(err)
	}
	token, err := key.Sign(who, ttl, issued)
	if err != nil {
		q.t.Fatal(err)
	}
	return token
}

// caller asks a server questions with one token.
type caller struct {
	q     *quiver
	token string
}

func (q *quiver) as(token string) caller { return caller{q, token} }

// answer is a GraphQL response.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct {
			Code   string
			Fields []struct{ Path, Message string }
		}
	}
	status int
	text   string
}

// ask sends a document and gives whatever came back.
func (c caller) ask(document string, variables map[string]any) answer {
	c.q.t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		c.q.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, c.q.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		c.q.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.q.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.q.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, text: string(text)}
	if err := json.Unmarshal(text, &a); err != nil {
		c.q.t.Fatalf("%s: answered %d %.500s", document, response.StatusCode, text)
	}
	return a
}

// must sends a document that has to succeed and gives its data.
func (c caller) must(document string, variables map[string]any) map[string]any {
	c.q.t.Helper()
	a := c.ask(document, variables)
	if len(a.Errors) > 0 {
		c.q.t.Fatalf("%s %v\nanswered %s", document, variables, a.text)
	}
	return a.Data
}

// refused sends a document that has to fail with a code, and gives the fields
// that the error names.
func (c caller) refused(code, document string, variables map[string]any) []string {
	c.q.t.Helper()
	a := c.ask(document, variables)
	if len(a.Errors) == 0 || a.Errors[0].Extensions.Code != code {
		c.q.t.Fatalf("%s %v\nwanted %s, answered %s", document, variables, code, a.text)
	}
	var fields []string
	for _, f := range a.Errors[0].Extensions.Fields {
		fields = append(fields, f.Path)
	}
	return fields
}

// at walks into an answer: at(data, "assets", "nodes", 0, "id").
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := value.(map[string]any)
			value = m[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// object and list are what JSON is made of.
type (
	object = map[string]any
	list   = []any
)

// createAsset adds an asset and gives its id.
func (c caller) createAsset(input object) string {
	c.q.t.Helper()
	return at(c.must(`mutation($i: AssetInput!) { createAsset(input: $i) { id } }`, object{"i": input}), "createAsset", "id").(string)
}

// saveLead saves a lead and gives its id.
func (c caller) saveLead(input object) string {
	c.q.t.Helper()
	return at(c.must(`mutation($i: LeadInput!) { saveLead(input: $i) { id } }`, object{"i": input}), "saveLead", "id").(string)
}

// recordSend records a send and gives its id.
func (c caller) recordSend(input object) string {
	c.q.t.Helper()
	return at(c.must(`mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`, object{"i": input}), "recordSend", "id").(string)
}

// importRows imports rows and gives the result; import is importAssets,
// importLeads, importSends or importOutcomes.
func (c caller) importRows(field string, rows list) object {
	c.q.t.Helper()
	input := map[string]string{"importAssets": "AssetInput", "importLeads": "LeadInput", "importSends": "ImportSendInput", "importOutcomes": "ImportOutcomeInput"}[field]
	data := c.must(`mutation($rows: [`+input+`!]!) { `+field+`(rows: $rows) { created updated unchanged failed errors { row field message } } }`, object{"rows": rows})
	return at(data, field).(object)
}

// rep and marketer are callers with a token of the server's own.
func (q *quiver) rep(subject string) caller { return q.as(q.token(enablement.RoleRep, subject)) }
func (q *quiver) marketer(subject string) caller {
	return q.as(q.token(enablement.RoleMarketer, subject))
}

// column collects one field of every entry of a list.
func column(rows any, path ...any) []string {
	values := []string{}
	entries, _ := rows.(list)
	for _, row := range entries {
		values = append(values, fmt.Sprint(at(row, path...)))
	}
	return values
}

// equal compares what came with what was wanted.
func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-wanted +got):\n%s", what, diff)
	}
}

// eventually polls until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// together runs something n times at once.
func together(n int, run func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { run(i) })
	}
	group.Wait()
}
