package search

import (
	"cmp"
	"math"
	"slices"
)

// ranked is an asset with the number it is sorted by, the largest first.
type ranked struct {
	key     float64
	ordinal uint32
}

// compareRanked sorts by key, then id, so that the order is total.
func compareRanked(a, b ranked, ids []string) int {
	if a.key != b.key {
		return cmp.Compare(b.key, a.key)
	}
	return cmp.Compare(ids[a.ordinal], ids[b.ordinal])
}

// selectBest moves the k best rows to the front, in no order, and gives them:
// quickselect with the median of three.
func selectBest(rows []ranked, k int, ids []string) []ranked {
	if len(rows) <= k {
		return rows
	}
	for lo, hi := 0, len(rows)-1; lo < hi; {
		pivot := median(rows[lo], rows[(lo+hi)/2], rows[hi], ids)
		i, j := lo, hi
		for i <= j {
			for compareRanked(rows[i], pivot, ids) < 0 {
				i++
			}
			for compareRanked(rows[j], pivot, ids) > 0 {
				j--
			}
			if i <= j {
				rows[i], rows[j] = rows[j], rows[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k-1 <= j:
			hi = j
		case k-1 >= i:
			lo = i
		default:
			return rows[:k]
		}
	}
	return rows[:k]
}

func median(a, b, c ranked, ids []string) ranked {
	if compareRanked(a, b, ids) > 0 {
		a, b = b, a
	}
	if compareRanked(b, c, ids) > 0 {
		b = c
	}
	if compareRanked(a, b, ids) > 0 {
		return a
	}
	return b
}

// bestSorted gives the k best rows, sorted. It moves rows about.
func bestSorted(rows []ranked, k int, ids []string) []ranked {
	best := selectBest(rows, k, ids)
	slices.SortFunc(best, func(a, b ranked) int { return compareRanked(a, b, ids) })
	return best
}

// spareRows is how many times what is wanted is gathered before the best of it
// are chosen.
const spareRows = 4

// gathering takes rows, one after the other, and drops on the way what cannot
// be among the best any more.
type gathering struct {
	rows []ranked
	want int
	ids  []string
	last ranked // so many rows are known that nothing after this one is wanted
}

func newGathering(memory []ranked, want int, ids []string) *gathering {
	return &gathering{rows: memory[:0], want: want, ids: ids, last: ranked{key: math.Inf(-1)}}
}

func (g *gathering) add(r ranked) {
	if r.key < g.last.key || r.key == g.last.key && g.ids[r.ordinal] > g.ids[g.last.ordinal] {
		return
	}
	if len(g.rows) == spareRows*g.want {
		g.rows = selectBest(g.rows, g.want, g.ids)
		g.last = slices.MaxFunc(g.rows, func(a, b ranked) int { return compareRanked(a, b, g.ids) })
	}
	g.rows = append(g.rows, r)
}
