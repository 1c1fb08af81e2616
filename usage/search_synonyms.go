package usage

import (
	"cmp"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// termPair is a term that found nothing and one that found something after it.
type termPair struct{ term, instead uint32 }

// pairTally is how often one followed the other, and of whom.
type pairTally struct {
	termPair
	times int
	reps  map[uint32]bool
}

// SuggestedSynonyms gives the first of the terms that found nothing, unfiltered,
// with what the same people found something by within enablement.SynonymWithin;
// what most people did first. A term that has found something since is not
// listed: whatever it lacked is there.
func (l *SearchLedger) SuggestedSynonyms(of *enablement.SearchInsights, first int) []*enablement.SuggestedSynonym {
	synonyms := []*enablement.SuggestedSynonym{}
	l.read(of, func(rows []uint32) {
		finds := l.findsNow(rows)
		var worth []*pairTally
		for pair, t := range l.followed(rows) {
			if !finds[pair.term] && enablement.SynonymWorth(l.terms.names[pair.term], l.terms.names[pair.instead]) {
				worth = append(worth, t)
			}
		}
		slices.SortFunc(worth, func(a, b *pairTally) int {
			return cmp.Or(cmp.Compare(len(b.reps), len(a.reps)), cmp.Compare(b.times, a.times),
				cmp.Compare(l.terms.names[a.term], l.terms.names[b.term]), cmp.Compare(l.terms.names[a.instead], l.terms.names[b.instead]))
		})
		for _, t := range worth[:min(len(worth), first)] {
			synonyms = append(synonyms, &enablement.SuggestedSynonym{Term: l.shown(t.term), Instead: l.shown(t.instead), Reps: len(t.reps), Times: t.times})
		}
	})
	return synonyms
}

// findsNow tells which terms found something when they were last asked without
// a filter.
func (l *searches) findsNow(rows []uint32) map[uint32]bool {
	finds := map[uint32]bool{}
	for _, row := range rows {
		if l.rows.filter[row] == 0 {
			finds[l.rows.term[row]] = l.rows.hits[row] > 0
		}
	}
	return finds
}

// followed counts, for each search that found something, what its rep had
// searched for in vain since the last that did, and not too long ago.
func (l *searches) followed(rows []uint32) map[termPair]*pairTally {
	pairs := map[termPair]*pairTally{}
	vain := map[uint32][]uint32{} // by rep
	for _, row := range rows {
		rep := l.rows.rep[row]
		switch {
		case l.rows.hits[row] > 0:
			for _, before := range l.lately(vain[rep], row) {
				count(pairs, termPair{l.rows.term[before], l.rows.term[row]}, rep)
			}
			delete(vain, rep)
		case l.rows.filter[row] == 0:
			vain[rep] = append(l.lately(vain[rep], row), row)
		}
	}
	return pairs
}

// lately keeps the searches that are not too long before another, nor for the
// same term: who asks twice in vain looks for one thing.
func (l *searches) lately(before []uint32, row uint32) []uint32 {
	return slices.DeleteFunc(before, func(b uint32) bool {
		return l.rows.at[row]-l.rows.at[b] > enablement.SynonymWithin.Milliseconds() || l.rows.term[b] == l.rows.term[row]
	})
}

func count(pairs map[termPair]*pairTally, pair termPair, rep uint32) {
	t := pairs[pair]
	if t == nil {
		t = &pairTally{termPair: pair, reps: map[uint32]bool{}}
		pairs[pair] = t
	}
	t.times++
	t.reps[rep] = true
}
