package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// commands is a grammar as package main makes one.
type commands struct {
	Token   Token   `cmd:""`
	Import  Import  `cmd:""`
	Export  Export  `cmd:""`
	Check   Check   `cmd:""`
	Migrate Migrate `cmd:""`
	Version Version `cmd:""`
	Health  Health  `cmd:""`
	Backup  Backup  `cmd:""`
}

// outcome is what a command line did.
type outcome struct {
	Out, Err string
	Code     int
	Message  string
	pauses   []time.Duration
}

// quiver runs a command line as main would, without its environment. Pauses
// between attempts are noted, not waited for.
func quiver(t *testing.T, ctx context.Context, stdin string, arguments ...string) outcome {
	t.Helper()
	var out, errors bytes.Buffer
	var did outcome
	root := commands{}
	wait := func(ctx context.Context, d time.Duration) error {
		did.pauses = append(did.pauses, d)
		return ctx.Err()
	}
	root.Import.wait, root.Export.wait = wait, wait
	parser, err := kong.New(&root, kong.Name("quiver"), kong.Exit(func(int) {}), kong.Writers(&out, &errors))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(arguments)
	if err == nil {
		parsed.BindTo(ctx, (*context.Context)(nil))
		err = parsed.Run(Streams{In: strings.NewReader(stdin), Out: &out, Err: &errors})
	}
	did.Out, did.Err, did.Code, did.Message = out.String(), errors.String(), codeOf(err), messageOf(err)
	return did
}

func codeOf(err error) int {
	if err == nil {
		return 0
	}
	if e, ok := errors.AsType[*ExitError](err); ok {
		return e.Code
	}
	return -1
}

func messageOf(err error) string {
	if e, ok := errors.AsType[*ExitError](err); ok && e.Err == nil || err == nil {
		return ""
	}
	return err.Error()
}

func (s *shelf) importing(t *testing.T, noun, file string, more ...string) outcome {
	t.Helper()
	arguments := append([]string{"import", noun, "-", "--server", s.server.URL, "--token", goodToken}, more...)
	return quiver(t, t.Context(), file, arguments...)
}

func assetLines(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, `{"externalId": "a%d", "title": "Asset %d"}`+"\n", i, i)
	}
	return b.String()
}

func TestImportingAFile(t *testing.T) {
	s := newShelf(t)
	file := strings.Join([]string{
		`{"externalId": "a1", "title": "One", "type": "case study", "personas": ["CTO"], "publishedAt": "2026-03-31"}`,
		`{"externalId": "a2", "title": ""}`,
		``,
		`{"externalId": "a3", "title": "refuse me"}`,
		`{"externalId": "a4", "title": "Four", "personas": ["CTO"], "colour": "red"}`,
		`{"externalId": "a1", "title": "One again"}`,
	}, "\n")
	got := s.importing(t, "assets", file)
	want := outcome{
		Out: "assets: 2 created, 1 updated, 0 unchanged, 2 failed, 3 warnings\n",
		Err: "stdin:2: title: must not be empty\n" +
			"stdin:5: colour: warning: is no field of assets and was left out, here and in every row; --map can say where it belongs\n" +
			"stdin:6: externalId: warning: \"a1\" stands on line 1 too; rows are applied in order\n" +
			"stdin:4: title: is not wanted here\n" +
			"stdin:1: personas: warning: \"CTO\" was added\n",
		Code: ExitDiffers,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"One again", "Four"}, s.values("assets", "title")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2026-03-31T00:00:00Z", "<nil>"}, s.values("assets", "publishedAt")); diff != "" {
		t.Error("a field that is left out must not be sent:", diff)
	}
}

func TestImportingInBatchesKeepsTheOrder(t *testing.T) {
	s := newShelf(t)
	got := s.importing(t, "assets", assetLines(1, 1234)+`{"externalId": "a7", "title": "Seven anew"}`)
	if got.Code != 0 || got.Out != "assets: 1,234 created, 1 updated, 0 unchanged, 0 failed, 1 warning\n" {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]int{500, 500, 235}, s.sizes); diff != "" {
		t.Error(diff)
	}
	if seven := s.values("assets", "title")[6]; seven != "Seven anew" {
		t.Errorf("a7 is %s", seven)
	}
}

func TestABatchIsCutBySizeToo(t *testing.T) {
	s := newShelf(t)
	body := strings.Repeat("x", 900_000)
	var file strings.Builder
	for i := range 9 {
		fmt.Fprintf(&file, `{"externalId": "a%d", "title": "T", "body": "%s"}`+"\n", i, body)
	}
	if got := s.importing(t, "assets", file.String()); got.Code != 0 {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]int{4, 4, 1}, s.sizes); diff != "" {
		t.Error(diff)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	s := newShelf(t)
	got := s.importing(t, "assets", assetLines(1, 3), "--dry-run")
	if got.Out != "dry run, nothing was changed: assets: 3 created, 0 updated, 0 unchanged, 0 failed, 0 warnings\n" {
		t.Errorf("%+v", got)
	}
	if kept := s.values("assets", "title"); len(kept) != 0 {
		t.Errorf("kept %v", kept)
	}
}

func TestAnImportOutlastsFailuresThatPass(t *testing.T) {
	s := newShelf(t)
	s.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		switch n {
		case 1:
			refuse(w, "UNAVAILABLE", "the database cannot be reached at the moment; try again")
		case 2:
			w.Header().Set("Retry-After", "3")
			http.Error(w, "slow down", http.StatusTooManyRequests)
		case 3:
			panic(http.ErrAbortHandler) // the connection breaks
		case 4:
			http.Error(w, "restarting", http.StatusBadGateway)
		default:
			return false
		}
		return true
	}
	got := s.importing(t, "assets", assetLines(1, 2)+`{"title": "No id"}`)
	if got.Code != 0 || !strings.HasPrefix(got.Out, "assets: 3 created") {
		t.Errorf("%+v", got)
	}
	want := []time.Duration{250 * time.Millisecond, 3 * time.Second, 500 * time.Millisecond, time.Second}
	if diff := cmp.Diff(want, got.pauses); diff != "" {
		t.Error(diff)
	}
	for _, line := range []string{"1 asset has no externalId", "up to 1 asset without externalId may be in twice"} {
		if !strings.Contains(got.Err, line) {
			t.Errorf("%q is not said in\n%s", line, got.Err)
		}
	}
}

// A rate limit holds an import up, however often; it does not end it, nor does it
// leave a doubt about what is in.
func TestAnImportWaitsForARateLimit(t *testing.T) {
	s := newShelf(t)
	s.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n%20 == 0 {
			return false
		}
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
		refuse(w, "RATE_LIMITED", "too many requests; try again in 2 s")
		return true
	}
	got := s.importing(t, "assets", assetLines(1, 2)+`{"title": "No id"}`)
	if got.Code != 0 || !strings.HasPrefix(got.Out, "assets: 3 created") || strings.Contains(got.Err, "twice") {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff(slices.Repeat([]time.Duration{2 * time.Second}, 19), got.pauses); diff != "" {
		t.Error(diff)
	}
	s.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "slow down", http.StatusTooManyRequests)
		return true
	}
	if got = s.importing(t, "assets", assetLines(1, 2)); got.Code != ExitUnable || len(got.pauses) > 20 {
		t.Errorf("an import that is never let in: %+v", got)
	}
}

func TestAServerThatStaysAwayEndsTheImport(t *testing.T) {
	s := newShelf(t)
	s.server.Close()
	got := s.importing(t, "assets", assetLines(1, 2))
	if got.Code != ExitUnable || !strings.Contains(got.Message, "cannot be reached") || len(got.pauses) != maxAttempts-1 {
		t.Errorf("%+v", got)
	}
}

func TestWhatTheServerRefusesForGoodIsExplained(t *testing.T) {
	cases := []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   string
	}{
		{"a bad token", func(w http.ResponseWriter) { refuse(w, "UNAUTHENTICATED", "the token expired") },
			"the server does not accept the token (the token expired); quiver token makes a new one"},
		{"a token of a rep", func(w http.ResponseWriter) { refuse(w, "FORBIDDEN", "this needs the role MARKETER") },
			"the token's role does not suffice (this needs the role MARKETER); an import needs a MARKETER or ADMIN"},
		{"a server of trusted documents", func(w http.ResponseWriter) { refuse(w, "FORBIDDEN", enablement.TrustedAlone) },
			"the server answers trusted documents alone, whatever the token; --server must name one that runs without --trusted-only"},
		{"another server", func(w http.ResponseWriter) { http.NotFound(w, nil) },
			`the answer is 404 Not Found with "text/plain; charset=utf-8", not what a Quiver server gives; check --server`},
		{"a server that has moved", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example/graphql")
			w.WriteHeader(http.StatusMovedPermanently)
		}, "the server has moved to https://elsewhere.example/graphql; give that as --server"},
		{"a fault of the server's own", func(w http.ResponseWriter) { refuse(w, "INTERNAL", "internal error") },
			"the server refuses the request: internal error (INTERNAL)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(t)
			s.before = func(n int, w http.ResponseWriter, _ *http.Request) bool { c.answer(w); return true }
			got := s.importing(t, "assets", assetLines(1, 2))
			if got.Code != ExitUnable || !strings.Contains(got.Message, c.want) || s.calls != 1 {
				t.Errorf("after %d calls: %+v", s.calls, got)
			}
		})
	}
}

func TestABatchThatIsTooMuchGoesInHalves(t *testing.T) {
	s := newShelf(t)
	s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if r.ContentLength > 700 {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return true
		}
		return false
	}
	file := assetLines(1, 20) + `{"externalId": "big", "title": "` + strings.Repeat("x", 299) + `", "summary": "` + strings.Repeat("y", 999) + `"}`
	got := s.importing(t, "assets", file)
	if got.Out != "assets: 20 created, 0 updated, 0 unchanged, 1 failed, 0 warnings\n" ||
		!strings.Contains(got.Err, "stdin:21: the server does not take a row of this size") {
		t.Errorf("%+v", got)
	}
}

func TestARowThatSpoilsTheRequestIsLeftOut(t *testing.T) {
	s := newShelf(t)
	s.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n == 1 {
			refuse(w, "BAD_USER_INPUT", "must be otherwise", "rows[1].title")
		}
		return n == 1
	}
	got := s.importing(t, "assets", assetLines(1, 3))
	if got.Err != "stdin:2: title: must be otherwise\n" || got.Out != "assets: 2 created, 0 updated, 0 unchanged, 1 failed, 0 warnings\n" {
		t.Errorf("%+v", got)
	}
}

// The server counts the rows of a call, a person the lines of the file.
func TestWarningsNameOtherRowsByTheirLine(t *testing.T) {
	s := newShelf(t)
	s.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		fmt.Fprint(w, `{"data": {"result": {"created": 1, "updated": 1, "unchanged": 0, "failed": 0, "errors": [], "warnings": [
			{"row": 1, "field": "externalId", "message": "row 0 has the same externalId; this row is applied over it"},
			{"row": 1, "field": null, "message": "says nearly the same as \"Know row 1 (row by row)\" (row 0): 95 %"},
			{"row": 1, "field": null, "message": "row 7 was never sent"}]}}}`)
		return true
	}
	got := s.importing(t, "assets", "\n{}\n"+assetLines(4, 5))
	want := `stdin:2: title: must not be empty
stdin:4: externalId: warning: line 3 has the same externalId; this row is applied over it
stdin:4: warning: says nearly the same as "Know row 1 (row by row)" (line 3): 95 %
stdin:4: warning: row 7 was never sent
`
	if got.Err != want {
		t.Errorf("it says\n%swant\n%s", got.Err, want)
	}
}

func TestCancellingAnImportEndsItAfterTheBatch(t *testing.T) {
	s := newShelf(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.before = func(n int, _ http.ResponseWriter, _ *http.Request) bool {
		if n == 2 {
			cancel() // in the midst of the second batch
		}
		return false
	}
	got := quiver(t, ctx, assetLines(1, 100), "import", "assets", "-", "--batch", "10", "--server", s.server.URL, "--token", goodToken)
	if got.Code != ExitUnable || !strings.Contains(got.Message, "may be run again") {
		t.Errorf("%+v", got)
	}
	if !strings.HasPrefix(got.Out, "assets: 20 created,") || !strings.Contains(got.Err, "the rows up to line 20 were handled") {
		t.Errorf("%+v", got)
	}
	if kept := s.values("assets", "title"); len(kept) != 20 {
		t.Errorf("kept %d", len(kept))
	}
}

func TestFaultsMayBeCounted(t *testing.T) {
	s := newShelf(t)
	got := s.importing(t, "assets", strings.Repeat("{}\n", 5), "--max-errors", "2")
	if got.Err != "stdin:1: title: must not be empty\nstdin:2: title: must not be empty\n3 more faults are not printed (--max-errors 2)\n" {
		t.Error(got.Err)
	}
}

func TestCommandLinesThatCannotBeCarriedOut(t *testing.T) {
	s := newShelf(t)
	dir := t.TempDir()
	cases := []struct {
		name      string
		arguments []string
		want      string
	}{
		{"no token", []string{"import", "assets", "-"}, "no token: give --token or set QUIVER_TOKEN; quiver token --role MARKETER "},
		{"no token for a backup", []string{"backup", "-"}, "no token: give --token or set QUIVER_TOKEN; quiver token --role ADMIN "},
		{"no address", []string{"import", "assets", "-", "--token", "x", "--server", "localhost:8080"}, "is not an address such as http://127.0.0.1:8080"},
		{"no file", []string{"import", "assets", filepath.Join(dir, "none"), "--token", "x"}, "no such file"},
		{"a directory", []string{"import", "assets", dir, "--token", "x"}, "is a directory, not a file"},
		{"too large a batch", []string{"import", "assets", "-", "--token", "x", "--batch", "1001"}, "--batch: must be from 1 to 1000, not 1001"},
		{"a delimiter of two characters", []string{"import", "assets", "-", "--token", "x", "--delimiter", "::"}, "--delimiter: must be one character"},
		{"a mapping without =", []string{"import", "assets", "-", "--token", "x", "--map", "title"}, `--map: "title" is neither field=column nor a file of mappings`},
		{"a mapping that cannot be read", []string{"import", "assets", "-", "--token", "x", "--map", "title='x"}, "--map: in \"title='x\""},
		{"an unknown noun", []string{"import", "people", "-"}, `must be one of "personas","industries","assets","leads","sends"`},
		{"a token of two lines", []string{"import", "assets", "-", "--token", "a\nb"}, "a token has no spaces and no line breaks"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := quiver(t, t.Context(), "", c.arguments...)
			if got.Code == 0 || !strings.Contains(got.Message, c.want) {
				t.Errorf("%+v", got)
			}
		})
	}
	if s.calls != 0 {
		t.Errorf("the server was asked %d times", s.calls)
	}
}

func TestMappingsFromTheCommandLineAndFromAFile(t *testing.T) {
	s := newShelf(t)
	file := filepath.Join(t.TempDir(), "crm.map")
	if err := os.WriteFile(file, []byte("# stages\nlifecycleStage = stage{Won:CUSTOMER,Lost:LEAD}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := s.importing(t, "leads", "id,account,stage\n1,Acme,Won\n2,Bolt,Lost\n",
		"--map", "externalId=id,company=account", "--map", file, "--map", "source='CRM, old'")
	if got.Code != 0 || got.Out != "leads: 2 created, 0 updated, 0 unchanged, 0 failed, 0 warnings\n" {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"CUSTOMER", "LEAD"}, s.values("leads", "lifecycleStage")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"CRM, old", "CRM, old"}, s.values("leads", "source")); diff != "" {
		t.Error(diff)
	}
}

func TestProgressIsDrawnOnATerminalAlone(t *testing.T) {
	s := newShelf(t)
	file := filepath.Join(t.TempDir(), "assets.jsonl")
	if err := os.WriteFile(file, []byte(assetLines(1, 30)+"{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, terminal := range []bool{true, false} {
		var out, told bytes.Buffer
		c := Import{Noun: "assets", File: file, Server: Server{Server: s.server.URL, Token: goodToken}, Format: "auto", Batch: 10}
		err := c.Run(t.Context(), Streams{Out: &out, Err: &told, Terminal: terminal})
		if codeOf(err) != ExitDiffers || !strings.Contains(told.String(), file+":31: title: must not be empty\n") {
			t.Errorf("%v\n%s", err, told.String())
		}
		if drawn := strings.Contains(told.String(), "Importing assets"); drawn != terminal {
			t.Errorf("on a terminal: %v, drawn: %v\n%q", terminal, drawn, told.String())
		}
	}
}
