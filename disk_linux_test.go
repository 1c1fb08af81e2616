package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mountSmall mounts a small disk of its own at a place, as root may.
func mountSmall(t *testing.T, place, size string) {
	t.Helper()
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", place, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk is mounted for this test, which root alone may do: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(place, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fillUp leaves no room on a disk and gives what makes room again.
func fillUp(t *testing.T, place string) (empty func()) {
	t.Helper()
	path := filepath.Join(place, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 20, 4 << 10, 1} {
		for block := make([]byte, size); err == nil; {
			_, err = f.Write(block)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
	f.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// A disk fills up under load and has room again: writes that the database cannot
// take are refused with the cause; those that only the index cannot take stand;
// and everything goes on by itself.
func TestADiskFillsUp(t *testing.T) {
	t.Parallel()
	for place, refuses := range map[string]bool{"db": true, "index": false} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			mountSmall(t, filepath.Join(data, place), "96m")
			p := spawn(t, data)
			tr := newTraffic(p.quiver, p.address)
			tr.start(3)
			tr.progress(30)
			for range atLength(1, 3) {
				empty := fillUp(t, filepath.Join(data, place))
				if refuses {
					refusal := ""
					eventually(t, "a write is refused", func() bool {
						tr.mu.Lock()
						defer tr.mu.Unlock()
						refusal = tr.words["UNAVAILABLE"] + tr.words["ROWS"] + tr.words["INTERNAL"]
						return refusal != ""
					})
					if !strings.Contains(refusal, "the disk of the database is full") {
						t.Errorf("while the disk is full a write is refused with %s", refusal)
					}
				}
				time.Sleep(2 * time.Second)                                                                                                   // the length of the fault is the variable of this test
				p.as(tr.rep).must(`{ assets(first: 1) { totalCount nodes { title } } leads { totalCount } usage { totals { sends } } }`, nil) // reads go on
				empty()
				tr.progress(30)
			}
			tr.stop()
			if refuses {
				tr.only("UNAVAILABLE", "ROWS")
			} else {
				tr.only()
			}
			same := tr.holds(p.quiver, meant{tr}, 10*time.Second)
			t.Logf("even %v after there was room; refused %v", same, tr.refused)
			checked(t, p)
			again := spawn(t, data)
			tr.holds(again.quiver, meant{tr}, 0)
		})
	}
}
