package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// logOf reads the audit log, the oldest first, but for what users' tokens wrote:
// by whom, what, and whether it went in.
func logOf(t *testing.T, s *Store) (lines []string) {
	t.Helper()
	entries, err := gather(s.EachAuditEntry(t.Context()))
	fatal(t, err)
	slices.SortFunc(entries, func(a, b *enablement.AuditEntry) int { return strings.Compare(a.ID, b.ID) })
	void := map[string]bool{}
	for _, e := range entries {
		for _, i := range e.Voided {
			void[fmt.Sprint(e.Void, i)] = true
		}
	}
	for _, e := range entries {
		for i, it := range e.Items {
			line := fmt.Sprintf("%s %s %s %d", e.Subject, e.Action, it.Noun, it.Version)
			for _, f := range it.Fields {
				line += fmt.Sprintf(" %s:%s>%s", f.Field, show(f.Before), show(f.After))
			}
			if void[fmt.Sprint(e.ID, i)] {
				line += " not written"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func entriesIn(t *testing.T, s *Store) int {
	t.Helper()
	entries, err := gather(s.EachAuditEntry(t.Context()))
	fatal(t, err)
	return len(entries)
}

func show(v *string) string {
	if v == nil {
		return "-"
	}
	return *v
}

func by(subject, action string) context.Context {
	return WithActor(context.Background(), enablement.Actor{UserID: "usr_" + subject, Subject: subject, Role: enablement.RoleMarketer, Action: action, RequestID: "r"})
}

// Every write has its line: who, what, before and after, and nothing that names
// a lead.
func TestEveryWriteIsInTheAuditLog(t *testing.T) {
	s := openStore(t, testDatabase(t))
	rep, err := s.EnsureUser(t.Context(), enablement.Identity{Subject: "ann", Name: "Ann", Email: "ann@example.com", Team: "EMEA", Role: enablement.RoleRep})
	fatal(t, err)
	_, err = s.EnsureUser(t.Context(), enablement.Identity{Subject: "ann", Name: "Ann", Email: "ann@example.com", Team: "DACH", Role: enablement.RoleMarketer})
	fatal(t, err)
	persona, err := s.SavePersona(by("ines", "savePersona"), nil, enablement.PersonaInput{Name: "CTO"})
	fatal(t, err)
	_, err = s.SavePersona(by("ines", "savePersona"), &persona.ID, enablement.PersonaInput{Name: "CIO"})
	fatal(t, err)
	industry, err := s.SaveIndustry(by("ines", "saveIndustry"), nil, enablement.IndustryInput{Name: "Energy"})
	fatal(t, err)
	asset, err := s.CreateAsset(by("ines", "createAsset"), enablement.AssetInput{Title: "A", Status: enablement.StatusPublished, Industries: []string{industry.ID}}, rep)
	fatal(t, err)
	long := strings.Repeat("x", 300)
	_, err = s.UpdateAsset(by("ines", "updateAsset"), asset.ID, nil, enablement.AssetPatch{Title: ptr("B"), Body: &long, Topics: []string{"t"}})
	fatal(t, err)
	_, err = s.VerifyAsset(by("ines", "verifyAsset"), asset.ID)
	fatal(t, err)
	lead, err := s.SaveLead(by("ann", "saveLead"), nil, enablement.LeadInput{LastName: ptr("Smith"), Email: ptr("smith@example.com")}, rep, anyLead)
	fatal(t, err)
	stage := enablement.LifecycleStage("CUSTOMER")
	_, err = s.SaveLead(by("ann", "saveLead"), &lead.ID, enablement.LeadInput{LastName: ptr("Jones"), Notes: ptr("ill"), LifecycleStage: &stage}, rep, anyLead)
	fatal(t, err)
	send, err := s.RecordSend(by("ann", "recordSend"), enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead)
	fatal(t, err)
	_, err = s.RecordOutcome(by("ann", "recordOutcome"), enablement.RecordOutcomeInput{Send: send.ID, Kind: enablement.OutcomeViewed}, rep, anyLead)
	fatal(t, err)
	set, err := s.SaveSynonyms(by("ines", "saveSynonyms"), nil, enablement.SynonymsInput{Terms: []string{"a", "b"}})
	fatal(t, err)
	_, err = s.RemoveSynonyms(by("ines", "removeSynonyms"), set.ID)
	fatal(t, err)
	fatal(t, s.Audit(by("root", "backup"), "backup"))
	got := logOf(t, s)
	for i := range got { // when they happened
		for _, field := range []string{"verifiedAt:->", "wonAt:->"} {
			if before, after, found := strings.Cut(got[i], field); found {
				_, rest, _ := strings.Cut(after, "Z")
				got[i] = before + field + "when" + rest
			}
		}
	}
	want := []string{
		"ann token USER 1",
		"ann token USER 2 team:EMEA>DACH role:REP>MARKETER",
		"ines savePersona PERSONA 1",
		"ines savePersona PERSONA 2 name:CTO>CIO",
		"ines saveIndustry INDUSTRY 1",
		"ines createAsset ASSET 1",
		"ines updateAsset ASSET 2 title:A>B body:->" + long[:200] + "… (300 characters, sha256 0d4e2ca9e9cbced7a7a5380eb29e1a3783b9b6d0db72de36a1051038e1c1fbc7) topics:->[\"t\"]",
		"ines verifyAsset ASSET 3 verifiedAt:->when",
		"ann saveLead LEAD 1",
		"ann saveLead LEAD 2 lastName:->- lifecycleStage:LEAD>CUSTOMER notes:->- wonAt:->when",
		"ann recordOutcome OUTCOME 1",
		"ines saveSynonyms SYNONYMS 1",
		"ines removeSynonyms SYNONYMS 2 removed:->true",
		"root backup DATABASE 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each asset of an import can be traced, and what changed of it.
func TestAnImportIsInTheAuditLogRowByRow(t *testing.T) {
	s := openStore(t, testDatabase(t))
	rows := make([]enablement.AssetInput, 450) // more than one entry holds
	for i := range rows {
		rows[i] = enablement.AssetInput{ExternalID: ptr(fmt.Sprint(i)), Title: fmt.Sprint("Piece ", i)}
	}
	_, err := s.ImportAssets(by("ines", "importAssets"), rows, true, nil)
	fatal(t, err)
	if got := logOf(t, s); len(got) > 0 {
		t.Errorf("a dry run is in the log: %v", got[0])
	}
	_, err = s.ImportAssets(by("ines", "importAssets"), rows, false, nil)
	fatal(t, err)
	rows[7].Title, rows[301].Personas = "Another", []string{"CTO"}
	_, err = s.ImportAssets(by("ines", "importAssets"), rows, false, nil)
	fatal(t, err)
	got := logOf(t, s)
	if len(got) != 453 || got[449] != "ines importAssets ASSET 1" || got[450] != "ines importAssets PERSONA 1" ||
		got[451] != "ines importAssets ASSET 2 title:Piece 7>Another" || !strings.HasPrefix(got[452], `ines importAssets ASSET 2 personas:->["per_`) {
		t.Errorf("%d lines, the last %v", len(got), got[max(0, len(got)-4):])
	}
}

// A write whose entry cannot be written is not made; one that does not go in is
// struck out; one that was on its way when the server died is struck out at the
// next start.
func TestTheEntryComesBeforeTheChange(t *testing.T) {
	s := openStore(t, testDatabase(t))
	asset, err := s.CreateAsset(by("ines", "createAsset"), enablement.AssetInput{Title: "A", ExternalID: ptr("a")}, nil)
	fatal(t, err)

	// The server dies between the entry and the change.
	next := asset.Clone()
	next.Title, next.Version = "B", 2
	_, err = s.trail.intend(by("ines", "updateAsset"), []enablement.AuditItem{item(auditedAsset, asset.ID, 2, asset, next)})
	fatal(t, err)
	s = reopen(t, s)
	s = reopen(t, s) // which notes it once
	want := []string{"ines createAsset ASSET 1", "ines updateAsset ASSET 2 title:A>B not written"}
	if diff := cmp.Diff(want, logOf(t, s)); diff != "" {
		t.Errorf("after a crash (-want +got):\n%s", diff)
	}
	if n := entriesIn(t, s); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}

	// Another document has what must be unique, which the database tells.
	twin := &enablement.Asset{ID: newID(enablement.AssetPrefix), Title: "Twin", ExternalID: ptr("a"), Version: 1, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	if err := writeAudited(by("ines", "createAsset"), s.trail, s.assets, auditedAsset, twin, nil); !errors.Is(err, errTaken) {
		t.Fatalf("error = %v", err)
	}
	want = append(want, "ines createAsset ASSET 1 not written")
	if diff := cmp.Diff(want, logOf(t, s)); diff != "" {
		t.Errorf("after a conflict (-want +got):\n%s", diff)
	}

	// The log cannot be written.
	lead, err := s.SaveLead(by("ines", "saveLead"), nil, enablement.LeadInput{LastName: ptr("Smith")}, nil, anyLead)
	fatal(t, err)
	s.audit.docs.mongo = s.audit.docs.mongo.Database().Collection("no$good")
	if _, err := s.SaveLead(by("ines", "saveLead"), &lead.ID, enablement.LeadInput{LastName: ptr("Jones")}, nil, anyLead); err == nil {
		t.Error("a lead was changed that the log knows nothing of")
	}
	if _, err := s.ImportAssets(by("ines", "importAssets"), []enablement.AssetInput{{Title: "Import"}}, false, nil); err != nil {
		t.Error(err)
	}
	s = reopen(t, s)
	if l, _ := s.Lead(t.Context(), lead.ID); l.LastName != "Smith" || s.Stats().Assets != 1 {
		t.Errorf("written without an entry: %+v, %d assets", l, s.Stats().Assets)
	}
}

// A start looks at what was written since the one before and at all of it where
// none has looked.
func TestAStartLooksAtTheAuditLogOnce(t *testing.T) {
	s := openStore(t, testDatabase(t))
	asset, err := s.CreateAsset(by("ines", "createAsset"), enablement.AssetInput{Title: "A"}, nil)
	fatal(t, err)
	at := enablement.Instant(time.Now().Add(-2 * auditLeeway))
	old := &enablement.AuditEntry{ID: idOf(enablement.AuditPrefix, at) + strings.Repeat("0", 20), At: at, Actor: actorOf(by("ines", "updateAsset")),
		Items: []enablement.AuditItem{{Noun: enablement.AuditAsset, ID: asset.ID, Version: 2}}}
	fatal(t, s.audit.docs.insertOne(t.Context(), old))
	_, err = s.trail.intend(by("ines", "updateAsset"), []enablement.AuditItem{{Noun: enablement.AuditAsset, ID: asset.ID, Version: 3}})
	fatal(t, err)
	s = reopen(t, s)
	want := []string{"ines updateAsset ASSET 2", "ines createAsset ASSET 1", "ines updateAsset ASSET 3 not written"}
	if diff := cmp.Diff(want, logOf(t, s)); diff != "" {
		t.Errorf("a start after another (-want +got):\n%s", diff)
	}
	fatal(t, s.removeMatter(t.Context(), auditMatter))
	s = reopen(t, s)
	want[0] += " not written"
	if diff := cmp.Diff(want, logOf(t, s)); diff != "" {
		t.Errorf("the first start (-want +got):\n%s", diff)
	}
}

// Given a backup that has an entry and not its change, as one taken under writes
// may, then the restored database says that it was not written.
func TestAnEntryAheadOfItsBackupIsStruckOut(t *testing.T) {
	s := openStore(t, testDatabase(t))
	asset, err := s.CreateAsset(by("ines", "createAsset"), enablement.AssetInput{Title: "A"}, nil)
	fatal(t, err)
	turns := 0
	k := dumpOf(t, s, func() {
		if turns++; turns == 2*len(dumped)-1 { // the audit log is left
			_, err := s.UpdateAsset(by("ines", "updateAsset"), asset.ID, nil, enablement.AssetPatch{Title: ptr("B")})
			fatal(t, err)
		}
	})
	o := testDatabase(t)
	fatal(t, Restore(t.Context(), o, k.restorable(0)))
	want := []string{"ines createAsset ASSET 1", "ines updateAsset ASSET 2 title:A>B not written"}
	if diff := cmp.Diff(want, logOf(t, openStore(t, o))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An entry that went in although its answer was lost is known again when it is
// written once more, and is in the log once.
func TestAnEntryWhoseAnswerWasLostIsWritten(t *testing.T) {
	s := openStore(t, testDatabase(t))
	ctx := by("ines", "updateAsset")
	in := &intent{trail: s.trail, entries: []*enablement.AuditEntry{{
		ID: newID(enablement.AuditPrefix), At: enablement.Instant(time.Now()), Actor: actorOf(ctx),
		Items: []enablement.AuditItem{{Noun: enablement.AuditAsset, ID: "ast_1", Version: 2}},
	}}}
	fatal(t, s.audit.docs.insertOne(ctx, in.entries[0]))
	fatal(t, in.write(ctx))
	if n := entriesIn(t, s); n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}
