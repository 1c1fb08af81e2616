package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// The API gives no externalId of a send: its id stands there, as the shelf makes them.
const fullSend = `{"externalId":"sends_0","lead":"ana@example.com","assets":["a1","a2"],"rep":"rep-7","channel":"EMAIL","message":"Hi","sentAt":"2026-03-31T09:00:00Z"}` + "\n"

func TestWhatIsExportedIsImportedAsItIs(t *testing.T) {
	for noun, file := range map[string]string{"assets": fullAsset, "leads": fullLead, "sends": fullSend} {
		for _, format := range []string{"jsonl", "csv"} {
			t.Run(noun+" as "+format, func(t *testing.T) {
				first, second := newShelf(t), newShelf(t)
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

func TestAnIdStandsInForAnExternalIdThatIsMissing(t *testing.T) {
	s := newShelf(t)
	if got := s.importing(t, "assets", `{"title": "T"}`); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	got := s.exporting(t, "assets")
	if !strings.HasPrefix(got.Out, `{"externalId":"assets_0","title":"T"`) || !strings.HasPrefix(got.Err, "1 of them have no externalId") {
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
