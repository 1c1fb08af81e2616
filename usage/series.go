package usage

import (
	"slices"
	"sort"
)

// leafSize is the most numbers of a leaf: what a send that arrives late copies.
const leafSize = 512

// series is a set of sends in the order of table.before, cut into leaves.
//
// A reader copies the part of leaves that it needs under the lock. What a leaf
// holds never changes after that: a send that comes in order is written behind
// the reader's end, one that comes late makes a new leaf.
type series struct {
	leaves [][]uint32
}

// insert puts a send in its place.
func (s *series) insert(t *table, seq uint32) {
	if s.endsBefore(t, seq) {
		s.append(t, seq)
		return
	}
	s.insertLate(t, seq)
}

// endsBefore tells whether a send belongs at the end.
func (s *series) endsBefore(t *table, seq uint32) bool {
	if len(s.leaves) == 0 {
		return true
	}
	leaf := s.leaves[len(s.leaves)-1]
	return !t.before(seq, leaf[len(leaf)-1])
}

// append puts a send at the end, where it belongs.
func (s *series) append(_ *table, seq uint32) {
	last := len(s.leaves) - 1
	switch {
	case last < 0:
		s.leaves = append(s.leaves, append([]uint32(nil), seq))
	case len(s.leaves[last]) == leafSize:
		s.leaves = append(s.leaves, append(make([]uint32, 0, leafSize), seq))
	default:
		s.leaves[last] = append(s.leaves[last], seq)
	}
}

func (s *series) insertLate(t *table, seq uint32) {
	at := sort.Search(len(s.leaves), func(i int) bool {
		leaf := s.leaves[i]
		return t.before(seq, leaf[len(leaf)-1])
	})
	old := s.leaves[at]
	place := sort.Search(len(old), func(i int) bool { return t.before(seq, old[i]) })
	leaf := make([]uint32, len(old)+1)
	copy(leaf, old[:place])
	leaf[place] = seq
	copy(leaf[place+1:], old[place:])
	if len(leaf) <= leafSize {
		s.leaves[at] = leaf
		return
	}
	half := len(leaf) / 2
	s.leaves[at] = leaf[half:]
	s.leaves = slices.Insert(s.leaves, at, leaf[:half])
}

// between copies out the leaves of from <= sentAt < to.
func (s *series) between(t *table, from, to int64) [][]uint32 {
	first := sort.Search(len(s.leaves), func(i int) bool {
		leaf := s.leaves[i]
		return t.sentAt(leaf[len(leaf)-1]) >= from
	})
	end := first + sort.Search(len(s.leaves)-first, func(i int) bool { return t.sentAt(s.leaves[first+i][0]) >= to })
	if first >= end {
		return nil
	}
	leaves := slices.Clone(s.leaves[first:end])
	last := len(leaves) - 1
	leaves[last] = leaves[last][:firstFrom(t, leaves[last], to)]
	leaves[0] = leaves[0][firstFrom(t, leaves[0], from):]
	return leaves
}

// all copies out every leaf.
func (s *series) all() [][]uint32 { return slices.Clone(s.leaves) }

// firstFrom is the place of the first send of a leaf with sentAt >= from.
func firstFrom(t *table, leaf []uint32, from int64) int {
	return sort.Search(len(leaf), func(i int) bool { return t.sentAt(leaf[i]) >= from })
}

// size is how many sends the leaves hold.
func size(leaves [][]uint32) int {
	n := 0
	for _, leaf := range leaves {
		n += len(leaf)
	}
	return n
}
