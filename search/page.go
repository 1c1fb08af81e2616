package search

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/quiverhq/quiver/enablement"
)

// pager cuts a page out of a match.
type pager struct {
	catalog *catalog
	order   enablement.AssetOrder
	asked   uint64 // see AssetQuery.Question
	first   int
	after   *cursor // nil: from the start
}

// listed walks a kept order over the match: NEWEST, OLDEST or TITLE.
func (p pager) listed(match set) (page []uint32, more bool) {
	order, backwards := p.catalog.newest, false
	switch p.order {
	case enablement.OrderTitle:
		order = p.catalog.byTitle
	case enablement.OrderOldest:
		backwards = true
	}
	for i := p.start(order, backwards); i < len(order); i++ {
		o := order[i]
		if backwards {
			o = order[len(order)-1-i]
		}
		if !match.has(o) {
			continue
		}
		if len(page) == p.first {
			return page, true
		}
		page = append(page, o)
	}
	return page, false
}

// start is the place of the first row after the cursor, counted in the
// direction of the walk.
func (p pager) start(order []uint32, backwards bool) int {
	if p.after == nil {
		return 0
	}
	c := p.catalog
	return sort.Search(len(order), func(i int) bool {
		o := order[i]
		if backwards {
			o = order[len(order)-1-i]
		}
		byID := cmp.Compare(c.ids[o], p.after.id)
		switch p.order {
		case enablement.OrderTitle:
			return cmp.Or(cmp.Compare(c.rows[o].folded, p.after.key), byID) > 0
		case enablement.OrderOldest:
			return cmp.Or(cmp.Compare(c.rows[o].date, p.after.int()), -byID) > 0
		default:
			return cmp.Or(cmp.Compare(p.after.int(), c.rows[o].date), byID) > 0
		}
	})
}

// ranked cuts a page out of rows that are sorted by a number: RELEVANCE or
// MOST_SENT. It moves rows about.
func (p pager) ranked(rows []ranked) (page []uint32, more bool) {
	if p.after != nil {
		rows = p.past(rows)
	}
	best := bestSorted(rows, p.first+1, p.catalog.ids)
	if more = len(best) > p.first; more {
		best = best[:p.first]
	}
	for _, r := range best {
		page = append(page, r.ordinal)
	}
	return page, more
}

// past keeps the rows after the cursor. Scores move a little with every change
// to the catalog: where the cursor's own row is still there, its score of now
// is the place; numbers of sends move that row alone, so there the number of
// then is.
func (p pager) past(rows []ranked) []ranked {
	key := p.after.float()
	if o, ok := p.catalog.ordinals[p.after.id]; ok && p.order == enablement.OrderRelevance {
		if i := slices.IndexFunc(rows, func(r ranked) bool { return r.ordinal == o }); i >= 0 {
			key = rows[i].key
		}
	}
	return slices.DeleteFunc(rows, func(r ranked) bool { return !p.isPast(r, key) })
}

// isPast tells whether a row comes after the cursor, whose own key is given.
func (p pager) isPast(r ranked, key float64) bool {
	if math.IsNaN(key) {
		key = math.Inf(-1)
	}
	return cmp.Or(cmp.Compare(key, r.key), cmp.Compare(p.catalog.ids[r.ordinal], p.after.id)) > 0
}

// bySends makes rows of a match with how often each was sent, the first of the
// page among them.
func (p pager) bySends(memory []ranked, match set) []ranked {
	best := newGathering(memory, p.first+1, p.catalog.ids)
	match.each(func(o uint32) {
		if r := (ranked{float64(p.catalog.sent(o)), o}); p.after == nil || p.isPast(r, p.after.float()) {
			best.add(r)
		}
	})
	return best.rows
}

// cursorOf is the place of a row of the page. key is what ranked rows were
// sorted by.
func (p pager) cursorOf(o uint32, key float64) string {
	c := cursor{order: p.order, question: p.asked, id: p.catalog.ids[o]}
	switch p.order {
	case enablement.OrderTitle:
		c.key = p.catalog.rows[o].folded
	case enablement.OrderRelevance, enablement.OrderMostSent:
		c.key = keyOfFloat(key)
	default:
		c.key = keyOfInt(p.catalog.rows[o].date)
	}
	return c.encode()
}
