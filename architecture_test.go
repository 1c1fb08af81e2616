package main

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/quiverhq/quiver"

// imports gives the packages of this module that each of its packages imports,
// tests aside.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	graph := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name := within(fields[0])
		graph[name] = []string{}
		for _, path := range fields[1:] {
			if strings.HasPrefix(path, module) {
				graph[name] = append(graph[name], within(path))
			}
		}
	}
	return graph
}

func within(path string) string {
	if path == module {
		return "main"
	}
	return strings.TrimPrefix(path, module+"/")
}

// The picture in docs/architecture.md, as a rule: what each package may import
// of the others. A package that is not here may import nothing of this module.
func TestPackagesImportWhatTheArchitectureAllows(t *testing.T) {
	allowed := map[string]string{
		"main":           "audit auth cli demo edge enablement explorer recommend resolvers search store tracing usage",
		"enablement":     "",
		"graph":          "enablement graph/scalar",
		"graph/scalar":   "enablement",
		"resolvers":      "audit auth edge enablement graph graph/scalar recommend search store tracing usage",
		"store":          "enablement store/embedded tracing",
		"store/embedded": "enablement",
		"search":         "enablement tracing",
		"recommend":      "enablement tracing",
		"usage":          "enablement",
		"auth":           "enablement",
		"edge":           "enablement",
		"demo":           "enablement",
		"audit":          "enablement",
		"backup":         "",
		"cli":            "auth backup cli/rows enablement search store",
		"cli/rows":       "enablement",
		"explorer":       "",
		"tracing":        "",
		"bench":          "enablement graph",
		"quality":        "cli/rows demo enablement recommend search usage",
		"quality/eval":   "enablement quality search",
		"quality/replay": "demo quality recommend",

		"store/embedded/engine": "store/embedded",
	}
	for name, imported := range imports(t) {
		for _, other := range imported {
			if !strings.Contains(" "+allowed[name]+" ", " "+other+" ") {
				t.Errorf("%s imports %s, which docs/architecture.md does not allow", name, other)
			}
		}
	}
}

// enablement is the rules alone: no I/O, no library.
func TestTheDomainUsesTheStandardLibraryOnly(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./enablement").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if deps := strings.Fields(string(out)); len(deps) != 1 {
		t.Errorf("enablement depends on %v", deps)
	}
}
