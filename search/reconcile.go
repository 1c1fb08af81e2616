package search

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Load takes a batch of the start-up scan: tags, dates, orders and suggestions
// are complete with the last batch; assets whose words on disk are not of this
// version wait for Reconcile.
func (x *Index) Load(assets []*enablement.Asset) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var fresh []*enablement.Asset
	for _, a := range newestOf(assets) {
		if v := x.catalog.version(a.ID); a.Version > v || v == 0 {
			fresh = append(fresh, a)
		}
	}
	sketches := sketchesOf(fresh)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.show(fresh, sketches)
	if x.words == nil {
		return nil
	}
	for _, a := range fresh {
		have, ok := x.indexedVersion(x.words, a.ID)
		if ok && have == a.Version {
			continue
		}
		if have > a.Version { // the store went back, to a backup: its state is the truth
			x.words.docs[x.catalog.ordinals[a.ID]].version = 0
		}
		x.pending[a.ID] = true
	}
	x.noteLag()
	return nil
}

// Reconcile makes the index hold what the store holds, after the last Load: it
// indexes what differs and removes what the store has not. Where the index on
// disk is of another fingerprint, that one goes on answering and the new one is
// built beside it in the background. When Reconcile returns nil, answers are
// complete.
//
// Errors: the store's as they are, UNAVAILABLE when words cannot be written,
// ctx.Err() as it is.
func (x *Index) Reconcile(ctx context.Context) error {
	if err := x.removeUnknown(); err != nil {
		return enablement.Unreachable("the search index", err)
	}
	if err := x.catchUp(ctx); err != nil {
		return err
	}
	x.mu.Lock()
	x.ready = true
	rebuild := x.next != nil
	x.mu.Unlock()
	if rebuild {
		x.work.Go(x.rebuild)
	}
	return nil
}

// removeUnknown takes the assets out of the index that the store has not.
func (x *Index) removeUnknown() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.words == nil {
		return errClosed
	}
	return x.removeFrom(x.words)
}

var errClosed = errors.New("the index is closed or read-only")

func (x *Index) removeFrom(w *wordIndex) error {
	var unknown []string
	for o, d := range w.docs {
		if d.home != 0 && !x.catalog.known.Contains(uint32(o)) {
			unknown = append(unknown, x.catalog.ids[o])
		}
	}
	for some := range slices.Chunk(unknown, batchAssets) {
		adopt, err := x.writeWords(w, nil, some)
		if err != nil {
			return fmt.Errorf("remove %d documents: %w", len(some), err)
		}
		x.mu.Lock()
		adopt()
		x.mu.Unlock()
	}
	return nil
}

// catchUp reads the pending assets from the store and indexes them.
func (x *Index) catchUp(ctx context.Context) error {
	x.mu.RLock()
	ids := make([]string, 0, len(x.pending))
	for id := range x.pending {
		ids = append(ids, id)
	}
	x.mu.RUnlock()
	slices.Sort(ids)
	for some := range slices.Chunk(ids, batchAssets) {
		assets, err := x.options.Documents.Assets(ctx, some)
		if err != nil {
			return err
		}
		if err := x.Sync(ctx, assets); err != nil {
			return err
		}
		x.forgetMissing(some, assets)
	}
	return nil
}

// forgetMissing stops waiting for assets that the store no longer has.
func (x *Index) forgetMissing(ids []string, found []*enablement.Asset) {
	if len(found) == len(ids) {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(a *enablement.Asset) bool { return a.ID == id }) {
			delete(x.pending, id)
		}
	}
	x.noteLag()
}

// rebuild fills the index of this fingerprint from the store, while syncs go
// to both, and puts it in the place of the old one.
func (x *Index) rebuild() {
	x.options.Logger.Info("search index is being rebuilt", "fingerprint", x.fingerprint)
	err := x.fill(x.stopped)
	if err == nil {
		err = x.swap()
	}
	switch {
	case x.stopped.Err() != nil: // the next start goes on from here
	case err != nil:
		x.options.Logger.Error("search index rebuild stopped; the old index answers until the next start", "error", err)
	default:
		x.options.Logger.Info("search index is rebuilt", "fingerprint", x.fingerprint, "documents", x.Stats().Documents)
	}
}

func (x *Index) fill(ctx context.Context) error {
	var batch []*enablement.Asset
	bytes := 0
	for a, err := range x.options.Documents.EachAsset(ctx) {
		if err != nil {
			return fmt.Errorf("scan the catalog: %w", err)
		}
		batch, bytes = append(batch, a), bytes+len(a.Body)
		if len(batch) == batchAssets || bytes >= batchBytes {
			if err := x.fillBatch(ctx, batch); err != nil {
				return err
			}
			batch, bytes = batch[:0], 0
		}
	}
	return x.fillBatch(ctx, batch)
}

func (x *Index) fillBatch(ctx context.Context, assets []*enablement.Asset) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	adopt, err := x.writeWords(x.next, newestOf(assets), nil)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	adopt()
	return nil
}

// swap lets the new index answer and removes the old one.
func (x *Index) swap() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if err := x.removeFrom(x.next); err != nil {
		return err
	}
	x.mu.Lock()
	old := x.words
	x.words, x.next = x.next, nil
	x.mu.Unlock() // from here on no reader holds the old one: they keep mu while they read
	if err := old.close(); err != nil {
		x.options.Logger.Warn("old search index did not close cleanly", "error", err)
	}
	x.discard(old.path, nil)
	return nil
}
