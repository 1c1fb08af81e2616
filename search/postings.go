package search

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// postings gives a segment's assets with a term, which may be a phrase; placed:
// with where it stands, which a phrase has none of. Some of the assets may have
// moved on to another segment: ask wordDoc.home.
func (w *wordIndex) postings(s *segment, by analyser, term string, placed bool) (p *postings, err error) {
	key := postingsKey{segment: s.id, by: by, term: term}
	if p, ok := w.cache.get(key); ok && (p.placed || !placed) {
		return p, nil
	}
	defer w.reading(&err, debug.SetPanicOnFault(true), s)
	if isPhrase(term) {
		p, err = readPhrase(s, by, term)
	} else {
		p, err = readPostings(s, by, term, placed)
	}
	if err != nil {
		return nil, err
	}
	w.cache.put(key, p)
	return p, nil
}

// eachHolder calls f with every asset that holds a word in one of its terms, until
// f says no. An asset is of one analyser, so it comes once.
func (w *wordIndex) eachHolder(terms *[analysers]string, f func(o uint32) bool) error {
	for a, term := range terms {
		if !w.asks(analyser(a), term) {
			continue
		}
		for _, s := range w.segments {
			list, err := w.postings(s, analyser(a), term, false)
			if err != nil {
				return err
			}
			for p := list.reader(); p.next(); {
				if w.docs[p.ordinal].home == s.id && !f(p.ordinal) {
					return nil
				}
			}
		}
	}
	return nil
}

func readPostings(s *segment, by analyser, term string, placed bool) (*postings, error) {
	var read []uint64
	for f, field := range fieldTable() {
		it, n, err := iterate(s, field.Name+"_"+by.suffix(), term, placed)
		if err != nil {
			return nil, err
		}
		if it == nil {
			continue
		}
		read = slices.Grow(read, n)
		for p, err := it.Next(); p != nil || err != nil; p, err = it.Next() {
			if err != nil {
				return nil, fmt.Errorf("read postings: %w", err)
			}
			o := s.ordinals[p.Number()]
			if o == noOrdinal {
				continue
			}
			of := uint64(o)<<32 | uint64(f)<<fieldShift
			if !placed {
				read = append(read, of|min(p.Frequency(), mostOccurrences))
				continue
			}
			for _, l := range p.Locations() {
				read = append(read, of|min(l.Pos(), 1<<fieldShift-1))
			}
		}
	}
	return pack(read, placed), nil
}

// iterate opens a segment's postings of a term in a field, and says of how many
// documents; nil: it has none.
func iterate(s *segment, field, term string, places bool) (segments.PostingsIterator, int, error) {
	list, err := postingsList(s, field, term, nil)
	if err != nil || list.Count() == 0 {
		return nil, 0, err
	}
	return list.Iterator(true, false, places, nil), int(list.Count()), nil
}

func postingsList(s *segment, field, term string, except *roaring.Bitmap) (segments.PostingsList, error) {
	dictionary, err := s.data.Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of %s: %w", field, err)
	}
	list, err := dictionary.PostingsList([]byte(term), except, nil)
	if err != nil {
		return nil, fmt.Errorf("find postings in %s: %w", field, err)
	}
	return list, nil
}
