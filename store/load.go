package store

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/quiverhq/quiver/enablement"
)

// loadBatch is how many documents Load hands on at a time.
const loadBatch = 500

// Load scans assets, leads, sends and searches once, side by side, and then the
// outcomes of the sends: it fills the caches and the key maps and hands every
// document on, but for searches that are too old, in batches that are shared and
// must not be changed. A nil function takes nothing. Writes may go on meanwhile:
// each document reaches the functions or the followers in its newest revision, a
// send exactly one of the two. An error of a function ends the load.
//
// From then on the changes of other servers are followed too, where there are
// any. Called once, after Follow.
func (s *Store) Load(ctx context.Context, onAssets func([]*enablement.Asset) error, onLeads func([]*enablement.Lead) error, onSends func([]*enablement.Send) error, onOutcomes func([]*enablement.Outcome) error, onSearches func([]*enablement.SearchEvent) error) error {
	started := s.now()
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.assets.load(groupCtx, onAssets) })
	group.Go(func() error { return s.leads.load(groupCtx, onLeads) })
	group.Go(func() error { return s.sends.load(groupCtx, onSends) })
	group.Go(func() error { return s.loadSearches(groupCtx, onSearches) })
	err := group.Wait()
	if err == nil {
		err = s.outcomes.load(ctx, onOutcomes)
	}
	if err == nil {
		err = s.strikeUnreached(ctx)
	}
	if err != nil {
		return fmt.Errorf("load the store: %w", err)
	}
	if !s.sole {
		s.tailed.Store(s.options.Now().UnixNano())
		s.running.Go(func() { s.tail(s.background, started) })
	}
	return nil
}

func (n *noun[T]) load(ctx context.Context, on func([]*T) error) error {
	batch := make([]*T, 0, loadBatch)
	for doc, err := range n.docs.all(ctx) {
		if err != nil {
			return err
		}
		if batch = append(batch, doc); len(batch) == loadBatch {
			if err := n.loadSome(batch, on); err != nil {
				return err
			}
			batch = make([]*T, 0, loadBatch)
		}
	}
	if err := n.loadSome(batch, on); err != nil {
		return err
	}
	n.settle()
	return nil
}

// settle notes that nothing more comes by from a load.
func (n *noun[T]) settle() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.complete = true
	if n.docs.sole {
		n.recent = nil
	}
}

// loadSome takes a batch into memory and hands on what nobody has published
// since it was read.
func (n *noun[T]) loadSome(batch []*T, on func([]*T) error) error {
	n.feed.ordering.Lock()
	defer n.feed.ordering.Unlock()
	news := n.admit(batch)
	if on == nil || len(news) == 0 {
		return nil
	}
	return on(news)
}
