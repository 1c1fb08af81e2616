package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/search"
	"github.com/quiverhq/quiver/store"
)

// filled makes a data directory with the titles in the store; those that
// indexed says are in the index too.
func filled(t *testing.T, titles []string, indexed func(i int) bool) (dir string, ids []string) {
	t.Helper()
	dir = t.TempDir()
	ctx := context.WithoutCancel(t.Context())
	db, err := store.Open(ctx, store.Options{Dir: filepath.Join(dir, "db"), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	index, err := search.Open(search.Options{Dir: filepath.Join(dir, "index"), Documents: db, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	index.SetTaxonomy(db.Taxonomy())
	for i, title := range titles {
		asset, err := db.CreateAsset(ctx, enablement.AssetInput{Title: title}, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, asset.ID)
		if indexed(i) {
			if err := index.Sync(ctx, []*enablement.Asset{asset}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := index.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return dir, ids
}

func TestCheckFindsStoreAndIndexAlike(t *testing.T) {
	dir, _ := filled(t, []string{"One", "Two"}, func(int) bool { return true })
	got := quiver(t, t.Context(), "", "check", "--data", dir)
	if got.Code != 0 || got.Out != "2 assets, the index has them all as they are\n" {
		t.Errorf("%+v", got)
	}
}

func TestCheckPassesOverWhatACrashLeft(t *testing.T) {
	dir, _ := filled(t, []string{"One", "Two"}, func(int) bool { return true })
	segments, err := filepath.Glob(filepath.Join(dir, "index", "*", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	for name, text := range map[string]string{"0000000000aa.zap": "", "0000000000ab.zap": "half of a segment"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(segments[0]), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := quiver(t, t.Context(), "", "check", "--data", dir); got.Code != 0 {
		t.Errorf("files that nothing names: %+v", got)
	}
	if err := os.Truncate(segments[0], 20); err != nil {
		t.Fatal(err)
	}
	if got := quiver(t, t.Context(), "", "check", "--data", dir); got.Code != 1 || !strings.Contains(got.Out, "is damaged") {
		t.Errorf("a file that is needed: %+v", got)
	}
}

func TestCheckNamesWhatDiffers(t *testing.T) {
	dir, ids := filled(t, []string{"One", "Two", "Three"}, func(i int) bool { return i != 1 })
	got := quiver(t, t.Context(), "", "check", "--data", dir)
	want := ids[1] + ": version 1 in the store, not in the index\n" +
		"3 assets in the store, 1 differ; the server brings the index up to date when it starts\n"
	if got.Code != ExitDiffers || got.Out != want {
		t.Errorf("%+v", got)
	}
}

func TestCheckOfADirectoryThatIsNotThereMakesNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	got := quiver(t, t.Context(), "", "check", "--data", dir)
	if got.Code != ExitUnable || !strings.Contains(got.Message, "there is no data directory") {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("the directory was made")
	}
}
