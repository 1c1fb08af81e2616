package cli

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImportingIndustries(t *testing.T) {
	s := newShelf(t)
	file := strings.Join([]string{
		`{"name": "Finance", "aliases": ["Money"]}`,
		`{"name": "Banks", "parent": "Money"}`,
		`{"name": "Mines", "parent": "Earth"}`,
		`{"aliases": ["nameless"]}`,
		`{"name": "banks", "aliases": ["Credit"]}`,
		`{"name": "Finance", "parent": "Banks"}`,
	}, "\n")
	got := s.importing(t, "industries", file)
	want := outcome{
		Out: "industries: 2 created, 1 updated, 0 unchanged, 3 failed, 1 warning\n",
		Err: "stdin:4: name: must not be empty\n" +
			"stdin:6: name: warning: \"Finance\" stands on line 1 too; rows are applied in order\n" +
			"stdin:3: parent: no industry is called \"Earth\"; its row must come before this one\n" +
			"stdin:6: parent: \"banks\" lies below this industry already\n",
		Code: ExitDiffers,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Finance", "banks"}, s.values("industries", "name")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"<nil>", "industries_0"}, s.values("industries", "parent")); diff != "" {
		t.Error("a parent that is left out stays:", diff)
	}
	calls := s.calls
	got = s.importing(t, "industries", `{"name": "Finance"}`)
	if got.Out != "industries: 0 created, 0 updated, 1 unchanged, 0 failed, 0 warnings\n" || s.calls != calls+1 {
		t.Errorf("%+v after %d calls", got, s.calls-calls)
	}
}

func TestImportingPersonas(t *testing.T) {
	s := newShelf(t)
	first := `{"name": "CTO", "jobTitles": ["CTO"], "goals": ["sleep"]}` + "\n" + `{"name": "CFO"}`
	if got := s.importing(t, "personas", first, "--dry-run"); !strings.Contains(got.Out, "nothing was changed: personas: 2 created") || len(s.values("personas", "name")) != 0 {
		t.Errorf("%+v", got)
	}
	if got := s.importing(t, "personas", first); got.Out != "personas: 2 created, 0 updated, 0 unchanged, 0 failed, 0 warnings\n" {
		t.Errorf("%+v", got)
	}
	s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if r.ContentLength > 1000 {
			refuse(w, "BAD_USER_INPUT", "is not wanted here", "description")
		}
		return r.ContentLength > 1000
	}
	second := `{"name": "C.T.O.", "jobTitles": ["CTO", "Chief Technology Officer"]}` + "\n" +
		`{"name": "CIO", "description": "` + strings.Repeat("long ", 300) + `"}` + "\n" + `{"name": "CIO"}`
	got := s.importing(t, "personas", second)
	if got.Out != "personas: 1 created, 1 updated, 0 unchanged, 1 failed, 1 warning\n" || !strings.HasSuffix(got.Err, "stdin:2: description: is not wanted here\n") {
		t.Errorf("%+v", got)
	}
	got = s.importing(t, "personas", `{"name": "Robot Boss", "jobTitles": ["Chief Technology Officer"]}`)
	if want := `stdin:1: jobTitles: warning: the persona "C.T.O." claims the job title "Chief Technology Officer" too; leads with it are of "C.T.O."`; strings.TrimSpace(got.Err) != want {
		t.Errorf("%q, want %q", got.Err, want)
	}
	if diff := cmp.Diff([]string{"[sleep]", "<nil>", "<nil>", "<nil>"}, s.values("personas", "goals")); diff != "" {
		t.Error("what a row leaves out stays:", diff)
	}
}
