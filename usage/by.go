package usage

import (
	"cmp"
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
	if keys, ok := v.assetKeys(dim, wantedStages(&u.Filter)); ok {
		return v.byAsset(sc, keys, first)
	}
	return nil
}

// bySend groups by a value that the send has: each send is in one group.
func (v *view) bySend(sc *scratch, c column, first int) []*enablement.UsageRow {
	names := v.names[c]
	sends, entries := zeros(&sc.counts, len(names)), zeros(&sc.entries, len(names))
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			ch, i := v.table.chunks[seq>>chunkBits], seq%chunkSize
			key := ch.values[c][i]
			sends[key] += v.wantedIn(seq, uint32(ch.assetN[i]))
			entries[key]++
		}
	}
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

// byAsset groups by what the asset decides: a send is in the group of each key
// of each of its wanted assets.
func (v *view) byAsset(sc *scratch, keys *assetKeys, first int) []*enablement.UsageRow {
	perAsset := zeros(&sc.counts, len(v.assetNames))
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			for _, a := range v.table.assetsOf(seq) {
				perAsset[a]++
			}
		}
	}
	sends, assets := keys.fold(perAsset)
	groups := newGroups(sc, largest(sends, keys.names, first), sends)
	chosen := keys.only(groups.slots)
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			for _, a := range v.table.assetsOf(seq) {
				for _, key := range chosen.of(a) {
					groups.put(key, seq)
				}
			}
		}
	}
	rows := make([]*enablement.UsageRow, len(groups.keys))
	for i, key := range groups.keys {
		sc.begin()
		var t tally
		v.countPeople(sc, groups.group(i), &t)
		t.assets = int(assets[key])
		rows[i] = &enablement.UsageRow{Key: keys.names[key], Totals: t.totals()}
	}
	return rows
}

// assetKeys is which keys of a dimension each asset counts under: none for an
// asset that is not wanted.
type assetKeys struct {
	names []string // of the keys
	keys  []uint32 // those of asset a are keys[ends[a-1]:ends[a]]
	ends  []uint32
}

// assetKeys gives the keys of a dimension that the asset decides, stages those
// that may have rows.
func (v *view) assetKeys(dim enablement.UsageDimension, stages uint8) (*assetKeys, bool) {
	k := &assetKeys{ends: make([]uint32, 0, len(v.assetNames))}
	var add func(asset uint32)
	switch dim {
	case enablement.ByAsset:
		k.names = v.assetNames
		add = func(asset uint32) { k.keys = append(k.keys, asset) }
	case enablement.ByAssetType:
		k.names = v.attributes.typeNames
		add = func(asset uint32) { k.keys = append(k.keys, v.attributes.typeOf(asset)) }
	case enablement.ByFunnelStage:
		k.names = stageNames()
		add = func(asset uint32) {
			for bit := range k.names {
				if v.attributes.stagesOf(asset)&stages&(1<<bit) != 0 {
					k.keys = append(k.keys, uint32(bit))
				}
			}
		}
	default:
		return nil, false
	}
	k.keys = make([]uint32, 0, len(v.assetNames))
	for a := range v.assetNames {
		if v.wanted == nil || v.wanted[a] {
			add(uint32(a))
		}
		k.ends = append(k.ends, uint32(len(k.keys)))
	}
	return k, true
}

// of gives the keys of an asset.
func (k *assetKeys) of(asset uint32) []uint32 {
	begin := uint32(0)
	if asset > 0 {
		begin = k.ends[asset-1]
	}
	return k.keys[begin:k.ends[asset]]
}

// fold adds counts of assets up by key: the sends and the distinct assets.
func (k *assetKeys) fold(perAsset []uint32) (sends, assets []uint32) {
	sends, assets = make([]uint32, len(k.names)), make([]uint32, len(k.names))
	for a, n := range perAsset {
		if n == 0 {
			continue
		}
		for _, key := range k.of(uint32(a)) {
			sends[key] += n
			assets[key]++
		}
	}
	return sends, assets
}

// only keeps the keys that have a slot.
func (k *assetKeys) only(slots []int32) *assetKeys {
	kept := &assetKeys{keys: make([]uint32, 0, len(k.keys)), ends: make([]uint32, len(k.ends))}
	for a := range k.ends {
		for _, key := range k.of(uint32(a)) {
			if slots[key] >= 0 {
				kept.keys = append(kept.keys, key)
			}
		}
		kept.ends[a] = uint32(len(kept.keys))
	}
	return kept
}

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
