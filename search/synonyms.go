package search

import (
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

const (
	// synonymWorth is what an occurrence of a synonym counts beside the word
	// itself: what a person wrote comes first.
	synonymWorth = 0.8
	// mostAlso bounds what a word is searched with: it may be in many sets.
	mostAlso = 100
)

// thesaurus is the sets of synonyms that mean something, as the lexer reads
// them.
type thesaurus []*entry

// entry is one set.
type entry struct {
	*enablement.Synonyms
	terms []entryTerm
}

// entryTerm is one way to write a term, with what it also finds.
type entryTerm struct {
	reading
	meant  *meaning
	others []reading // that it stands for
}

// with gives the thesaurus of other sets. What says what it said is not read
// anew: to read a term takes longer than to answer a query.
func (t thesaurus) with(l *lexer, sets []*enablement.Synonyms) thesaurus {
	known := make(map[string]*entry, len(t))
	for _, e := range t {
		known[e.ID] = e
	}
	next := make(thesaurus, 0, len(sets))
	for _, s := range sets {
		if s.Removed {
			continue
		}
		e := known[s.ID]
		if e == nil || !slices.Equal(e.Terms, s.Terms) || !slices.Equal(e.Instead, s.Instead) {
			e = newEntry(l, s)
		}
		next = append(next, e)
	}
	return next
}

func newEntry(l *lexer, s *enablement.Synonyms) *entry {
	e := &entry{Synonyms: s}
	found := map[string][]*alternative{}
	for _, t := range s.Terms {
		var also []*alternative
		var others []reading
		for _, other := range s.For(t) {
			if _, ok := found[other]; !ok {
				found[other] = pointers(l.alternatives(other, synonymWorth))
			}
			also = append(also, found[other]...)
			others = append(others, l.read(other))
		}
		r := l.read(t)
		e.terms = append(e.terms, entryTerm{r, &meaning{also: also, ahead: r.ahead, behind: r.behind}, others},
			entryTerm{l.read(closed(t)), &meaning{also: also}, others})
	}
	return e
}

func pointers[T any](values []T) []*T {
	out := make([]*T, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}

// SetSynonyms takes the synonyms that queries are searched with from now on.
// They change what a query finds, not what is indexed.
func (x *Index) SetSynonyms(synonyms []*enablement.Synonyms) {
	x.naming.Lock()
	defer x.naming.Unlock()
	x.synonyms = x.synonyms.with(x.lexer, synonyms)
	m := newMeanings(x.lexer, x.names.taxonomy, x.synonyms)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.meanings = m
}
