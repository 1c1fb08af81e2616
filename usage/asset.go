package usage

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// attributes is what the ledger knows of assets as they are now, by ordinal.
// An ordinal beyond its end is an asset that was sent but never set.
type attributes struct {
	types     []uint32 // ordinals of typeNames
	stages    []uint8  // bits: 0 for no stage, 1 + i for the stage stageNames[1+i]
	typeNames []string // [0] is "": unknown
}

// noStage is the bit of an asset without a funnel stage.
const noStage uint8 = 1

func newAttributes() *attributes {
	return &attributes{typeNames: []string{""}}
}

// stageNames gives the names of the bits of attributes.stages.
func stageNames() []string {
	return append([]string{""}, texts(enablement.FunnelStages())...)
}

func (x *attributes) typeOf(asset uint32) uint32 {
	if int(asset) < len(x.types) {
		return x.types[asset]
	}
	return 0
}

func (x *attributes) stagesOf(asset uint32) uint8 {
	if int(asset) < len(x.stages) {
		return x.stages[asset]
	}
	return noStage
}

// SetAssets tells the ledger the type and the tags of assets as they are now: all
// of them at load, those that changed after each change. Assets that are not
// named stay as they were.
func (l *Ledger) SetAssets(assets []*enablement.Asset) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range assets {
		l.assets.ordinal(a.ID)
	}
	l.grow()
	l.attributes = l.attributes.with(assets, &l.assets)
	for _, a := range assets {
		l.aimAt(l.assets.ordinal(a.ID), l.aimOf(a))
	}
}

// with is a copy in which the given assets are as given.
func (x *attributes) with(assets []*enablement.Asset, ordinals *dictionary) *attributes {
	n := len(ordinals.names)
	next := &attributes{types: make([]uint32, n), stages: make([]uint8, n), typeNames: slices.Clone(x.typeNames)}
	copy(next.types, x.types)
	copy(next.stages, x.stages)
	for i := len(x.stages); i < n; i++ {
		next.stages[i] = noStage
	}
	for _, a := range assets {
		at := ordinals.ordinal(a.ID)
		next.types[at] = next.typeOrdinal(string(a.Type))
		next.stages[at] = stageBits(a.FunnelStages)
	}
	return next
}

func (x *attributes) typeOrdinal(name string) uint32 {
	if i := slices.Index(x.typeNames, name); i >= 0 {
		return uint32(i)
	}
	x.typeNames = append(x.typeNames, name)
	return uint32(len(x.typeNames) - 1)
}

func stageBits(stages []enablement.FunnelStage) uint8 {
	var bits uint8
	for i, stage := range enablement.FunnelStages() {
		if slices.Contains(stages, stage) {
			bits |= 1 << (1 + i)
		}
	}
	if bits == 0 {
		return noStage
	}
	return bits
}

// CounterOf gives what counts the sends of an asset, all time, be it known yet
// or not: always the same, and it counts on. It is for reading, which takes no
// lock: the search keeps one for each asset.
func (l *Ledger) CounterOf(assetID string) *atomic.Int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.assets.ordinal(assetID)
	l.grow()
	return l.counters[a]
}

// MostSends is the sends of the asset that was sent most: what recommendations
// measure a track record against. It takes no lock.
func (l *Ledger) MostSends() int { return int(l.mostSends.Load()) }

// AssetTotals counts the sends of one asset with from <= sentAt < to, for
// Asset.usage. A zero from or to leaves that end open.
func (l *Ledger) AssetTotals(assetID string, from, to time.Time) *enablement.UsageTotals {
	v := l.viewOfAsset(assetID, from, to)
	sc := l.borrow(v)
	defer l.giveBack(sc)
	var t tally
	for _, leaf := range v.leaves {
		v.countPeople(sc, leaf, &t)
	}
	if t.sends = size(v.leaves); t.sends > 0 {
		t.assets = 1
	}
	return t.totals()
}

func (l *Ledger) viewOfAsset(assetID string, from, to time.Time) *view {
	l.mu.RLock()
	defer l.mu.RUnlock()
	v := l.view()
	if a, ok := l.assets.ordinals[assetID]; ok {
		v.leaves = l.byAsset[a].between(&l.table, openFrom(from), openTo(to))
	}
	return v
}
