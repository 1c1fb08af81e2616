package search

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	lru "github.com/hashicorp/golang-lru/v2"
)

// vectorTerm is one of the terms that an asset says most.
type vectorTerm struct {
	term  string
	count int // over all fields
}

const (
	// mostVectorTerms is how many of an asset's terms are kept beside its words.
	mostVectorTerms = 64
	// vectorsCached is how many assets' terms are kept decoded: some 4 KB each.
	vectorsCached = 2_048
)

// tally counts terms over the fields of an asset, in the order they first
// stand in.
type tally struct {
	at    map[string]int
	terms []vectorTerm
}

// add counts the terms cut from a text that say something by themselves.
func (v *tally) add(l *lexer, text string, terms analysis.TokenStream, by analyser) {
	for _, t := range terms {
		if !tells(t.Term) || t.End <= len(text) && t.Start < t.End && l.stop(text[t.Start:t.End], by, true) {
			continue
		}
		i, ok := v.at[string(t.Term)]
		if !ok {
			i = len(v.terms)
			term := string(t.Term)
			v.at[term] = i
			v.terms = append(v.terms, vectorTerm{term: term})
		}
		v.terms[i].count++
	}
}

// reset makes room for the next asset.
func (v *tally) reset() {
	clear(v.at)
	v.terms = v.terms[:0]
}

// tells leaves out numbers and single letters: they join what has nothing to
// do with one another.
func tells(term []byte) bool {
	if utf8.RuneCount(term) < 2 {
		return false
	}
	for _, r := range string(term) {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// encode keeps the most frequent terms, those first met first among equals.
func (v *tally) encode() []byte {
	slices.SortStableFunc(v.terms, func(a, b vectorTerm) int { return cmp.Compare(b.count, a.count) })
	terms := v.terms[:min(len(v.terms), mostVectorTerms)]
	b := binary.AppendUvarint(nil, uint64(len(terms)))
	for _, t := range terms {
		b = binary.AppendUvarint(b, uint64(t.count))
		b = binary.AppendUvarint(b, uint64(len(t.term)))
		b = append(b, t.term...)
	}
	return b
}

var errVector = errors.New("the terms kept of a document cannot be read")

func decodeVector(b []byte) ([]vectorTerm, error) {
	number := func() (int, bool) {
		x, n := binary.Uvarint(b)
		if n <= 0 || x > 1<<24 {
			return 0, false
		}
		b = b[n:]
		return int(x), true
	}
	size, ok := number()
	if !ok || size > mostVectorTerms {
		return nil, errVector
	}
	terms := make([]vectorTerm, size)
	for i := range terms {
		count, ok := number()
		length, fine := number()
		if !ok || !fine || length > len(b) {
			return nil, errVector
		}
		terms[i] = vectorTerm{string(b[:length]), count}
		b = b[length:]
	}
	return terms, nil
}

// vectorKey is where an asset's terms are kept; segments never change.
type vectorKey struct {
	segment uint64
	number  uint32
}

// vector gives the terms that an asset says most; none where it is not indexed.
func (w *wordIndex) vector(o uint32) (terms []vectorTerm, err error) {
	if int(o) >= len(w.docs) || w.docs[o].home == 0 {
		return nil, nil
	}
	key := vectorKey{w.docs[o].home, w.docs[o].number}
	if terms, ok := w.vectors.Get(key); ok {
		return terms, nil
	}
	s := w.segment(key.segment)
	if s == nil {
		return nil, nil
	}
	defer w.reading(&err, debug.SetPanicOnFault(true), s)
	var bad error
	err = s.data.VisitStoredFields(uint64(key.number), func(name string, _ byte, value []byte, _ []uint64) bool {
		if name == vectorField {
			terms, bad = decodeVector(value)
			return false
		}
		return true
	})
	if err = cmp.Or(err, bad); err != nil {
		return nil, fmt.Errorf("read terms of a document: %w", err)
	}
	w.vectors.Add(key, terms)
	return terms, nil
}

func newVectors() *lru.Cache[vectorKey, []vectorTerm] {
	c, _ := lru.New[vectorKey, []vectorTerm](vectorsCached) // errs on sizes below 1 alone
	return c
}
