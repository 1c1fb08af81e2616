package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/quiverhq/quiver/store/embedded"
)

// composed is what of the compose file is held against the rest.
type composed struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
		Volumes     []string
		Secrets     []string
		Networks    []string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Healthcheck struct{ Test []string }
		ReadOnly    bool `yaml:"read_only"`
	}
	Networks, Volumes map[string]any
	Secrets           map[string]struct{ File string }
}

func readCompose(t *testing.T) composed {
	t.Helper()
	var c composed
	readInto(t, "deploy/compose.yml", func(b []byte, v any) error { return yaml.UnmarshalWithOptions(b, v, yaml.AllowDuplicateMapKey()) }, &c)
	return c
}

// replicas are the services of one kind, by the beginning of their names.
func (c composed) replicas(prefix string) []string {
	var names []string
	for name := range c.Services {
		if strings.HasPrefix(name, prefix) && name != "mongo-init" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestTheComposeFileHoldsTogether(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		if tag := s.Image[strings.LastIndex(s.Image, ":")+1:]; s.Image != "quiver" && (tag == s.Image || tag == "latest") {
			t.Errorf("%s: the image %s has no version", name, s.Image)
		}
		for other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s waits for %s, which there is not", name, other)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if strings.HasPrefix(source, ".") {
				if _, err := os.Stat(filepath.Join("deploy", source)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			} else if _, ok := c.Volumes[source]; !ok {
				t.Errorf("%s: there is no volume %s", name, source)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s: there is no secret %s", name, secret)
			}
		}
		for _, network := range s.Networks {
			if _, ok := c.Networks[network]; !ok {
				t.Errorf("%s: there is no network %s", name, network)
			}
		}
	}
	servers := c.replicas("quiver-")
	if len(servers) != 3 {
		t.Fatalf("the servers are %v", servers)
	}
	for _, file := range []string{"deploy/caddy/Caddyfile", "deploy/prometheus/prometheus.yml"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile(`quiver-\d+:8080`).FindAllString(string(content), -1)
		if strings.Join(named, " ") != strings.Join(servers, ":8080 ")+":8080" {
			t.Errorf("%s names %v, the servers are %v", file, named, servers)
		}
	}
}

// Every variable that the compose file and the Dockerfile set is one that the
// command reads, every command line one that it takes.
func TestDeploymentSetsWhatServeReads(t *testing.T) {
	var grammar commands
	parser, err := kong.New(&grammar, flagDefaults, kong.Exit(func(int) {}), kong.BindTo(context.Background(), (*context.Context)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, node := range parser.Model.Children {
		if node.Name == "serve" {
			for _, flag := range node.Flags {
				known = append(known, flag.Envs...)
			}
		}
	}
	dockerfile := readDockerfile(t)
	set := regexp.MustCompile(`QUIVER_\w+`).FindAllString(strings.Join(dockerfile["ENV"], " "), -1)
	c := readCompose(t)
	servers, members := c.replicas("quiver-"), c.replicas("mongo-")
	for _, name := range servers {
		s := c.Services[name]
		for variable := range s.Environment {
			set = append(set, variable)
		}
		uri, err := connstring.ParseAndValidate(regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(s.Environment["QUIVER_MONGODB_URI"], "secret"))
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(members, ":27017,") + ":27017"; strings.Join(uri.Hosts, ",") != want || uri.Database != "quiver" ||
			!slices.Equal(c.Services[members[0]].Command[2:4], []string{"--replSet", uri.ReplicaSet}) {
			t.Errorf("%s connects to %s of %s; the members are %s", name, uri.Hosts, uri.ReplicaSet, want)
		}
		if !s.ReadOnly || len(s.Healthcheck.Test) < 3 || s.Healthcheck.Test[1] != "/quiver" {
			t.Errorf("%s: read only %v, health by %v", name, s.ReadOnly, s.Healthcheck.Test)
			continue
		}
		if _, err := parser.Parse(s.Healthcheck.Test[2:]); err != nil {
			t.Errorf("%s: quiver %v: %v", name, s.Healthcheck.Test[2:], err)
		}
	}
	for _, variable := range set {
		if !slices.Contains(known, variable) {
			t.Errorf("%s is set and nothing reads it", variable)
		}
	}
	for _, words := range []string{dockerfile["CMD"][0], dockerfile["HEALTHCHECK"][0]} {
		var args []string
		for _, quoted := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(words, -1) {
			if quoted[1] != "/quiver" {
				args = append(args, quoted[1])
			}
		}
		if _, err := parser.Parse(args); err != nil {
			t.Errorf("quiver %v: %v", args, err)
		}
	}
}

// readDockerfile gives the instructions of the Dockerfile by their name.
func readDockerfile(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	instructions := map[string][]string{}
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(string(content), "")
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		if name, rest, found := strings.Cut(strings.TrimSpace(line), " "); found {
			instructions[name] = append(instructions[name], rest)
		}
	}
	return instructions
}

// The image is built with the Go that go.mod asks for, or a newer one, and runs
// as nobody in particular.
func TestTheImageIsBuiltWithTheRightGo(t *testing.T) {
	dockerfile := readDockerfile(t)
	built := regexp.MustCompile(`golang:(\d+\.\d+)\.\d+-`).FindStringSubmatch(dockerfile["FROM"][0])
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if built == nil || !strings.Contains(string(module), "\ngo "+built[1]+".") {
		t.Errorf("the image is built from %s", dockerfile["FROM"][0])
	}
	if owner := regexp.MustCompile(`--chown=(\S+) /out/data `).FindStringSubmatch(strings.Join(dockerfile["COPY"], "\n")); owner == nil || owner[1] != dockerfile["USER"][0] {
		t.Errorf("/data is owned by %v, not by %s, who is to write there", owner, dockerfile["USER"][0])
	}
	if user := dockerfile["USER"]; len(user) != 1 || !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user[0]) {
		t.Errorf("the image runs as %v; Kubernetes' runAsNonRoot needs a number that is not 0", user)
	}
}

// The proxy as it is configured, before three servers on one database: a token
// stays with a server, and moves on when that one goes; /metrics stays inside.
func TestTheProxySharesRequestsOut(t *testing.T) {
	caddy, err := exec.LookPath("caddy")
	if err != nil {
		t.Skip("caddy is not installed (Debian: caddy)")
	}
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Stop()
	secret := filepath.Join(t.TempDir(), "jwt.key")
	if err := os.WriteFile(secret, []byte(strings.Repeat("s", 48)), 0o600); err != nil {
		t.Fatal(err)
	}
	var servers []*quiver
	for range 3 {
		servers = append(servers, serveAt(t, t.TempDir(), "--mongodb-uri", engine.URI()+"quiver", "--jwt-secret-file", secret))
	}
	proxy := startCaddy(t, caddy, servers)
	eventually(t, "the proxy answers", func() bool { return proxy.get("/readyz", "") == http.StatusOK })
	if status := proxy.get("/metrics", ""); status != http.StatusNotFound {
		t.Errorf("/metrics is answered %d to the world", status)
	}

	tokens := make([]string, 24)
	for i := range tokens {
		tokens[i] = signAs(t, secret, fmt.Sprint("rep-", i))
		before := served(servers)
		for range 3 {
			if status := proxy.get(question, tokens[i]); status != http.StatusOK {
				t.Fatalf("answered %d", status)
			}
		}
		for server, n := range served(servers) {
			if n -= before[server]; n != 0 && n != 3 {
				t.Errorf("server %d answered %d of three requests with one token", server+1, n)
			}
		}
	}
	if counts := served(servers); slices.Contains(counts, 0) {
		t.Errorf("the servers answered %v of the requests with %d tokens", counts, len(tokens))
	}
	servers[1].stop()
	for _, token := range tokens {
		if status := proxy.get(question, token); status != http.StatusOK {
			t.Errorf("with one server gone answered %d", status)
		}
	}
}

// question is a query by GET, so that nothing has to be made for it.
const question = "/graphql?query=%7B%20assets(first:%201)%20%7B%20totalCount%20%7D%20%7D"

// served is how many such queries each server has answered.
func served(servers []*quiver) []int {
	counts := make([]int, len(servers))
	for i, q := range servers {
		match := regexp.MustCompile(`quiver_graphql_requests_total\{code="OK",operation="assets"\} (\d+)`).FindStringSubmatch(q.send("GET", "/metrics", "").text)
		if match != nil {
			fmt.Sscan(match[1], &counts[i])
		}
	}
	return counts
}

func signAs(t *testing.T, secret, subject string) string {
	t.Helper()
	var out strings.Builder
	if code := runFor(t, &out, "token", "--role", "REP", "--subject", subject, "--jwt-secret-file", secret); code != 0 {
		t.Fatalf("token: %d %s", code, out.String())
	}
	return strings.TrimSpace(out.String())
}

// proxied is a proxy that a test started.
type proxied struct {
	t       *testing.T
	address string
}

// startCaddy runs the proxy of deploy/ with the addresses of a test in the place
// of the compose file's.
func startCaddy(t *testing.T, caddy string, servers []*quiver) proxied {
	t.Helper()
	address := freeAddress(t)
	content, err := os.ReadFile("deploy/caddy/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(content), "\n:8080 {", "\nhttp://"+address+" {\n\tbind 127.0.0.1", 1)
	for i, q := range servers {
		text = strings.Replace(text, fmt.Sprintf("quiver-%d:8080", i+1), strings.TrimPrefix(q.address, "http://"), 1)
	}
	config := filepath.Join(t.TempDir(), "Caddyfile")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(caddy, "run", "--config", config, "--adapter", "caddyfile")
	command.Env = []string{"HOME=" + t.TempDir()}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
		if t.Failed() {
			out, _ := os.ReadFile(log.Name())
			t.Logf("caddy said:\n%s", out)
		}
	})
	return proxied{t, "http://" + address}
}

// get gives the status that the proxy answers with, 0 for none.
func (p proxied) get(path, token string) int {
	request, err := http.NewRequest(http.MethodGet, p.address+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.StatusCode
}
