package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// phraseOf joins terms that stand side by side: what postings takes for a
// phrase. Terms themselves hold no spaces.
func phraseOf(tokens analysis.TokenStream) string {
	terms := make([]string, len(tokens))
	for i, t := range tokens {
		terms[i] = string(t.Term)
	}
	return strings.Join(terms, " ")
}

func isPhrase(term string) bool { return strings.Contains(term, " ") }

// readPhrase gives a segment's assets that hold terms side by side, in order,
// in one field. Only the places in assets that hold all of them are read.
func readPhrase(s *segment, by analyser, phrase string) (*postings, error) {
	terms := strings.Split(phrase, " ")
	var read []uint64
	for f, field := range fieldTable() {
		name := field.Name + "_" + by.suffix()
		both, err := holders(s, name, terms)
		if err != nil {
			return nil, err
		}
		if both.IsEmpty() {
			continue
		}
		counts, err := countRows(s, name, terms, both)
		if err != nil {
			return nil, err
		}
		for number, n := range counts {
			if o := s.ordinals[number]; o != noOrdinal {
				read = append(read, uint64(o)<<32|uint64(f)<<fieldShift|uint64(n))
			}
		}
	}
	return pack(read, false), nil
}

// holders is the document numbers that have all terms in a field.
func holders(s *segment, field string, terms []string) (*roaring.Bitmap, error) {
	var all *roaring.Bitmap
	for _, term := range terms {
		it, _, err := iterate(s, field, term, false)
		if err != nil {
			return nil, err
		}
		if it == nil {
			return roaring.New(), nil
		}
		have, err := numbers(it)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = have
		} else {
			all.And(have)
		}
		if all.IsEmpty() {
			break
		}
	}
	return all, nil
}

// numbers is the document numbers of an iterator.
func numbers(it segments.PostingsIterator) (*roaring.Bitmap, error) {
	have := roaring.New()
	if quick, ok := it.(segments.OptimizablePostingsIterator); ok {
		if b := quick.ActualBitmap(); b != nil {
			have.Or(b)
			return have, nil
		}
		if n, ok := quick.DocNum1Hit(); ok {
			have.Add(uint32(n))
			return have, nil
		}
	}
	for p, err := it.Next(); p != nil || err != nil; p, err = it.Next() {
		if err != nil {
			return nil, fmt.Errorf("read postings: %w", err)
		}
		have.Add(uint32(p.Number()))
	}
	return have, nil
}

// countRows counts, in the given documents, how often the terms stand in a row.
func countRows(s *segment, field string, terms []string, in *roaring.Bitmap) (map[uint32]uint16, error) {
	rest := roaring.Flip(in, 0, uint64(len(s.ordinals)))
	ends := map[uint32][]uint64{} // places of the row's last term so far, by document
	for i, term := range terms {
		list, err := postingsList(s, field, term, rest)
		if err != nil {
			return nil, err
		}
		next := make(map[uint32][]uint64, len(ends))
		it := list.Iterator(true, false, true, nil)
		for p, err := it.Next(); p != nil || err != nil; p, err = it.Next() {
			if err != nil {
				return nil, fmt.Errorf("read places: %w", err)
			}
			n, at := uint32(p.Number()), placesIn(p.Locations())
			if i > 0 {
				at = following(at, ends[n])
			}
			if len(at) > 0 {
				next[n] = at
			}
		}
		ends = next
	}
	counts := make(map[uint32]uint16, len(ends))
	for n, at := range ends {
		counts[n] = uint16(min(len(at), 1<<16-1))
	}
	return counts, nil
}

// placesIn gives the places of locations, ascending.
func placesIn(locations []segments.Location) []uint64 {
	at := make([]uint64, len(locations))
	for i, l := range locations {
		at[i] = l.Pos()
	}
	if !slices.IsSorted(at) { // joined words come behind the others
		slices.Sort(at)
	}
	return at
}

// following keeps of places those right behind others, both ascending. It goes
// over each once: a text may hold a word half a million times.
func following(places, others []uint64) []uint64 {
	kept, i := places[:0], 0
	for _, p := range places {
		for i < len(others) && others[i]+1 < p {
			i++
		}
		if i < len(others) && others[i]+1 == p {
			kept = append(kept, p)
		}
	}
	return kept
}
