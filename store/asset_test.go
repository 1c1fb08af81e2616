package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

func wantCode(t testing.TB, err error, code enablement.Code) {
	t.Helper()
	if err == nil || enablement.CodeOf(err) != code {
		t.Fatalf("error = %v, want %s", err, code)
	}
}

func wantField(t testing.TB, err error, path string) {
	t.Helper()
	wantCode(t, err, enablement.BadUserInput)
	for _, f := range enablement.FaultsOf(err) {
		if f.Path == path {
			return
		}
	}
	t.Fatalf("faults = %v, want one at %q", enablement.FaultsOf(err), path)
}

func TestAssetLivesThroughCreateUpdateStatusAndRestart(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	persona, err := s.SavePersona(ctx, nil, enablement.PersonaInput{Name: "CTO"})
	if err != nil {
		t.Fatal(err)
	}
	in := enablement.AssetInput{ExternalID: ptr("x-1"), Title: "Zero trust", Body: ptr("a body"), Personas: []string{"cto"}, Topics: []string{"security"}, Status: enablement.StatusDraft}
	a, err := s.CreateAsset(ctx, in, &enablement.User{ID: "usr_1"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Version != 1 || a.PublishedAt != nil || len(a.Personas) != 1 || a.Personas[0].ID != persona.ID || a.OwnerID != "usr_1" {
		t.Errorf("created: %+v", a)
	}
	if a, err = s.UpdateAsset(ctx, a.ID, ptr(1), enablement.AssetPatch{Title: ptr("Zero trust, explained")}); err != nil {
		t.Fatal(err)
	}
	if a, err = s.SetAssetStatus(ctx, a.ID, enablement.StatusPublished); err != nil {
		t.Fatal(err)
	}
	if a.Version != 3 || a.PublishedAt == nil {
		t.Errorf("after an update and publishing: version %d, publishedAt %v; want 3 and a time", a.Version, a.PublishedAt)
	}
	if same, err := s.UpdateAsset(ctx, a.ID, nil, enablement.AssetPatch{Title: &a.Title}); err != nil || same.Version != 3 {
		t.Errorf("an update that changes nothing: version %d, %v; want 3", same.Version, err)
	}
	s = reopen(t, s)
	again, err := s.Asset(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("after a restart (-before +after):\n%s", diff)
	}
}

func TestAssetRefusals(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	a, err := s.CreateAsset(ctx, enablement.AssetInput{ExternalID: ptr("x"), Title: "One"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Asset(ctx, "ast_none")
	wantCode(t, err, enablement.NotFound)
	_, err = s.CreateAsset(ctx, enablement.AssetInput{ExternalID: ptr(" x "), Title: "Two"}, nil)
	wantCode(t, err, enablement.Conflict)
	_, err = s.UpdateAsset(ctx, a.ID, ptr(7), enablement.AssetPatch{Title: ptr("t")})
	wantCode(t, err, enablement.Conflict)
	_, err = s.UpdateAsset(ctx, "ast_none", nil, enablement.AssetPatch{Title: ptr("t")})
	wantCode(t, err, enablement.NotFound)
	_, err = s.SetAssetStatus(ctx, a.ID, "GONE")
	wantField(t, err, "status")
	_, err = s.CreateAsset(ctx, enablement.AssetInput{Title: "a\x00b", Personas: []string{"nobody"}}, nil)
	wantField(t, err, "title")
	wantField(t, err, "personas[0]")
	_, err = s.CreateAsset(ctx, enablement.AssetInput{Title: "long", Body: ptr(strings.Repeat("x", enablement.MaxBody+1))}, nil)
	wantField(t, err, "body")
	for _, id := range []string{"", "a\x00b", strings.Repeat("x", 10_000), "$where", "a.b"} {
		_, err = s.Asset(ctx, id)
		wantCode(t, err, enablement.NotFound)
	}
}

func TestAssetDatesInTheFutureAreRefused(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	tomorrow := time.Now().AddDate(0, 0, 1)
	_, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Early", PublishedAt: &tomorrow, VerifiedAt: &tomorrow}, nil)
	wantField(t, err, "publishedAt")
	wantField(t, err, "verifiedAt")
	r, err := s.ImportAssets(ctx, []enablement.AssetInput{{ExternalID: ptr("e"), Title: "Early", PublishedAt: &tomorrow}}, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0 publishedAt"}, remarks(r.Errors)); diff != "" {
		t.Errorf("imported (-want +got):\n%s", diff)
	}

	older := enablement.Asset{ID: "ast_older", ExternalID: ptr("x"), Title: "From before the rule", Version: 1, PublishedAt: &tomorrow}
	if _, err := s.assets.docs.mongo.InsertOne(ctx, older); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	if _, err := s.UpdateAsset(ctx, older.ID, nil, enablement.AssetPatch{Title: ptr("Other")}); err != nil {
		t.Errorf("an update of the title is refused: %v", err)
	}
	if r, err := s.ImportAssets(ctx, []enablement.AssetInput{{ExternalID: ptr("x"), Title: "Again"}}, false, nil); err != nil || r.Updated != 1 {
		t.Errorf("an import of the title is refused: %+v, %v", r, err)
	}
	_, err = s.UpdateAsset(ctx, older.ID, nil, enablement.AssetPatch{VerifiedAt: &tomorrow})
	wantField(t, err, "verifiedAt")
}

func TestLargestBodyIsKept(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	body := strings.Repeat("é\n\"{$", enablement.MaxBody/6)
	a, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Long", Body: &body}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	again, err := s.Asset(ctx, a.ID)
	if err != nil || again.Body != a.Body {
		t.Fatalf("a body of %d bytes came back as %d bytes: %v", len(body), len(again.Body), err)
	}
}

func TestConcurrentUpdatesOfOneVersionHaveOneWinner(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	_, a, _ := someone(t, s)
	var won, lost atomic.Int64
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			_, err := s.UpdateAsset(ctx, a.ID, &a.Version, enablement.AssetPatch{Title: ptr(fmt.Sprint("Title ", i))})
			switch {
			case err == nil:
				won.Add(1)
			case enablement.CodeOf(err) == enablement.Conflict:
				lost.Add(1)
			default:
				t.Errorf("update: %v", err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 || lost.Load() != 19 {
		t.Errorf("%d won and %d lost, want 1 and 19", won.Load(), lost.Load())
	}
	if now, _ := s.Asset(ctx, a.ID); now.Version != a.Version+1 {
		t.Errorf("version %d, want %d", now.Version, a.Version+1)
	}
}

func TestAssetsKeepTheOrderOfIDsAndLeaveOutMissing(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	var ids []string
	for i := range 5 {
		a, err := s.CreateAsset(ctx, enablement.AssetInput{Title: fmt.Sprint("A", i)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
	}
	s.assets.cache.Remove(ids[1])
	s.assets.cache.Remove(ids[3])
	want := []string{ids[3], ids[0], ids[1], ids[1]}
	got, err := s.Assets(ctx, []string{ids[3], "ast_none", ids[0], ids[1], ids[1]})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, assetIDs(got)); diff != "" {
		t.Error(diff)
	}
}

func assetIDs(assets []*enablement.Asset) (ids []string) {
	for _, a := range assets {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestExpiredAssetCannotBePublished(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	past := time.Now().Add(-time.Hour)
	a, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Old", Status: enablement.StatusDraft, ExpiresAt: &past}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.SetAssetStatus(ctx, a.ID, enablement.StatusPublished)
	wantField(t, err, "status")
}

// Nobody knows when a piece was published that came in expired: a date of today
// would lie behind its end, and no edit of it could be right.
func TestAnAssetThatComesInExpiredCanBeEdited(t *testing.T) {
	s := openStore(t, testDatabase(t))
	past, title := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), "Still of use"
	a, err := s.CreateAsset(t.Context(), enablement.AssetInput{Title: "Of old", ExpiresAt: &past}, nil)
	if err != nil || a.PublishedAt != nil {
		t.Fatalf("published at %v, %v", a.PublishedAt, err)
	}
	if _, err := s.UpdateAsset(t.Context(), a.ID, nil, enablement.AssetPatch{Title: &title}); err != nil {
		t.Error(err)
	}
	later := time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)
	if a, err = s.UpdateAsset(t.Context(), a.ID, nil, enablement.AssetPatch{ExpiresAt: &later}); err != nil || a.StatusAt(time.Now()) != enablement.StatusPublished {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestDamagedDocumentIsLeftOut(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	_, a, _ := someone(t, s)
	if _, err := s.assets.docs.mongo.InsertOne(ctx, map[string]any{"_id": "ast_bad", "title": 7, "revision": "x"}); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	var seen []string
	for asset, err := range s.EachAsset(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, asset.ID)
	}
	if diff := cmp.Diff([]string{a.ID}, seen); diff != "" {
		t.Error(diff)
	}
	found, err := s.Assets(ctx, []string{"ast_bad", a.ID})
	if err != nil || len(found) != 1 {
		t.Errorf("by id: %d assets, %v; want the good one", len(found), err)
	}
}
