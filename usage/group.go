package usage

import (
	"cmp"
	"slices"
)

// groups sorts sends by key, keeping their order within each: a counting sort
// of the chosen keys.
type groups struct {
	keys  []uint32 // the chosen ones
	slots []int32  // place of each key in keys; -1: not chosen
	ends  []uint32 // where the next send of a slot goes; in the end, where its group ends
	seqs  []uint32
}

// newGroups makes room for the entries of each chosen key.
func newGroups(sc *scratch, chosen, entries []uint32) *groups {
	g := &groups{keys: chosen, slots: make([]int32, len(entries)), ends: make([]uint32, len(chosen))}
	for key := range g.slots {
		g.slots[key] = -1
	}
	total := uint32(0)
	for slot, key := range chosen {
		g.slots[key], g.ends[slot] = int32(slot), total
		total += entries[key]
	}
	g.seqs = room(&sc.grouped, int(total))
	return g
}

func (g *groups) put(key, seq uint32) {
	if slot := g.slots[key]; slot >= 0 {
		g.seqs[g.ends[slot]] = seq
		g.ends[slot]++
	}
}

// group gives the sends of a slot when all have been put.
func (g *groups) group(slot int) []uint32 {
	begin := uint32(0)
	if slot > 0 {
		begin = g.ends[slot-1]
	}
	return g.seqs[begin:g.ends[slot]]
}

// largest picks the keys with the largest counts, ties by name, none with 0.
func largest(counts []uint32, names []string, first int) []uint32 {
	order := func(a, b uint32) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(names[a], names[b]))
	}
	best := make([]uint32, 0, min(max(first, 0), len(counts)))
	for key, n := range counts {
		k := uint32(key)
		if n == 0 || len(best) == cap(best) && (len(best) == 0 || order(k, best[len(best)-1]) >= 0) {
			continue
		}
		if len(best) == cap(best) {
			best = best[:len(best)-1]
		}
		at, _ := slices.BinarySearchFunc(best, k, order)
		best = slices.Insert(best, at, k)
	}
	return best
}
