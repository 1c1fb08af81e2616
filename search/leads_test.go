package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

func leadNamed(id, first, last string, age int, changes ...func(*enablement.Lead)) *enablement.Lead {
	l := &enablement.Lead{
		ID: id, FirstName: first, LastName: last, LifecycleStage: enablement.StageLead, Revision: 1,
		CreatedAt: noon.Add(-time.Duration(age) * time.Hour),
	}
	for _, c := range changes {
		c(l)
	}
	return l
}

func TestLeads(t *testing.T) {
	x := open(t, t.TempDir(), newShelf())
	mail, crm := "ana.lopez@example.com", "CRM-77"
	cto, bank := &enablement.Persona{ID: "cto"}, &enablement.Industry{ID: "bank"}
	x.SyncLeads([]*enablement.Lead{
		leadNamed("1", "Ana", "López", 5, func(l *enablement.Lead) { l.Email, l.Company, l.JobTitle = &mail, "Nordic Bank", "CTO" },
			func(l *enablement.Lead) { l.Persona, l.Industry, l.OwnerID = cto, bank, "rep" }),
		leadNamed("2", "Bo", "Ek", 3, func(l *enablement.Lead) { l.ExternalID, l.LifecycleStage = &crm, "CUSTOMER" }, func(l *enablement.Lead) { l.Persona, l.Industry = cto, bank }),
		leadNamed("3", "Cy", "Anand", 3),
		leadNamed("4", "Di", "Day", 1, func(l *enablement.Lead) { l.LifecycleStage = "OTHER"; l.Persona, l.Industry = cto, bank }),
	})
	words := func(q string) enablement.LeadFilter { return enablement.LeadFilter{Query: &q} }
	for _, test := range []struct {
		story  string
		filter enablement.LeadFilter
		want   string
	}{
		{"newest first, then by id", enablement.LeadFilter{}, "4 2 3 1"},
		{"accents do not matter", words("lopez"), "1"},
		{"parts of words count", words("an"), "3 1"},
		{"all words must be there, wherever", words("ana nordic cto"), "1"},
		{"one word is not there", words("ana globex"), ""},
		{"by email", words("LOPEZ@example"), "1"},
		{"by id of the CRM", words("crm-77"), "2"},
		{"words do not run over two fields", words("bankcto"), ""},
		{"by owner", enablement.LeadFilter{Owners: []string{"rep"}}, "1"},
		{"by persona and stage", enablement.LeadFilter{Personas: []string{"cto"}, LifecycleStages: []enablement.LifecycleStage{"CUSTOMER", "OTHER"}}, "4 2"},
		{"by industry", enablement.LeadFilter{Industries: []string{"bank", "other"}}, "4 2 1"},
	} {
		t.Run(test.story, func(t *testing.T) {
			page, err := x.Leads(t.Context(), enablement.LeadQuery{Filter: test.filter, First: 10})
			if err != nil || strings.Join(page.IDs, " ") != test.want || page.Total != len(page.IDs) {
				t.Errorf("got %v of %d, %v; want %s", page.IDs, page.Total, err, test.want)
			}
		})
	}
	want := []enablement.LeadCount{{PersonaID: "cto", IndustryID: "bank", FunnelStage: "AWARENESS", Leads: 1}, {PersonaID: "cto", IndustryID: "bank", FunnelStage: "RETENTION", Leads: 1}}
	if got := x.LeadCounts(); !slices.Equal(got, want) {
		t.Errorf("counts %v, want %v", got, want)
	}
	x.SyncLeads([]*enablement.Lead{leadNamed("1", "Older", "State", 5, func(l *enablement.Lead) { l.Revision = 0 })})
	if page, _ := x.Leads(t.Context(), enablement.LeadQuery{Filter: words("ana"), First: 10}); len(page.IDs) != 2 {
		t.Errorf("an older revision went in: %v", page.IDs)
	}
	x.SyncLeads([]*enablement.Lead{leadNamed("1", "Ana", "Lopez", 5)}) // the taxonomy has lost the persona
	if page, _ := x.Leads(t.Context(), enablement.LeadQuery{Filter: enablement.LeadFilter{Personas: []string{"cto"}}, First: 10}); slices.Contains(page.IDs, "1") {
		t.Error("a lead stays where the taxonomy no longer puts it")
	}
}

// People paste what stands in a mail's head, a table or a sentence.
func TestLeadsAreFoundWhateverSignsStandBetweenTheWords(t *testing.T) {
	x := open(t, t.TempDir(), newShelf())
	lena := "lena+news@manager.example"
	mail, id := "anders.kvist@vestby-gears.example", "003-1/B"
	x.SyncLeads([]*enablement.Lead{
		leadNamed("1", "Anders", "Kvist", 1, func(l *enablement.Lead) {
			l.Email, l.ExternalID, l.Company, l.JobTitle = &mail, &id, "Vestby (Gears)", "Plant Manager, R&D"
		}),
		leadNamed("2", "Anna-Lena", "O’Brien", 2, func(l *enablement.Lead) { l.Email, l.Company, l.JobTitle = &lena, "Manager & Plant", "VP" }),
		leadNamed("3", "Dev", "किरण", 3),
	})
	for query, want := range map[string]string{
		"Kvist, Anders": "1", "Kvist,": "1", "(Kvist)": "1", "Kvist/Vestby": "1", "Kvist;Vestby": "1", "kvist – gears": "1", `"Plant Manager"`: "1 2", "‘Kvist’": "1", "Vestby (Gears)": "1",
		"Anders Kvist <anders.kvist@vestby>": "1", mail: "1", "<" + mail + ">": "1", "mailto:" + mail: "", "KVIST@": "1", "lena+news@": "2", "@vestby-gears.example": "1", "kvist@gears": "",
		"003-1/B": "1", "003-1": "1", "003-B": "", "R&D": "1", "R & D": "1", "Anna-Lena": "2", "anna lena": "2", "Lena-Anna": "", "O'Brien": "2", "obrien": "2", "O’Brien, A.": "2",
		"किरण": "3", "किरण।": "3", "Kvist, Bo": "", "?": "1 2 3", " - ": "1 2 3",
	} {
		page, err := x.Leads(t.Context(), enablement.LeadQuery{Filter: enablement.LeadFilter{Query: &query}, First: 10})
		if err != nil || strings.Join(page.IDs, " ") != want {
			t.Errorf("%s finds %v, %v; want %s", query, page.IDs, err, want)
		}
	}
}

func TestLeadPagesStayWholeWhileLeadsComeIn(t *testing.T) {
	x := open(t, t.TempDir(), newShelf())
	var want []string
	for i := range 50 {
		id := fmt.Sprintf("led_%02d", i)
		x.SyncLeads([]*enablement.Lead{leadNamed(id, "A", "B", i/3)})
		want = append(want, id)
	}
	q := enablement.LeadQuery{First: 7}
	var got []string
	for i := 0; ; i++ {
		page, err := x.Leads(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.IDs...)
		if !page.HasNext {
			break
		}
		q.After = page.Cursors[len(page.Cursors)-1]
		x.SyncLeads([]*enablement.Lead{leadNamed(fmt.Sprintf("new%d", i), "N", "N", i*4-2)})
	}
	got = slices.DeleteFunc(got, func(id string) bool { return strings.HasPrefix(id, "new") })
	if !slices.Equal(got, want) {
		t.Errorf("pages gave %v", got)
	}
}

func TestCursorsThatDoNotFit(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(piece("a", "A", ""), piece("b", "B", "")))
	x.SyncLeads([]*enablement.Lead{leadNamed("1", "A", "B", 0), leadNamed("2", "A", "B", 0)})
	byTitle := ask(t, x, enablement.AssetQuery{Order: enablement.OrderTitle, First: 1}).Hits[0].Cursor
	leads, err := x.Leads(t.Context(), enablement.LeadQuery{First: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, cursor := range []string{"!", "bm9uc2Vuc2U", byTitle, leads.Cursors[0], byTitle[:len(byTitle)-3]} {
		_, err := x.Assets(t.Context(), enablement.AssetQuery{First: 1, After: cursor})
		if faults := enablement.FaultsOf(err); enablement.CodeOf(err) != enablement.BadUserInput || len(faults) != 1 || faults[0].Path != "after" {
			t.Errorf("assets after %q: %v", cursor, err)
		}
	}
	byStage, err := x.Leads(t.Context(), enablement.LeadQuery{First: 1, Filter: enablement.LeadFilter{LifecycleStages: []enablement.LifecycleStage{enablement.StageLead, ""}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Leads(t.Context(), enablement.LeadQuery{First: 1, After: leads.Cursors[0]}); err != nil {
		t.Errorf("leads after their own cursor: %v", err)
	}
	for _, cursor := range []string{"!", "bm9uc2Vuc2U", byTitle, byStage.Cursors[0]} {
		_, err := x.Leads(t.Context(), enablement.LeadQuery{First: 1, After: cursor})
		if faults := enablement.FaultsOf(err); len(faults) != 1 || faults[0].Path != "after" {
			t.Errorf("leads after %q: %v", cursor, err)
		}
	}
}
