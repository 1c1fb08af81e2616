//go:build linux

package main

import (
	"debug/elf"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// The image without a container engine: the binary as the Dockerfile builds it,
// in a root that has what the image has and nothing else, as the image's user.
// It builds everything anew: make image-check, as root.
func TestTheImageRuns(t *testing.T) {
	if os.Getenv("QUIVER_TEST_IMAGE") == "" || os.Getuid() != 0 {
		t.Skip("make image-check, as root, builds and runs what the image holds")
	}
	dockerfile := readDockerfile(t)
	root := t.TempDir()
	var build string
	for _, line := range dockerfile["RUN"] {
		if strings.Contains(line, "go build") {
			build = strings.ReplaceAll(line, "/out/quiver", filepath.Join(root, "quiver"))
		}
	}
	command := exec.Command("sh", "-ec", build)
	command.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	checkStatic(t, filepath.Join(root, "quiver"))

	var user uint32
	fmt.Sscan(dockerfile["USER"][0], &user)
	for name, mode := range map[string]os.FileMode{"data": 0o700, "tmp": 0o777 | os.ModeSticky} {
		if err := os.Mkdir(filepath.Join(root, name), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(root, name), mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(root, "data"), int(user), int(user)); err != nil {
		t.Fatal(err)
	}
	for dir := root; dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil { // others may pass, and write nothing
			t.Fatal(err)
		}
	}
	// readOnly mounts the root on itself without the right to write, in a
	// namespace of its own, but for the volume and /tmp: docker run --read-only.
	readOnly := `mount --bind "$0" "$0"; mount --bind "$0/data" "$0/data"; mount --bind "$0/tmp" "$0/tmp"; mount -o remount,ro,bind "$0"
		exec chroot --userspec=` + dockerfile["USER"][0] + ` "$0" "$@"`
	inside := func(env []string, args ...string) *exec.Cmd {
		c := exec.Command("unshare", append([]string{"--mount", "sh", "-ec", readOnly, root, "/quiver"}, args...)...)
		c.Env = env
		return c
	}
	address := freeAddress(t)
	env := []string{"QUIVER_ADDR=" + address, "QUIVER_DATA=/data", "QUIVER_LOG_FORMAT=json", "QUIVER_DEMO=true"}
	server := inside(env, "serve")
	lines := newTranscript()
	server.Stdout, server.Stderr = lines, lines
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	q := &quiver{t: t, address: readyAt(t, lines.lines, lines.String), data: filepath.Join(root, "data")}
	q.checkUser(server.Process.Pid, user)
	if n := at(q.marketer("m-1").must(`{ assets(first: 1, query: "security") { totalCount } }`, nil), "assets", "totalCount").(float64); n < 1 {
		t.Errorf("a search in the image finds %v assets", n)
	}
	q.marketer("m-1").createAsset(object{"title": "New", "type": "BLOG_POST", "url": "https://example.com/new"})
	for _, args := range [][]string{{"health"}, {"health", "--live"}, {"version"}, {"token", "--role", "REP", "--subject", "x"}} {
		if out, err := inside(env, args...).CombinedOutput(); err != nil {
			t.Errorf("quiver %v: %v %s", args, err, out)
		} else if args[0] == "version" {
			t.Logf("%s", out)
		}
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	if err := server.Wait(); err != nil {
		t.Errorf("stopped with %v:\n%s", err, lines)
	}
	if out, err := inside(env, "health").CombinedOutput(); err == nil {
		t.Errorf("a server that has stopped is well: %s", out)
	}
}

// checkStatic holds that a binary needs neither a loader nor a library.
func checkStatic(t *testing.T, path string) {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	libraries, err := file.ImportedLibraries()
	if err != nil || len(libraries) > 0 {
		t.Errorf("the binary needs %v, %v", libraries, err)
	}
	for _, section := range file.Progs {
		if section.Type == elf.PT_INTERP {
			t.Error("the binary needs a loader")
		}
	}
}

// checkUser holds that the server runs as the user of the image.
func (q *quiver) checkUser(pid int, user uint32) {
	q.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		q.t.Fatal(err)
	}
	if want := fmt.Sprintf("Uid:\t%d\t%d\t%d\t%d\n", user, user, user, user); !strings.Contains(string(status), want) {
		q.t.Errorf("the server does not run as %d:\n%s", user, status)
	}
}
