package search

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/quiverhq/quiver/enablement"
)

func (c *catalog) compareNewest(a, b uint32) int {
	return cmp.Or(cmp.Compare(c.rows[b].date, c.rows[a].date), cmp.Compare(c.ids[a], c.ids[b]))
}

func (c *catalog) compareTitle(a, b uint32) int {
	return cmp.Or(cmp.Compare(c.rows[a].folded, c.rows[b].folded), cmp.Compare(c.ids[a], c.ids[b]))
}

// resort takes the changed ordinals out of an order and puts each where it
// belongs by now: comparisons are made for the changed alone, and what lies between
// two of them is copied as it is. A single change of 100,000 assets holds up
// queries for as long as that takes.
func resort(order []uint32, changed set, compare func(a, b uint32) int) []uint32 {
	kept := make([]uint32, 0, len(order))
	for _, o := range order {
		if !changed.has(o) {
			kept = append(kept, o)
		}
	}
	var fresh []uint32
	changed.each(func(o uint32) { fresh = append(fresh, o) })
	slices.SortFunc(fresh, compare)
	merged := make([]uint32, 0, len(kept)+len(fresh))
	for _, o := range fresh {
		place, _ := slices.BinarySearchFunc(kept, o, compare)
		merged = append(append(merged, kept[:place]...), o)
		kept = kept[place:]
	}
	return append(merged, kept...)
}

// never is the expiry of what does not expire.
const never = math.MaxInt64

// expiries knows which assets have expired at a moment. Between two expiry
// moments the answer is the same set, so it is made once for each; a clock
// that goes back finds the earlier set again. Index.mu guards it, save that
// readers may fill the cached set: it is swapped whole.
type expiries struct {
	at   []int64 // ascending
	who  []uint32
	sets lastSet
}

func (e *expiries) build(c *catalog) {
	e.at, e.who = e.at[:0], e.who[:0]
	for _, o := range c.newest {
		if c.rows[o].expires != never {
			e.who = append(e.who, o)
		}
	}
	slices.SortFunc(e.who, func(a, b uint32) int { return cmp.Compare(c.rows[a].expires, c.rows[b].expires) })
	for _, o := range e.who {
		e.at = append(e.at, c.rows[o].expires)
	}
	e.sets.forget()
}

// passed is how many of the expiry moments lie at or before now.
func (e *expiries) passed(now int64) int {
	return sort.Search(len(e.at), func(i int) bool { return e.at[i] > now })
}

// expired gives the assets whose time is over. The set is shared: read it only.
func (e *expiries) expired(now int64, ordinals int) set {
	key := expiredKey{e.passed(now), ordinals}
	return e.sets.get(key, func() set {
		s := make(set, setWords(ordinals))
		for _, o := range e.who[:key.passed] {
			s.add(o)
		}
		return s
	})
}

// withStatus narrows s down to the assets that have one of the statuses at a
// moment (Asset.StatusAt).
func (c *catalog) withStatus(s, spare set, statuses []enablement.AssetStatus, now int64) {
	expired := c.expiry.expired(now, len(c.ids))
	archived := c.bitmap(byStatus, string(enablement.StatusArchived))
	var current []*roaring.Bitmap // statuses that expiry ends
	for _, status := range statuses {
		if b := c.bitmap(byStatus, string(status)); b != nil && status != enablement.StatusArchived && status != enablement.StatusExpired {
			current = append(current, b)
		}
	}
	spare.load(current...)
	spare.andNot(expired)
	if slices.Contains(statuses, enablement.StatusExpired) {
		addAll(spare, c.bitmap(byStatus, string(enablement.StatusExpired)))
		expired.each(func(o uint32) {
			if archived == nil || !archived.Contains(o) {
				spare.add(o)
			}
		})
	}
	if slices.Contains(statuses, enablement.StatusArchived) {
		addAll(spare, archived)
	}
	s.and(spare)
}

// addAll adds a bitmap to a set; nil adds nothing.
func addAll(s set, b *roaring.Bitmap) {
	if b == nil {
		return
	}
	var buffer [256]uint32
	for it := b.ManyIterator(); ; {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return
		}
		for _, o := range buffer[:n] {
			s.add(o)
		}
	}
}
