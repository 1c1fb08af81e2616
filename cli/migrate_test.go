package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestMigrateSaysThatThereIsNothingToDo(t *testing.T) {
	dir, _ := filled(t, []string{"One"}, func(int) bool { return true })
	for _, flags := range [][]string{nil, {"--dry-run"}} {
		got := quiver(t, t.Context(), "", append([]string{"migrate", "--data", dir}, flags...)...)
		if got.Code != 0 || got.Out != "the database has version 2, as this Quiver needs: nothing to do\n" {
			t.Errorf("%+v", got)
		}
	}
	got := quiver(t, t.Context(), "", "migrate", "--data", filepath.Join(dir, "none"))
	if got.Code != ExitUnable || !strings.Contains(got.Message, "there is no data directory") {
		t.Errorf("%+v", got)
	}
}
