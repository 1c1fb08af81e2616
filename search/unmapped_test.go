package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func TestUnmappedTextsOfMostLeadsComeFirst(t *testing.T) {
	now := noon
	x := inMemory(t, newShelf(), &now)
	var leads []*enablement.Lead
	add := func(title, industry string, persona *enablement.Persona) {
		leads = append(leads, &enablement.Lead{ID: number(len(leads)), JobTitle: title, RawIndustry: industry, Persona: persona, Revision: 1})
	}
	add("Growth Hacker", "Beekeeping", nil)
	add("growth  hacker", "Beekeeping", nil)
	add("Growth Hacker", "", nil)
	add("Wizard", "", nil)
	add("", "Apiculture", nil)
	add("CTO", "beekeeping", &enablement.Persona{ID: "per_cto"})
	x.SyncLeads(leads)
	line := func(texts []*enablement.UnmappedText) string {
		var parts []string
		for _, u := range texts {
			parts = append(parts, fmt.Sprintf("%s:%d", u.Text, u.Leads))
		}
		return strings.Join(parts, ", ")
	}
	u := x.Unmapped(10)
	if got, want := line(u.JobTitles), "Growth Hacker:3, Wizard:1"; got != want {
		t.Errorf("job titles %q, want %q", got, want)
	}
	if got, want := line(u.Industries), "Beekeeping:3, Apiculture:1"; got != want {
		t.Errorf("industries %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(u.Leads, u.WithoutPersona, u.WithoutIndustry, u.BlankJobTitles, u.BlankIndustries), "6 5 6 1 2"; got != want {
		t.Errorf("counts %s, want %s", got, want)
	}
	if got, want := line(x.Unmapped(1).JobTitles), "Growth Hacker:3"; got != want {
		t.Errorf("the first job title: %q, want %q", got, want)
	}
}
