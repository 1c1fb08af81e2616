package usage

import (
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/quiverhq/quiver/enablement"
)

// Whoever looks at the last month asks about the same whole days all day long,
// and hardly anything is ever added to them: sends are of now. So what was
// counted of whole days without a filter is kept and holds as long as there are
// as many sends in them, for sends are never taken away. What is left to read
// are the parts of days at the two ends.
const (
	mostDigests = 8         // of a large company some hundred KB each
	mostPoints  = MaxPoints // kept of timelines
)

// period is a time from a midnight to another, in Unix milliseconds.
type period struct{ from, to int64 }

// digest is what was counted of a period.
type digest struct {
	sends      int // each once
	tally      tally
	leads      []uint32 // by ordinal, like the two below
	reps       []uint32
	assets     []uint32
	assetSends []uint32 // of each of assets
}

// point is what was counted of a period for a timeline.
type point struct {
	sends int
	tally tally
}

// digests keeps what was counted lately.
type digests struct {
	periods *lru.Cache[period, *digest]
	points  *lru.Cache[period, point]
}

func newDigests() (d digests) {
	d.periods, _ = lru.New[period, *digest](mostDigests) // an error is of a size below 1
	d.points, _ = lru.New[period, point](mostPoints)
	return d
}

// unfiltered tells whether every send in the time of a view counts, with all its
// assets.
func (v *view) unfiltered() bool { return v.whole && v.wanted == nil }

// digested cuts a view into its whole days, counted, and what else there is.
// The digest is nil where there is a filter or no whole day. What the scratch has
// marked and counted is lost.
func (l *Ledger) digested(v *view, sc *scratch) (*digest, [][]uint32) {
	days := wholeDays(v.from, v.to)
	if !v.unfiltered() || days.from >= days.to {
		return nil, v.leaves
	}
	cut := v.cutter()
	before, within := cut.until(days.from), cut.until(days.to)
	d, ok := l.digests.periods.Get(days)
	if !ok || d.sends != size(within) {
		d = v.digest(sc, within)
		l.digests.periods.Add(days, d)
	}
	return d, append(before, cut.leaves...)
}

// wholeDays is the days (UTC) that lie between two times as a whole.
func wholeDays(from, to int64) period {
	first := enablement.Day.Start(time.UnixMilli(from))
	if first.UnixMilli() < from {
		first = enablement.Day.Next(first)
	}
	return period{first.UnixMilli(), enablement.Day.Start(time.UnixMilli(to)).UnixMilli()}
}

func (v *view) digest(sc *scratch, leaves [][]uint32) *digest {
	d := &digest{sends: size(leaves)}
	sc.begin()
	for _, leaf := range leaves {
		v.count(sc, leaf, &d.tally)
	}
	d.leads, d.reps = sc.leads.seen(d.tally.leads), sc.reps.seen(d.tally.reps)
	d.assets = sc.assets.seen(d.tally.assets)
	perAsset := zeros(&sc.counts, len(v.assetNames))
	v.addPerAsset(leaves, perAsset)
	d.assetSends = make([]uint32, len(d.assets))
	for i, a := range d.assets {
		d.assetSends[i] = perAsset[a]
	}
	return d
}

// seen gives the n ordinals that were marked since the last begin.
func (m *marks) seen(n int) []uint32 {
	ordinals := make([]uint32, 0, n)
	for o, stamp := range m.stamps {
		if stamp == m.stamp {
			ordinals = append(ordinals, uint32(o))
		}
	}
	return ordinals
}

// total counts all of a view.
func (l *Ledger) total(v *view, sc *scratch) tally {
	d, rest := l.digested(v, sc)
	sc.begin()
	var t tally
	if d != nil {
		t = d.tally
		sc.leads.add(d.leads)
		sc.reps.add(d.reps)
		sc.assets.add(d.assets)
	}
	for _, leaf := range rest {
		v.count(sc, leaf, &t)
	}
	return t
}

// perAsset counts the sends of each asset in a view.
func (l *Ledger) perAsset(v *view, sc *scratch) []uint32 {
	d, rest := l.digested(v, sc)
	counts := zeros(&sc.counts, len(v.assetNames))
	if d != nil {
		for i, a := range d.assets {
			counts[a] = d.assetSends[i]
		}
	}
	v.addPerAsset(rest, counts)
	return counts
}

func (v *view) addPerAsset(leaves [][]uint32, counts []uint32) {
	for _, leaf := range leaves {
		v.eachAssets(leaf, func(assets []uint32) {
			for _, a := range assets {
				counts[a]++
			}
		})
	}
}

// point counts the sends of a period, which are all that a view has of it.
func (l *Ledger) point(v *view, sc *scratch, p period, leaves [][]uint32) tally {
	keep := v.unfiltered() && v.from <= p.from && p.to <= v.to
	if keep {
		if kept, ok := l.digests.points.Get(p); ok && kept.sends == size(leaves) {
			return kept.tally
		}
	}
	sc.begin()
	var t tally
	for _, leaf := range leaves {
		v.count(sc, leaf, &t)
	}
	if keep {
		l.digests.points.Add(p, point{size(leaves), t})
	}
	return t
}
