package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quiverhq/quiver/enablement"
)

// What the README shows is what a newcomer gets: each of its requests to the
// demo, answered by the block of JSON behind it. How long ago something was
// depends on the hour of the day, and so do the last digits of freshness.
func TestTheREADMEsQueriesGiveItsAnswers(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`(?s)Bearer \$(REP|MARKETER)" -d '(.*?)'\n`+"```"+`.*?`+"```json\n(.*?)\n```").FindAllSubmatch(text, -1)
	if len(examples) != 2 {
		t.Fatalf("found %d examples", len(examples))
	}
	q := newDemo(t)
	tokens := map[string]string{"REP": q.token(enablement.RoleRep, "rep-1"), "MARKETER": q.token(enablement.RoleMarketer, "marketer-1")}
	for _, example := range examples {
		var request struct{ Query string }
		if err := json.Unmarshal(example[2], &request); err != nil {
			t.Fatal(err)
		}
		var shown struct{ Data map[string]any }
		if err := json.Unmarshal(example[3], &shown); err != nil {
			t.Fatal(err)
		}
		got := q.as(tokens[string(example[1])]).must(request.Query, nil)
		if diff := cmp.Diff(undated(shown.Data), undated(got), cmpopts.EquateApprox(0, 0.005)); diff != "" {
			t.Errorf("%s\nREADME (-) against server (+):\n%s", request.Query, diff)
		}
	}
}

// The README's two files go in whole, with the commands that it shows.
func TestTheREADMEsFilesAreImported(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := regexp.MustCompile("(?s)```csv\n(.*?)```").FindAllSubmatch(text, -1)
	mapping := regexp.MustCompile(`import leads crm.csv --map '(.*?)'`).FindSubmatch(text)
	if len(files) != 2 || mapping == nil {
		t.Fatalf("found %d files, mapping %q", len(files), mapping)
	}
	q := newServer(t)
	code, out := q.shell("import", "assets", write(t, "catalog.csv", string(files[0][1])))
	equal(t, "assets in "+out, append(sums(t, out), fmt.Sprint(code)), []string{"2", "0", "0", "0", "0"})
	code, out = q.shell("import", "leads", write(t, "crm.csv", string(files[1][1])), "--map", string(mapping[1]))
	equal(t, "leads in "+out, append(sums(t, out), fmt.Sprint(code)), []string{"2", "0", "0", "0", "0"})
}

// Where the README keeps data is a key, which no git add takes along.
func TestTheREADMEsDataIsIgnored(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile(".gitignore")
	if err != nil {
		t.Fatal(err)
	}
	places := regexp.MustCompile(`--data \./(\w+)`).FindAllSubmatch(text, -1)
	if len(places) == 0 {
		t.Fatal("it names no place")
	}
	for _, place := range places {
		if line := "/" + string(place[1]) + "/"; !slices.Contains(strings.Split(string(ignored), "\n"), line) {
			t.Errorf("%s is not ignored", line)
		}
	}
}

// The misspelling that docs/api.md shows finds something in the demo.
func TestTheMisspellingOfTheTourFindsSomething(t *testing.T) {
	text, err := os.ReadFile("docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("\\| `(.*?)` \\| a word that is in no asset").FindSubmatch(text)
	if shown == nil {
		t.Fatal("it shows none")
	}
	q := newDemo(t)
	found := q.as(q.token(enablement.RoleRep, "rep-1")).must(`query($w: String) { assets(query: $w) { totalCount didYouMean } }`, object{"w": string(shown[1])})
	if at(found, "assets", "totalCount") == 0.0 || at(found, "assets", "didYouMean") == nil {
		t.Errorf("%s finds %v", shown[1], found)
	}
}

// undated drops from all texts how long ago something was.
func undated(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = undated(v[key])
		}
		return v
	case []any:
		for i := range v {
			v[i] = undated(v[i])
		}
		return v
	case string:
		return regexp.MustCompile(`(\d+ (days?|weeks?|months?)|today|yesterday)( ago)?`).ReplaceAllString(v, "some time ago")
	default:
		return v
	}
}
