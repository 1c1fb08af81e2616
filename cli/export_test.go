package cli

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

func (s *shelf) exporting(t *testing.T, noun string, more ...string) outcome {
	t.Helper()
	return quiver(t, t.Context(), "", append([]string{"export", noun, "--server", s.server.URL, "--token", goodToken}, more...)...)
}

const fullAsset = `{"externalId":"a1","title":"One; \"two\"","summary":"S","body":"line\nline","type":"CASE_STUDY","status":"ARCHIVED",` +
	`"url":"https://example.com/x","personas":["CTO","VP; Sales"],"industries":["Retail"],"funnelStages":["DECISION"],` +
	`"topics":["a,b"],"language":"de","publishedAt":"2026-03-31T00:00:00Z","expiresAt":"2027-01-01T00:00:00Z"}` + "\n"

const fullLead = `{"externalId":"l1","firstName":"Ana","lastName":"Ruiz","email":"ana@example.com","jobTitle":"CTO","company":"Acme",` +
	`"industry":"Retail","lifecycleStage":"OPPORTUNITY","source":"webinar","campaign":"spring","painPoints":["audits; all of them"],"notes":"calls, often"}` + "\n"

const fullSend = `{"externalId":"sends_0","lead":"ana@example.com","assets":["a1","a2"],"rep":"rep-7","channel":"EMAIL","message":"Hi","sentAt":"2026-03-31T09:00:00Z"}` + "\n"

const fullPersona = `{"name":"CTO","description":"Who answers for\nthe machines","jobTitles":["CTO","VP; Engineering"],` +
	`"goals":["sleep"],"painPoints":["audits; all of them"]}` + "\n"

const fullIndustries = `{"name":"Finance","aliases":["Money; and more"]}` + "\n" + `{"name":"Banks","aliases":["Credit"],"parent":"Finance"}` + "\n"

const fullOutcomes = `{"send":"sends_0","asset":"a1","kind":"VIEWED","at":"2026-03-31T10:00:00.5Z"}` + "\n" +
	`{"send":"sends_0","kind":"REPLIED","at":"2026-04-01T00:00:00Z"}` + "\n"

func TestWhatIsExportedIsImportedAsItIs(t *testing.T) {
	for noun, file := range map[string]string{
		"personas": fullPersona, "industries": fullIndustries, "assets": fullAsset, "leads": fullLead, "sends": fullSend, "outcomes": fullOutcomes,
	} {
		for _, format := range []string{"jsonl", "csv"} {
			t.Run(noun+" as "+format, func(t *testing.T) {
				first, second := newShelf(t), newShelf(t)
				if noun == "outcomes" { // which are asked of their sends
					first.importing(t, "sends", fullSend)
				}
				if got := first.importing(t, noun, file); got.Code != 0 {
					t.Fatalf("%+v", got)
				}
				exported := first.exporting(t, noun, "--format", format)
				if exported.Code != 0 || exported.Err != "" {
					t.Fatalf("%+v", exported)
				}
				if format == "jsonl" && exported.Out != file {
					t.Error(cmp.Diff(file, exported.Out))
				}
				if got := second.importing(t, noun, exported.Out); got.Code != 0 {
					t.Fatalf("%+v", got)
				}
				if diff := cmp.Diff(first.nouns[noun].rows, second.nouns[noun].rows); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A lead that becomes a customer counts as won for what it was sent: another
// server, where it arrives as one, has to be told.
func TestAWinThatWasConcludedIsExported(t *testing.T) {
	sent := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	day := func(n int) *time.Time { at := sent.AddDate(0, 0, n); return &at }
	told := node{Kind: enablement.OutcomeWon, At: *day(2)}
	ofOne := node{Kind: enablement.OutcomeWon, At: *day(2), Asset: &node{ID: "ast_1"}}
	for name, c := range map[string]struct {
		wonAt    *time.Time
		outcomes []node
		want     []string
	}{
		"not won":                    {nil, nil, nil},
		"won after it":               {day(10), nil, []string{"2026-03-11T09:00:00Z"}},
		"won before it":              {day(-1), nil, nil},
		"won too long after it":      {day(181), nil, nil},
		"told as well":               {day(10), []node{told}, []string{"2026-03-03T09:00:00Z"}},
		"told of one asset, as well": {day(10), []node{ofOne}, []string{"2026-03-03T09:00:00Z", "2026-03-11T09:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, row := range outcomeRows(node{ID: "snd_1", SentAt: sent, Lead: &node{WonAt: c.wonAt}, Outcomes: c.outcomes}) {
				got = append(got, row["at"].(string))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAllGoesIntoAFolder(t *testing.T) {
	s := newShelf(t)
	for noun, file := range map[string]string{"personas": fullPersona, "industries": fullIndustries, "assets": fullAsset, "leads": fullLead, "sends": fullSend, "outcomes": fullOutcomes} {
		if got := s.importing(t, noun, file); got.Code != 0 {
			t.Fatalf("%+v", got)
		}
	}
	dir := filepath.Join(t.TempDir(), "history")
	got := s.exporting(t, "all", dir)
	if got.Code != 0 || !strings.HasPrefix(got.Err, "2 outcomes written to "+filepath.Join(dir, "outcomes.jsonl")+"\n") {
		t.Fatalf("%+v", got)
	}
	for _, noun := range rows.Nouns() {
		if text, err := os.ReadFile(filepath.Join(dir, string(noun)+".jsonl")); err != nil || len(text) == 0 {
			t.Errorf("%s: %q %v", noun, text, err)
		}
	}
	if got := s.exporting(t, "all", dir, "--format", "csv"); got.Code != 0 {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "outcomes.csv")); err != nil {
		t.Error(err)
	}
	if got := s.exporting(t, "all"); got.Code != ExitUnable || !strings.Contains(got.Message, "quiver export all DIR") {
		t.Errorf("%+v", got)
	}
}

func TestIndustriesStandBehindTheOneTheyArePartOf(t *testing.T) {
	all := []node{
		{ID: "1", Name: "Banks", Parent: &node{ID: "3"}}, {ID: "2", Name: "Energy"},
		{ID: "3", Name: "Finance", Parent: &node{ID: "4"}}, {ID: "4", Name: "Services"},
	}
	var got []string
	for _, n := range parentsFirst(all) {
		got = append(got, n.Name)
	}
	if diff := cmp.Diff([]string{"Energy", "Services", "Finance", "Banks"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnExportPagesToTheEnd(t *testing.T) {
	s := newShelf(t)
	if got := s.importing(t, "assets", assetLines(1, 250)); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	s.calls = 0
	got := s.exporting(t, "assets")
	if lines := strings.Count(got.Out, "\n"); lines != 250 || s.calls != 3 {
		t.Errorf("%d lines after %d calls", lines, s.calls)
	}
	if !strings.HasPrefix(got.Out, `{"externalId":"a1","title":"Asset 1"`) {
		t.Errorf("%.80s", got.Out)
	}
}

// A page of long bodies may be more than one answer has room for.
func TestAnExportAsksForLessWhereItAskedForTooMuch(t *testing.T) {
	s := newShelf(t)
	if got := s.importing(t, "assets", assetLines(1, 250)); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	s.calls = 0
	s.before = func(call int, w http.ResponseWriter, _ *http.Request) bool {
		if call > 2 {
			return false
		}
		refuse(w, "QUERY_TOO_COMPLEX", "the texts of one answer may come to 64 MB: ask for less at a time")
		return true
	}
	got := s.exporting(t, "assets")
	if lines := strings.Count(got.Out, "\n"); got.Code != 0 || lines != 250 || s.calls != 6 { // 100 and 50 refused, 25, 100, 100, 25
		t.Errorf("%d lines after %d calls: %+v", lines, s.calls, got.Message)
	}
	s.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		refuse(w, "QUERY_TOO_COMPLEX", "too much")
		return true
	}
	if got := s.exporting(t, "assets"); got.Code != ExitUnable || !strings.Contains(got.Message, "too much") {
		t.Errorf("%+v", got)
	}
}

func TestAnIdStandsInForAnExternalIdThatIsMissing(t *testing.T) {
	s := newShelf(t)
	if got := s.importing(t, "assets", `{"title": "T"}`); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	got := s.exporting(t, "assets")
	if !strings.HasPrefix(got.Out, `{"externalId":"assets_0","title":"T"`) || !strings.HasPrefix(got.Err, "1 of them has no externalId") {
		t.Errorf("%+v", got)
	}
}

func TestAFileAppearsWhenItIsCompleteAndNotBefore(t *testing.T) {
	s := newShelf(t)
	if got := s.importing(t, "leads", fullLead); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "leads.csv")
	if got := s.exporting(t, "leads", file); got.Code != 0 || got.Err != "1 leads written to "+file+"\n" {
		t.Fatalf("%+v", got)
	}
	before, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(before), "externalId,firstName,") {
		t.Fatalf("%s %v", before, err)
	}
	s.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		refuse(w, "FORBIDDEN", "this needs the role REP")
		return true
	}
	got := s.exporting(t, "leads", file)
	if got.Code != ExitUnable || !strings.Contains(got.Message, "an export of everything needs a MARKETER or ADMIN") {
		t.Errorf("%+v", got)
	}
	after, _ := os.ReadFile(file)
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || string(after) != string(before) {
		t.Errorf("the failed export left %v", entries)
	}
}

func TestARepExportsNothing(t *testing.T) {
	s := newShelf(t)
	s.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		fmt.Fprint(w, `{"data":{"page":{"nodes":[{"id":"ast_1"}],"pageInfo":{"hasNextPage":false}},"viewer":{"role":"REP"}}}`)
		return true
	}
	if got := s.exporting(t, "assets"); got.Code != ExitUnable || !strings.Contains(got.Message, "needs a MARKETER or ADMIN") || got.Out != "" {
		t.Errorf("got %+v", got)
	}
}
