package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/quiverhq/quiver/enablement"
)

// tail reads, from started on and until the store closes, what other servers
// have written, and publishes it as if it had been written here.
func (s *Store) tail(ctx context.Context, started time.Time) {
	t := &tailer{store: s, watermark: started}
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.options.TailEvery):
		}
		err := t.poll(ctx)
		if (err != nil) != failing && ctx.Err() == nil {
			failing = err != nil
			s.options.Logger.Warn("following the changes of other servers", "failing", failing, "error", err)
		}
	}
}

// tailer is how far the tail has come.
//
// A document carries the database's time of just before it was written, as the
// server that wrote it knows that (see clock and collection.date), and shows up
// as much later as its write took. So each poll reaches back from the last one by
// the overlap, for what the servers' ideas of the time differ by and for
// the members of a replica set, whose clocks differ when one takes over
// from another, and by the longest time that a write may take. A process or a
// database may stand still in the middle of a write, though, and go on with it
// later, and the database's clock may jump under servers that have yet to look:
// so a sweep reaches back much further, every minute and as soon as the database
// answers again after it did not.
//
// What a poll meets again is told by revision, or id, and left out. Its range has
// no upper end, for what was dated before the clock jumped back. Of what never
// changes a sweep counts first, and reads only where another number is known
// here: after a large import it would read millions of sends every minute.
type tailer struct {
	store     *Store
	watermark time.Time // the database's time when the last good poll began
	swept     time.Time // by the monotonic clock; zero: a sweep is due
}

// poll publishes what is news.
func (t *tailer) poll(ctx context.Context) error {
	s := t.store
	if err := s.clock.set(ctx); err != nil {
		t.swept = time.Time{}
		return err
	}
	began, polled, tailed := time.Now(), s.now(), s.options.Now()
	sweeps := t.swept.IsZero() || began.Sub(t.swept) >= s.options.SweepEvery
	from := earlier(t.watermark, polled)
	span := reach{recent: enablement.Instant(from.Add(-s.options.TailOverlap - operationTimeout))}
	if span.all = span.recent; sweeps {
		span.all = enablement.Instant(from.Add(-sweepReach))
	}
	if err := s.tailOnce(ctx, span); err != nil {
		t.swept = time.Time{}
		return err
	}
	if t.watermark = polled; sweeps {
		t.swept = began
		for _, forget := range []func(time.Time){s.sends.forget, s.outcomes.forget, s.searches.forget, s.audit.forget} {
			forget(from.Add(-2 * sweepReach)) // once more, should the clock jump back
		}
	}
	s.polls.Add(1)
	s.tailed.Store(tailed.UnixNano())
	return nil
}

// sweepReach is how much later than dated a write may land and still be found,
// less what the database's clock has jumped ahead meanwhile.
const sweepReach = 2 * time.Hour

// reach is from when on what was written is looked at: all of it from recent on,
// and from all on what is new before that.
type reach struct{ all, recent time.Time }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s *Store) tailOnce(ctx context.Context, from reach) error {
	if err := s.tailTaxonomy(ctx, from.all); err != nil {
		return err
	}
	if err := s.tailSynonyms(ctx, from.all); err != nil {
		return err
	}
	if err := s.tailUsers(ctx, from.all); err != nil {
		return err
	}
	if err := s.assets.tail(ctx, "updatedAt", from.all); err != nil {
		return err
	}
	if err := s.leads.tail(ctx, "updatedAt", from.all); err != nil {
		return err
	}
	if err := s.sends.tailRecorded(ctx, "recordedAt", from); err != nil {
		return err
	}
	if err := s.outcomes.tailRecorded(ctx, "recordedAt", from); err != nil {
		return err
	}
	if err := s.searches.tailRecorded(ctx, "recordedAt", from); err != nil {
		return err
	}
	return s.audit.tailRecorded(ctx, "at", from)
}

// tailRecorded is tail for what never changes.
func (n *noun[T]) tailRecorded(ctx context.Context, field string, from reach) error {
	since := from.recent
	if from.all.Before(from.recent) {
		written, err := n.docs.count(ctx, field, from.all, from.recent)
		if err != nil {
			return err
		}
		n.mu.Lock()
		if written != n.recent.between(from.all, from.recent) {
			since = from.all
		}
		n.mu.Unlock()
	}
	return n.tail(ctx, field, since)
}

// tail publishes the documents written since a time that are news here.
func (n *noun[T]) tail(ctx context.Context, field string, since time.Time) error {
	seen := make([]*revised, 0, catchUpBatch)
	take := func() error {
		docs, err := n.docs.getAll(ctx, n.unseen(seen))
		if err != nil {
			return err
		}
		n.publish(ctx, docs...)
		seen = seen[:0]
		return nil
	}
	for r, err := range n.docs.since(ctx, field, since) {
		if err != nil {
			return err
		}
		if seen = append(seen, r); len(seen) == catchUpBatch {
			if err := take(); err != nil {
				return err
			}
		}
	}
	return take()
}

// revised is a document as the tail first sees it.
type revised struct {
	ID       string `bson:"_id"`
	Revision int    `bson:"revision"`
}

// since lists what was written from a time on, by an index and without bodies.
func (c *collection[T]) since(ctx context.Context, field string, from time.Time) iter.Seq2[*revised, error] {
	light := &collection[revised]{mongo: c.mongo, logger: c.logger}
	filter := bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: from}}}}
	return light.each(ctx, filter, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "revision", Value: 1}}))
}

// count is how many documents were written from a time on and before another.
func (c *collection[T]) count(ctx context.Context, field string, from, to time.Time) (int64, error) {
	query := bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}}}
	// Not the driver's CountDocuments, which is an aggregation.
	answer, err := c.mongo.Database().RunCommand(ctx, bson.D{{Key: "count", Value: c.mongo.Name()}, {Key: "query", Value: query}}).Raw()
	if err != nil {
		return 0, coded(ctx, "count "+c.mongo.Name(), err)
	}
	n, ok := answer.Lookup("n").AsInt64OK()
	if !ok {
		return 0, fmt.Errorf("count %s: no number in %v", c.mongo.Name(), answer)
	}
	return n, nil
}

// unseen gives the ids that are news.
func (n *noun[T]) unseen(seen []*revised) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var ids []string
	for _, r := range seen {
		if n.recorded != nil && !n.recent.has(r.ID) || n.recorded == nil && r.Revision > n.newest[r.ID] {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// forget drops the unchanging documents that no poll will meet again.
func (n *noun[T]) forget(before time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.recent.forget(before)
}

func (s *Store) tailTaxonomy(ctx context.Context, since time.Time) error {
	personas, err := gather(s.personas.since(ctx, "updatedAt", since))
	if err != nil {
		return err
	}
	industries, err := gather(s.industries.since(ctx, "updatedAt", since))
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
	seen, err := gather(s.synonymDocs.since(ctx, "updatedAt", since))
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
