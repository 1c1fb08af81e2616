package search

import (
	"cmp"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

const (
	// bandRows places in a row make a band. Two texts of which 60 % of the
	// shingles are the same agree in all of a band with 99 %, of which half are
	// with 94 %, of which a tenth are with 2 %.
	bandRows = 3
	bands    = sketchSize / bandRows
	// mostCompared bounds the pairs of a cluster: each asset is held against the
	// next so many of a band, the most alike first.
	mostCompared = 100
)

// kin finds the sketches that are much alike without going through all: those
// that agree in a band stand in one chain of that band's table (locality
// sensitive hashing: Indyk, Motwani 1998; for MinHash as in Leskovec, Rajaraman,
// Ullman: Mining of Massive Datasets, chapter 3). It takes some 260 to 300
// bytes for each asset, half of them the sketch. Not safe for concurrent use.
type kin struct {
	sketches []sketch        // by ordinal
	next     [][bands]uint32 // by ordinal: the next in the chain; noOrdinal: none
	heads    [bands][]uint32 // by slot: the first in the chain; a power of two
}

const fewestSlots = 64

func newKin() *kin {
	k := &kin{}
	k.spread(fewestSlots)
	return k
}

// band is what a sketch has in a band.
func (s *sketch) band(b int) uint64 {
	at := s.least[b*bandRows:]
	return uint64(at[0]) | uint64(at[1])<<16 | uint64(at[2])<<32
}

// meet is the first band in which two sketches agree, or bands.
func (s *sketch) meet(t *sketch) int {
	for b := range bands {
		if s.band(b) == t.band(b) {
			return b
		}
	}
	return bands
}

// of is an asset's sketch; a silent one where it has none.
func (k *kin) of(o uint32) *sketch {
	if int(o) >= len(k.sketches) {
		return &sketch{}
	}
	return &k.sketches[o]
}

// put sets an asset's sketch.
func (k *kin) put(o uint32, s sketch) {
	for int(o) >= len(k.sketches) {
		k.sketches, k.next = append(k.sketches, sketch{}), append(k.next, [bands]uint32{})
	}
	if k.sketches[o].speaks {
		k.unlink(o)
	}
	k.sketches[o] = s
	if len(k.sketches) > 2*len(k.heads[0]) {
		k.spread(2 * len(k.heads[0]))
	} else if s.speaks {
		k.link(o)
	}
}

// spread makes tables of so many slots and links every asset anew.
func (k *kin) spread(slots int) {
	for b := range k.heads {
		k.heads[b] = slices.Repeat([]uint32{noOrdinal}, slots)
	}
	for o := range k.sketches {
		if k.sketches[o].speaks {
			k.link(uint32(o))
		}
	}
}

// head is where the chain begins that a sketch belongs to in a band.
func (k *kin) head(s *sketch, b int) *uint32 {
	return &k.heads[b][scatter(s.band(b))&uint64(len(k.heads[b])-1)]
}

func (k *kin) link(o uint32) {
	for b := range bands {
		head := k.head(&k.sketches[o], b)
		k.next[o][b], *head = *head, o
	}
}

func (k *kin) unlink(o uint32) {
	for b := range bands {
		at := k.head(&k.sketches[o], b)
		for *at != o {
			at = &k.next[*at][b]
		}
		*at = k.next[o][b]
	}
}

// near calls f with every asset that agrees with a sketch in a band, once each.
func (k *kin) near(s *sketch, f func(uint32)) {
	if !s.speaks {
		return
	}
	for b := range bands {
		for o := *k.head(s, b); o != noOrdinal; o = k.next[o][b] {
			if s.meet(&k.sketches[o]) == b {
				f(o)
			}
		}
	}
}

// likely adds to list what may say nearly the same as what a sketch stands for,
// of those that may be taken.
func (k *kin) likely(list []ranked, s *sketch, may func(uint32) bool) []ranked {
	k.near(s, func(o uint32) {
		if estimate := s.estimate(&k.sketches[o]); estimate >= enablement.NearlySame-leeway && may(o) {
			list = append(list, ranked{estimate, o})
		}
	})
	return list
}

// pairs calls f with every two assets of among that agree in a band.
func (k *kin) pairs(b int, among set, ids []string, f func(o, p uint32)) {
	var chain []uint32
	for _, head := range k.heads[b] {
		chain = chain[:0]
		for o := head; o != noOrdinal; o = k.next[o][b] {
			if among.has(o) {
				chain = append(chain, o)
			}
		}
		if len(chain) > 1 {
			k.pairsOf(b, chain, ids, f)
		}
	}
}

// pairsOf is pairs within one chain, in which several clusters may be. Copies
// stand side by side, so that a large cluster hides none.
func (k *kin) pairsOf(b int, chain []uint32, ids []string, f func(o, p uint32)) {
	slices.SortFunc(chain, func(o, p uint32) int {
		s, t := &k.sketches[o], &k.sketches[p]
		if c := cmp.Compare(s.band(b), t.band(b)); c != 0 {
			return c
		}
		return cmp.Or(slices.Compare(s.least[:], t.least[:]), cmp.Compare(ids[o], ids[p]))
	})
	for i, o := range chain {
		for _, p := range chain[i+1 : min(len(chain), i+1+mostCompared)] {
			if k.sketches[o].band(b) != k.sketches[p].band(b) {
				break
			}
			f(o, p)
		}
	}
}
