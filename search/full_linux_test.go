package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// tiny mounts a small disk of its own, as root may.
func tiny(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk is mounted for this test, which root alone may do: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no room on a disk and gives what makes room again.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	for block := make([]byte, 1); !errors.Is(err, syscall.ENOSPC); {
		_, err = f.Write(block)
	}
	f.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// While the index's disk is full, what it holds is answered; what could not be
// written is taken in once there is room, in place.
func TestAnIndexOnAFullDiskRecoversInPlace(t *testing.T) {
	const n = 200
	dir, docs := tiny(t, "24m"), newShelf(numbered(n)...)
	x := holding(t, dir, docs)
	t.Cleanup(func() { x.Close() })
	rounds := 1
	if os.Getenv("QUIVER_FAULTS") == "long" {
		rounds = 5
	}
	for round := range rounds {
		empty := fill(t, dir)
		failed := 0
		for i := range 30 {
			added := piece(fmt.Sprint("late", round, "-", i), fmt.Sprintf("Late unique%dx%d", round, i), "more words to write")
			docs.put(added)
			if err := x.Sync(t.Context(), []*enablement.Asset{added}); err != nil {
				failed++
				if enablement.CodeOf(err) != enablement.Unavailable {
					t.Fatal(err)
				}
			}
			if refused, err := wrong(x, i); err != nil || refused != nil {
				t.Fatalf("while the disk is full: refused %v, wrong %v", refused, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
		if failed == 0 {
			t.Fatal("no write failed: the disk was not full")
		}
		empty()
		began := time.Now()
		until(t, "everything is indexed", func() bool { return x.Stats().Pending == 0 })
		t.Logf("%d writes failed; all were indexed %v after there was room", failed, time.Since(began))
		for i := range 30 {
			if got := find(t, x, enablement.AssetQuery{Text: fmt.Sprintf("unique%dx%d", round, i)}); len(got) == 0 || got[0] != fmt.Sprint("late", round, "-", i) {
				t.Fatalf("unique%dx%d finds %v", round, i, got)
			}
		}
		whole(t, x, docs, n)
	}
}
