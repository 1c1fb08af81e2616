package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Follower is a copy of what the store holds that is kept current with it: the
// search index, the usage ledger. Nil functions are skipped.
//
// The store calls the functions of one noun one after the other, with documents
// that are shared and must not be changed. A write is acknowledged once they
// have returned. They may read from the store but must not write to it, and
// applying a document twice must do no harm. An error marks the follower stale:
// the write stands, and the same documents, read anew, are handed over again
// until that succeeds.
type Follower struct {
	Name     string
	Assets   func(context.Context, []*enablement.Asset) error
	Leads    func(context.Context, []*enablement.Lead) error
	Sends    func(context.Context, []*enablement.Send) error
	Outcomes func(context.Context, []*enablement.Outcome) error
	Searches func(context.Context, []*enablement.SearchEvent) error
	Audit    func(context.Context, []*enablement.AuditEntry) error
	Taxonomy func(context.Context, *enablement.Taxonomy) error
	Synonyms func(context.Context, []*enablement.Synonyms) error // every set that there is
}

// Follow adds a follower. Called before Load.
func (s *Store) Follow(f Follower) {
	s.assets.feed.add(f.Name, f.Assets)
	s.leads.feed.add(f.Name, f.Leads)
	s.sends.feed.add(f.Name, f.Sends)
	s.outcomes.feed.add(f.Name, f.Outcomes)
	s.searches.feed.add(f.Name, f.Searches)
	s.audit.feed.add(f.Name, f.Audit)
	s.taxonomy.follow(f.Name, f.Taxonomy)
	if f.Synonyms != nil {
		s.synonyms.follow(f.Name, func(ctx context.Context, all *synonyms) error { return f.Synonyms(ctx, all.sets) })
	}
}

// feed delivers the documents of one noun to its followers.
type feed[T any] struct {
	logger *slog.Logger
	id     func(*T) string
	wake   chan<- struct{} // asks for a catch-up

	// ordering is held while documents are taken into memory and delivered.
	ordering  sync.Mutex
	followers []*subscription[T]
}

// subscription is one follower of one noun, with the ids it has missed.
type subscription[T any] struct {
	name  string
	apply func(context.Context, []*T) error

	mu     sync.Mutex
	missed map[string]bool
	since  time.Time // of the first miss; zero: none
}

func (f *feed[T]) add(name string, apply func(context.Context, []*T) error) {
	if apply != nil {
		f.followers = append(f.followers, &subscription[T]{name: name, apply: apply, missed: map[string]bool{}})
	}
}

// deliver hands documents to every follower; ordering is held.
func (f *feed[T]) deliver(ctx context.Context, docs []*T) {
	if len(docs) == 0 {
		return
	}
	for _, s := range f.followers {
		if err := s.apply(ctx, docs); err != nil {
			f.logger.Error("a follower could not take a change and will be caught up", "follower", s.name, "documents", len(docs), "error", err)
			s.miss(f.idsOf(docs))
			signal(f.wake)
		}
	}
}

func (f *feed[T]) idsOf(docs []*T) []string {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		ids[i] = f.id(doc)
	}
	return ids
}

// miss notes what the follower could not take.
func (s *subscription[T]) miss(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		s.missed[id] = true
	}
	if s.since.IsZero() {
		s.since = time.Now()
	}
}

// take gives up to most ids that the follower has missed.
func (s *subscription[T]) take(most int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, 0, min(most, len(s.missed)))
	for id := range s.missed {
		if len(ids) == most {
			break
		}
		ids = append(ids, id)
	}
	return ids
}

// caughtUp strikes ids off what the follower has missed.
func (s *subscription[T]) caughtUp(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.missed, id)
	}
	if len(s.missed) == 0 {
		s.since = time.Time{}
	}
}

// staleness is how many documents the follower has missed, and since when.
func (s *subscription[T]) staleness() (missed int, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.missed), s.since
}

// signal wakes whoever waits on the channel, once.
func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
