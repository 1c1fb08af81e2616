package search

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// shelf is a catalog in memory: the Documents and the SendCounter of the tests.
type shelf struct {
	mu     sync.Mutex
	assets map[string]*enablement.Asset
	sends  map[string]*atomic.Int64
	// scanning, where set, is called before each asset of a scan.
	scanning func()
}

func newShelf(assets ...*enablement.Asset) *shelf {
	s := &shelf{assets: map[string]*enablement.Asset{}, sends: map[string]*atomic.Int64{}}
	s.put(assets...)
	return s
}

func (s *shelf) put(assets ...*enablement.Asset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range assets {
		s.assets[a.ID] = a
	}
}

func (s *shelf) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.assets, id)
}

func (s *shelf) all() []*enablement.Asset {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*enablement.Asset
	for _, a := range s.assets {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *enablement.Asset) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func (s *shelf) Assets(ctx context.Context, ids []string) ([]*enablement.Asset, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*enablement.Asset
	for _, id := range ids {
		if a := s.assets[id]; a != nil {
			found = append(found, a)
		}
	}
	return found, ctx.Err()
}

func (s *shelf) EachAsset(ctx context.Context) iter.Seq2[*enablement.Asset, error] {
	return func(yield func(*enablement.Asset, error) bool) {
		for _, a := range s.all() {
			if s.scanning != nil {
				s.scanning()
			}
			if !yield(a, ctx.Err()) {
				return
			}
		}
	}
}

func (s *shelf) CounterOf(id string) *atomic.Int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sends[id] == nil {
		s.sends[id] = new(atomic.Int64)
	}
	return s.sends[id]
}

// sent sets how often an asset was sent.
func (s *shelf) sent(id string, times int) { s.CounterOf(id).Store(int64(times)) }

// noon is now in the tests, unless a test moves it.
var noon = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// piece makes a PUBLISHED asset; changes are applied in turn.
func piece(id, title, body string, changes ...func(*enablement.Asset)) *enablement.Asset {
	published := noon.AddDate(0, -1, 0)
	a := &enablement.Asset{
		ID: id, Title: title, Body: body, Type: "WHITE_PAPER", Status: enablement.StatusPublished, Language: "en",
		PublishedAt: &published, CreatedAt: published, Version: 1,
	}
	for _, c := range changes {
		c(a)
	}
	return a
}

// open opens an index over a shelf and loads it.
func open(t testing.TB, dir string, docs *shelf, changes ...func(*Options)) *Index {
	t.Helper()
	o := Options{Dir: dir, Documents: docs, Sends: docs, Now: func() time.Time { return noon }}
	for _, c := range changes {
		c(&o)
	}
	x, err := Open(o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	for some := range slices.Chunk(docs.all(), 1000) {
		if err := x.Load(some); err != nil {
			t.Fatalf("load: %v", err)
		}
	}
	if err := x.Reconcile(t.Context()); err != nil {
		t.Fatalf("reconcile: %v", err)
	}
	return x
}

// find asks and gives the ids.
func find(t testing.TB, x *Index, q enablement.AssetQuery) []string {
	t.Helper()
	return idsOf(ask(t, x, q))
}

func ask(t testing.TB, x *Index, q enablement.AssetQuery) *enablement.AssetPage {
	t.Helper()
	if q.First == 0 {
		q.First = 100
	}
	page, err := x.Assets(t.Context(), q)
	if err != nil {
		t.Fatalf("assets %+v: %v", q, err)
	}
	return page
}

func idsOf(page *enablement.AssetPage) []string {
	ids := []string{}
	for _, h := range page.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func number(i int) string { return fmt.Sprintf("ast_%06d", i) }
