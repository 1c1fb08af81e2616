package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/backup"
	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store"
)

func (q *quiver) admin() caller { return q.as(q.token(enablement.RoleAdmin, "admin")) }

// backedUp takes a backup of a running server by the command.
func (q *quiver) backedUp() string {
	q.t.Helper()
	file := filepath.Join(q.t.TempDir(), "quiver.backup")
	says(q.t, 0, []string{"written to", "sha256"}, "backup", file, "--server", q.address, "--token", q.admin().token)
	return file
}

// contents reads a backup: collection and document.
func contents(t *testing.T, file string) (documents map[string]bool) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	documents = map[string]bool{}
	if _, err := backup.Read(f, func(name string, d bson.Raw) error { documents[name+d.String()] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	return documents
}

// Given a stream of sends, outcomes and imports, when a backup is taken and
// restored elsewhere, then what was acknowledged before it is there, all that is
// there refers to what is there, and a server and a backup of it agree.
func TestABackupUnderWritesIsRestoredWhole(t *testing.T) {
	p := spawn(t, t.TempDir())
	w := newWriter(p)
	w.lead = p.as(w.marketer).saveLead(object{"email": "ann@example.com"})
	w.asset = p.as(w.marketer).createAsset(object{"title": "The guide"})
	var file string
	before := newWriter(p)
	before.rep, before.marketer = w.rep, w.marketer
	w.until(func() {
		eventually(t, "something is written", func() bool { w.mu.Lock(); defer w.mu.Unlock(); return len(w.seen) >= 50 && len(w.rows) >= 40 })
		w.mu.Lock()
		before.sends, before.rows = append(before.sends, w.sends...), append(before.rows, w.rows...)
		for send, outcome := range w.seen {
			before.seen[send] = outcome
		}
		w.mu.Unlock()
		file = p.backedUp()
	})
	data := filepath.Join(t.TempDir(), "data")
	says(t, 0, []string{"restored", "1 leads"}, "restore", file, "--data", data)
	again := filepath.Join(t.TempDir(), "again.backup")
	says(t, 0, []string{"written to"}, "backup", again, "--data", data)
	got, want := contents(t, again), contents(t, file)
	if len(got) != len(want) || len(got) < 100 {
		t.Errorf("%d documents restored of %d", len(got), len(want))
	}
	for d := range want {
		if !got[d] {
			t.Fatalf("not restored as it was: %s", d)
		}
	}
	says(t, 1, []string{"not in the index"}, "check", "--data", data) // which the first start makes, or
	says(t, 0, []string{"after the repair", "the index has them all"}, "check", "--data", data, "--repair")
	q := spawn(t, data)
	before.rep, before.marketer = q.token(enablement.RoleRep, "rep"), q.token(enablement.RoleMarketer, "marketer")
	before.holds(q)
	q.end(syscall.SIGTERM)
	says(t, 0, []string{"the index has them all"}, "check", "--data", data)
	says(t, 2, []string{"not empty", "new data directory"}, "restore", file, "--data", data)
}

func TestABackupIsForAdminsAlone(t *testing.T) {
	q := newDemo(t)
	get := func(method, token string) (int, string) {
		request, _ := http.NewRequest(method, q.address+"/backup", nil)
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return response.StatusCode, string(text)
	}
	for name, c := range map[string]struct {
		method, token string
		status        int
	}{
		"no token": {"GET", "", 401}, "no JWT": {"GET", "let-me-in", 401}, "expired": {"GET", expired(t, q), 401},
		"a rep": {"GET", q.rep("ann").token, 403}, "a marketer": {"GET", q.marketer("ines").token, 403},
		"another method": {"POST", q.admin().token, 405}, "an admin": {"GET", q.admin().token, 200},
	} {
		status, text := get(c.method, c.token)
		if status != c.status || status != 200 && strings.Contains(text, "quiver-backup") {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	file := filepath.Join(t.TempDir(), "b")
	says(t, 2, []string{"403", "needs the role ADMIN"}, "backup", file, "--server", q.address, "--token", q.rep("ann").token)
	says(t, 2, []string{"cannot be reached", "--data"}, "backup", file, "--server", "http://127.0.0.1:1", "--token", "x")
	says(t, 2, []string{"another quiver uses this directory"}, "backup", file, "--data", q.data)
	says(t, 2, []string{"no data directory"}, "backup", file, "--data", file+"-none")
	left, _ := os.ReadDir(filepath.Dir(file))
	if len(left) > 0 {
		t.Errorf("failed backups left %v", left)
	}
}

// A file that was cut off or changed restores nothing, by name and by stdin.
func TestADamagedBackupIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	file := newDemo(t).backedUp()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(whole)
	changed[len(changed)/2] ^= 1
	data := filepath.Join(t.TempDir(), "data")
	for name, text := range map[string][]byte{"cut off": whole[:len(whole)-9], "changed": changed, "empty": nil} {
		damaged := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(damaged, text, 0o600); err != nil {
			t.Fatal(err)
		}
		says(t, 2, []string{"backup", "nothing was written"}, "restore", damaged, "--data", data)
		says(t, 2, []string{"nothing was written"}, "restore", damaged, "--dry-run")
		var out bytes.Buffer
		if code := run(t.Context(), []string{"restore", "-", "--data", data}, cli.Streams{In: bytes.NewReader(text), Out: &out, Err: &out}); code != 2 {
			t.Errorf("%s, by standard input: exit code %d\n%s", name, code, &out)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%s: something was written", name)
		}
	}
	says(t, 0, []string{"can be restored"}, "restore", file, "--dry-run", "--data", data)
	var out bytes.Buffer
	if code := run(t.Context(), []string{"restore", "-", "--data", data}, cli.Streams{In: bytes.NewReader(whole), Out: &out, Err: &out}); code != 0 {
		t.Errorf("by standard input: exit code %d\n%s", code, &out)
	}
	equal(t, "what the restored server finds", len(serveAt(t, data).rep("ann").found("audit trail")) > 0, true)
}

// A restore that is killed leaves what no server starts on, and what the same
// command completes.
func TestAKilledRestoreIsNoDatabase(t *testing.T) {
	q := newServer(t)
	rows := make(list, 500)
	for i := range rows {
		rows[i] = object{"externalId": fmt.Sprint(i), "title": "A piece", "body": strings.Repeat("words ", 2_000)}
	}
	q.marketer("m").importRows("importAssets", rows)
	file := q.backedUp()
	data := filepath.Join(t.TempDir(), "data")
	command := exec.Command(os.Args[0], "restore", file, "--data", data)
	command.Env = append(os.Environ(), "QUIVER_TEST_AS_QUIVER=1")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "documents are being written", func() bool {
		wal, err := os.Stat(filepath.Join(data, "db", "quiver.sqlite-wal"))
		return err == nil && wal.Size() > 2<<20
	})
	command.Process.Kill()
	if command.Wait(); command.ProcessState.Success() {
		t.Fatal("the restore had ended before it was killed")
	}
	says(t, 2, []string{"did not end", "run quiver restore again"}, "serve", "--addr", "127.0.0.1:0", "--data", data)
	says(t, 2, []string{"run quiver restore again"}, "check", "--data", data)
	says(t, 2, []string{"run quiver restore again"}, "backup", file+"-2", "--data", data)
	says(t, 0, []string{"restored"}, "restore", file, "--data", data)
	serveAt(t, data).stop()
}

// No room for the file: nothing stands under its name, and the command says so.
func TestABackupThatFindsNoRoomLeavesNothing(t *testing.T) {
	q := newDemo(t)
	dir := t.TempDir()
	command := exec.Command("sh", "-c", `trap '' XFSZ; ulimit -f 1; exec "$0" "$@"`, os.Args[0], "backup", filepath.Join(dir, "b"), "--server", q.address, "--token", q.admin().token)
	command.Env = append(os.Environ(), "QUIVER_TEST_AS_QUIVER=1")
	said, err := command.CombinedOutput()
	left, _ := os.ReadDir(dir)
	if command.ProcessState.ExitCode() != 2 || len(left) > 0 || !strings.Contains(string(said), "file too large") {
		t.Errorf("%v, left %v:\n%s", err, left, said)
	}
}

// A client may take longer than the server gives other answers, as long as it
// takes something; a second one is told to wait.
func TestABackupOutlastsTheBoundsOfOtherAnswers(t *testing.T) {
	documents, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { documents.Close(t.Context()) })
	noise := make([]byte, 30<<10)
	for n := range 400 { // more than sockets hold
		for i := range noise {
			noise[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ."[rand.IntN(64)]
		}
		body := string(noise)
		if _, err := documents.CreateAsset(t.Context(), enablement.AssetInput{Title: fmt.Sprint("Noise ", n), Body: &body}, nil); err != nil {
			t.Fatal(err)
		}
	}
	key, err := auth.LocalKey(filepath.Join(t.TempDir(), "jwt.key"))
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(key, auth.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	log := newLogger("text", io.Discard)
	server := httptest.NewUnstartedServer(auth.Middleware(verifier, documents, &backupHandler{store: documents, log: log}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	token, err := key.Sign(enablement.Identity{Subject: "admin", Role: enablement.RoleAdmin}, time.Hour, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	get := func() *http.Response {
		request, _ := http.NewRequest(http.MethodGet, server.URL, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	slow := get()
	if first := make([]byte, 10); slow.StatusCode != 200 {
		t.Fatal(slow.Status)
	} else if _, err := io.ReadFull(slow.Body, first); err != nil || string(first) != `{"format":` {
		t.Fatalf("%q, %v", first, err)
	} else {
		second := get()
		if text, _ := io.ReadAll(second.Body); second.StatusCode != http.StatusConflict || !strings.Contains(string(text), "another backup") {
			t.Errorf("a second backup at the same time: %s %s", second.Status, text)
		}
		time.Sleep(600 * time.Millisecond) // thrice the bounds
		if s, err := backup.Read(io.MultiReader(bytes.NewReader(first), slow.Body), nil); err != nil || s.Collections[4].Documents != 400 {
			t.Errorf("%+v, %v", s, err)
		}
	}
	equal(t, "a third, when the first is done", get().StatusCode, 200)
}
