package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Duplicates gives the pairs of assets that have a part of their texts in
// common, the largest overlap first, then by id. What has EXPIRED or been ARCHIVED is
// left out.
//
// Pairs are estimated in memory, the best of them held against the texts. In a
// cluster of more than mostCompared each asset is held against those most
// alike, so that n copies of one text take n steps and not n².
//
// Errors: those of Documents; ctx.Err() as it is.
func (x *Index) Duplicates(ctx context.Context, q enablement.DuplicateQuery) ([]*enablement.DuplicatePair, error) {
	likely, err := x.likelyPairs(ctx, q.Least-leeway, q.First+mostCompared)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, 2*len(likely))
	for _, p := range likely {
		ids = append(ids, p.a, p.b)
	}
	read, err := x.read(ctx, ids)
	if err != nil {
		return nil, err
	}
	texts, pairs := newTexts(), []*enablement.DuplicatePair{}
	for _, p := range likely {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		a, b := read[p.a], read[p.b]
		if a == nil || b == nil || !shown(a, false) || !shown(b, false) {
			continue
		}
		if overlap := texts.overlap(a, b); overlap >= q.Least {
			pairs = append(pairs, &enablement.DuplicatePair{Assets: []*enablement.Asset{a, b}, Overlap: overlap})
		}
	}
	slices.SortFunc(pairs, func(a, b *enablement.DuplicatePair) int {
		return cmp.Or(cmp.Compare(b.Overlap, a.Overlap), cmp.Compare(a.Assets[0].ID, b.Assets[0].ID), cmp.Compare(a.Assets[1].ID, b.Assets[1].ID))
	})
	return pairs[:min(len(pairs), q.First)], nil
}

// likelyPair is two assets by id, a before b.
type likelyPair struct {
	estimate float64
	a, b     string
}

func comparePairs(p, q likelyPair) int {
	return cmp.Or(cmp.Compare(q.estimate, p.estimate), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
}

// likelyPairs gives up to most pairs by their estimates. Between two bands
// writers get their turn.
func (x *Index) likelyPairs(ctx context.Context, least float64, most int) ([]likelyPair, error) {
	best := bestPairs{least: least, most: most}
	for b := range bands {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		x.pairsOfBand(b, &best)
	}
	best.cut()
	return best.kept, nil
}

func (x *Index) pairsOfBand(b int, best *bestPairs) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)
	x.current(s, false)
	ids := x.catalog.ids
	x.kin.pairs(b, s.allowed, ids, func(o, p uint32) {
		estimate := x.kin.of(o).estimate(x.kin.of(p))
		best.add(likelyPair{estimate, min(ids[o], ids[p]), max(ids[o], ids[p])})
	})
}

// bestPairs keeps the best pairs that it is given.
type bestPairs struct {
	least float64
	most  int
	kept  []likelyPair
	worst *likelyPair // that would be kept; nil: there is room
}

func (b *bestPairs) add(p likelyPair) {
	if p.estimate < b.least || b.worst != nil && comparePairs(p, *b.worst) >= 0 {
		return
	}
	if b.kept = append(b.kept, p); len(b.kept) >= 4*b.most {
		b.cut()
	}
}

// cut drops repetitions and what is more than most.
func (b *bestPairs) cut() {
	slices.SortFunc(b.kept, comparePairs)
	b.kept = slices.Compact(b.kept)
	if len(b.kept) >= b.most {
		b.kept = b.kept[:b.most]
		worst := b.kept[b.most-1]
		b.worst = &worst
	}
}
