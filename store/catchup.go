package store

import (
	"context"
	"slices"
	"time"
)

// catchUpBatch is how many missed documents are read and handed over at a time,
// while the noun's other publications wait.
const catchUpBatch = 500

// keepCaughtUp runs until ctx ends. Woken by a miss or a doubtful write, it
// tries until every follower has everything, waiting longer each time.
func (s *Store) keepCaughtUp(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		for wait := s.options.RetryEvery; ; wait = min(2*wait, 30*s.options.RetryEvery) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			if s.catchUp(ctx) {
				break
			}
		}
	}
}

// catchUp tells whether nothing is left to do.
func (s *Store) catchUp(ctx context.Context) bool {
	done := s.assets.catchUp(ctx)
	done = s.leads.catchUp(ctx) && done
	done = s.sends.catchUp(ctx) && done
	done = s.outcomes.catchUp(ctx) && done
	done = s.searches.catchUp(ctx) && done
	done = s.audit.catchUp(ctx) && done
	done = s.taxonomy.catchUp(ctx) && done
	return s.synonyms.catchUp(ctx) && done
}

func (n *noun[T]) catchUp(ctx context.Context) bool {
	if !n.settleDoubts(ctx) {
		return false
	}
	done := true
	for _, follower := range n.feed.followers {
		done = n.catchUpOne(ctx, follower) && done
	}
	return done
}

// settleDoubts reads the documents of doubtful writes and publishes what went in.
func (n *noun[T]) settleDoubts(ctx context.Context) bool {
	n.mu.Lock()
	ids := make([]string, 0, len(n.doubtful))
	for id := range n.doubtful {
		ids = append(ids, id)
	}
	n.mu.Unlock()
	for batch := range slices.Chunk(ids, catchUpBatch) {
		docs, err := n.docs.getAll(ctx, batch)
		if err != nil {
			n.docs.logger.Warn("writes of unknown outcome cannot be checked yet", "noun", n.name, "documents", len(ids), "error", err)
			return false
		}
		n.publish(ctx, docs...)
		n.mu.Lock()
		for _, id := range batch {
			delete(n.doubtful, id)
		}
		n.mu.Unlock()
	}
	return true
}

func (n *noun[T]) catchUpOne(ctx context.Context, follower *subscription[T]) bool {
	caughtUp := 0
	for {
		ids := follower.take(catchUpBatch)
		if len(ids) == 0 {
			break
		}
		if err := n.redeliver(ctx, follower, ids); err != nil {
			n.docs.logger.Warn("a follower is still behind", "follower", follower.name, "noun", n.name, "error", err)
			return false
		}
		caughtUp += len(ids)
	}
	if caughtUp > 0 {
		n.docs.logger.Info("a follower has caught up", "follower", follower.name, "noun", n.name, "documents", caughtUp)
	}
	return true
}

// redeliver hands documents, as the database has them now, to one follower,
// while no other publication can overtake them.
func (n *noun[T]) redeliver(ctx context.Context, follower *subscription[T], ids []string) error {
	n.feed.ordering.Lock()
	defer n.feed.ordering.Unlock()
	docs, err := n.docs.getAll(ctx, ids)
	if err != nil {
		return err
	}
	if n.place != nil {
		for _, doc := range docs {
			n.place(doc, n.taxonomy.Load())
		}
	}
	if err := follower.apply(ctx, docs); err != nil {
		return err
	}
	follower.caughtUp(ids)
	return nil
}
