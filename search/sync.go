package search

import (
	"context"
	"fmt"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/tracing"
)

const (
	// batchAssets and batchBytes bound what is analysed and held in memory at once.
	// Small ones make many small segments, which have to be merged over and over.
	batchAssets = 1_000
	batchBytes  = 8 << 20
)

// Sync brings the assets' states into the index; queries see them when it
// returns, a batch at a time, each whole. A state that is known already or
// older than the known one is ignored, so calling it twice does no harm.
//
// Errors: UNAVAILABLE when the words cannot be written: tags and dates show the
// new state all the same, and the words are caught up in the background;
// ctx.Err() as it is.
func (x *Index) Sync(ctx context.Context, assets []*enablement.Asset) error {
	var failed error
	for batch := range batches(newestOf(assets)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, span := tracing.Start(ctx, "index batch")
		span.Int("quiver.documents", len(batch))
		if err := x.syncBatch(batch); err != nil {
			span.Fail("index")
			failed = err
		}
		span.End()
	}
	if failed != nil {
		x.options.Logger.Error("search index falls behind", "error", failed)
		return enablement.Unreachable("the search index", failed)
	}
	return nil
}

// newestOf keeps the newest state of each asset.
func newestOf(assets []*enablement.Asset) []*enablement.Asset {
	at := make(map[string]int, len(assets))
	kept := make([]*enablement.Asset, 0, len(assets))
	for _, a := range assets {
		if a == nil {
			continue
		}
		if i, ok := at[a.ID]; !ok {
			at[a.ID] = len(kept)
			kept = append(kept, a)
		} else if a.Version > kept[i].Version {
			kept[i] = a
		}
	}
	return kept
}

// batches cuts assets into runs that fit the bounds.
func batches(assets []*enablement.Asset) func(func([]*enablement.Asset) bool) {
	return func(yield func([]*enablement.Asset) bool) {
		start, bytes := 0, 0
		for i, a := range assets {
			if i > start && (i-start == batchAssets || bytes+len(a.Body) > batchBytes) {
				if !yield(assets[start:i]) {
					return
				}
				start, bytes = i, 0
			}
			bytes += len(a.Body)
		}
		if start < len(assets) {
			yield(assets[start:])
		}
	}
}

// syncBatch writes one batch to every open index and shows it.
func (x *Index) syncBatch(assets []*enablement.Asset) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.words == nil && !x.mending {
		return fmt.Errorf("write to an index that is closed or read-only")
	}
	var tagged []*enablement.Asset
	for _, a := range assets {
		if v := x.catalog.version(a.ID); a.Version > v || v == 0 {
			tagged = append(tagged, a)
		}
	}
	sketches := sketchesOf(tagged)
	var views []func()
	var failed error
	if x.words == nil {
		failed = errMending
	}
	for _, w := range []*wordIndex{x.words, x.next} {
		if w == nil {
			continue
		}
		adopt, err := x.writeWords(w, assets, nil)
		if err != nil {
			failed = err
			continue
		}
		views = append(views, adopt)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.show(tagged, sketches)
	for _, adopt := range views {
		adopt()
	}
	for _, a := range assets {
		if failed != nil {
			x.pending[a.ID] = true
		} else if a.Version >= x.catalog.version(a.ID) {
			delete(x.pending, a.ID)
		}
	}
	x.noteLag()
	return failed
}

// noteLag keeps since when the index has been behind; mu is held.
func (x *Index) noteLag() {
	if len(x.pending) == 0 {
		x.behind = time.Time{}
	} else if x.behind.IsZero() {
		x.behind = x.options.Now()
	}
}

// show puts states into the catalog, the suggestions and the sketches, with mu
// held.
func (x *Index) show(assets []*enablement.Asset, sketches []sketch) {
	if len(assets) == 0 {
		return
	}
	x.catalog.put(assets)
	x.titles.put(x.catalog, assets)
	for i, a := range assets {
		x.kin.put(x.catalog.ordinals[a.ID], sketches[i])
	}
}

// writeWords indexes those of the assets that an index has not in this state
// or a newer one, removes ids, and gives what makes it visible, to be called
// with mu held.
func (x *Index) writeWords(w *wordIndex, assets []*enablement.Asset, removed []string) (adopt func(), err error) {
	var stale []*enablement.Asset
	for _, a := range assets {
		if have, ok := x.indexedVersion(w, a.ID); !ok || have < a.Version {
			if a.Version >= x.catalog.version(a.ID) {
				stale = append(stale, a)
			}
		}
	}
	if len(stale) == 0 && len(removed) == 0 {
		return func() {}, nil
	}
	states, err := w.write(stale, removed)
	if err != nil {
		return nil, err
	}
	return x.prepared(w, states, removed)
}

// indexedVersion is the version of an asset that an index holds. Called with
// writing or mu held.
func (x *Index) indexedVersion(w *wordIndex, id string) (int, bool) {
	o, ok := x.catalog.ordinals[id]
	if !ok || int(o) >= len(w.docs) || w.docs[o].home == 0 {
		return 0, false
	}
	return w.docs[o].version, true
}

// prepared reads an index's newest state and gives what adopts it.
func (x *Index) prepared(w *wordIndex, states map[string]wordState, removed []string) (adopt func(), err error) {
	reader, err := w.fresh()
	if err != nil {
		return nil, err
	}
	if reader == nil {
		return func() {}, nil
	}
	v, err := w.prepare(reader, x.catalog, states)
	if err != nil {
		return nil, err
	}
	return func() { w.adopt(v, x.catalog, removed) }, nil
}

// refresh takes over an index's newest state: merges make it quicker to read.
// Called with writing held, or before there are other callers.
func (x *Index) refresh(w *wordIndex, states map[string]wordState, removed []string) error {
	adopt, err := x.prepared(w, states, removed)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	adopt()
	return nil
}

// housekeeping is how often merged segments are taken over and words that
// could not be written are tried again.
const housekeeping = time.Second

// keepHouse runs until Close.
func (x *Index) keepHouse() {
	tick := time.NewTicker(housekeeping)
	defer tick.Stop()
	for {
		select {
		case <-x.stopped.Done():
			return
		case <-tick.C:
			x.tidy()
		}
	}
}

func (x *Index) tidy() {
	x.writing.Lock()
	x.heal(time.Now())
	if x.words != nil {
		if err := x.refresh(x.words, nil, nil); err != nil {
			x.options.Logger.Error("search index cannot take over merged segments", "error", err)
		}
	}
	x.writing.Unlock()
	if s := x.Stats(); s.Ready && s.Pending > 0 {
		if err := x.catchUp(x.stopped); err != nil && x.stopped.Err() == nil {
			x.options.Logger.Error("search index is still behind", "pending", s.Pending, "error", err)
		}
	}
	x.mended()
}
