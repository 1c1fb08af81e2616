package enablement

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ana is a lead with every field set.
func ana() *Lead {
	l := &Lead{
		ID: "led_1", ExternalID: ptr("crm-1"), FirstName: "Ana", LastName: "Diaz", Email: ptr("ana@example.com"), JobTitle: "VP of Eng",
		Company: "Acme", RawIndustry: "Banks", LifecycleStage: "OPPORTUNITY", Source: "Fair", Campaign: "Spring",
		PainPoints: []string{"cost"}, Notes: "runs SAP", OwnerID: "usr_1", PersonaByHand: "cto",
	}
	l.Place(taxonomyOfTests())
	return l
}

// sameTags compares leads by what they are tagged with, not by taxonomy.
var sameTags = cmp.Options{
	cmp.Comparer(func(a, b *Persona) bool { return a == nil && b == nil || a != nil && b != nil && a.ID == b.ID }),
	cmp.Comparer(func(a, b *Industry) bool { return a == nil && b == nil || a != nil && b != nil && a.ID == b.ID }),
}

func TestLeadInputApply(t *testing.T) {
	all := []string{"externalId", "firstName", "lastName", "email", "jobTitle", "industry", "persona", "lifecycleStage", "source",
		"campaign", "painPoints", "notes", "owner"}
	tests := []struct {
		given  string
		lead   *Lead
		in     LeadInput
		change func(*Lead)
		faults []string
	}{
		{"nothing", ana(), LeadInput{}, func(*Lead) {}, []string{}},
		{"a new lead", &Lead{}, LeadInput{Email: ptr(" Ana@Example.COM "), JobTitle: ptr(" CTO  & Founder"), Industry: ptr("health care")}, func(l *Lead) {
			*l = Lead{Email: ptr("ana@example.com"), JobTitle: "CTO & Founder", RawIndustry: "health care", LifecycleStage: StageLead,
				PainPoints: []string{}, Persona: &Persona{ID: "cto"}, Industry: &Industry{ID: "health"}}
		}, []string{}},
		{"another job title, with the persona set by hand", ana(), LeadInput{JobTitle: ptr("CFO")}, func(l *Lead) { l.JobTitle = "CFO" }, []string{}},
		{"the persona set to null", ana(), LeadInput{Cleared: []string{"persona"}}, func(l *Lead) {
			l.PersonaByHand, l.Persona = "", &Persona{ID: "engineering"}
		}, []string{}},
		{"an industry by id", ana(), LeadInput{Industry: ptr("health")}, func(l *Lead) {
			l.RawIndustry, l.Industry = "Healthcare", &Industry{ID: "health"}
		}, []string{}},
		{"an industry nobody knows", ana(), LeadInput{Industry: ptr("Space")}, func(l *Lead) { l.RawIndustry, l.Industry = "Space", nil }, []string{}},
		{"lists and texts", ana(), LeadInput{PainPoints: []string{"a", "A"}, Notes: ptr(" n\nm ")}, func(l *Lead) {
			l.PainPoints, l.Notes = []string{"a"}, "n\nm"
		}, []string{}},
		{"all set to null but the company", ana(), LeadInput{Cleared: all}, func(l *Lead) {
			*l = Lead{ID: l.ID, Company: "Acme", LifecycleStage: StageLead, PainPoints: []string{}}
		}, []string{}},
		{"a persona that is not there", ana(), LeadInput{Persona: ptr("per_x")}, func(l *Lead) {
			l.PersonaByHand, l.Persona = "per_x", &Persona{ID: "engineering"}
		}, []string{"persona"}},
		{"its own address for an externalId", &Lead{}, LeadInput{Email: ptr("ana@example.com"), ExternalID: ptr("Ana@Example.com")}, func(l *Lead) {
			*l = Lead{Email: ptr("ana@example.com"), ExternalID: ptr("Ana@Example.com"), LifecycleStage: StageLead, PainPoints: []string{}}
		}, []string{}},
		{"another's address for an externalId", &Lead{}, LeadInput{Email: ptr("ana@example.com"), ExternalID: ptr("ben@example.com")}, func(l *Lead) {
			*l = Lead{Email: ptr("ana@example.com"), ExternalID: ptr("ben@example.com"), LifecycleStage: StageLead, PainPoints: []string{}}
		}, []string{"externalId"}},
		{"nobody", &Lead{}, LeadInput{Notes: ptr("?")}, func(l *Lead) {
			*l = Lead{Notes: "?", LifecycleStage: StageLead, PainPoints: []string{}}
		}, []string{"email"}},
	}
	for _, test := range tests {
		t.Run(test.given, func(t *testing.T) {
			want := test.lead.Clone()
			test.change(want)
			if got := paths(test.in.Apply(test.lead, taxonomyOfTests())); !slices.Equal(got, test.faults) {
				t.Errorf("faults in %q, want %q", got, test.faults)
			}
			if diff := cmp.Diff(want, test.lead, sameTags); diff != "" {
				t.Errorf("the lead (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLeadInputCheckNamesEveryFaultAtOnce(t *testing.T) {
	in := LeadInput{
		Email: ptr("nobody"), JobTitle: ptr("a\nb"), LifecycleStage: ptr(LifecycleStage("WON")), PainPoints: []string{"ok", " "}, Notes: ptr("\x00"),
	}
	want := []string{"email", "jobTitle", "lifecycleStage", "painPoints[1]", "notes"}
	if got := paths(in.Check()); !slices.Equal(got, want) {
		t.Errorf("faults in %q, want %q", got, want)
	}
	if got := paths(LeadInput{FirstName: ptr("Ana"), Email: ptr(" ")}.CheckImported()); !slices.Equal(got, []string{"externalId"}) {
		t.Errorf("a row that nothing identifies has faults in %q", got)
	}
	if got := paths(LeadInput{Email: ptr("ana@example.com")}.CheckImported()); len(got) > 0 {
		t.Errorf("a row with an email has faults in %q", got)
	}
}

func TestLeadFollowsTheTaxonomy(t *testing.T) {
	l := ana()
	l.PersonaByHand = "per_gone" // since archived: the job title speaks again
	l.Place(taxonomyOfTests())
	if l.Persona == nil || l.Persona.ID != "engineering" || l.Industry == nil || l.Industry.ID != "bank" {
		t.Errorf("placed at %v and %v", l.Persona, l.Industry)
	}
	l.Place(NewTaxonomy(nil, nil))
	if l.Persona != nil || l.Industry != nil {
		t.Errorf("in an empty taxonomy placed at %v and %v", l.Persona, l.Industry)
	}
	if moved := ana(); !moved.SameContent(l) == (moved.PersonaByHand == l.PersonaByHand) {
		t.Error("the place in the taxonomy is no content, the persona set by hand is")
	}
}

func TestProspectIsALeadInNoDatabase(t *testing.T) {
	in := ProspectInput{JobTitle: ptr(" VP  of Eng "), Industry: ptr("finserv"), PainPoints: []string{"cost", "Cost"}}
	want := &Lead{
		JobTitle: "VP of Eng", RawIndustry: "Financial Services", LifecycleStage: "OTHER", PainPoints: []string{"cost"},
		Persona: &Persona{ID: "engineering"}, Industry: &Industry{ID: "fin"},
	}
	if diff := cmp.Diff(want, in.Lead(taxonomyOfTests()), sameTags); diff != "" {
		t.Errorf("the prospect (-want +got):\n%s", diff)
	}
	bad := ProspectInput{Notes: ptr("\x00"), LifecycleStage: ptr(LifecycleStage("WON"))}
	if got := paths(bad.Check()); !slices.Equal(got, []string{"prospect.lifecycleStage", "prospect.notes"}) {
		t.Errorf("faults in %q", got)
	}
}

func TestADealIsWonWhereALeadBecomesACustomer(t *testing.T) {
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	earlier := now.AddDate(0, -1, 0)
	tests := []struct {
		name          string
		before, after LifecycleStage
		had, want     *time.Time
	}{
		{"an opportunity becomes a customer", "OPPORTUNITY", "CUSTOMER", nil, &now},
		{"a subscriber becomes one that tells others", "SUBSCRIBER", "EVANGELIST", nil, &now},
		{"a customer tells others", "CUSTOMER", "EVANGELIST", &earlier, &earlier},
		{"a customer stays one", "CUSTOMER", "CUSTOMER", &earlier, &earlier},
		{"it was a mistake", "CUSTOMER", "OPPORTUNITY", &earlier, nil},
		{"a customer leaves", "CUSTOMER", "OTHER", &earlier, &earlier},
		{"nothing was known before", "OTHER", "CUSTOMER", nil, nil},
		{"it arrives as a customer", "", "CUSTOMER", nil, nil},
		{"it comes closer", "LEAD", "OPPORTUNITY", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lead := &Lead{LifecycleStage: test.after, WonAt: test.had}
			before := &Lead{LifecycleStage: test.before}
			if test.before == "" {
				before = nil
			}
			lead.Advance(before, now)
			if (lead.WonAt == nil) != (test.want == nil) || test.want != nil && !lead.WonAt.Equal(*test.want) {
				t.Errorf("%s to %s won at %v, want %v", test.before, test.after, lead.WonAt, test.want)
			}
		})
	}
}
