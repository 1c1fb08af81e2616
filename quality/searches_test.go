package quality

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told reads a section of docs/quality.md: what its headings name, and the titles
// that come first in the numbered lines below each.
func told(t *testing.T, section string) (names []string, titles map[string][]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/quality.md")
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := strings.Cut(string(text), "\n## "+section+"\n")
	lines, _, _ = strings.Cut(lines, "\n## ")
	titles = map[string][]string{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if name, heading := strings.CutPrefix(line, "### "); heading {
			names = append(names, name)
		} else if number, title, _ := strings.Cut(line, ". "); len(names) > 0 && len(number) == 1 && number >= "1" && number <= "9" {
			last := names[len(names)-1]
			titles[last] = append(titles[last], title)
		}
	}
	return names, titles
}

// What the document tells of five searches is what search finds, and what comes
// first is just what the rep meant.
func TestTheFiveSearchesAreAsTold(t *testing.T) {
	d := openDesk(t)
	queries, told := told(t, "Five searches")
	if len(queries) != 5 {
		t.Fatalf("docs/quality.md tells of %d searches, want 5: %q", len(queries), queries)
	}
	for _, text := range queries {
		at := slices.IndexFunc(d.Queries, func(q Query) bool { return q.Text == text })
		if at < 0 {
			t.Errorf("%q is not in the judged set", text)
			continue
		}
		ranking := d.ranking(t, text)
		if len(told[text]) == 0 || len(ranking) < len(told[text]) {
			t.Errorf("%q: %d titles are told of, %d found", text, len(told[text]), len(ranking))
			continue
		}
		var found []string
		for _, id := range ranking[:len(told[text])] {
			found = append(found, d.byID()[id].Title)
		}
		if diff := cmp.Diff(told[text], found); diff != "" {
			t.Errorf("%q (-docs/quality.md +search):\n%s", text, diff)
		}
		if grade := d.Queries[at].Grades[ranking[0]]; grade != 3 {
			t.Errorf("%q: %s comes first, which is graded %v", text, ranking[0], grade)
		}
	}
}
