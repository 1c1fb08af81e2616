package store

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/quiverhq/quiver/enablement"
)

// tail reads, from started on and until the store closes, what other servers
// have written, and publishes it as if it had been written here.
//
// A document carries the clock of the server that wrote it, and shows up as much
// later as its write took. So each poll reaches back from this server's clock by
// the overlap, for the clocks, and by the longest time a write may take; what it
// meets again is told by revision, or id, and left out. The range has no upper
// end, for clocks that run ahead.
func (s *Store) tail(ctx context.Context, started time.Time) {
	watermark, failing := started, false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.options.TailEvery):
		}
		polled := s.options.Now()
		err := s.tailOnce(ctx, enablement.Instant(watermark.Add(-s.options.TailOverlap-operationTimeout)))
		if err == nil {
			watermark = polled
			s.polls.Add(1)
		}
		if (err != nil) != failing && ctx.Err() == nil {
			failing = err != nil
			s.options.Logger.Warn("following the changes of other servers", "failing", failing, "error", err)
		}
	}
}

func (s *Store) tailOnce(ctx context.Context, since time.Time) error {
	if err := s.tailTaxonomy(ctx, since); err != nil {
		return err
	}
	if err := s.tailSynonyms(ctx, since); err != nil {
		return err
	}
	if err := s.tailUsers(ctx, since); err != nil {
		return err
	}
	if err := s.assets.tail(ctx, "updatedAt", since); err != nil {
		return err
	}
	if err := s.leads.tail(ctx, "updatedAt", since); err != nil {
		return err
	}
	if err := s.sends.tail(ctx, "recordedAt", since); err != nil {
		return err
	}
	if err := s.outcomes.tail(ctx, "recordedAt", since); err != nil {
		return err
	}
	if err := s.searches.tail(ctx, "recordedAt", since); err != nil {
		return err
	}
	return s.audit.tail(ctx, "at", since)
}

// tail publishes the documents written since a time that are news here.
func (n *noun[T]) tail(ctx context.Context, field string, since time.Time) error {
	seen, err := n.docs.since(ctx, field, since)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(n.unseen(seen, since), catchUpBatch) {
		docs, err := n.docs.getAll(ctx, batch)
		if err != nil {
			return err
		}
		n.publish(ctx, docs...)
	}
	return nil
}

// revised is a document as the tail first sees it.
type revised struct {
	ID       string `bson:"_id"`
	Revision int    `bson:"revision"`
}

// since lists what was written from a time on, by an index and without bodies.
func (c *collection[T]) since(ctx context.Context, field string, from time.Time) ([]*revised, error) {
	light := &collection[revised]{mongo: c.mongo, logger: c.logger}
	filter := bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: from}}}}
	return gather(light.each(ctx, filter, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "revision", Value: 1}})))
}

// unseen gives the ids that are news, and forgets the unchanging documents that
// no poll will meet again.
func (n *noun[T]) unseen(seen []*revised, since time.Time) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var ids []string
	for _, r := range seen {
		if _, recently := n.recent[r.ID]; n.recorded != nil && !recently || n.recorded == nil && r.Revision > n.newest[r.ID] {
			ids = append(ids, r.ID)
		}
	}
	for id, recorded := range n.recent {
		if recorded.Before(since) {
			delete(n.recent, id)
		}
	}
	return ids
}

func (s *Store) tailTaxonomy(ctx context.Context, since time.Time) error {
	personas, err := s.personas.since(ctx, "updatedAt", since)
	if err != nil {
		return err
	}
	industries, err := s.industries.since(ctx, "updatedAt", since)
	if err != nil {
		return err
	}
	s.taxonomy.writing.Lock()
	defer s.taxonomy.writing.Unlock()
	t := s.Taxonomy()
	moved := slices.ContainsFunc(personas, func(r *revised) bool {
		p := t.Persona(r.ID)
		return p == nil || p.Revision < r.Revision
	}) || slices.ContainsFunc(industries, func(r *revised) bool {
		i := t.Industry(r.ID)
		return i == nil || i.Revision < r.Revision
	})
	if !moved {
		return nil
	}
	return s.taxonomy.reload(ctx)
}

func (s *Store) tailSynonyms(ctx context.Context, since time.Time) error {
	seen, err := s.synonymDocs.since(ctx, "updatedAt", since)
	if err != nil {
		return err
	}
	s.synonyms.writing.Lock()
	defer s.synonyms.writing.Unlock()
	all := s.synonyms.current.Load()
	if !slices.ContainsFunc(seen, func(r *revised) bool {
		set := all.byID[r.ID]
		return set == nil || set.Revision < r.Revision
	}) {
		return nil
	}
	return s.synonyms.reload(ctx)
}

func (s *Store) tailUsers(ctx context.Context, since time.Time) error {
	filter := bson.D{{Key: "updatedAt", Value: bson.D{{Key: "$gte", Value: since}}}}
	changed, err := gather(s.users.docs.each(ctx, filter))
	if err != nil {
		return err
	}
	for _, user := range changed {
		s.users.take(user)
	}
	return nil
}
