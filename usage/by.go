package usage

import (
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// By counts the range and filter of u value by value of a dimension: the first
// rows of those with the most sends, ties by key. Label is the caller's to fill.
//
// An asset with two funnel stages counts in both rows; with a filter on funnel
// stages FUNNEL_STAGE has rows for these alone. What has no value counts under
// the key "". An unknown dimension has no rows.
func (l *Ledger) By(u *enablement.Usage, dim enablement.UsageDimension, first int) []*enablement.UsageRow {
	from, to := l.span(u)
	v, sc := l.ask(&u.Filter, from, to)
	defer l.giveBack(sc)
	if c, ok := columnOf(dim); ok {
		return v.bySend(sc, c, first)
	}
	if dim == enablement.ByAsset {
		return l.byOneAsset(v, sc, first)
	}
	if keys, ok := v.assetKeys(dim, wantedStages(&u.Filter)); ok {
		return l.byAssetKey(v, sc, keys, first)
	}
	return nil
}

// bySend groups by a value that the send has: each send is in one group.
func (v *view) bySend(sc *scratch, c column, first int) []*enablement.UsageRow {
	names := v.names[c]
	sends, entries := v.perKey(sc, c)
	groups := newGroups(sc, largest(sends, names, first), entries)
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			groups.put(v.table.value(seq, c), seq)
		}
	}
	rows := make([]*enablement.UsageRow, len(groups.keys))
	for i, key := range groups.keys {
		sc.begin()
		var t tally
		v.count(sc, groups.group(i), &t)
		rows[i] = &enablement.UsageRow{Key: names[key], Totals: t.totals()}
	}
	return rows
}

// perKey counts, for each value of a column, the sends asset by asset and the
// entries, each send once.
func (v *view) perKey(sc *scratch, c column) (sends, entries []uint32) {
	sends, entries = zeros(&sc.counts, len(v.names[c])), zeros(&sc.entries, len(v.names[c]))
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			ch, i := v.table.chunks[seq>>chunkBits], seq%chunkSize
			key := ch.values[c][i]
			sends[key] += v.wantedIn(seq, uint32(ch.assetN[i]))
			entries[key]++
		}
	}
	return sends, entries
}

// wantedIn is how many of a send's n assets are wanted.
func (v *view) wantedIn(seq, n uint32) uint32 {
	if v.wanted == nil {
		return n
	}
	n = 0
	for _, a := range v.table.assetsOf(seq) {
		if v.wanted[a] {
			n++
		}
	}
	return n
}

// byAssetKey groups by what an asset's tags decide: a send is in the group of each
// key of each of its wanted assets.
func (l *Ledger) byAssetKey(v *view, sc *scratch, keys *assetKeys, first int) []*enablement.UsageRow {
	sends, assets := keys.fold(l.perAsset(v, sc))
	chosen := largest(sends, keys.names, first)
	groups := newGroups(sc, chosen, sends)
	kept := keys.only(groups.slots)
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			for _, a := range v.table.assetsOf(seq) {
				for _, key := range kept.of(a) {
					groups.put(key, seq)
				}
			}
		}
	}
	rows := make([]*enablement.UsageRow, len(chosen))
	for i, key := range chosen {
		sc.begin()
		t := tally{sends: int(sends[key]), assets: int(assets[key])}
		v.countPeople(sc, groups.group(i), &t)
		rows[i] = &enablement.UsageRow{Key: keys.names[key], Totals: t.totals()}
	}
	return rows
}

// byOneAsset groups by the assets themselves, of which there may be many more
// than were sent.
func (l *Ledger) byOneAsset(v *view, sc *scratch, first int) []*enablement.UsageRow {
	sends := l.perAsset(v, sc)
	for a := range v.wanted {
		if !v.wanted[a] {
			sends[a] = 0
		}
	}
	chosen := largest(sends, v.assetNames, first)
	var group func(i int) [][]uint32
	if v.whole {
		group = l.groupBySeries(v, chosen)
	} else {
		group = v.groupByAsset(sc, chosen, sends)
	}
	rows := make([]*enablement.UsageRow, len(chosen))
	for i, a := range chosen {
		sc.begin()
		t := tally{sends: int(sends[a]), assets: 1}
		for _, leaf := range group(i) {
			v.countPeople(sc, leaf, &t)
		}
		rows[i] = &enablement.UsageRow{Key: v.assetNames[a], Totals: t.totals()}
	}
	return rows
}

// groupByAsset reads the view again and puts each send to its assets.
func (v *view) groupByAsset(sc *scratch, chosen, entries []uint32) func(i int) [][]uint32 {
	groups := newGroups(sc, chosen, entries)
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			for _, a := range v.table.assetsOf(seq) {
				groups.put(a, seq)
			}
		}
	}
	return func(i int) [][]uint32 { return [][]uint32{groups.group(i)} }
}

// groupBySeries gives the sends of assets from their own series, up to where
// the view ends: for a few assets that is much less to read.
func (l *Ledger) groupBySeries(v *view, assets []uint32) func(i int) [][]uint32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	groups := make([][][]uint32, len(assets))
	for i, a := range assets {
		groups[i] = l.byAsset[a].between(&l.table, v.from, v.to)
		if l.table.n > v.table.n {
			groups[i] = below(v.table.n, groups[i])
		}
	}
	return func(i int) [][]uint32 { return groups[i] }
}

// below keeps the sends with a number below n.
func below(n uint32, leaves [][]uint32) [][]uint32 {
	kept := make([][]uint32, len(leaves))
	for i, leaf := range leaves {
		kept[i] = slices.DeleteFunc(slices.Clone(leaf), func(seq uint32) bool { return seq >= n })
	}
	return kept
}
