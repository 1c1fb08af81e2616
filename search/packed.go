package search

import (
	"encoding/binary"
	"math"
	"slices"
	"sort"
)

// postings is a segment's assets with a term, by ordinal, packed: two to three
// bytes for each, one or two more for each place of the term where those are
// kept too. So memory holds those of a whole catalog, and a query that goes over
// them all waits for little of it. They never change.
//
// Of each asset: the distance from the ordinal before; a byte with two bits for
// each field, the occurrences in it, 3 meaning that their number less 3 follows;
// those numbers; and the places in each field, each as its distance from the one
// before. All numbers are varints (encoding/binary).
type postings struct {
	assets int // how many
	placed bool
	packed []byte
	skips  []skip // one for every skipEvery assets, to find an asset by
}

// skip is where in packed an asset begins, and the ordinal before it.
type skip struct{ before, at uint32 }

const (
	// fieldShift is where in a place the field stands; below it is the position.
	fieldShift = 28
	skipEvery  = 32
	// manyFrom is how many occurrences in a field the two bits cannot say.
	manyFrom = 3
	// mostOccurrences is how many of a term in one field of an asset are counted.
	mostOccurrences = math.MaxUint16

	_ = uint(4 - fields) // the head has room for four
)

// bytes is how much memory they take.
func (p *postings) bytes() int { return cap(p.packed) + 8*cap(p.skips) }

// pack makes postings of what was read, in any order: ordinal<<32 | place of each
// occurrence where they are placed, else ordinal<<32 | field<<fieldShift | how
// many.
func pack(read []uint64, placed bool) *postings {
	slices.Sort(read)
	p, e := &postings{placed: placed}, holder{}
	for i := 0; i < len(read); {
		before := e.ordinal
		e = holder{ordinal: uint32(read[i] >> 32), places: e.places[:0]}
		for ; i < len(read) && uint32(read[i]>>32) == e.ordinal; i++ {
			e.add(uint32(read[i]), placed)
		}
		p.add(e, before)
	}
	p.packed, p.skips = slices.Clone(p.packed), slices.Clone(p.skips)
	return p
}

// holder is an asset on its way into postings: places has the fields' places, each
// counted from the beginning of its field, one behind the other.
type holder struct {
	ordinal     uint32
	occurrences [fields]uint16
	places      []uint32
}

// add counts what was read of a field.
func (e *holder) add(read uint32, placed bool) {
	field, n := read>>fieldShift, read&(1<<fieldShift-1)
	switch count := &e.occurrences[field]; {
	case !placed:
		*count = uint16(min(uint32(*count)+n, mostOccurrences))
	case *count < mostOccurrences:
		*count++
		e.places = append(e.places, n)
	}
}

// add appends an asset. Ordinals ascend.
func (p *postings) add(e holder, before uint32) {
	if p.assets%skipEvery == 0 {
		p.skips = append(p.skips, skip{before, uint32(len(p.packed))})
	}
	p.assets++
	p.packed = binary.AppendUvarint(p.packed, uint64(e.ordinal-before))
	head := byte(0)
	for f, n := range e.occurrences {
		head |= byte(min(n, manyFrom)) << (2 * f)
	}
	p.packed = append(p.packed, head)
	for _, n := range e.occurrences {
		if n >= manyFrom {
			p.packed = binary.AppendUvarint(p.packed, uint64(n-manyFrom))
		}
	}
	if !p.placed {
		return
	}
	for _, n := range e.occurrences {
		last := uint32(0)
		for _, place := range e.places[:n] {
			p.packed = binary.AppendUvarint(p.packed, uint64(place-last))
			last = place
		}
		e.places = e.places[n:]
	}
}

// postingReader goes over postings, from the first or from a skip on.
type postingReader struct {
	*postings
	at int // in packed
	// ordinal and occurrences are those of the asset that next came to.
	ordinal     uint32
	occurrences [fields]uint16
	unread      int // places of the asset that at stands before
}

func (p *postings) reader() postingReader { return postingReader{postings: p} }

// next goes to the next asset; false: there is none.
func (r *postingReader) next() bool {
	for ; r.unread > 0; r.at++ {
		if r.packed[r.at] < 0x80 {
			r.unread--
		}
	}
	if r.at >= len(r.packed) {
		return false
	}
	r.ordinal += r.number()
	head := r.packed[r.at]
	r.at++
	sum := 0
	for f := range r.occurrences {
		n := uint16(head & 3)
		head >>= 2
		if n == manyFrom {
			n += uint16(r.number())
		}
		r.occurrences[f] = n
		sum += int(n)
	}
	if r.placed {
		r.unread = sum
	}
	return true
}

// number reads a varint; nearly all are of one byte.
func (r *postingReader) number() uint32 {
	if b := r.packed[r.at]; b < 0x80 {
		r.at++
		return uint32(b)
	}
	return r.longNumber()
}

func (r *postingReader) longNumber() uint32 {
	x, n := binary.Uvarint(r.packed[r.at:])
	r.at += n
	return uint32(x)
}

// placesOf appends the places of an asset, each field<<fieldShift | position,
// ascending; none where it does not hold the term.
func (p *postings) placesOf(o uint32, places []uint32) []uint32 {
	if !p.placed || p.assets == 0 {
		return places
	}
	from := p.skips[max(0, sort.Search(len(p.skips), func(i int) bool { return p.skips[i].before >= o })-1)]
	r := postingReader{postings: p, at: int(from.at), ordinal: from.before}
	for range skipEvery {
		if !r.next() || r.ordinal > o {
			return places
		}
		if r.ordinal == o {
			return r.places(places)
		}
	}
	return places
}

// places reads those of the asset at hand.
func (r *postingReader) places(places []uint32) []uint32 {
	for f, n := range r.occurrences {
		place := uint32(f) << fieldShift
		for range n {
			place += r.number()
			places = append(places, place)
		}
	}
	r.unread = 0
	return places
}
