package search

import (
	"cmp"
	"context"
	"slices"
)

// Feedback asks the best hits what else belongs to the question: the terms that
// they share weigh a little in the score of every hit. This is the relevance
// model RM3 (Lavrenko, Croft: Relevance-Based Language Models, 2001; Abdul-Jaleel
// et al.: UMass at TREC 2004) over BM25F. It reorders what the words found and
// adds nothing to it: no rep sees an asset that holds none of the words.
type Feedback struct {
	Documents int     // how many of the best hits are asked
	Terms     int     // how many of their terms are taken
	Weight    float64 // of the terms together, beside the query's words together; 0: none is asked
	Fewest    int     // words that a query must have: in one or two they are all that was meant
}

// expansion is a term that the best hits share.
type expansion struct {
	by     analyser
	term   string
	weight float64 // all expansions together: 1
}

// reconsider rescores the hits with what the best of them share.
func (k *walk) reconsider(ctx context.Context, query []word) error {
	f := k.scorer.Feedback
	if f.Weight <= 0 || len(query) < f.Fewest || len(k.hits) < 2 {
		return nil
	}
	terms, err := k.expansions(untied(bestSorted(k.hits, f.Documents+1, k.catalog.ids), f.Documents))
	if err != nil {
		return err
	}
	for i := range terms {
		if err := ctx.Err(); err != nil {
			return err
		}
		common, err := k.common(&terms[i])
		if err != nil {
			return err
		}
		if common {
			continue
		}
		if err := k.expand(&terms[i], f.Weight*float64(len(query))); err != nil {
			return err
		}
	}
	for i := range k.hits {
		k.hits[i].key = k.score[k.hits[i].ordinal]
	}
	return nil
}

// untied gives the first of the best, without those that score no more than the
// next: which of equals comes first is chance, and must not count.
func untied(best []ranked, first int) []ranked {
	if len(best) <= first {
		return best
	}
	next := best[first].key
	return slices.DeleteFunc(slices.Clone(best[:first]), func(r ranked) bool { return r.key <= next })
}

// expansions weighs the terms of the best hits: each hit by its score, each
// term by its share of the hit's.
func (k *walk) expansions(best []ranked) ([]expansion, error) {
	sum := 0.0
	for _, h := range best {
		sum += h.key
	}
	weights := map[expansion]float64{}
	for _, h := range best {
		vector, err := k.words.vector(h.ordinal)
		if err != nil {
			return nil, err
		}
		total := 0
		for _, t := range vector {
			total += t.count
		}
		for _, t := range vector {
			weights[expansion{by: k.words.by(h.ordinal), term: t.term}] += h.key / sum * float64(t.count) / float64(total)
		}
	}
	return strongest(weights, k.scorer.Feedback.Terms), nil
}

// strongest keeps the heaviest terms and scales their weights to sum to 1.
func strongest(weights map[expansion]float64, most int) []expansion {
	terms := make([]expansion, 0, len(weights))
	for t, w := range weights {
		t.weight = w
		terms = append(terms, t)
	}
	slices.SortFunc(terms, func(a, b expansion) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term), cmp.Compare(a.by, b.by))
	})
	terms = terms[:min(len(terms), most)]
	sum := 0.0
	for _, t := range terms {
		sum += t.weight
	}
	for i := range terms {
		terms[i].weight /= sum
	}
	return terms
}

// mostExpanded is how many assets may hold a term that feedback adds, or a
// twentieth of all where that is more: what more hold tells them apart too little
// for what it costs.
const mostExpanded = 2_000

// common tells whether too many assets hold a term in one of the fields.
func (k *walk) common(t *expansion) (bool, error) {
	widest, err := k.words.widest(t.by, t.term)
	return widest > max(mostExpanded, k.catalog.size()/20), err
}

// expand adds what a term of the best hits is worth to every hit that holds it.
func (k *walk) expand(t *expansion, weight float64) error {
	df, err := k.sole(t.by, t.term, false)
	if err != nil {
		return err
	}
	defer k.forget()
	idf := k.scorer.idf(k.catalog.size(), df)
	for _, o := range k.touched {
		if f := k.frequency[o]; f > 0 && k.held[o] > 0 {
			k.score[o] += weight * t.weight * idf * k.scorer.saturate(f)
		}
	}
	return nil
}
