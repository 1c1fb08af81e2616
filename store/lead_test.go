package store

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

func TestLeadIsFoundByIDThenExternalIDThenEmail(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	admin := &enablement.User{ID: "usr_a", Role: enablement.RoleMarketer}
	save := func(id *string, in enablement.LeadInput) *enablement.Lead {
		t.Helper()
		l, err := s.SaveLead(ctx, id, in, admin, anyLead)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	first := save(nil, enablement.LeadInput{Email: ptr("Ana@Example.com"), JobTitle: ptr("CTO")})
	byEmail := save(nil, enablement.LeadInput{Email: ptr("ana@example.COM"), ExternalID: ptr("crm-1"), Company: ptr("Acme")})
	byExternalID := save(nil, enablement.LeadInput{ExternalID: ptr("crm-1"), Email: ptr("ana.b@example.com")})
	byID := save(&first.ID, enablement.LeadInput{Notes: ptr("met at the fair")})
	if byEmail.ID != first.ID || byExternalID.ID != first.ID || byID.Revision != 4 {
		t.Fatalf("ids %s %s %s, revision %d; want one lead at revision 4", first.ID, byEmail.ID, byExternalID.ID, byID.Revision)
	}
	if byID.JobTitle != "CTO" || byID.Company != "Acme" || *byID.Email != "ana.b@example.com" {
		t.Errorf("what the inputs left out has not stayed: %+v", byID)
	}
	other := save(nil, enablement.LeadInput{Email: ptr("ana@example.com")})
	if other.ID == first.ID {
		t.Error("an email that its lead has given up still finds it")
	}
	if same := save(&first.ID, enablement.LeadInput{Company: ptr("Acme")}); same.Revision != 4 {
		t.Errorf("saving the same again: revision %d, want 4", same.Revision)
	}
	s = reopen(t, s)
	again, err := s.Lead(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byID, again); diff != "" {
		t.Errorf("after a restart:\n%s", diff)
	}
}

func TestAWrongOwnerIsNamedOnce(t *testing.T) {
	s := openStore(t, testDatabase(t))
	rep, _, mine := someone(t, s)
	marketer := &enablement.User{ID: "usr_m", Role: enablement.RoleMarketer}
	for _, test := range []struct {
		given  string
		id     *string
		viewer *enablement.User
		says   string
	}{
		{"a marketer who adds a lead for nobody", nil, marketer, "no user has this id"},
		{"a rep who adds a lead for nobody", nil, rep, "a rep who adds a lead owns it: leave owner out"},
		{"a rep who gives a lead to nobody", &mine.ID, rep, "no user has this id"},
	} {
		_, err := s.SaveLead(t.Context(), test.id, enablement.LeadInput{Company: ptr("Acme"), Owner: ptr("usr_nobody")}, test.viewer, anyLead)
		if diff := cmp.Diff([]enablement.FieldError{{Path: "owner", Message: test.says}}, enablement.FaultsOf(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.given, diff)
		}
	}
}

func TestLeadRefusals(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rep, _, mine := someone(t, s)
	nobody := func(*enablement.Lead) bool { return false }
	if mine.OwnerID != rep.ID {
		t.Errorf("owner %q, want the rep who added the lead", mine.OwnerID)
	}
	_, err := s.SaveLead(ctx, &mine.ID, enablement.LeadInput{}, rep, nobody)
	wantCode(t, err, enablement.NotFound)
	_, err = s.SaveLead(ctx, nil, enablement.LeadInput{Email: mine.Email, Company: ptr("Evil")}, rep, nobody)
	wantCode(t, err, enablement.Forbidden)
	_, err = s.SaveLead(ctx, nil, enablement.LeadInput{Email: ptr("b@example.com"), Owner: ptr("usr_none"), Persona: ptr("per_none")}, rep, anyLead)
	wantField(t, err, "owner")
	wantField(t, err, "persona")
	other, err := s.SaveLead(ctx, nil, enablement.LeadInput{ExternalID: ptr("b"), Email: ptr("b@example.com")}, rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.SaveLead(ctx, &other.ID, enablement.LeadInput{Email: mine.Email}, rep, anyLead)
	wantCode(t, err, enablement.Conflict)
	_, err = s.SaveLead(ctx, nil, enablement.LeadInput{ExternalID: ptr("c"), Email: other.Email}, rep, anyLead)
	wantCode(t, err, enablement.Conflict)
}

func TestTaxonomyChangeMovesLeadsAndTellsFollowers(t *testing.T) {
	ctx := context.Background()
	var taxonomies int
	moved := map[string]string{}
	s := openStore(t, testDatabase(t), Follower{
		Name:     "watcher",
		Taxonomy: func(context.Context, *enablement.Taxonomy) error { taxonomies++; return nil },
		Leads: func(_ context.Context, leads []*enablement.Lead) error {
			for _, l := range leads {
				moved[l.RawIndustry] = place(l)[1]
			}
			return nil
		},
	})
	for _, raw := range []string{"Banking", "Farming"} {
		if _, err := s.SaveLead(ctx, nil, enablement.LeadInput{Company: &raw, Industry: &raw}, nil, anyLead); err != nil {
			t.Fatal(err)
		}
	}
	clear(moved)
	ind, err := s.SaveIndustry(ctx, nil, enablement.IndustryInput{Name: "Finance", Aliases: []string{"banking"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"Banking": ind.ID}, moved); diff != "" || taxonomies != 1 {
		t.Errorf("%d taxonomies; leads that moved (-want +got):\n%s", taxonomies, diff)
	}
	for l, err := range s.EachLead(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		cached, err := s.Lead(ctx, l.ID)
		if err != nil || place(cached) != place(l) {
			t.Errorf("%s: cached at %v, scanned at %v, %v", l.RawIndustry, place(cached), place(l), err)
		}
	}
	if _, err := s.SaveIndustry(ctx, nil, enablement.IndustryInput{Name: "BANKING"}); err == nil {
		t.Error("a name that is an alias elsewhere was taken")
	} else {
		wantField(t, err, "name")
	}
	_, err = s.SaveIndustry(ctx, ptr("ind_none"), enablement.IndustryInput{Name: "X"})
	wantCode(t, err, enablement.NotFound)
}
