package search

import (
	"cmp"
	"context"
	"slices"
)

const (
	// mostTelling is how many of an asset's terms are looked for in others.
	mostTelling = 24
	// leastLikeness is how much of what these terms amount to another must hold:
	// with less it shares a phrase, not what is said.
	leastLikeness = 0.05
)

// Similar gives, for each id, up to first assets that say what that one says,
// the most alike first, then by id, without itself: those that hold the terms
// that it says most and others say least, and share its topics and industries.
// Terms are looked for in every language, for names are the same in all, so
// that an asset's twin in another language is there too. For a rep, those that
// are PUBLISHED alone.
//
// Errors: INTERNAL where the index on disk cannot be read; ctx.Err() as it is.
func (x *Index) Similar(ctx context.Context, ids []string, first int, publishedOnly bool) ([][]string, error) {
	lists := make([][]string, len(ids))
	for i, id := range ids {
		var err error
		if lists[i], err = x.similar(ctx, id, first, publishedOnly); err != nil {
			return nil, readFailed(ctx, err)
		}
	}
	return lists, nil
}

func (x *Index) similar(ctx context.Context, id string, first int, publishedOnly bool) ([]string, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	o, ok := x.catalog.ordinals[id]
	if words, err := x.readable(); err != nil || !ok || words == nil {
		return nil, cmp.Or(err, ctx.Err())
	}
	s := x.take()
	defer x.give(s)
	x.catalog.narrow(s.allowed, s.spare, narrowing{publishedOnly: publishedOnly, now: x.options.Now().UnixMicro()})
	s.allowed.remove(o)
	k := newWalk(x.catalog, x.words, &names{}, x.scorer, s)
	l, err := k.likenessOf(o)
	if err != nil {
		return nil, err
	}
	for i := range l.terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := k.spoken(l.by, &l.terms[i]); err != nil {
			return nil, err
		}
	}
	k.shareTags(o)
	least := leastLikeness * l.total()
	for _, p := range k.found {
		if k.score[p] >= least {
			k.hits = append(k.hits, ranked{k.score[p], p})
		}
	}
	var alike []string
	for _, h := range bestSorted(k.hits, first, x.catalog.ids) {
		alike = append(alike, x.catalog.ids[h.ordinal])
	}
	return alike, nil
}

// likeness is what others are held against: the terms that an asset says most,
// weighed by how few say them.
type likeness struct {
	by    analyser
	terms []said
}

// total is what an asset that holds all of it would have at the most.
func (l *likeness) total() float64 {
	sum := 0.0
	for _, t := range l.terms {
		sum += t.weight
	}
	return sum
}

// said is a term and what it says of the asset.
type said struct {
	term   string
	weight float64
	idf    float64 // among the assets of the same language
}

func (k *walk) likenessOf(o uint32) (likeness, error) {
	l := likeness{by: k.words.by(o)}
	vector, err := k.words.vector(o)
	if err != nil {
		return l, err
	}
	for _, t := range vector {
		idf, err := k.rarity(l.by, t.term)
		if err != nil {
			return l, err
		}
		l.terms = append(l.terms, said{t.term, idf * k.scorer.saturate(float64(t.count)), idf})
	}
	slices.SortFunc(l.terms, func(a, b said) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	l.terms = l.terms[:min(len(l.terms), mostTelling)]
	return l, nil
}

// rarity is a term's idf among the assets of one analyser: in a catalog with
// six German assets every German word would be rare otherwise.
func (k *walk) rarity(by analyser, term string) (float64, error) {
	df, err := k.words.held(by, term)
	return k.scorer.idf(k.words.total[by].docs, df), err
}

// spoken adds what a term is worth to the assets that hold it, in whichever
// language.
func (k *walk) spoken(by analyser, t *said) error {
	for a := range analysers {
		if !k.words.asks(a, t.term) {
			continue
		}
		weight := t.weight
		if a != by {
			idf, err := k.rarity(a, t.term)
			if err != nil {
				return err
			}
			weight *= (t.idf + idf) / 2 / t.idf
		}
		if _, err := k.sole(a, t.term, false); err != nil {
			return err
		}
		for _, o := range k.touched {
			k.gain(o, weight*k.scorer.saturate(k.frequency[o]))
		}
		k.forget()
	}
	return nil
}

// gain adds to an asset's score.
func (k *walk) gain(o uint32, score float64) {
	if k.held[o] == 0 {
		k.held[o] = 1
		k.found = append(k.found, o)
	}
	k.score[o] += score
}

// shareTags adds what an asset's topics are worth to those that share them, as
// much as terms of the same rarity, and then its industries to those found.
// Personas say too little of what is said.
func (k *walk) shareTags(o uint32) {
	for _, kind := range [...]tagKind{byTopic, byIndustry} {
		for _, t := range k.catalog.tagged.of(o) {
			tag := &k.catalog.tags[t]
			if tag.kind != kind {
				continue
			}
			worth := k.scorer.idf(k.catalog.size(), int(tag.assets.GetCardinality()))
			tag.assets.Iterate(func(p uint32) bool {
				if k.allowed.has(p) && (kind == byTopic || k.held[p] > 0) {
					k.gain(p, worth)
				}
				return true
			})
		}
	}
}
