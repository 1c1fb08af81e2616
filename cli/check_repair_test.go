package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damage changes one byte in the middle of every file that a pattern names.
func damage(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing is named by %s: %v", pattern, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)/2] ^= 1
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever has happened to the index: check tells, --repair makes it anew of the
// documents, and then all is in order.
func TestCheckRepairsTheIndex(t *testing.T) {
	all := func(int) bool { return true }
	for name, c := range map[string]struct {
		indexed func(int) bool
		harm    func(t *testing.T, dir string)
		code    int
		says    string
	}{
		"an asset is missing in it": {func(i int) bool { return i != 1 }, func(*testing.T, string) {}, ExitDiffers, "not in the index"},
		"a segment is damaged in its middle": {all, func(t *testing.T, dir string) { damage(t, filepath.Join(dir, "index", "*", "*.zap")) },
			ExitDiffers, "is damaged: its checksum does not agree"},
		"its list of segments is cut off": {all, func(t *testing.T, dir string) {
			files, _ := filepath.Glob(filepath.Join(dir, "index", "*", "root.bolt"))
			if err := os.Truncate(files[0], 100); err != nil {
				t.Fatal(err)
			}
		}, ExitDiffers, "root.bolt is damaged"},
		"it is gone": {all, func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
				t.Fatal(err)
			}
		}, ExitDiffers, "not in the index"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := filled(t, []string{"One", "Two", "Three"}, c.indexed)
			c.harm(t, dir)
			if got := quiver(t, t.Context(), "", "check", "--data", dir); got.Code != c.code || !strings.Contains(got.Out, c.says) {
				t.Errorf("check: %+v", got)
			}
			if got := quiver(t, t.Context(), "", "check", "--data", dir, "--repair"); got.Code != 0 || !strings.Contains(got.Out, c.says) ||
				!strings.HasSuffix(got.Out, "after the repair:\n3 assets, the index has them all as they are\n") {
				t.Errorf("repair: %+v", got)
			}
			if got := quiver(t, t.Context(), "", "check", "--data", dir); got.Code != 0 {
				t.Errorf("check after it: %+v", got)
			}
		})
	}
}
