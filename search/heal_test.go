package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// harms are what can befall the files of an index.
func harms() map[string]func(dir string) error {
	segments := func(harm func(path string) error) func(string) error {
		return func(dir string) error {
			files, err := filepath.Glob(filepath.Join(dir, "*.zap"))
			for _, f := range files {
				err = errors.Join(err, unlessGone(harm(f))) // a merge may take it away first
			}
			return err
		}
	}
	root := func(harm func(path string) error) func(string) error {
		return func(dir string) error { return harm(filepath.Join(dir, "root.bolt")) }
	}
	return map[string]func(dir string) error{
		"bytes flipped in the middle of segments": segments(flip),
		"segments cut short":                      segments(func(f string) error { return os.Truncate(f, 10) }),
		"segments cut in half":                    segments(halve),
		"segments deleted":                        segments(os.Remove),
		"root.bolt overwritten": root(func(f string) error {
			return os.WriteFile(f, []byte("not a database at all"), 0o600)
		}),
		"root.bolt cut short": root(func(f string) error { return os.Truncate(f, 100) }),
		"root.bolt deleted":   root(os.Remove),
		"the whole directory deleted": func(dir string) (err error) {
			for range 10 { // the index may be writing into it
				if err = os.RemoveAll(dir); err == nil {
					break
				}
			}
			return err
		},
	}
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// flip inverts a few bytes in the middle of a file.
func flip(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	at := len(content) / 2
	some := slices.Clone(content[at : at+16])
	for i := range some {
		some[i] ^= 0xff
	}
	_, err = f.WriteAt(some, int64(at))
	return err
}

func halve(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()/2)
}

// numbered is a catalog in which each asset has a word of its own, so that every
// part of the index matters to some query.
func numbered(n int) []*enablement.Asset {
	assets := make([]*enablement.Asset, n)
	for i := range assets {
		assets[i] = piece(fmt.Sprint("a", i), fmt.Sprint("Piece unique", i), "shared words and the rest")
	}
	return assets
}

// holding opens an index that holds a shelf, in several segments.
func holding(t *testing.T, dir string, docs *shelf) *Index {
	t.Helper()
	x, err := Open(Options{Dir: dir, Documents: docs, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	for some := range slices.Chunk(docs.all(), 70) {
		if err := x.Sync(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	return x
}

// wrong asks for the words of one asset and tells what is wrong with the answer:
// an answer is right or a coded error.
func wrong(x *Index, i int) (refused, err error) {
	page, err := x.Assets(context.Background(), enablement.AssetQuery{Text: fmt.Sprint("unique", i), First: 5})
	if err != nil {
		if enablement.CodeOf(err) != enablement.Unavailable {
			return nil, fmt.Errorf("unique%d: %w", i, err)
		}
		return err, nil
	}
	if len(page.Hits) == 0 || page.Hits[0].ID != fmt.Sprint("a", i) {
		return nil, fmt.Errorf("unique%d finds %+v", i, page.Hits)
	}
	return nil, nil
}

// whole insists that every asset is found by its word and that the index equals
// the store.
func whole(t *testing.T, x *Index, docs *shelf, n int) {
	t.Helper()
	for i := range n {
		if refused, err := wrong(x, i); err != nil || refused != nil {
			t.Fatalf("after it healed: refused %v, wrong %v", refused, err)
		}
	}
	if differences, err := x.Check(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("after it healed: %v %v", differences, err)
	}
}

// Damaged while nothing runs, the index is found damaged at the start, before
// anything is read of it, and built anew.
func TestAnIndexDamagedInItsSleepIsBuiltAnew(t *testing.T) {
	const n = 200
	for harm, do := range harms() {
		t.Run(harm, func(t *testing.T) {
			t.Parallel()
			dir, docs := t.TempDir(), newShelf(numbered(n)...)
			if err := holding(t, dir, docs).Close(); err != nil {
				t.Fatal(err)
			}
			if err := do(filepath.Join(dir, fingerprint())); err != nil {
				t.Fatal(err)
			}
			whole(t, open(t, dir, docs), docs, n)
		})
	}
}

// Damaged under a running process, the index is built anew in place, while
// lists go on and words are answered rightly or not at all. Writes go on, so that
// Bleve's own goroutines meet the damage too.
func TestAnIndexDamagedWhileItRunsHeals(t *testing.T) {
	const n = 200
	for harm, do := range harms() {
		t.Run(harm, func(t *testing.T) {
			t.Parallel()
			dir, docs := t.TempDir(), newShelf(numbered(n)...)
			x := holding(t, dir, docs)
			t.Cleanup(func() {
				if err := x.Close(); err != nil {
					t.Error(err)
				}
			})
			for i := range n { // before the damage
				if _, err := wrong(x, i); err != nil {
					t.Fatal(err)
				}
			}
			if err := do(filepath.Join(dir, fingerprint())); err != nil {
				t.Fatal(err)
			}
			began, refused := time.Now(), 0
			for i := 0; ; i++ {
				if i%20 == 0 {
					added := piece(fmt.Sprint("late", i), fmt.Sprint("Late ", i), "")
					docs.put(added)
					if err := x.Sync(t.Context(), []*enablement.Asset{added}); err != nil && enablement.CodeOf(err) != enablement.Unavailable {
						t.Fatal(err)
					}
				}
				refusal, err := wrong(x, i%n)
				if err != nil {
					t.Fatalf("%v after the damage: %v", time.Since(began), err)
				}
				if refusal != nil {
					refused++
				}
				if list, err := x.Assets(t.Context(), enablement.AssetQuery{First: 1}); err != nil || list.Total < n {
					t.Fatalf("a list without words: %v", err)
				}
				s := x.Stats()
				// A merge may have put files that are gone to rights before anybody looks.
				merged := time.Since(began) > 2*time.Second && allThere(x)
				if (s.Healed > 0 || merged) && !s.Rebuilding && s.Pending == 0 {
					break
				}
				if time.Since(began) > 20*time.Second {
					t.Fatalf("not healed in time: %+v", s)
				}
				time.Sleep(time.Millisecond)
			}
			t.Logf("healed after %v; %d queries refused meanwhile", time.Since(began), refused)
			whole(t, x, docs, n)
		})
	}
}

// allThere tells whether every file that queries read is on disk.
func allThere(x *Index) bool {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.words == nil { // it is being built anew
		return false
	}
	for _, s := range x.words.segments {
		if _, err := os.Stat(s.file.path); err != nil || s.file.untouched() != nil {
			return false
		}
	}
	return len(x.words.segments) > 0 && rooted(x.words.path) == nil
}

// Between the damage and the second at most until it is noticed, nothing that is
// read of the damaged files is believed; and it is noticed though nobody asks.
func TestADamagedFileIsNotBelieved(t *testing.T) {
	const n = 60
	all := harms()
	for _, harm := range []string{"bytes flipped in the middle of segments", "segments cut short", "segments cut in half"} {
		t.Run(harm, func(t *testing.T) {
			t.Parallel()
			dir, docs := t.TempDir(), newShelf(numbered(n)...)
			x := holding(t, dir, docs)
			t.Cleanup(func() { x.Close() })
			func() {
				x.writing.Lock() // nobody looks after the index for now
				defer x.writing.Unlock()
				if err := all[harm](filepath.Join(dir, fingerprint())); err != nil {
					t.Fatal(err)
				}
				for i := range n {
					if _, err := wrong(x, i); err != nil {
						t.Fatal(err)
					}
				}
				x.words.suspect.Store(false) // as if nobody had asked
			}()
			until(t, "it heals", func() bool { return x.Stats().Healed > 0 })
			whole(t, x, docs, n)
		})
	}
}

// A file that somebody has written to is not believed until its checksum holds
// again, be it as it was.
func TestATouchedFileIsLookedAtFirst(t *testing.T) {
	const n = 60
	dir, docs := t.TempDir(), newShelf(numbered(n)...)
	x := holding(t, dir, docs)
	t.Cleanup(func() { x.Close() })
	func() {
		x.writing.Lock() // nobody looks after the index for now
		defer x.writing.Unlock()
		files, err := filepath.Glob(filepath.Join(dir, fingerprint(), "*.zap"))
		for _, f := range files {
			err = errors.Join(err, os.Chtimes(f, noon, noon))
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if refused, err := wrong(x, i); err != nil || refused == nil {
				t.Fatalf("read from a file that was touched: wrong %v", err)
			}
		}
	}()
	until(t, "all is believed again", func() bool {
		for i := range n {
			if refused, _ := wrong(x, i); refused != nil {
				return false
			}
		}
		return true
	})
	whole(t, x, docs, n)
	if s := x.Stats(); s.Healed > 0 {
		t.Error("it was built anew, for nothing")
	}
}

// What is written while there are no words at all, for the damaged ones could not
// be opened again, is listed at once and found by its words once there are some.
func TestWritesWithoutWordsAreCaughtUp(t *testing.T) {
	dir, docs := t.TempDir(), newShelf(numbered(20)...)
	x := holding(t, dir, docs)
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	x.writing.Lock()
	x.mu.Lock()
	if err := x.words.close(); err != nil {
		t.Fatal(err)
	}
	x.words, x.mending, x.mendAfter = nil, true, time.Now().Add(time.Second)
	x.mu.Unlock()
	added := piece("late", "Late arrival", "")
	docs.put(added)
	x.writing.Unlock()
	if err := x.Sync(t.Context(), []*enablement.Asset{added}); enablement.CodeOf(err) != enablement.Unavailable {
		t.Fatalf("a write without words answers %v", err)
	}
	if page, err := x.Assets(t.Context(), enablement.AssetQuery{First: 50}); err != nil || page.Total != 21 {
		t.Fatalf("the list without words has not all: %v", err)
	}
	for began := time.Now(); x.Stats().Healed == 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("not healed in time: %+v", x.Stats())
		}
	}
	if got := find(t, x, enablement.AssetQuery{Text: "arrival", First: 5}); !slices.Equal(got, []string{"late"}) {
		t.Errorf("after the index is whole again it finds %v", got)
	}
	whole(t, x, docs, 20)
}

// An index that was opened again after a failed write, and lacks what damaged files
// held, answers no words before that is caught up: it would find too little.
func TestAnIndexOpenedAgainWithoutSomeOfItsFilesAnswersNothingYet(t *testing.T) {
	dir, docs := t.TempDir(), newShelf(numbered(200)...)
	x := holding(t, dir, docs)
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	x.writing.Lock()
	for _, s := range x.words.segments {
		if err := os.Truncate(s.file.path, 10); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.reopen(errBroken); err != nil && x.words != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if _, err := wrong(x, i); err != nil {
			t.Error(err)
			break
		}
	}
	x.writing.Unlock()
	for began := time.Now(); x.Stats().Healed == 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("not healed in time: %+v", x.Stats())
		}
	}
	whole(t, x, docs, 200)
}

// Words that are still being typed and misspelt ones are looked for in the
// dictionaries. What was counted before the damage is remembered, so that these
// are the first to be read then.
func TestADamagedDictionaryEndsNoProcess(t *testing.T) {
	for harm, do := range harms() {
		t.Run(harm, func(t *testing.T) {
			dir := t.TempDir()
			x := holding(t, dir, newShelf(numbered(200)...))
			t.Cleanup(func() { _ = x.Close() }) // it may not have healed by then
			ask := func(text string) (int, error) {
				page, err := x.Assets(t.Context(), enablement.AssetQuery{Text: text, WithSuggestion: true, First: 5})
				if err != nil {
					return 0, err
				}
				return page.Total, nil
			}
			before := map[string]int{}
			for _, text := range []string{"share", "shraed "} {
				n, err := ask(text)
				if err != nil || n == 0 {
					t.Fatalf("%q finds %d, %v", text, n, err)
				}
				before[text] = n
			}
			if err := do(filepath.Join(dir, fingerprint())); err != nil {
				t.Fatal(err)
			}
			for text, want := range before {
				if n, err := ask(text); err == nil && n != want || err != nil && enablement.CodeOf(err) != enablement.Unavailable {
					t.Errorf("%q finds %d, %v; found %d before the damage", text, n, err, want)
				}
			}
		})
	}
}
