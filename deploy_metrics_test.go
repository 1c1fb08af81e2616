package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/quiverhq/quiver/enablement"
)

// exposed is what /metrics of a running server has: the labels of each metric.
type exposed map[string][]map[string]string

func scrape(t *testing.T, q *quiver) exposed {
	t.Helper()
	series := regexp.MustCompile(`(?m)^(\w+)(?:\{(.*)\})? `)
	label := regexp.MustCompile(`(\w+)="((?:[^"\\]|\\.)*)"`)
	all := exposed{}
	for _, match := range series.FindAllStringSubmatch(q.send("GET", "/metrics", "").text, -1) {
		labels := map[string]string{}
		for _, pair := range label.FindAllStringSubmatch(match[2], -1) {
			labels[pair[1]] = pair[2]
		}
		all[match[1]] = append(all[match[1]], labels)
	}
	return all
}

// added are the labels that Prometheus adds to every series.
var added = []string{"instance", "job"}

func (e exposed) has(metric, label string) bool {
	return slices.Contains(added, label) || slices.ContainsFunc(e[metric], func(labels map[string]string) bool {
		_, ok := labels[label]
		return ok
	})
}

var (
	selector = regexp.MustCompile(`\b((?:quiver|go|process)_\w+)(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"`)
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring) ?\(([^)]*)\)`)
	template = regexp.MustCompile(`\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}`)
)

// check holds an expression, and the text that shows its labels, against what
// is exposed.
func (e exposed) check(t *testing.T, where, expr, text string) {
	t.Helper()
	var metrics []string
	for _, match := range selector.FindAllStringSubmatch(expr, -1) {
		metrics = append(metrics, match[1])
		if _, there := e[match[1]]; !there {
			t.Errorf("%s asks for %s, which /metrics has not", where, match[1])
		}
		for _, pair := range matcher.FindAllStringSubmatch(match[2], -1) {
			if !e.has(match[1], pair[1]) {
				t.Errorf("%s: %s has no label %s", where, match[1], pair[1])
			}
			if pair[1] == "code" {
				checkCodes(t, where, pair[2])
			}
		}
	}
	if len(metrics) == 0 && !strings.HasPrefix(expr, "up{") {
		t.Errorf("%s asks for no metric: %s", where, expr)
	}
	var labels []string
	for _, match := range grouping.FindAllStringSubmatch(expr, -1) {
		labels = append(labels, strings.FieldsFunc(match[1], func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	for _, match := range template.FindAllStringSubmatch(text, -1) {
		labels = append(labels, match[1])
	}
	for _, label := range labels {
		if !slices.Contains(added, label) && !slices.ContainsFunc(metrics, func(m string) bool { return e.has(m, label) }) {
			t.Errorf("%s: none of %v has the label %s", where, metrics, label)
		}
	}
}

// checkCodes holds that codes which are matched are some that there are.
func checkCodes(t *testing.T, where, pattern string) {
	t.Helper()
	known := []enablement.Code{"OK", enablement.Unauthenticated, enablement.Forbidden, enablement.NotFound, enablement.BadUserInput,
		enablement.Conflict, enablement.RateLimited, enablement.TooComplex, enablement.Unavailable, enablement.Internal}
	for code := range strings.SplitSeq(pattern, "|") {
		if !slices.Contains(known, enablement.Code(code)) {
			t.Errorf("%s matches the code %s, which there is not", where, code)
		}
	}
}

// busyServer is a server that has done a little of everything that is counted.
func busyServer(t *testing.T) exposed {
	t.Helper()
	q := newDemo(t)
	rep := q.rep("rep-1")
	rep.must(`{ assets(first: 1, query: "security") { nodes { id } } }`, nil)
	rep.refused("NOT_FOUND", `{ lead(id: "no-such") { id } }`, nil)
	q.marketer("m-1").createAsset(object{"title": "New", "type": "BLOG_POST", "url": "https://example.com/new"})
	return scrape(t, q)
}

func TestDashboardAndAlertsAskForMetricsThatThereAre(t *testing.T) {
	have := busyServer(t)
	var dashboard struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr, LegendFormat string }
		}
		Templating struct{ List []struct{ Query string } }
	}
	readInto(t, "deploy/grafana/dashboards/quiver.json", json.Unmarshal, &dashboard)
	asked := 0
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			asked++
			have.check(t, "the panel "+panel.Title, target.Expr, target.LegendFormat)
		}
	}
	for _, variable := range dashboard.Templating.List {
		if strings.HasPrefix(variable.Query, "label_values(") {
			have.check(t, "the dashboard's variables", variable.Query, "")
		}
	}
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	readInto(t, "deploy/prometheus/alerts.yml", func(b []byte, v any) error { return yaml.Unmarshal(b, v) }, &alerts)
	for _, group := range alerts.Groups {
		for _, rule := range group.Rules {
			asked++
			have.check(t, rule.Alert, rule.Expr, rule.Annotations["summary"]+rule.Annotations["description"])
		}
	}
	if asked < 40 {
		t.Errorf("%d expressions were found in the two files: are they read right?", asked)
	}
}

// Every metric of Quiver's own is in the manual, and the manual names no other.
func TestTheManualNamesTheMetrics(t *testing.T) {
	manual, err := os.ReadFile("docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	family := regexp.MustCompile(`(quiver_\w+?)(_bucket|_sum|_count)?$`)
	have := map[string]bool{}
	for name := range busyServer(t) {
		if match := family.FindStringSubmatch(name); match != nil {
			have[match[1]] = true
			if !strings.Contains(string(manual), "`"+match[1]) {
				t.Errorf("docs/operations.md does not name %s", match[1])
			}
		}
	}
	for _, match := range regexp.MustCompile("`(quiver_\\w+)").FindAllStringSubmatch(string(manual), -1) {
		if !have[match[1]] {
			t.Errorf("docs/operations.md names %s, which /metrics has not", match[1])
		}
	}
}

// Alerts go off when they should and a server that is well has none: their own
// tests, by Prometheus's tool where it is installed.
func TestAlertsGoOff(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: prometheus)")
	}
	for _, args := range [][]string{{"check", "config", "prometheus.yml"}, {"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}} {
		command := exec.Command(promtool, args...)
		command.Dir = "deploy/prometheus"
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}

// readInto decodes a file.
func readInto(t *testing.T, path string, decode func([]byte, any) error, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := decode(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
