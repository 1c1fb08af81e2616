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
// send exactly one of the two. An error of a function ends the load. After
// UNAVAILABLE it may be called again and goes on where it was.
//
// From then on the changes of other servers are followed too, where there are
// any. Called after Follow, and not again once it has ended well.
func (s *Store) Load(ctx context.Context, onAssets func([]*enablement.Asset) error, onLeads func([]*enablement.Lead) error, onSends func([]*enablement.Send) error, onOutcomes func([]*enablement.Outcome) error, onSearches func([]*enablement.SearchEvent) error) error {
	if s.loading.IsZero() {
		s.loading = s.now()
	}
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
		s.running.Go(func() { s.tail(s.background, s.loading) })
	}
	return nil
}

// load hands on what is left to load. The next documents are read while those
// before are taken in.
func (n *noun[T]) load(ctx context.Context, on func([]*T) error) error {
	if n.complete {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches, read := make(chan []*T, 1), make(chan error, 1)
	go func() {
		read <- n.readBatches(ctx, batches)
		close(batches)
	}()
	var err error
	for batch := range batches {
		if err == nil {
			if err = n.loadSome(batch, on); err != nil {
				stop()
			}
		}
	}
	if err == nil {
		err = <-read
	}
	if err == nil {
		n.settle()
	}
	return err
}

// readBatches reads what is left to load. What was read before an error is
// handed on too, for it is not read again.
func (n *noun[T]) readBatches(ctx context.Context, to chan<- []*T) error {
	batch := make([]*T, 0, loadBatch)
	for doc, err := range n.docs.rest(ctx, &n.loaded) {
		if err != nil {
			to <- batch
			return err
		}
		if batch = append(batch, doc); len(batch) == loadBatch {
			to <- batch
			batch = make([]*T, 0, loadBatch)
		}
	}
	to <- batch
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
	news := n.admit(batch, n.docs.now().Add(-2*sweepReach)) // a load does not bring a document twice
	if on == nil || len(news) == 0 {
		return nil
	}
	return on(news)
}
