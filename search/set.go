package search

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// set is a set of ordinals, a bit each. A query narrows one down in place:
// at the size of a catalog that costs less than any sparse form.
type set []uint64

// setWords is how many words a set of n ordinals takes; setRoom how many a
// bitmap of n ordinals may write, for bitmaps come in blocks of 65,536.
func setWords(n int) int { return (n + 63) / 64 }
func setRoom(n int) int  { return (n + 65_535) / 65_536 * 1_024 }

// fit makes a set of that many words, with room for what load writes.
func (s *set) fit(words, room int) {
	if cap(*s) < room {
		*s = make(set, room)
	}
	*s = (*s)[:words]
}

func (s set) has(o uint32) bool { return s[o>>6]&(1<<(o&63)) != 0 }
func (s set) add(o uint32)      { s[o>>6] |= 1 << (o & 63) }
func (s set) remove(o uint32)   { s[o>>6] &^= 1 << (o & 63) }

func (s set) and(t set) {
	for i := range s {
		s[i] &= t[i]
	}
}

func (s set) or(t set) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s set) andNot(t set) {
	for i := range s {
		s[i] &^= t[i]
	}
}

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls f with every ordinal, ascending.
func (s set) each(f func(uint32)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(uint32(i<<6 + bits.TrailingZeros64(w)))
		}
	}
}

// load makes s the union of bitmaps. s must have the capacity of setRoom.
func (s set) load(bitmaps ...*roaring.Bitmap) {
	clear(s)
	switch len(bitmaps) {
	case 0:
	case 1:
		bitmaps[0].WriteDenseTo(s[:cap(s)])
	default:
		roaring.FastOr(bitmaps...).WriteDenseTo(s[:cap(s)])
	}
}
