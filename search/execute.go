package search

import (
	"context"
	"math"
)

// walk answers a query's words: it goes over the postings of each, term by
// term and segment by segment, and gathers scores for the assets that the tags
// allow. Index.mu is held for reading all through.
type walk struct {
	catalog *catalog
	words   *wordIndex
	names   *names
	scorer  scorer
	*scratch

	average [analysers][fields]float64
	total   [analysers]float64 // idf of the words that an analysis has
	idf     []float64          // by word of the query
	near    bool               // how words stand to one another will be asked
	read    map[postingsKey]*postings
	places  [2][]uint32 // of the word at hand and of the one before
}

func newWalk(c *catalog, w *wordIndex, n *names, s scorer, memory *scratch) *walk {
	k := &walk{catalog: c, words: w, names: n, scorer: s, scratch: memory}
	for a := range k.average {
		k.average[a] = w.average(analyser(a))
	}
	return k
}

// run scores the assets in allowed and leaves those found in hits, unsorted,
// with their scores before nearness.
//
// An asset is found when the words it holds make up scorer.least of the
// query's idf: with any word of a short query unless it is far more common
// than the rest, with the telling ones of a long query.
func (k *walk) run(ctx context.Context, query []word) error {
	k.near = len(query) > 1
	for i := range query {
		if err := ctx.Err(); err != nil {
			return err
		}
		idf, err := k.word(&query[i], len(query) == 1 || !query[i].barelyBegun())
		if err != nil {
			return err
		}
		k.idf = append(k.idf, idf)
	}
	for _, o := range k.found {
		total := k.total[k.words.by(o)]
		if k.held[o] <= 0 || !k.scorer.enough(k.held[o], total, len(query)) {
			continue
		}
		k.score[o] = k.scorer.cover(k.score[o], k.held[o], total, len(query))
		k.hits = append(k.hits, ranked{k.score[o], o})
	}
	return nil
}

// word adds what one word of the query is worth to each asset that holds it,
// and gives its idf; 0 where none holds it. asked: the word has a say in which
// assets are found; one that has not comes after those that have.
func (k *walk) word(q *word, asked bool) (float64, error) {
	df, err := k.gather(q)
	if err != nil {
		return 0, err
	}
	defer k.forget()
	if df == 0 {
		return 0, nil
	}
	idf := k.scorer.idf(k.catalog.size(), df)
	for a, term := range q.terms {
		if asked && (term != "" || len(q.also)+len(q.tags) > 0) {
			k.total[a] += idf
		}
	}
	for _, o := range k.touched {
		f := k.frequency[o]
		if f == 0 || !asked && k.held[o] == 0 {
			continue
		}
		if k.held[o] == 0 {
			k.found = append(k.found, o)
		}
		if asked {
			k.held[o] += idf
		}
		k.score[o] += idf * k.scorer.saturate(f)
	}
	k.whole(q.tags, idf)
	return idf, nil
}

// forget zeroes what gather wrote.
func (k *walk) forget() {
	for _, o := range k.touched {
		k.frequency[o] = 0
	}
	k.touched = k.touched[:0]
	clear(k.seen)
}

// gather sums a word's frequency in every asset that the tags allow and counts
// the assets that hold it, allowed or not.
func (k *walk) gather(q *word) (df int, err error) {
	if len(q.also)+len(q.tags)+len(q.instead) == 0 && !k.names.have(&q.terms) {
		return k.words.sum(&q.terms, func(a analyser, term string) (int, error) { return k.sole(a, term, k.near) })
	}
	if df, err = k.anyTerm(&q.terms, 1, k.near); err != nil {
		return 0, err
	}
	n, err := k.alternatives(q.also)
	if err != nil {
		return 0, err
	}
	df += n + k.tagged(q.tags)
	n, err = k.alternatives(q.instead)
	return df + n, err
}

// sole gives the assets that the tags allow a term's frequencies, and counts all
// that hold it, as term does where nothing else is searched with it: what is not
// allowed, under filters nearly all, costs a look at its ordinal.
func (k *walk) sole(a analyser, term string, placed bool) (df int, err error) {
	for _, s := range k.words.segments {
		list, err := k.words.postings(s, a, term, placed)
		if err != nil {
			return 0, err
		}
		for p := list.reader(); p.next(); {
			if !k.allowed.has(p.ordinal) {
				continue
			}
			if doc := &k.words.docs[p.ordinal]; doc.home == s.id {
				k.touched = append(k.touched, p.ordinal)
				k.frequency[p.ordinal] = k.scorer.frequency(p.occurrences, doc.lengths, &k.average[a])
			}
		}
	}
	return k.words.held(a, term)
}

// anyTerm adds a word's terms in the analyses that assets are indexed by.
func (k *walk) anyTerm(terms *[analysers]string, worth float64, placed bool) (df int, err error) {
	return k.words.sum(terms, func(a analyser, term string) (int, error) { return k.term(a, term, worth, placed) })
}

// alternatives adds what serves in the place of a word.
func (k *walk) alternatives(list []alternative) (df int, err error) {
	for i := range list {
		n, err := k.anyTerm(&list[i].terms, list[i].worth, false)
		if err != nil {
			return 0, err
		}
		df += n
	}
	return df, nil
}

// term adds one term's frequencies, times worth, and counts the assets not
// counted before. placed: its places will be asked for as well.
func (k *walk) term(a analyser, term string, worth float64, placed bool) (df int, err error) {
	for _, s := range k.words.segments {
		list, err := k.words.postings(s, a, term, placed)
		if err != nil {
			return 0, err
		}
		for p := list.reader(); p.next(); {
			doc := &k.words.docs[p.ordinal]
			if doc.home != s.id {
				continue
			}
			first := !k.seen.has(p.ordinal)
			if first {
				k.seen.add(p.ordinal)
				df++
			}
			if k.allowed.has(p.ordinal) {
				if first {
					k.touched = append(k.touched, p.ordinal)
				}
				k.frequency[p.ordinal] += worth * k.scorer.frequency(p.occurrences, doc.lengths, &k.average[a])
			}
		}
	}
	return df + k.named(a, term, worth), nil
}

// named adds the assets of the personas and industries that have the term in
// their names.
func (k *walk) named(a analyser, term string, worth float64) (df int) {
	for _, key := range k.names.byTerm[a][term] {
		df += k.carriers(key, worth*k.scorer.named(), func(o uint32) bool { return k.words.by(o) == a })
	}
	return df
}

// tagged adds the assets that carry what the words name.
func (k *walk) tagged(tags []naming) (df int) {
	for _, t := range tags {
		df += k.carriers(t.tagKey, t.worth, nil)
	}
	return df
}

// carriers adds a frequency to the assets that carry a tag; of: nil for all.
func (k *walk) carriers(key tagKey, frequency float64, of func(uint32) bool) (df int) {
	for _, b := range k.catalog.carrying(key) {
		b.Iterate(func(o uint32) bool {
			if of != nil && !of(o) {
				return true
			}
			first := !k.seen.has(o)
			if first {
				k.seen.add(o)
				df++
			}
			if k.allowed.has(o) {
				if first {
					k.touched = append(k.touched, o)
				}
				k.frequency[o] += frequency
			}
			return true
		})
	}
	return df
}

// whole adds what the words of a name add by standing together in the query:
// an asset that carries the tag is worth as much as one that has them so.
func (k *walk) whole(tags []naming, idf float64) {
	for _, t := range tags {
		b := k.catalog.bitmap(t.kind, t.value)
		if !t.near || b == nil {
			continue
		}
		bonus := k.scorer.near(t.worth, idf)
		b.Iterate(func(o uint32) bool {
			if k.allowed.has(o) {
				k.score[o] += bonus
			}
			return true
		})
	}
}

// asks tells whether a term is worth looking up: there is one, and an asset
// that it could be of.
func (w *wordIndex) asks(a analyser, term string) bool {
	return term != "" && (a == english || w.total[a].docs > 0)
}

// by is the analyser of an asset's language; english where it is not indexed.
func (w *wordIndex) by(o uint32) analyser {
	if int(o) < len(w.docs) {
		return w.docs[o].by
	}
	return english
}

// rescored is how many of the best hits are looked at for nearness. It does
// not depend on the page asked for, so pages fit together: what it adds is
// never negative, so no hit outside can belong before one inside.
const rescored = 200

// nearness adds what words that stand together are worth to the best hits.
func (k *walk) nearness(ctx context.Context, query []word) error {
	if len(query) < 2 {
		return nil
	}
	best := selectBest(k.hits, rescored, k.catalog.ids)
	for i := range best {
		if i%32 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		bonus, err := k.bonus(best[i].ordinal, query)
		if err != nil {
			return err
		}
		best[i].key += bonus
		k.score[best[i].ordinal] = best[i].key
	}
	return nil
}

// bonus is what the neighbouring words of the query add in one asset.
func (k *walk) bonus(o uint32, query []word) (float64, error) {
	if int(o) >= len(k.words.docs) || k.words.docs[o].home == 0 {
		return 0, nil
	}
	a := k.words.by(o)
	s := k.words.segment(k.words.docs[o].home)
	bonus, last := 0.0, -1
	for i, q := range query {
		term := q.terms[a]
		if term == "" || k.idf[i] == 0 || s == nil {
			continue
		}
		p, err := k.placed(s, a, term)
		if err != nil {
			return 0, err
		}
		before := k.places[0]
		here := p.placesOf(o, k.places[1][:0])
		if last >= 0 && len(before) > 0 && len(here) > 0 {
			weight := k.scorer.closeness(before, here)
			bonus += k.scorer.near(weight, math.Min(k.idf[last], k.idf[i]))
		}
		k.places = [2][]uint32{here, before}
		last = i
	}
	return bonus, nil
}

// placed remembers postings for the query: those too long for the cache would
// otherwise be read once for every hit.
func (k *walk) placed(s *segment, a analyser, term string) (*postings, error) {
	key := postingsKey{segment: s.id, by: a, term: term}
	if p, ok := k.read[key]; ok {
		return p, nil
	}
	p, err := k.words.postings(s, a, term, true)
	if err != nil {
		return nil, err
	}
	if k.read == nil {
		k.read = map[postingsKey]*postings{}
	}
	k.read[key] = p
	return p, nil
}

// segment gives the segment with an id, or nil.
func (w *wordIndex) segment(id uint64) *segment {
	for _, s := range w.segments {
		if s.id == id {
			return s
		}
	}
	return nil
}
