package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// noContext is a context for properties, which have no test's.
type noContext struct{ context.Context }

func (noContext) Err() error                  { return nil }
func (noContext) Done() <-chan struct{}       { return nil }
func (noContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (noContext) Value(any) any               { return nil }

// until polls for what happens in the background.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long until %s", what)
		}
	}
}

func TestSyncIsSeenWhenItReturns(t *testing.T) {
	x := open(t, t.TempDir(), newShelf())
	first := piece("a", "Apples", "first")
	if err := x.Sync(t.Context(), []*enablement.Asset{first}); err != nil {
		t.Fatal(err)
	}
	second := piece("a", "Pears", "second", func(a *enablement.Asset) { a.Version = 2; a.Topics = []string{"fruit"} })
	for _, step := range []struct {
		story  string
		assets []*enablement.Asset
		apples []string
		pears  []string
	}{
		{"the new state replaces the old", []*enablement.Asset{second}, []string{}, []string{"a"}},
		{"the same again changes nothing", []*enablement.Asset{second}, []string{}, []string{"a"}},
		{"an older one is ignored", []*enablement.Asset{first}, []string{}, []string{"a"}},
	} {
		if err := x.Sync(t.Context(), step.assets); err != nil {
			t.Fatal(err)
		}
		if got := find(t, x, enablement.AssetQuery{Text: "apples"}); !slices.Equal(got, step.apples) {
			t.Errorf("%s: apples finds %v", step.story, got)
		}
		if got := find(t, x, enablement.AssetQuery{Text: "pears", Filter: enablement.AssetFilter{Topics: []string{"fruit"}}}); !slices.Equal(got, step.pears) {
			t.Errorf("%s: pears finds %v", step.story, got)
		}
	}
}

func TestTheSameCatalogInOtherBatchesAnswersTheSame(t *testing.T) {
	assets := generated(120)
	answers := map[int]string{}
	for _, size := range []int{120, 17, 41} {
		x := open(t, t.TempDir(), newShelf())
		for some := range slices.Chunk(slices.Clone(assets), size) {
			old := some[0].Clone() // an earlier state leaves dead documents behind
			old.Version, old.Body = 0, "gone gone gone"
			if err := x.Sync(t.Context(), []*enablement.Asset{old}); err != nil {
				t.Fatal(err)
			}
			if err := x.Sync(t.Context(), some); err != nil {
				t.Fatal(err)
			}
		}
		for i := range uint64(20) {
			for _, h := range ask(t, x, enablement.AssetQuery{Text: vocable(i) + " " + vocable(i*3) + " " + vocable(90+i)}).Hits {
				answers[size] += fmt.Sprintf("%s=%b ", h.ID, h.Score)
			}
		}
	}
	if answers[120] == "" || answers[120] != answers[17] || answers[120] != answers[41] {
		t.Error("scores or order depend on how the catalog was indexed")
	}
}

func TestReopenReconciles(t *testing.T) {
	docs := newShelf(piece("kept", "Kept", "plums"), piece("changed", "Changed", "plums"), piece("gone", "Gone", "plums"))
	dir := t.TempDir()
	func() {
		x, err := Open(Options{Dir: dir, Documents: docs})
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if err := x.Sync(t.Context(), docs.all()); err != nil {
			t.Fatal(err)
		}
	}()
	docs.remove("gone") // all this while no index was open
	docs.put(piece("changed", "Changed", "cherries", func(a *enablement.Asset) { a.Version = 2 }), piece("new", "New", "plums"))

	checker, err := Open(Options{Dir: dir, Documents: docs, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	differences, err := checker.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := checker.Close(); err != nil {
		t.Fatal(err)
	}
	if want := []Difference{{"changed", 2, 1}, {"gone", 0, 1}, {"new", 1, 0}}; !slices.Equal(differences, want) {
		t.Errorf("check says %v, want %v", differences, want)
	}

	x := open(t, dir, docs)
	if got := find(t, x, enablement.AssetQuery{Text: "plums", Order: enablement.OrderTitle}); !slices.Equal(got, []string{"kept", "new"}) {
		t.Errorf("plums finds %v", got)
	}
	if got := find(t, x, enablement.AssetQuery{Text: "cherries"}); !slices.Equal(got, []string{"changed"}) {
		t.Errorf("cherries finds %v", got)
	}
	if differences, err := x.Check(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("after reconcile: %v %v", differences, err)
	}
	if s := x.Stats(); !s.Ready || s.Pending != 0 || s.Documents != 3 {
		t.Errorf("stats: %+v", s)
	}
}

// asleep is the closed index of one asset, a, which says "pears".
func asleep(t *testing.T) (dir string, docs *shelf) {
	t.Helper()
	dir, docs = t.TempDir(), newShelf(piece("a", "Apples", "and pears"))
	x, err := Open(Options{Dir: dir, Documents: docs})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Sync(t.Context(), docs.all()), x.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, docs
}

func TestADamagedIndexIsBuiltAnew(t *testing.T) {
	for story, damage := range map[string]func(dir string) error{
		"no root": func(dir string) error { return os.Remove(filepath.Join(dir, "root.bolt")) },
		"root overwritten": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "root.bolt"), []byte("not a database"), 0o600)
		},
		"segments cut short": func(dir string) error {
			files, err := filepath.Glob(filepath.Join(dir, "*.zap"))
			for _, f := range files {
				err = errors.Join(err, os.Truncate(f, 10))
			}
			return err
		},
		"segments gone": func(dir string) error {
			files, err := filepath.Glob(filepath.Join(dir, "*.zap"))
			for _, f := range files {
				err = errors.Join(err, os.Remove(f))
			}
			return err
		},
	} {
		t.Run(story, func(t *testing.T) {
			dir, docs := asleep(t)
			if err := damage(filepath.Join(dir, fingerprint())); err != nil {
				t.Fatal(err)
			}
			if got := find(t, open(t, dir, docs), enablement.AssetQuery{Text: "pears"}); !slices.Equal(got, []string{"a"}) {
				t.Errorf("finds %v", got)
			}
		})
	}
}

// Bolt maps root.bolt and believes what its first pages say of its length: where
// less of it is there, reading on is a fault of memory.
func TestARootCutAnywhereIsBuiltAnew(t *testing.T) {
	whole, docs := asleep(t)
	root, err := os.ReadFile(filepath.Join(whole, fingerprint(), "root.bolt"))
	if err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(root); size += os.Getpagesize() {
		dir := t.TempDir()
		if err := errors.Join(os.CopyFS(dir, os.DirFS(whole)), os.Truncate(filepath.Join(dir, fingerprint(), "root.bolt"), int64(size))); err != nil {
			t.Fatal(err)
		}
		if got := find(t, open(t, dir, docs), enablement.AssetQuery{Text: "pears"}); !slices.Equal(got, []string{"a"}) {
			t.Errorf("cut to %d of %d bytes it finds %v", size, len(root), got)
		}
	}
}

func TestAnOldIndexServesUntilTheNewOneIsBuilt(t *testing.T) {
	docs := newShelf(generated(50)...)
	docs.put(piece("a", "Apples", "and pears"))
	dir := t.TempDir()
	x, err := Open(Options{Dir: dir, Documents: docs})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Sync(t.Context(), docs.all()), x.Close()); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "0123456789abcdef") // as a binary with another mapping left it
	if err := os.Rename(filepath.Join(dir, fingerprint()), old); err != nil {
		t.Fatal(err)
	}
	var begun atomic.Bool
	var once sync.Once
	hold := make(chan struct{})
	release := func() { once.Do(func() { close(hold) }) }
	t.Cleanup(release) // before the index closes, which waits for the scan
	docs.scanning = func() {
		begun.Store(true)
		<-hold
	}
	x = open(t, dir, docs)
	t.Cleanup(release)
	until(t, "the rebuild begins", begun.Load)

	if s := x.Stats(); !s.Rebuilding || !s.Ready {
		t.Errorf("while it rebuilds: %+v", s)
	}
	if got := find(t, x, enablement.AssetQuery{Text: "pears"}); !slices.Equal(got, []string{"a"}) {
		t.Errorf("while it rebuilds, pears finds %v", got)
	}
	meanwhile := piece("b", "Late pears", "")
	docs.put(meanwhile)
	if err := x.Sync(t.Context(), []*enablement.Asset{meanwhile}); err != nil {
		t.Fatal(err)
	}
	release()
	until(t, "the new index serves", func() bool { return !x.Stats().Rebuilding })
	if got := find(t, x, enablement.AssetQuery{Text: "pears", Order: enablement.OrderTitle}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("after the swap, pears finds %v", got)
	}
	until(t, "the old one is gone", func() bool { _, err := os.Stat(old); return os.IsNotExist(err) })
	if d, err := x.Check(t.Context()); err != nil || len(d) > 0 {
		t.Errorf("check after the swap: %v %v", d, err)
	}
}

func TestExpiryFollowsTheClockBothWays(t *testing.T) {
	expires := noon.Add(time.Hour)
	docs := newShelf(piece("a", "Offer", "of the day", func(a *enablement.Asset) { a.ExpiresAt = &expires }), piece("b", "Offer", "for ever"))
	now := noon
	x := open(t, t.TempDir(), docs, func(o *Options) { o.Now = func() time.Time { return now } })
	expired := enablement.AssetFilter{Statuses: []enablement.AssetStatus{enablement.StatusExpired}}
	for _, step := range []struct {
		at            time.Time
		visible, over []string
	}{
		{noon, []string{"a", "b"}, []string{}},
		{expires, []string{"b"}, []string{"a"}},
		{expires.AddDate(1, 0, 0), []string{"b"}, []string{"a"}},
		{expires.Add(-time.Millisecond), []string{"a", "b"}, []string{}},
	} {
		now = step.at
		if got := find(t, x, enablement.AssetQuery{Text: "offer", PublishedOnly: true, Order: enablement.OrderNewest}); !slices.Equal(got, step.visible) {
			t.Errorf("at %v a rep sees %v, want %v", step.at, got, step.visible)
		}
		if got := find(t, x, enablement.AssetQuery{Filter: expired}); !slices.Equal(got, step.over) {
			t.Errorf("at %v EXPIRED are %v, want %v", step.at, got, step.over)
		}
	}
}

// A rebuild may meet an asset that was stored and not synced yet: it has an
// ordinal then and is in no list.
func TestAnAssetThatIsNotSyncedYet(t *testing.T) {
	docs, now := newShelf(piece("a", "Apples", "")), noon
	x := inMemory(t, docs, &now)
	for i := range 200 {
		if got := find(t, x, enablement.AssetQuery{PublishedOnly: true}); !slices.Equal(got, []string{"a"}) {
			t.Fatalf("with %d unknown assets a rep sees %v", i, got)
		}
		x.catalog.ordinal(fmt.Sprint("unknown", i))
	}
}

func TestPagesStayWholeWhileAssetsComeIn(t *testing.T) {
	docs := newShelf(generated(200)...)
	x := open(t, t.TempDir(), docs)
	for _, order := range []enablement.AssetOrder{enablement.OrderNewest, enablement.OrderOldest, enablement.OrderTitle, enablement.OrderMostSent, enablement.OrderRelevance} {
		t.Run(string(order), func(t *testing.T) {
			q := enablement.AssetQuery{Order: order, First: 100}
			if order == enablement.OrderRelevance {
				q.Text = vocable(0)
			}
			whole := allPages(t, x, q, ask(t, x, q).Total)
			q.First = 23
			var got []string
			for i := 0; ; i++ {
				page := ask(t, x, q)
				got = append(got, idsOf(page)...)
				if !page.HasNext {
					break
				}
				q.After = page.Hits[len(page.Hits)-1].Cursor
				if err := x.Sync(t.Context(), []*enablement.Asset{piece(fmt.Sprintf("new-%s-%d", order, i), "M", "nothing alike")}); err != nil {
					t.Fatal(err)
				}
			}
			got = slices.DeleteFunc(got, func(id string) bool { return !slices.Contains(whole, id) })
			if !slices.Equal(got, whole) {
				t.Errorf("pages gave %d of %d, not the same rows in the same order", len(got), len(whole))
			}
		})
	}
}

func TestReadersSeeWholeStatesWhileSyncsRun(t *testing.T) {
	docs := newShelf(generated(50)...)
	x := open(t, t.TempDir(), docs)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				// Each state of the asset has its word and its topic together.
				for _, word := range []string{"even", "odd"} {
					page, err := x.Assets(t.Context(), enablement.AssetQuery{Text: word, First: 5, WithFacets: true})
					if err != nil {
						t.Error(err)
						return
					}
					if len(page.Hits) > 0 && (len(page.Facets.Topics) != 1 || page.Facets.Topics[0].Value != word) {
						t.Errorf("%s is found with the topics %v", word, page.Facets.Topics)
					}
				}
			}
		})
	}
	for i := range 20 {
		word := []string{"even", "odd"}[i%2]
		a := piece("flip", word, word, func(a *enablement.Asset) { a.Version = i + 1; a.Topics = []string{word} })
		if err := x.Sync(t.Context(), []*enablement.Asset{a}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	readers.Wait()
}
