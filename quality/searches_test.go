package quality

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fiveSearches reads what docs/quality.md says of its five searches: a query in
// each heading, the titles that come first in the numbered lines below.
func fiveSearches(t *testing.T) (queries []string, titles map[string][]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/quality.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Five searches\n")
	section, _, _ = strings.Cut(section, "\n## ")
	titles = map[string][]string{}
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if query, heading := strings.CutPrefix(line, "### "); heading {
			queries = append(queries, query)
		} else if number, title, _ := strings.Cut(line, ". "); len(queries) > 0 && len(number) == 1 && number >= "1" && number <= "9" {
			last := queries[len(queries)-1]
			titles[last] = append(titles[last], title)
		}
	}
	return queries, titles
}

// What the document tells of five searches is what search finds, and what comes
// first is just what the rep meant.
func TestTheFiveSearchesAreAsTold(t *testing.T) {
	d := openDesk(t)
	queries, told := fiveSearches(t)
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
