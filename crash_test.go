package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/enablement"
)

// process is Quiver as a process of its own, which can be killed.
type process struct {
	*quiver
	command *exec.Cmd
}

// quiverCommand is Quiver's serve as a process of its own.
func quiverCommand(data string, flags ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], append([]string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--log-format", "json", "--rate-limit", "0"}, flags...)...)
	command.Env = append(os.Environ(), "QUIVER_TEST_AS_QUIVER=1")
	return command
}

// spawn starts Quiver as a process of its own on a data directory.
func spawn(t *testing.T, data string, flags ...string) *process {
	t.Helper()
	p := spawnUnready(t, data, flags...)
	p.address = readyAt(t, p.out.lines, p.out.String)
	return p
}

// spawnUnready is spawn without the wait until it is ready.
func spawnUnready(t *testing.T, data string, flags ...string) *process {
	t.Helper()
	command := quiverCommand(data, flags...)
	pipe, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	out := newTranscript()
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			fmt.Fprintln(out, lines.Text())
		}
		close(out.lines)
	}()
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
		if said := out.String(); t.Failed() && strings.Contains(said, "goroutine ") { // it died of a panic
			t.Log(said[strings.Index(said, "goroutine "):][:min(4_000, len(said)-strings.Index(said, "goroutine "))])
		}
	})
	return &process{&quiver{t: t, data: data, out: out}, command}
}

// end sends a signal and waits for the process.
func (p *process) end(signal syscall.Signal) {
	p.command.Process.Signal(signal)
	p.command.Wait()
}

// writer writes as fast as it is answered and remembers what was acknowledged.
type writer struct {
	p        *process
	rep      string
	marketer string
	lead     string
	asset    string
	edited   string // an asset; "": none
	round    int
	halt     atomic.Bool

	mu    sync.Mutex
	title int               // of the asset that is edited: the last that was acknowledged
	tried int               // and the last that was asked for
	sends []string          // ids
	seen  map[string]string // sends that were viewed -> the outcome's id
	rows  []any             // assets
}

func newWriter(p *process) *writer {
	return &writer{p: p, rep: p.token(enablement.RoleRep, "rep"), marketer: p.token(enablement.RoleMarketer, "marketer"), seen: map[string]string{}}
}

// post is a request whose answer may never come.
func (w *writer) post(token, document string, variables map[string]any) (map[string]any, bool) {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return nil, false
	}
	request, err := http.NewRequest(http.MethodPost, w.p.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, false
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, false
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var a answer
	if err != nil || json.Unmarshal(text, &a) != nil || len(a.Errors) > 0 {
		return nil, false
	}
	return a.Data, true
}

func (w *writer) recordSends(client int) {
	for n := 0; !w.halt.Load(); n++ {
		data, ok := w.post(w.rep, `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`, map[string]any{"i": map[string]any{
			"lead": w.lead, "assets": []any{w.asset}, "idempotencyKey": fmt.Sprintf("%d-%d-%d", w.round, client, n)}})
		if ok {
			w.mu.Lock()
			w.sends = append(w.sends, at(data, "recordSend", "id").(string))
			w.mu.Unlock()
			w.recordView(at(data, "recordSend", "id").(string))
		}
	}
}

// recordView says that a send was viewed.
func (w *writer) recordView(send string) {
	data, ok := w.post(w.rep, `mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"send": send, "asset": w.asset, "kind": "VIEWED"}})
	if ok {
		w.mu.Lock()
		w.seen[send] = at(data, "recordOutcome", "id").(string)
		w.mu.Unlock()
	}
}

func (w *writer) importAssets() {
	for n := 0; !w.halt.Load(); n++ {
		rows := make([]any, 20)
		for i := range rows {
			rows[i] = map[string]any{"externalId": fmt.Sprintf("a-%d-%d-%d", w.round, n, i), "title": fmt.Sprintf("Piece %d of batch %d", i, n), "body": "words to find it by", "topics": []any{"crash"}}
		}
		data, ok := w.post(w.marketer, `mutation($rows: [AssetInput!]!) { importAssets(rows: $rows) { created } }`, map[string]any{"rows": rows})
		if ok && at(data, "importAssets", "created") == float64(len(rows)) {
			w.mu.Lock()
			w.rows = append(w.rows, rows...)
			w.mu.Unlock()
		}
	}
}

// edit gives the one asset a new title, over and over.
func (w *writer) edit() {
	for !w.halt.Load() {
		w.mu.Lock()
		w.tried++
		n := w.tried
		w.mu.Unlock()
		_, ok := w.post(w.marketer, `mutation($id: ID!, $title: String!) { updateAsset(id: $id, input: {title: $title}) { id } }`, map[string]any{"id": w.edited, "title": fmt.Sprint("Edit", n)})
		if ok {
			w.mu.Lock()
			w.title = n
			w.mu.Unlock()
		}
	}
}

// until writes until the process is killed.
func (w *writer) until(kill func()) {
	var group sync.WaitGroup
	for client := range 4 {
		group.Go(func() { w.recordSends(client) })
	}
	group.Go(w.importAssets)
	if w.edited != "" {
		group.Go(w.edit)
	}
	kill()
	w.halt.Store(true)
	group.Wait()
}

// silent tells whether nothing has been acknowledged in this round.
func (w *writer) silent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sends)+len(w.rows) == 0
}

// holds asks a restarted server for everything that was acknowledged.
func (w *writer) holds(p *process) {
	t := p.t
	t.Helper()
	w.p = p
	if w.edited != "" {
		title := at(p.as(w.marketer).must(`query($id: ID!) { asset(id: $id) { title } }`, map[string]any{"id": w.edited}), "asset", "title").(string)
		if n, err := strconv.Atoi(strings.TrimPrefix(title, "Edit")); err != nil || n < w.title || n > w.tried {
			t.Fatalf("the asset is %q; the edit to Edit%d was acknowledged, Edit%d the last that was asked for", title, w.title, w.tried)
		}
		found := p.as(w.marketer).must(`query($q: String!) { assets(query: $q, first: 1) { nodes { id } } }`, map[string]any{"q": title})
		if got := at(found, "assets", "nodes", 0, "id"); got != w.edited {
			t.Fatalf("%q finds %v, not the asset of that title", title, found)
		}
	}
	for from := 0; from < len(w.sends); from += 100 {
		document := "{"
		for i, id := range w.sends[from:min(from+100, len(w.sends))] {
			document += fmt.Sprintf(` n%d: node(id: %q) { ... on Send { id outcomes { id } } }`, i, id)
		}
		for _, node := range p.as(w.rep).must(document+"}", nil) {
			send := at(node, "id").(string)
			if want := w.seen[send]; want != "" && at(node, "outcomes", 0, "id") != want {
				t.Fatalf("the send %s was viewed, which was acknowledged and is not known: %v", send, node)
			}
		}
	}
	var outcomes list
	for _, id := range w.seen {
		outcomes = append(outcomes, id)
	}
	for some := range slices.Chunk(outcomes, 100) {
		logged := p.admin().must(`query($ids: [ID!]) { auditLog(filter: {ids: $ids}, first: 100) { nodes { documentId action written subject } } }`, map[string]any{"ids": some})
		for _, id := range some {
			want := any(object{"documentId": id, "action": "recordOutcome", "written": true, "subject": "rep"})
			if nodes := at(logged, "auditLog", "nodes").(list); !slices.ContainsFunc(nodes, func(n any) bool { return reflect.DeepEqual(n, want) }) {
				t.Fatalf("the outcome %v was acknowledged and is not in the audit log: %v", id, nodes)
			}
		}
	}
	for from := 0; from < len(w.rows); from += 500 {
		rows := w.rows[from:min(from+500, len(w.rows))]
		result := p.as(w.marketer).must(`mutation($rows: [AssetInput!]!) { importAssets(rows: $rows, dryRun: true) { unchanged } }`, map[string]any{"rows": rows})
		if got := at(result, "importAssets", "unchanged"); got != float64(len(rows)) {
			t.Fatalf("of %d assets that were acknowledged, %v are as they were written", len(rows), got)
		}
	}
}

// Killed at any moment of an import and of a stream of sends, the server comes
// back with every write that it acknowledged, and with an index that equals
// the store.
func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	rounds := atLength(20, 100)
	if testing.Short() {
		rounds = 3
	}
	data := t.TempDir()
	p := spawn(t, data)
	w := newWriter(p)
	made := p.as(w.marketer).must(`mutation { saveLead(input: {email: "ann@example.com"}) { id } createAsset(input: {title: "The guide"}) { id } edited: createAsset(input: {title: "Edit0"}) { id } }`, nil)
	w.lead, w.asset = at(made, "saveLead", "id").(string), at(made, "createAsset", "id").(string)
	w.edited = at(made, "edited", "id").(string)
	acknowledged := 0
	edited := 0
	for round := range rounds {
		w.round, w.sends, w.rows, w.seen = round, nil, nil, map[string]string{}
		w.halt.Store(false)
		w.until(func() {
			for patience := time.Now().Add(10 * time.Second); round%2 == 0 && w.silent() && time.Now().Before(patience); {
				time.Sleep(5 * time.Millisecond) // a slow machine has nothing to lose yet
			}
			time.Sleep(time.Duration(20+rand.IntN(300)) * time.Millisecond) // the moment of the kill is the variable of this test
			p.end(syscall.SIGKILL)
		})
		acknowledged += len(w.sends) + len(w.seen) + len(w.rows) + w.title - edited
		edited = w.title
		p = spawn(t, data)
		w.holds(p)
		p.end(syscall.SIGTERM)
		var out bytes.Buffer
		if code := run(t.Context(), []string{"check", "--data", data}, cli.Streams{Out: &out, Err: &out}); code != 0 {
			t.Fatalf("after kill %d store and index differ:\n%s", round+1, &out)
		}
		p = spawn(t, data)
		w.p = p
	}
	if acknowledged < rounds {
		t.Errorf("only %d writes were acknowledged in %d rounds: too few to show anything", acknowledged, rounds)
	}
	t.Logf("%d acknowledged writes survived %d kills", acknowledged, rounds)
}
