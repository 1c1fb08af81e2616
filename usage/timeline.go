package usage

import (
	"slices"
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
	rest := v.cutter()
	for i, start := range starts {
		p := period{start.UnixMilli(), interval.Next(start).UnixMilli()}
		t := l.point(v, sc, p, rest.until(p.to))
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

// cutter cuts the leaves of a view at times, from the first on.
type cutter struct {
	table  *table
	leaves [][]uint32 // those left
}

func (v *view) cutter() cutter { return cutter{&v.table, slices.Clone(v.leaves)} }

// until takes the sends before a time.
func (c *cutter) until(end int64) (blocks [][]uint32) {
	for len(c.leaves) > 0 {
		leaf := c.leaves[0]
		n := len(leaf)
		if n > 0 && c.table.sentAt(leaf[n-1]) >= end { // of most leaves the last says enough
			n = firstFrom(c.table, leaf, end)
		}
		if n > 0 {
			blocks = append(blocks, leaf[:n])
		}
		if n < len(leaf) {
			c.leaves[0] = leaf[n:]
			break
		}
		c.leaves = c.leaves[1:]
	}
	return blocks
}
