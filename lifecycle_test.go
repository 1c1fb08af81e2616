package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A server that is asked to stop finishes what it has begun: whoever has an
// answer finds the write after the restart, and nobody's request is cut off.
func TestStoppingUnderLoadLosesNothing(t *testing.T) {
	data := t.TempDir()
	p := spawn(t, data)
	w := newWriter(p)
	w.lead = p.as(w.marketer).saveLead(object{"email": "ann@example.com"})
	w.asset = p.as(w.marketer).createAsset(object{"title": "The guide"})
	code := -1
	w.until(func() {
		eventually(t, "some sends are recorded", func() bool { w.mu.Lock(); defer w.mu.Unlock(); return len(w.sends) >= 100 })
		p.end(syscall.SIGTERM)
		code = p.command.ProcessState.ExitCode()
	})
	if code != 0 {
		t.Errorf("exit code %d after SIGTERM:\n%s", code, p.out)
	}
	for _, line := range strings.Split(p.out.String(), "\n") {
		var entry struct{ Level, Msg string }
		if json.Unmarshal([]byte(line), &entry) == nil && (entry.Level == "ERROR" || entry.Level == "WARN") {
			t.Errorf("the log of a server that was asked to stop: %s", line)
		}
	}
	again := spawn(t, data)
	w.holds(again)
	usage := at(again.as(w.rep).must(`{ sends { totalCount } usage { totals { sends } } }`, nil), "usage", "totals", "sends").(float64)
	if recorded := len(w.sends); int(usage) < recorded || int(usage) > recorded+4 { // an answer may be lost on each connection, no more
		t.Errorf("%v sends are there, %d were acknowledged", usage, recorded)
	}
	again.end(syscall.SIGTERM)
}

// says runs a command that must fail and looks for a word in what it prints.
func says(t *testing.T, code int, words []string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if got := runFor(t, &out, args...); got != code {
		t.Errorf("quiver %s: exit code %d, want %d:\n%s", strings.Join(args, " "), got, code, &out)
	}
	for _, word := range words {
		if !strings.Contains(out.String(), word) {
			t.Errorf("quiver %s: nothing of %q in:\n%s", strings.Join(args, " "), word, &out)
		}
	}
	return out.String()
}

func TestOneDataDirectoryHasOneServer(t *testing.T) {
	q := newServer(t)
	says(t, 2, []string{"another quiver uses this directory", q.data}, "serve", "--addr", "127.0.0.1:0", "--data", q.data)
	says(t, 2, []string{"another quiver uses this directory", q.data}, "check", "--data", q.data)
	shared := newEngine(t) // one of its own would be no reason to share the index
	says(t, 2, []string{"another quiver uses this directory", q.data}, "serve", "--addr", "127.0.0.1:0", "--data", q.data, "--mongodb-uri", shared.uri())
	q.rep("ann").must(`{ viewer { id } }`, nil) // it is none the worse for it
	q.stop()
	says(t, 0, []string{"0 assets"}, "check", "--data", q.data)
}

func TestAStartThatCannotSucceedSaysWhy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := newServer(t)
	dir := t.TempDir()
	says(t, 2, []string{"data directory", file}, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(file, "data"))
	says(t, 2, []string{"in use"}, "serve", "--addr", strings.TrimPrefix(taken.address, "http://"), "--data", dir)
	says(t, 2, []string{"listen", "tcp/x"}, "serve", "--addr", "127.0.0.1:x", "--data", dir)
	says(t, 2, []string{"jwt-secret-file", "jwks-url"}, "serve", "--data", dir, "--jwks-url", "http://x", "--jwt-secret-file", file)
	says(t, 2, []string{"secret"}, "serve", "--addr", "127.0.0.1:0", "--data", dir, "--jwt-secret-file", file)
	says(t, 2, []string{"lead-visibility"}, "serve", "--data", dir, "--lead-visibility", "some")
	if out := says(t, 2, []string{"--signal-weights: there is no signal", "TRACK_RECORD"}, "serve", "--data", dir, "--signal-weights", "CHARM=1"); strings.Count(out, "CHARM") > 1 {
		t.Errorf("it says twice:\n%s", out)
	}
	says(t, 2, []string{"unknown flag"}, "serve", "--dota", dir)
	if os.Getuid() != 0 { // root writes anywhere
		closed := t.TempDir()
		if err := os.Chmod(closed, 0o500); err != nil {
			t.Fatal(err)
		}
		says(t, 2, []string{"permission denied", closed}, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(closed, "data"))
	}

	began := time.Now()
	out := says(t, 2, []string{"127.0.0.1:1"}, "serve", "--addr", "127.0.0.1:0", "--data", dir, "--mongodb-uri", "mongodb://ann:s3cr3t@127.0.0.1:1/quiver")
	if took := time.Since(began); took > 15*time.Second || strings.Contains(out, "s3cr3t") {
		t.Errorf("after %v it said:\n%s", took, out)
	}
	out = says(t, 2, []string{"connection string"}, "serve", "--addr", "127.0.0.1:0", "--data", dir, "--mongodb-uri", "mongodb://ann:s3cr3t@:::/quiver")
	if strings.Contains(out, "s3cr3t") {
		t.Errorf("it said:\n%s", out)
	}
	// A start that failed keeps nothing locked.
	serveAt(t, dir)
}

func TestTheDemoIsLoadedOnceAndNeverOverAnothersCatalog(t *testing.T) {
	const counts = `{ assets(filter: {statuses: [DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED]}) { totalCount } leads { totalCount } sends { totalCount } personas { id version: name } industries { id } synonyms { id terms } }`
	data := t.TempDir()
	q := serveAt(t, data, "--demo")
	if !strings.Contains(q.out.String(), "REP=") || !strings.Contains(q.out.String(), q.address+"/graphql") {
		t.Errorf("no welcome in:\n%s", q.out)
	}
	first := q.marketer("m").must(counts, nil)
	if excel := q.rep("r").found("excel"); len(excel) == 0 {
		t.Error("the demo's synonyms do not lead from excel to spreadsheets")
	}
	changed := q.marketer("m").must(`{ assets(first: 1) { nodes { id version } } }`, nil)
	q.marketer("m").must(`mutation($id: ID!) { updateAsset(id: $id, input: {title: "Changed by hand"}) { id } }`, object{"id": at(changed, "assets", "nodes", 0, "id")})
	q.stop()
	q = serveAt(t, data, "--demo")
	equal(t, "counts after a second start", any(q.marketer("m").must(counts, nil)), any(first))
	equal(t, "what was changed by hand", at(q.marketer("m").must(`query($id: ID!) { asset(id: $id) { title } }`, object{"id": at(changed, "assets", "nodes", 0, "id")}), "asset", "title"), any("Changed by hand"))

	own := newServer(t)
	own.marketer("m").createAsset(object{"title": "Our own"})
	before := own.marketer("m").must(counts, nil)
	own.stop()
	again := serveAt(t, own.data, "--demo")
	equal(t, "a catalog of one's own", any(again.marketer("m").must(counts, nil)), any(before))
}

// Killed while it loads the demo, a server completes it at the next start.
func TestAnInterruptedDemoIsCompleted(t *testing.T) {
	const counts = `{ assets(filter: {statuses: [DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED]}) { totalCount } leads { totalCount } sends { totalCount } }`
	whole := newDemo(t).marketer("m").must(counts, nil)
	interrupted := 0
	for _, after := range []time.Duration{30, 120, 250} { // the moment of the kill is the variable of this test
		data, address := t.TempDir(), freeAddress(t)
		command := quiverCommand(data, "--demo", "--addr", address)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		waitForListener(t, address)
		time.Sleep(after * time.Millisecond)
		command.Process.Kill()
		command.Wait()

		left := serveAt(t, data)
		if part := left.marketer("m").must(counts, nil); !cmp.Equal(part, whole) {
			interrupted++
		}
		left.stop()
		q := serveAt(t, data, "--demo")
		equal(t, "the demo after a kill", any(q.marketer("m").must(counts, nil)), any(whole))
		got := q.marketer("m").must(`{ personas { id } industries { id } }`, nil)
		equal(t, "personas and industries after a kill", []int{len(got["personas"].(list)), len(got["industries"].(list))}, []int{8, 16})
		q.stop()
	}
	if interrupted == 0 {
		t.Error("no kill came while the demo was being loaded: too late to show anything")
	}
}

// freeAddress is an address that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func waitForListener(t *testing.T, address string) {
	t.Helper()
	eventually(t, "a server listens at "+address, func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
}

// The index is a copy: thrown away, it is made again.
func TestADeletedIndexIsBuiltAnew(t *testing.T) {
	q := newDemo(t)
	const search = `{ assets(query: "audit trail", first: 100) { totalCount edges { score node { id } } facets { topics { value count } } } }`
	token := q.marketer("m").token
	before := q.as(token).must(search, nil)
	q.stop()
	if err := os.RemoveAll(filepath.Join(q.data, "index")); err != nil {
		t.Fatal(err)
	}
	says(t, 1, []string{"not in the index"}, "check", "--data", q.data)
	again := serveAt(t, q.data)
	equal(t, "the answer of the new index, to a token of the time before", any(again.as(token).must(search, nil)), any(before))
	again.stop()
	says(t, 0, []string{"the index has them all"}, "check", "--data", q.data)
}

// Tokens outlive restarts; the key is readable by its owner alone.
func TestTheKeyIsKept(t *testing.T) {
	q := newServer(t)
	token := q.rep("ann").token
	info, err := os.Stat(filepath.Join(q.data, "jwt.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("jwt.key: %v %v", info, err)
	}
	q.stop()
	again := serveAt(t, q.data)
	again.as(token).must(`{ viewer { id } }`, nil)
	var out bytes.Buffer
	if code := runFor(t, &out, "token", "--role", "MARKETER", "--subject", "ines", "--team", "EMEA", "--data", q.data); code != 0 {
		t.Fatalf("token: %d\n%s", code, &out)
	}
	equal(t, "the role of a printed token", at(again.as(strings.TrimSpace(out.String())).must(`{ viewer { role team } }`, nil), "viewer"), any(object{"role": "MARKETER", "team": "EMEA"}))
}
