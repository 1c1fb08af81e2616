package search

import (
	"cmp"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// posting is an asset that holds a term, and how often by field.
type posting struct {
	ordinal     uint32
	occurrences [fields]uint16
}

// places is where an asset holds a term: field<<fieldShift | position, ascending.
type places struct {
	ordinals []uint32 // ascending
	start    []uint32 // of each ordinal's places, and the end of the last
	at       []uint32
}

const fieldShift = 28

// of gives an asset's places.
func (p *places) of(o uint32) []uint32 {
	i := sort.Search(len(p.ordinals), func(i int) bool { return p.ordinals[i] >= o })
	if i == len(p.ordinals) || p.ordinals[i] != o {
		return nil
	}
	return p.at[p.start[i]:p.start[i+1]]
}

// postings gives a segment's assets with a term, by ordinal. Some may have
// moved on to another segment: ask wordDoc.home. A term may be a phrase.
func (w *wordIndex) postings(s *segment, by analyser, term string) (list []posting, err error) {
	key := postingsKey{segment: s.id, by: by, term: term}
	if p, ok := w.cache.get(key); ok {
		return p.postings, nil
	}
	defer w.reading(&err, debug.SetPanicOnFault(true), s)
	read := readPostings
	if isPhrase(term) {
		read = readPhrase
	}
	list, err = read(s, by, term)
	if err != nil {
		return nil, err
	}
	w.cache.put(key, cached{postings: list, bytes: len(list) * 12})
	return list, nil
}

func readPostings(s *segment, by analyser, term string) ([]posting, error) {
	var list []posting
	for f, field := range fieldTable() {
		it, n, err := iterate(s, field.Name+"_"+by.suffix(), term, false)
		if err != nil {
			return nil, err
		}
		if it == nil {
			continue
		}
		list = slices.Grow(list, n)
		for p, err := it.Next(); p != nil || err != nil; p, err = it.Next() {
			if err != nil {
				return nil, fmt.Errorf("read postings: %w", err)
			}
			if o := s.ordinals[p.Number()]; o != noOrdinal {
				list = append(list, posting{ordinal: o})
				list[len(list)-1].occurrences[f] = uint16(min(p.Frequency(), math.MaxUint16))
			}
		}
	}
	return joined(list), nil
}

// joined makes one posting of those of the same asset in several fields.
func joined(list []posting) []posting {
	slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.ordinal, b.ordinal) })
	out := list[:0]
	for _, p := range list {
		if last := len(out) - 1; last >= 0 && out[last].ordinal == p.ordinal {
			for f, n := range p.occurrences {
				out[last].occurrences[f] += n
			}
			continue
		}
		out = append(out, p)
	}
	return slices.Clip(out)
}

// places gives where a segment's assets hold a term.
func (w *wordIndex) places(s *segment, by analyser, term string) (p *places, err error) {
	key := postingsKey{segment: s.id, by: by, term: term, places: true}
	if p, ok := w.cache.get(key); ok {
		return p.places, nil
	}
	defer w.reading(&err, debug.SetPanicOnFault(true), s)
	p, err = readPlaces(s, by, term)
	if err != nil {
		return nil, err
	}
	w.cache.put(key, cached{places: p, bytes: 4 * (len(p.at) + len(p.start) + len(p.ordinals))})
	return p, nil
}

func readPlaces(s *segment, by analyser, term string) (*places, error) {
	var all []uint64 // ordinal<<32 | place
	for f, field := range fieldTable() {
		it, n, err := iterate(s, field.Name+"_"+by.suffix(), term, true)
		if err != nil {
			return nil, err
		}
		if it == nil {
			continue
		}
		all = slices.Grow(all, n)
		for p, err := it.Next(); p != nil || err != nil; p, err = it.Next() {
			if err != nil {
				return nil, fmt.Errorf("read places: %w", err)
			}
			o := s.ordinals[p.Number()]
			if o == noOrdinal {
				continue
			}
			for _, l := range p.Locations() {
				all = append(all, uint64(o)<<32|uint64(f)<<fieldShift|min(l.Pos(), 1<<fieldShift-1))
			}
		}
	}
	slices.Sort(all)
	out := &places{at: make([]uint32, len(all))}
	for i, x := range all {
		if o := uint32(x >> 32); len(out.ordinals) == 0 || out.ordinals[len(out.ordinals)-1] != o {
			out.ordinals = append(out.ordinals, o)
			out.start = append(out.start, uint32(i))
		}
		out.at[i] = uint32(x)
	}
	out.start = append(out.start, uint32(len(all)))
	return out, nil
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
