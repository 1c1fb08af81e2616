package quality

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/recommend"
)

// today is after all that a small log tells.
var today = time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)

// small is a history of few rows, by file.
func small() map[string]string {
	return map[string]string{
		"personas.jsonl":   `{"name": "CTO", "jobTitles": ["Chief Technology Officer"]}`,
		"industries.jsonl": `{"name": "Banks", "aliases": ["Private banking"], "parent": "Finance"}` + "\n" + `{"name": "Finance"}`,
		"assets.jsonl": `{"externalId": "a1", "title": "Guide", "personas": ["CTO"], "industries": ["Private banking"], "publishedAt": "2026-01-01"}` + "\n" +
			`{"externalId": "a2", "title": "Deck"}` + "\n" + `{"externalId": "a3", "title": "Never sent"}`,
		"leads.jsonl": `{"externalId": "l1", "email": "Ana@example.com", "jobTitle": "Chief Technology Officer", "industry": "private Banking", "lifecycleStage": "OPPORTUNITY"}` + "\n" +
			`{"email": "ben@example.com"}`,
		"sends.jsonl": `{"externalId": "s2", "lead": "ben@example.com", "assets": ["a2"], "rep": "r", "sentAt": "2026-02-02"}` + "\n" +
			`{"externalId": "s1", "lead": "ana@example.com", "assets": ["a1", "a2"], "rep": "r", "sentAt": "2026-02-01"}` + "\n" +
			`{"externalId": "s3", "lead": "l1", "assets": ["a1"], "rep": "r", "sentAt": "2026-02-03"}`,
		"outcomes.jsonl": `{"send": "s1", "kind": "REPLIED", "at": "2026-02-05"}` + "\n" + `{"send": "s1", "asset": "a2", "kind": "VIEWED", "at": "2026-02-04"}`,
	}
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestALogIsReadAsAStoreWouldKeepIt(t *testing.T) {
	log, remarks, err := ReadLog(folder(t, small()), today)
	if err != nil || len(remarks) > 0 {
		t.Fatal(err, remarks)
	}
	var got []string
	for _, s := range log.Sends {
		got = append(got, fmt.Sprint(s.ID, " to ", s.LeadID, " ", s.AssetIDs, " ", s.PersonaID, " ", s.IndustryID, " ", s.LifecycleStage))
	}
	for _, o := range log.Outcomes {
		got = append(got, o.ID)
	}
	for _, a := range log.Assets {
		got = append(got, fmt.Sprint(a.ID, " ", a.PersonaIDs, " ", a.IndustryIDs, " since ", a.Date().Format(time.DateOnly)))
	}
	want := []string{
		"s1 to l1 [a1 a2] CTO Banks OPPORTUNITY", "s2 to ben@example.com [a2]   LEAD", "s3 to l1 [a1] CTO Banks OPPORTUNITY",
		"s1.a2.VIEWED", "s1..REPLIED",
		"a1 [CTO] [Banks] since 2026-01-01", "a2 [] [] since 2026-02-01", "a3 [] [] since 2026-02-01",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if parent := log.Leads[0].Industry.Parent; parent == nil || parent.Name != "Finance" {
		t.Errorf("Banks are part of %v", parent)
	}
}

func TestACSVFileOfALogIsReadToo(t *testing.T) {
	files := small()
	delete(files, "sends.jsonl")
	files["sends.csv"] = "externalId,lead,assets,rep,sentAt\ns1,l1,a1;a2,r,2026-02-01\n"
	log, remarks, err := ReadLog(folder(t, files), today)
	if err != nil || len(log.Sends) != 1 || len(log.Sends[0].AssetIDs) != 2 || len(remarks) > 0 {
		t.Errorf("%+v %v %v", log, remarks, err)
	}
}

func TestWhatIsNamedAndNotThereIsCounted(t *testing.T) {
	files := small()
	files["industries.jsonl"] = `{"name": "Banks", "parent": "Finance"}`
	files["sends.jsonl"] += `
{"externalId": "s4", "lead": "nobody", "assets": ["a1"], "rep": "r", "sentAt": "2026-02-03"}
{"externalId": "s5", "lead": "somebody", "assets": ["a1"], "rep": "r", "sentAt": "2026-02-03"}
{"externalId": "s6", "lead": "l1", "assets": ["a1", "a9"], "rep": "r", "sentAt": "2026-02-04"}
{"externalId": "s7", "lead": "l1", "assets": ["a9"], "rep": "r", "sentAt": "2026-02-04"}`
	files["outcomes.jsonl"] += `
{"send": "s4", "kind": "VIEWED", "at": "2026-02-05"}
{"send": "s6", "asset": "a9", "kind": "VIEWED", "at": "2026-02-05"}`
	log, remarks, err := ReadLog(folder(t, files), today)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"industries.jsonl:1: names an industry that is not there: left out, 1 such in this file",
		"assets.jsonl:1: names an industry that is not there: left out, 1 such in this file",
		"sends.jsonl:4: names a lead that is not there: left out, 2 such in this file",
		"sends.jsonl:6: names an asset that is not there: left out, 2 such in this file",
		"outcomes.jsonl:3: names a send that is not there: left out, 1 such in this file",
		"outcomes.jsonl:4: names an asset that is not there: left out, 1 such in this file",
	}
	if diff := cmp.Diff(want, remarks); diff != "" {
		t.Error(diff)
	}
	if len(log.Sends) != 4 || len(log.Outcomes) != 2 {
		t.Errorf("%d sends, %d outcomes", len(log.Sends), len(log.Outcomes))
	}
}

func TestALogThatCannotBeReadSaysWhere(t *testing.T) {
	for name, c := range map[string]struct {
		change map[string]string // files; "": taken away
		want   []string
	}{
		"no such file":   {map[string]string{"outcomes.jsonl": ""}, []string{"has no outcomes.jsonl; quiver export all"}},
		"not JSON":       {map[string]string{"leads.jsonl": `{"email":`}, []string{"leads.jsonl:1: ", "is not JSON"}},
		"bad fields":     {map[string]string{"sends.jsonl": "\n" + `{"externalId": "s1", "assets": ["a1"], "sentAt": "2027-01-01"}`}, []string{"sends.jsonl:2: lead: must not be empty\n", "sends.jsonl:2: sentAt: lies in the future"}},
		"several files":  {map[string]string{"assets.jsonl": "{}", "personas.jsonl": "{}"}, []string{"personas.jsonl:1: name: ", "assets.jsonl:1: title: "}},
		"before it went": {map[string]string{"outcomes.jsonl": `{"send": "s1", "kind": "VIEWED", "at": "2020-01-01"}`}, []string{"outcomes.jsonl:1: at: lies before the send"}},
		"not its asset":  {map[string]string{"outcomes.jsonl": `{"send": "s2", "asset": "a1", "kind": "VIEWED", "at": "2026-03-01"}`}, []string{"outcomes.jsonl:1: asset: is not part of this send"}},
		"a JSON array":   {map[string]string{"leads.jsonl": `[{}]`}, []string{"leads.jsonl: the file is one JSON array"}},
		"far too many":   {map[string]string{"leads.jsonl": strings.Repeat("{}\n", 100)}, []string{"leads.jsonl:20: ", "and 80 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := small()
			maps.Copy(files, c.change)
			maps.DeleteFunc(files, func(_, text string) bool { return text == "" })
			_, _, err := ReadLog(folder(t, files), today)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %q", err, want)
				}
			}
		})
	}
}

func TestALogThatTellsNothingIsRefused(t *testing.T) {
	sends := func(lead func(i int) int) string {
		var b strings.Builder
		for i := range 20 {
			fmt.Fprintf(&b, `{"externalId": "s%d", "lead": "l%d", "assets": ["a%d"], "rep": "r", "sentAt": "2026-02-%02d"}`+"\n", i, lead(i), 1+i%2, i+1)
		}
		return b.String()
	}
	leads := small()["leads.jsonl"] + "\n" + `{"externalId": "l2"}`
	never := func(int) int { return 1 }
	late := `{"send": "s19", "kind": "VIEWED", "at": "2026-03-01"}`
	for name, c := range map[string]struct {
		change map[string]string
		want   string // empty: it may be replayed
	}{
		"three sends":      {nil, "the log has 3 sends; a replay takes 10 at least"},
		"no sends":         {map[string]string{"sends.jsonl": "", "outcomes.jsonl": ""}, "the log has 0 sends"},
		"no outcomes":      {map[string]string{"sends.jsonl": sends(never), "outcomes.jsonl": ""}, "the log has 20 sends and no outcomes"},
		"nothing new":      {map[string]string{"sends.jsonl": sends(never), "outcomes.jsonl": late}, "nothing that is known to have succeeded from 2026-02-17 on"},
		"something to ask": {map[string]string{"leads.jsonl": leads, "sends.jsonl": sends(func(i int) int { return 1 + i/19 }), "outcomes.jsonl": late}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := small()
			maps.Copy(files, c.change)
			log, _, err := ReadLog(folder(t, files), today)
			if err != nil {
				t.Fatal(err)
			}
			extent, err := log.Extent(0.2)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %s", err, c.want)
				}
				return
			}
			const sentence = "20 sends, 1 outcomes; hidden from 2026-02-17 on, sent to 2 leads, of whom 1 are judged: one of them moves hit@5 by 1.000"
			if err != nil || extent.String() != sentence {
				t.Errorf("%s, %v", extent, err)
			}
			scores, err := log.Replay(t.Context(), t.TempDir(), 0.2, recommend.DefaultWeights())
			if err != nil || len(scores) != 4 || scores[3].Hit != 1 {
				t.Errorf("%+v %v", scores, err)
			}
		})
	}
}

// Two industries that are each a part of the other are a fault of some editor's;
// who climbs from one to the next must arrive all the same.
func TestIndustriesInACircleAreRead(t *testing.T) {
	files := small()
	files["industries.jsonl"] = `{"name": "Banks", "parent": "Finance"}` + "\n" + `{"name": "Finance", "parent": "Banks"}`
	log, _, err := ReadLog(folder(t, files), today)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for up := log.Leads[0].Industry; up != nil && steps < 9; up = up.Parent {
		steps++
	}
	if steps > 2 {
		t.Errorf("%d steps up from Banks", steps)
	}
}
