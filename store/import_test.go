package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// counts gives created, updated, unchanged and failed.
func counts(r *enablement.ImportResult) [4]int {
	return [4]int{r.Created, r.Updated, r.Unchanged, r.Failed}
}

func remarks(all []*enablement.ImportError) (out []string) {
	for _, e := range all {
		field := ""
		if e.Field != nil {
			field = *e.Field
		}
		out = append(out, fmt.Sprintf("%d %s", e.Row, field))
	}
	return out
}

func TestAssetImport(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rows := []enablement.AssetInput{
		{ExternalID: ptr("a"), Title: "A", Personas: []string{"VP  Sales", "CTO"}, Industries: []string{"Energy"}},
		{ExternalID: ptr("b"), Title: ""},
		{ExternalID: ptr("c"), Title: "C", Personas: []string{"vp sales"}},
		{Title: "no id"},
		{ExternalID: ptr("d"), Title: "D", Personas: []string{"per_unknown"}, Industries: []string{"Never added"}},
		{ExternalID: ptr("a"), Title: "A, second", Topics: []string{"x"}},
		{ExternalID: ptr("e"), Title: "E", Type: "POEM", Personas: []string{"Never added either"}},
	}
	wantErrors := []string{"1 title", "4 personas[0]", "4 industries[0]", "6 type"}
	wantWarnings := []string{"0 personas", "0 personas", "0 industries", "5 externalId"}

	dry, err := s.ImportAssets(ctx, rows, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Stats(); n.Assets+n.Personas+n.Industries != 0 {
		t.Fatalf("a dry run wrote: %+v", n)
	}
	wet, err := s.ImportAssets(ctx, rows, false, &enablement.User{ID: "usr_m"})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*enablement.ImportResult{"dry": dry, "wet": wet} {
		if counts(r) != [4]int{3, 1, 0, 3} {
			t.Errorf("%s run: %v, want 3 created, 1 updated, 0 unchanged, 3 failed", name, counts(r))
		}
		if diff := cmp.Diff(wantErrors, remarks(r.Errors)); diff != "" {
			t.Errorf("%s run, errors (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(wantWarnings, remarks(r.Warnings)); diff != "" {
			t.Errorf("%s run, warnings (-want +got):\n%s", name, diff)
		}
	}
	a, err := s.assetNamed(ctx, "a")
	if err != nil || a.Title != "A, second" || len(a.Personas) != 2 || a.Version != 1 || a.PublishedAt != nil || a.OwnerID != "usr_m" {
		t.Errorf("a: %+v, %v", a, err)
	}
	if n := s.Stats(); n.Assets != 3 || n.Personas != 2 || n.Industries != 1 {
		t.Errorf("stats: %+v, want 3 assets, 2 personas, 1 industry", n)
	}
}

func TestAssetImportRunAgainChangesNothing(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rows := make([]enablement.AssetInput, 300)
	for i := range rows {
		rows[i] = enablement.AssetInput{ExternalID: ptr(fmt.Sprint("x", i)), Title: fmt.Sprint("Title ", i), Body: ptr(strings.Repeat("word ", 50)), Defaulted: []string{"status"}}
	}
	run := func(want [4]int) {
		t.Helper()
		r, err := s.ImportAssets(ctx, rows, false, nil)
		if err != nil || counts(r) != want {
			t.Fatalf("import: %v, %v; want %v", counts(r), err, want)
		}
	}
	run([4]int{300, 0, 0, 0})
	archived, err := s.assetNamed(ctx, "x7")
	if err != nil {
		t.Fatal(err)
	}
	if archived, err = s.SetAssetStatus(ctx, archived.ID, enablement.StatusArchived); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	run([4]int{0, 0, 300, 0})
	for i := range 150 {
		rows[i].Title += "!"
	}
	run([4]int{0, 150, 150, 0})
	s = reopen(t, s)
	again, err := s.Asset(ctx, archived.ID)
	if err != nil || again.Version != archived.Version+1 || again.Status != enablement.StatusArchived || again.Title != "Title 7!" {
		t.Errorf("imported over: %+v, %v", again, err)
	}
	_, err = s.ImportAssets(ctx, make([]enablement.AssetInput, 1001), false, nil)
	wantField(t, err, "rows")
}

func TestLeadImport(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rows := []enablement.LeadInput{
		{ExternalID: ptr("1"), Email: ptr("a@example.com"), Company: ptr("Acme")},
		{Email: ptr("A@example.com"), Notes: ptr("same as row 0")},
		{Company: ptr("nothing to know it by")},
		{ExternalID: ptr("2"), Email: ptr("a@example.com")},
		{ExternalID: ptr("3"), Email: ptr("c@example.com"), Owner: ptr("usr_none")},
		{ExternalID: ptr("4")},
	}
	for _, dry := range []bool{true, false} {
		r, err := s.ImportLeads(ctx, rows, dry)
		if err != nil || counts(r) != [4]int{2, 1, 0, 3} {
			t.Fatalf("dry %v: %v, %v; want 2 created, 1 updated, 3 failed", dry, counts(r), err)
		}
		if diff := cmp.Diff([]string{"2 externalId", "3 email", "4 owner"}, remarks(r.Errors)); diff != "" {
			t.Errorf("dry %v: errors:\n%s", dry, diff)
		}
	}
	good := []enablement.LeadInput{rows[0], rows[1], rows[5]}
	s = reopen(t, s)
	r, err := s.ImportLeads(ctx, good, false)
	if err != nil || counts(r) != [4]int{0, 0, 3, 0} {
		t.Errorf("again: %v, %v; want 3 unchanged", counts(r), err)
	}
	if n := s.Stats().Leads; n != 2 {
		t.Errorf("%d leads, want 2", n)
	}
}

func TestSendImport(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	_, asset, lead := someone(t, s)
	if _, err := s.SetAssetStatus(ctx, asset.ID, enablement.StatusArchived); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-100 * time.Hour)
	row := func(id, lead, asset, rep string) enablement.ImportSendInput {
		return enablement.ImportSendInput{ExternalID: id, Lead: lead, Assets: []string{asset}, Rep: rep, SentAt: at}
	}
	rows := []enablement.ImportSendInput{
		row("s1", lead.ID, asset.ID, "rep-1"),
		row("s2", "ANA@example.com", "guide", "new@example.com"),
		row("s1", lead.ID, asset.ID, "rep-1"),
		row("s3", "nobody", "nothing", "never-added"),
		row("s4", lead.ID, "guide", "rep1@example.com"),
		{ExternalID: "s5", Lead: lead.ID, Rep: "never-added"},
	}
	for _, dry := range []bool{true, false} {
		r, err := s.ImportSends(ctx, rows, dry)
		if err != nil || counts(r) != [4]int{3, 0, 1, 2} {
			t.Fatalf("dry %v: %v, %v; want 3 created, 1 unchanged, 2 failed", dry, counts(r), err)
		}
		if diff := cmp.Diff([]string{"3 lead", "3 assets[0]", "5 sentAt", "5 assets"}, remarks(r.Errors)); diff != "" {
			t.Errorf("dry %v: errors:\n%s", dry, diff)
		}
		if dry && (s.Stats().Sends != 0 || s.Stats().Users != 1) {
			t.Fatalf("a dry run wrote: %+v", s.Stats())
		}
	}
	if n := s.Stats(); n.Sends != 3 || n.Users != 2 {
		t.Errorf("%d sends and %d users, want 3 and 2", n.Sends, n.Users)
	}
	s = reopen(t, s)
	r, err := s.ImportSends(ctx, rows[:3], false)
	if err != nil || counts(r) != [4]int{0, 0, 3, 0} {
		t.Errorf("again: %v, %v; want 3 unchanged", counts(r), err)
	}
}
