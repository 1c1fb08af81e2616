package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// searchIndexes: recordedAt is for the tail. What is unique about an event is
// its id, derived from its search, kind and asset.
var searchIndexes = []index{{field: "recordedAt"}}

var searchKind = kind[enablement.SearchEvent]{
	name:     "search",
	id:       func(e *enablement.SearchEvent) string { return e.ID },
	revision: func(*enablement.SearchEvent) int { return 1 },
	dated:    func(e *enablement.SearchEvent) *time.Time { return &e.RecordedAt },
	clone:    func(e *enablement.SearchEvent) *enablement.SearchEvent { c := *e; return &c },
	recorded: func(e *enablement.SearchEvent) time.Time { return e.RecordedAt },
	order:    "recordedAt",
}

// cacheSearches is how many events stay in memory as documents: the ledger has
// what is asked for.
const cacheSearches = 1_000

func searchID(e *enablement.SearchEvent) string {
	asked := strconv.FormatInt(e.AskedAt.UnixMilli(), 10)
	return derivedID(enablement.SearchPrefix, "search", e.RepID, asked, string(e.Kind), e.AssetID)
}

// EachSearch scans every event of a search: for rebuild and check.
func (s *Store) EachSearch(ctx context.Context) iter.Seq2[*enablement.SearchEvent, error] {
	return s.searches.each(ctx)
}

// loadSearches loads the searches that are still kept, and has the others
// removed behind it.
func (s *Store) loadSearches(ctx context.Context, on func([]*enablement.SearchEvent) error) error {
	since := s.now().Add(-enablement.SearchesKept)
	var old []string
	err := s.searches.load(ctx, func(events []*enablement.SearchEvent) error {
		kept := make([]*enablement.SearchEvent, 0, len(events))
		for _, e := range events {
			if e.AskedAt.Before(since) {
				old = append(old, e.ID)
			} else {
				kept = append(kept, e)
			}
		}
		if on == nil {
			return nil
		}
		return on(kept)
	})
	if err == nil && len(old) > 0 {
		s.running.Go(func() { s.forgetSearches(s.background, old) })
	}
	return err
}

// forgetSearches removes searches that nobody counts any more. Other servers
// need not hear of it.
func (s *Store) forgetSearches(ctx context.Context, ids []string) {
	for batch := range slices.Chunk(ids, replaceBatch) {
		if err := s.searches.docs.remove(ctx, batch); err != nil {
			s.options.Logger.Warn("searches that are too old could not be removed; the next start tries again", "error", err)
			return
		}
	}
}

// RecordSearches records what happened to searches, in one write. What is
// recorded already stays as it is, so that the same events may come again.
// UNAVAILABLE, after which they should.
func (s *Store) RecordSearches(ctx context.Context, events []*enablement.SearchEvent) error {
	now := enablement.Instant(s.now())
	fresh := make([]*enablement.SearchEvent, len(events))
	for i, e := range events {
		fresh[i] = searchKind.clone(e)
		fresh[i].ID, fresh[i].RecordedAt = searchID(e), now
	}
	for _, err := range s.searches.writeAll(ctx, fresh) {
		if err != nil && !errors.Is(err, errTaken) {
			return fmt.Errorf("record searches: %w", err)
		}
	}
	return nil
}
