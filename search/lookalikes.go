package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// draftsCompared is how many assets, and how many drafts, are read to find the
// one that a draft is most like.
const draftsCompared = 3

// Lookalikes gives, for each state that is about to be written, the asset that
// says most of the same: one of the catalog, which the drafts are to replace as
// far as they have its ids, or a draft before it. Nil where none says nearly the
// same, and for what has EXPIRED or been ARCHIVED, with which none is compared.
//
// Errors: those of Documents; ctx.Err() as it is.
func (x *Index) Lookalikes(ctx context.Context, drafts []*enablement.Asset) ([]*enablement.NearDuplicate, error) {
	sketches := sketchesOf(drafts)
	for i, d := range drafts {
		if !d.At(x.options.Now()).Status.Current() {
			sketches[i] = sketch{}
		}
	}
	found := x.likelyFor(drafts, sketches)
	read, err := x.read(ctx, slices.Concat(found...))
	if err != nil {
		return nil, err
	}
	earlier, texts := newKin(), newTexts()
	out := make([]*enablement.NearDuplicate, len(drafts))
	for i, d := range drafts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		others := make([]*enablement.Asset, 0, 2*draftsCompared)
		for _, id := range found[i] {
			if other := read[id]; other != nil && shown(other, false) {
				others = append(others, other)
			}
		}
		rows := earlier.likely(nil, &sketches[i], func(uint32) bool { return true })
		slices.SortFunc(rows, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.ordinal, b.ordinal)) })
		for _, row := range rows[:min(len(rows), draftsCompared)] {
			others = append(others, drafts[row.ordinal])
		}
		out[i] = texts.most(d, others)
		earlier.put(uint32(i), sketches[i])
	}
	return out, nil
}

// likelyFor gives, for each draft, the ids of the assets of the catalog that may
// say nearly the same, without those that drafts replace.
func (x *Index) likelyFor(drafts []*enablement.Asset, sketches []sketch) [][]string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)
	x.current(s, false)
	for _, d := range drafts {
		if o, ok := x.catalog.ordinals[d.ID]; ok {
			s.allowed.remove(o)
		}
	}
	found := make([][]string, len(drafts))
	for i := range drafts {
		found[i] = x.nearest(s, &sketches[i], draftsCompared)
	}
	return found
}

// most gives which of the others has most of a text, the first among equals;
// nil where none says nearly the same.
func (t *texts) most(a *enablement.Asset, others []*enablement.Asset) *enablement.NearDuplicate {
	var most *enablement.NearDuplicate
	for _, other := range others {
		overlap := t.overlap(a, other)
		if overlap >= enablement.NearlySame && (most == nil || overlap > most.Overlap) {
			most = &enablement.NearDuplicate{Asset: other, Overlap: overlap}
		}
	}
	return most
}
