package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/recommend"
)

// played runs the command and gives its lines and what it told beside them.
func played(t *testing.T, dir string, sizes ...string) (lines []string, told string, err error) {
	t.Helper()
	var out, remarks bytes.Buffer
	r := replay{out: &out, told: &remarks, hide: 0.2, weights: recommend.DefaultWeights(), now: time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)}
	err = r.run(t.Context(), dir, sizes)
	return strings.Split(out.String(), "\n"), remarks.String(), err
}

// history writes a log in which every lead is sent one of two assets, and the
// last is won over.
func history(t *testing.T, sends int) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"personas": "", "industries": "", "outcomes": "", "leads": "", "sends": "",
		"assets": `{"externalId": "a0", "title": "Guide"}` + "\n" + `{"externalId": "a1", "title": "Deck", "personas": ["Nobody"]}`}
	for i := range sends {
		files["leads"] += fmt.Sprintf(`{"externalId": "l%d"}`+"\n", i)
		files["sends"] += fmt.Sprintf(`{"externalId": "s%d", "lead": "l%d", "assets": ["a%d"], "rep": "r", "sentAt": "2026-02-%02d"}`+"\n", i, i, i%2, 1+i)
	}
	files["outcomes"] = fmt.Sprintf(`{"send": "s%d", "kind": "WON", "at": "2026-03-01"}`, sends-1)
	for noun, text := range files {
		if err := os.WriteFile(filepath.Join(dir, noun+".jsonl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestALogOfOnesOwnIsReplayedWithoutATruth(t *testing.T) {
	lines, told, err := played(t, history(t, 20))
	if err != nil || told != "assets.jsonl:2: names a persona that is not there: left out, 1 such in this file\n" {
		t.Fatal(err, told)
	}
	text := strings.Join(lines, "\n")
	if strings.Contains(text, "truth") || len(strings.Fields(lines[1])) != 5 {
		t.Errorf("a truth that nobody knows:\n%s", text)
	}
	if !strings.Contains(text, "\n20 sends, 1 outcomes; hidden from 2026-02-17 on, sent to 4 leads, of whom 1 are judged") ||
		!strings.Contains(text, "\nQuiver / popularity: nDCG@5 ") {
		t.Errorf("does not say what it rests on:\n%s", text)
	}
}

func TestTheDemoIsHeldAgainstItsTruthToo(t *testing.T) {
	lines, _, err := played(t, "", "300")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(lines, "\n")
	for _, want := range []string{"nDCG@5 by the truth  coverage", "\nQuiver / popularity: nDCG@5 ", "\nQuiver / the truth: nDCG@5 "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Count(text, ", nDCG@5 by the truth ") != 2 {
		t.Errorf("the second ratio is not in\n%s", text)
	}
}

func TestWhatCannotBeReplayedSaysWhy(t *testing.T) {
	for want, c := range map[string]struct {
		dir   string
		sizes []string
	}{
		"the log has 3 sends":      {history(t, 3), nil},
		"not both":                 {history(t, 3), []string{"1500"}},
		"has no personas.jsonl":    {t.TempDir(), nil},
		`"9" is not a number of`:   {"", []string{"9"}},
		`"all" is not a number of`: {"", []string{"all"}},
	} {
		if lines, _, err := played(t, c.dir, c.sizes...); err == nil || !strings.Contains(err.Error(), want) || len(lines) != 1 {
			t.Errorf("%v is not %q", err, want)
		}
	}
}

func TestARatioToNothingIsNone(t *testing.T) {
	for want, got := range map[string]string{"2.00": over(1, 0.5), "-": over(1, 0)} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
