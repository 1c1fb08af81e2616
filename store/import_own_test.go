package store

import (
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Given what was made here without an externalId, when its export comes back,
// then it is known again: nothing is doubled.
func TestAnExportComesBackToWhereItWasMade(t *testing.T) {
	s := openStore(t, testDatabase(t))
	ctx := t.Context()
	asset, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Guide"}, &enablement.User{})
	if err != nil {
		t.Fatal(err)
	}
	company := "Acme"
	lead, err := s.SaveLead(ctx, nil, enablement.LeadInput{Company: &company}, &enablement.User{ID: "usr_1", Role: enablement.RoleMarketer}, func(*enablement.Lead) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	rep, err := s.EnsureUser(ctx, enablement.Identity{Subject: "rep-1", Role: enablement.RoleRep})
	if err != nil {
		t.Fatal(err)
	}
	send, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, func(*enablement.Lead) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for run := range 2 {
		assets, err := s.ImportAssets(ctx, []enablement.AssetInput{{ExternalID: &asset.ID, Title: "Guide"}}, false, nil)
		if err != nil || assets.Unchanged != 1 {
			t.Errorf("run %d: assets %+v, %v", run, assets, err)
		}
		leads, err := s.ImportLeads(ctx, []enablement.LeadInput{{ExternalID: &lead.ID, Company: &company}}, false)
		if err != nil || leads.Unchanged != 1 {
			t.Errorf("run %d: leads %+v, %v", run, leads, err)
		}
		sends, err := s.ImportSends(ctx, []enablement.ImportSendInput{{
			ExternalID: send.ID, Lead: lead.ID, Assets: []string{asset.ID}, Rep: "rep-1", SentAt: send.SentAt.Add(-time.Second)}}, false)
		if err != nil || sends.Unchanged != 1 {
			t.Errorf("run %d: sends %+v, %v", run, sends, err)
		}
	}
}
