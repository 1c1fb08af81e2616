package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/demo"
)

// shell runs a command of Quiver against a server, as a person would, and
// gives the exit code and what it printed.
func (q *quiver) shell(args ...string) (code int, out string) {
	q.t.Helper()
	var text bytes.Buffer
	args = append(args, "--server", q.address, "--token", q.marketer("importer").token)
	return runFor(q.t, &text, args...), text.String()
}

// write makes a file to import and gives its name.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sums reads the last line of an import: created, updated, unchanged, failed.
func sums(t *testing.T, out string) []string {
	t.Helper()
	found := regexp.MustCompile(`: (\S+) created, (\S+) updated, (\S+) unchanged, (\S+) failed`).FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("no sums in %s", out)
	}
	return found[1:]
}

// remarks gives the faults as "LINE: field", without the warnings.
func remarks(file, out string) []string {
	var all []string
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, file+":"); ok && !strings.Contains(line, "warning:") {
			parts := strings.SplitN(rest, ": ", 3)
			all = append(all, parts[0]+": "+parts[1])
		}
	}
	slices.Sort(all)
	return all
}

const (
	rightToLeft = "دليل الامتثال \u200f2026\u200f"
	emoji       = "Handbook 👩\u200d🚀 für 数据"
)

// badAssets is a file in which good rows stand between every kind of bad one.
func badAssets() (lines []string, faults []string) {
	bad := func(line, field string) {
		faults = append(faults, fmt.Sprintf("%d: %s", len(lines)+1, field))
		lines = append(lines, line)
	}
	good := func(line string) { lines = append(lines, line) }
	good(`{"externalId": "g1", "title": "Good one", "type": "case study", "personas": ["CTO"], "publishedAt": "2026-03-31"}`)
	bad(`{"externalId": "b1", "title": "Broken`, "")
	bad(`["not", "an", "object"]`, "")
	good(`{"externalId": "g2", "title": "` + rightToLeft + `"}`)
	bad(`{"externalId": "b2"}`, "title")
	bad(`{"externalId": "b3", "title": 7}`, "title")
	bad(`{"externalId": "b4", "title": "T", "topics": {"a": 1}}`, "topics")
	bad(`{"externalId": "b5", "title": "T", "type": "POSTCARD"}`, "type")
	bad(`{"externalId": "b6", "title": "T", "status": "GONE"}`, "status")
	bad(`{"externalId": "b7", "title": "T", "publishedAt": "yesterday"}`, "publishedAt")
	good(`{"externalId": "g3", "title": "` + emoji + `", "topics": ["🚀", "rtl ` + "\u200f" + `"]}`)
	bad(`{"externalId": "b8", "title": "T", "body": "`+strings.Repeat("five megabytes ", 350_000)+`"}`, "body")
	bad("{\"externalId\": \"b9\", \"title\": \"T\xff\xfe\"}", "")
	bad("{\"externalId\": \"b10\", \"title\": \"T\\u0000NUL\"}", "title")
	bad("{\"externalId\": \"b11\", \"title\": \"raw \x00 NUL\"}", "")
	bad(`{"externalId": "b12", "title": "T", "url": "javascript:alert(1)"}`, "url")
	good(``)
	bad(`{"externalId": "b13", "title": "T", "funnelStages": ["AWARENESS", "LIMBO"]}`, "funnelStages[1]")
	good(`{"externalId": "g4", "title": "First of two"}`)
	good(`{"externalId": "g4", "title": "Second of two"}`)
	return lines, faults
}

func TestAnImportTakesTheGoodRowsAndNamesTheBad(t *testing.T) {
	q := newServer(t)
	lines, want := badAssets()
	file := write(t, "catalog.jsonl", strings.Join(lines, "\n"))
	code, out := q.shell("import", "assets", file)
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if repeated := fmt.Sprintf("%s:%d: externalId: warning: line %d has the same externalId", file, len(lines), len(lines)-1); !strings.Contains(out, repeated) {
		t.Errorf("%q is not among:\n%s", repeated, out)
	}
	got := remarks(file, out)
	for _, fault := range want {
		line := strings.TrimSuffix(fault, ": ")
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, line) }) {
			t.Errorf("no remark on line %s among:\n%s", line, strings.Join(got, "\n"))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d remarks, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	equal(t, "created, updated, unchanged, failed", sums(t, out), []string{"4", "1", "0", fmt.Sprint(len(want))})
	if len(out) > 10_000 || strings.Contains(out, "five megabytes five megabytes five megabytes five megabytes five") {
		t.Errorf("the remarks repeat what was sent: %d bytes", len(out))
	}
	titles := column(at(q.marketer("m").must(`{ assets(orderBy: OLDEST) { nodes { title } } }`, nil), "assets", "nodes"), "title")
	slices.Sort(titles)
	wantTitles := []string{"Good one", "Second of two", emoji, rightToLeft}
	slices.Sort(wantTitles)
	equal(t, "titles", titles, wantTitles)
	for _, word := range []string{"الامتثال", "数据"} {
		equal(t, "found by "+word, at(q.marketer("m").must(`query($q: String) { assets(query: $q) { totalCount } }`, object{"q": word}), "assets", "totalCount"), any(1.0))
	}

	code, out = q.shell("import", "assets", file)
	equal(t, "sums of a second run", sums(t, out)[:1], []string{"0"})
	equal(t, "exit code of a second run", code, 1)
}

func TestACSVFileIsImportedTheSameWay(t *testing.T) {
	q := newServer(t)
	file := write(t, "catalog.csv", "\ufeffExternal ID,Title,Type,Personas,Published At\r\n"+
		"c1,\"A, \"\"quoted\"\" title\",Case Study,CTO;CFO,2026-01-02\r\n"+
		"c2,"+rightToLeft+",,,\r\n"+
		"c3,Too few\r\n"+
		"c4,\"Over\ntwo lines\",EBOOK,,\r\n"+
		"c5,,EBOOK,,\r\n"+
		"c6,Bad type,POSTCARD,,\r\n"+
		"c7,Bad \xff bytes,EBOOK,,\r\n"+
		"c8,"+emoji+",blog post,,2026-01-02 09:00\r\n"+
		"c9,Bad date,EBOOK,,31.02.2026\r\n")
	code, out := q.shell("import", "assets", file)
	equal(t, "exit code", code, 1)
	got := remarks(file, out)
	for _, want := range []string{"4: ", "7: title", "8: type", "9: ", "11: publishedAt"} {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, want) }) {
			t.Errorf("no remark %q in:\n%s", want, out)
		}
	}
	if result := sums(t, out); result[0] == "0" || result[3] == "0" {
		t.Errorf("sums %v:\n%s", result, out)
	}
	title := at(q.marketer("m").must(`{ assets(query: "quoted") { nodes { title type personas { name } } } }`, nil), "assets", "nodes", 0)
	equal(t, "a quoted cell", title, any(object{"title": `A, "quoted" title`, "type": "CASE_STUDY", "personas": list{object{"name": "CTO"}, object{"name": "CFO"}}}))
}

// What was exported fills an empty server, which then exports the same and gives
// the same figures; and importing once more changes nothing.
func TestExportAndImportCarryEverythingOver(t *testing.T) {
	from, to := newDemo(t), newServer(t)
	files := exportAll(t, from)
	for _, noun := range rows.Nouns() {
		code, out := to.shell("import", string(noun), files[noun])
		if result := sums(t, out); code != 0 || result[0] == "0" || result[1] != "0" || result[3] != "0" {
			t.Fatalf("import %s: %d %v\n%s", noun, code, result, out)
		}
		code, out = to.shell("import", string(noun), files[noun])
		if result := sums(t, out); code != 0 || result[0] != "0" || result[1] != "0" || result[2] == "0" {
			t.Errorf("import %s once more: %d %v\n%s", noun, code, result, out)
		}
	}
	again := exportAll(t, to)
	for _, noun := range rows.Nouns() {
		equal(t, string(noun)+" of the second server", linesOf(t, again[noun]), linesOf(t, files[noun]))
	}
	if n := len(linesOf(t, files[rows.Sends])); n != demo.HistorySends {
		t.Errorf("%d sends were exported", n)
	}
	wanted := figures(from.marketer("m"))
	for what, got := range figures(to.marketer("m")) {
		equal(t, what, got, wanted[what])
	}
	if diff := cmp.Diff(scores(from.marketer("m")), scores(to.marketer("m")), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("scores of recommendations (-first server +second):\n%s", diff)
	}
}

// figures are what a server tells of its history, without ids: lines by what
// they are of.
func figures(c caller) map[string][]string {
	all := map[string][]string{}
	data := c.must(`{
		usage(range: {from: "2000-01-01T00:00:00Z"}) {
			totals { sends assets leads reps lastSentAt }
			PERSONA: by(dimension: PERSONA, first: 100) { label totals { sends leads } }
			INDUSTRY: by(dimension: INDUSTRY, first: 100) { label totals { sends leads } }
			ASSET: by(dimension: ASSET, first: 200) { label totals { sends leads } }
			CHANNEL: by(dimension: CHANNEL) { label totals { sends leads } }
		}
		assets(orderBy: OLDEST, first: 100) { nodes { externalId outcomes { sends views replies wins successRate } } }
	}`, nil)
	for what, value := range at(data, "usage").(object) {
		if table, many := value.(list); many {
			all[what] = column(table)
		} else {
			all[what] = []string{fmt.Sprint(value)}
		}
	}
	all["outcomes"] = column(at(data, "assets", "nodes"))
	all["leads"] = column(everyLead(c, `email persona { name } industry { name parent { name } }`))
	for _, lines := range all {
		slices.Sort(lines)
	}
	return all
}

// everyLead gives all leads, page by page: which come first of those that were
// imported together is chance.
func everyLead(c caller, fields string) (all list) {
	after := any(nil)
	for {
		page := at(c.must(`query($after: String) { leads(first: 100, after: $after) { nodes { `+fields+` } pageInfo { hasNextPage endCursor } } }`, object{"after": after}), "leads")
		all = append(all, at(page, "nodes").(list)...)
		if at(page, "pageInfo", "hasNextPage") != true {
			return all
		}
		after = at(page, "pageInfo", "endCursor")
	}
}

// scores are those of the first recommendations for each lead, by email. Two
// seconds and a tie broken by id leave them as they are.
func scores(c caller) map[string][]float64 {
	all := map[string][]float64{}
	for _, lead := range everyLead(c, "id email") {
		recommended := c.must(`query($id: ID!) { lead(id: $id) { recommendations(first: 5) { score } } }`, object{"id": at(lead, "id")})
		for _, r := range at(recommended, "lead", "recommendations").(list) {
			email := at(lead, "email").(string)
			all[email] = append(all[email], at(r, "score").(float64))
		}
	}
	return all
}

// exportAll writes everything into a folder and gives the files.
func exportAll(t *testing.T, q *quiver) map[rows.Noun]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "all")
	if code, out := q.shell("export", "all", dir); code != 0 {
		t.Fatalf("export: %d\n%s", code, out)
	}
	files := map[rows.Noun]string{}
	for _, noun := range rows.Nouns() {
		files[noun] = filepath.Join(dir, noun.File(rows.JSONL))
	}
	return files
}

// linesOf reads a file's lines without regard to their order.
func linesOf(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	slices.Sort(lines)
	return lines
}

func TestLeadsOfACRMAreMapped(t *testing.T) {
	q := newServer(t)
	file := write(t, "pipeline.csv", "opportunity_id;account;deal_stage;contact\n1;Acme;Won;ann@example.com\n2;Bolt;Lost;\n3;Core;Stuck;not-an-email\n")
	code, out := q.shell("import", "leads", file, "--map", `externalId=opportunity_id,company=account,email=contact,source='CRM',lifecycleStage=deal_stage{Won:CUSTOMER,Lost:LEAD,*:OPPORTUNITY}`)
	equal(t, "exit code", code, 1)
	equal(t, "faults", remarks(file, out), []string{"4: email"})
	equal(t, "sums", sums(t, out), []string{"2", "0", "0", "1"})
	const one = `query($company: String) { leads(filter: {query: $company}) { nodes { externalId company email lifecycleStage source } } }`
	for _, want := range []object{
		{"externalId": "1", "company": "Acme", "email": "ann@example.com", "lifecycleStage": "CUSTOMER", "source": "CRM"},
		{"externalId": "2", "company": "Bolt", "email": nil, "lifecycleStage": "LEAD", "source": "CRM"},
	} {
		equal(t, "a lead", at(q.marketer("m").must(one, object{"company": want["company"]}), "leads", "nodes"), any(list{want}))
	}
	_, out = q.shell("import", "leads", file, "--map", `externalId=opportunity_id,company=account,email=contact,source='CRM',lifecycleStage=deal_stage{Won:CUSTOMER,Lost:LEAD,*:OPPORTUNITY}`)
	equal(t, "sums of a second run", sums(t, out), []string{"0", "0", "2", "1"})
}

func TestAnImportThatCannotBeDoneSaysWhy(t *testing.T) {
	q := newServer(t)
	file := write(t, "leads.jsonl", `{"externalId": "1"}`)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no such file":   {[]string{"leads", "/nowhere/leads.jsonl", "--server", q.address, "--token", q.marketer("m").token}, "/nowhere/leads.jsonl"},
		"no token":       {[]string{"leads", file, "--server", q.address, "--token", "nonsense"}, "token"},
		"a rep's token":  {[]string{"leads", file, "--server", q.address, "--token", q.rep("r").token}, "MARKETER"},
		"no such noun":   {[]string{"contacts", file, "--server", q.address}, "contacts"},
		"another server": {[]string{"leads", file, "--server", q.address + "/healthz", "--token", q.marketer("m").token}, "--server"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if code := runFor(t, &out, append([]string{"import"}, c.args...)...); code != 2 || !strings.Contains(out.String(), c.says) {
				t.Errorf("exit code %d, want 2 and a word of %q:\n%s", code, c.says, &out)
			}
		})
	}
}
