package usage

import (
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// MaxPoints is how many points a timeline may have: thirteen years of days.
const MaxPoints = 5_000

// Timeline counts the range and filter of u interval by interval, the empty
// ones too, the oldest first. The first point starts where the interval of From
// does, before From mostly, yet counts from From on; a range that holds nothing
// (To not after From) has no points.
//
// BAD_USER_INPUT on "range" when there would be more than MaxPoints.
func (l *Ledger) Timeline(u *enablement.Usage, interval enablement.Interval) ([]*enablement.UsagePoint, error) {
	from, to := l.span(u)
	starts, err := intervals(from, to, interval)
	if err != nil {
		return nil, err
	}
	v, sc := l.ask(&u.Filter, from, to)
	defer l.giveBack(sc)
	points := make([]*enablement.UsagePoint, len(starts))
	rest := cutter{v: v, leaves: v.leaves}
	for i, start := range starts {
		sc.begin()
		var t tally
		end := ceilMilli(interval.Next(start))
		for block := rest.next(end); block != nil; block = rest.next(end) {
			v.count(sc, block, &t)
		}
		points[i] = &enablement.UsagePoint{Start: start, Totals: t.totals()}
	}
	return points, nil
}

// intervals gives where each interval of a span begins.
func intervals(from, to time.Time, interval enablement.Interval) ([]time.Time, error) {
	var starts []time.Time
	if !from.Before(to) {
		return starts, nil
	}
	for start := interval.Start(from); start.Before(to); start = interval.Next(start) {
		if len(starts) == MaxPoints {
			return nil, enablement.InvalidField("range",
				"has more than %d points of one %s; ask for a shorter range or a longer interval", MaxPoints, interval)
		}
		starts = append(starts, start)
	}
	return starts, nil
}

// cutter hands out leaves cut where intervals end.
type cutter struct {
	v      *view
	leaves [][]uint32
}

// next gives the next block of sends before end, nil where there is none left.
func (c *cutter) next(end int64) []uint32 {
	for len(c.leaves) > 0 && len(c.leaves[0]) == 0 {
		c.leaves = c.leaves[1:]
	}
	if len(c.leaves) == 0 {
		return nil
	}
	leaf := c.leaves[0]
	cut := len(leaf)
	if c.v.table.sentAt(leaf[cut-1]) >= end {
		cut = firstFrom(&c.v.table, leaf, end)
	}
	if cut == 0 {
		return nil
	}
	c.leaves[0] = leaf[cut:]
	return leaf[:cut]
}
