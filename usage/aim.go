package usage

import (
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// aim is for whom an asset is made, as it is tagged now, in ordinals.
type aim struct {
	personas, industries []uint32
	stages               []uint8 // see stageOrdinal
}

func (x aim) equal(y aim) bool {
	return slices.Equal(x.personas, y.personas) && slices.Equal(x.industries, y.industries) && slices.Equal(x.stages, y.stages)
}

func (l *Ledger) aimOf(a *enablement.Asset) (x aim) {
	for _, id := range a.PersonaIDs {
		x.personas = append(x.personas, l.dictionaries[personaColumn].ordinal(id))
	}
	for _, id := range a.IndustryIDs {
		x.industries = append(x.industries, l.dictionaries[industryColumn].ordinal(id))
	}
	for _, stage := range a.FunnelStages {
		x.stages = append(x.stages, stageOrdinal(stage))
	}
	return x
}

// aimAt tags an asset anew: what its sends promised is worked out again. It
// takes as long as the asset has sends. The lock must be held.
func (l *Ledger) aimAt(asset uint32, next aim) {
	before := l.aims[asset]
	if before.equal(next) {
		return
	}
	l.aims[asset] = next
	l.repromise(asset, before, l.lineages)
}

// repromise moves the counters of an asset from what its sends promised by an
// aim and lineages to what they promise now. The lock must be held.
func (l *Ledger) repromise(asset uint32, before aim, lineages lineages) {
	for _, leaf := range l.byAsset[asset].leaves {
		for _, seq := range leaf {
			if change := l.expectation(seq, asset) - l.table.expectation(seq, before, lineages); change != 0 {
				l.weigh(seq, asset, change*weightAt(l.table.sentAt(seq)), 0)
			}
		}
	}
}

func (l *Ledger) expectation(seq, asset uint32) float64 {
	return l.table.expectation(seq, l.aims[asset], l.lineages)
}

// expectation is enablement.Expectation of an asset in a send.
func (t *table) expectation(seq uint32, x aim, l lineages) float64 {
	return enablement.Expectation(
		enablement.FitOf(x.personas, t.value(seq, personaColumn)),
		enablement.FitOf(x.industries, l.of(t.value(seq, industryColumn))...),
		enablement.FitOf(x.stages, t.stage(seq)))
}

// lineages is each industry with those above it, by ordinal. A set of them
// never changes.
type lineages [][]uint32

func (l lineages) of(industry uint32) []uint32 {
	if int(industry) < len(l) && l[industry] != nil {
		return l[industry]
	}
	return []uint32{industry}
}

// differ tells whether an industry of these has others above it in next.
func (l lineages) differ(next lineages) bool {
	for industry := range max(len(l), len(next)) {
		if !slices.Equal(l.of(uint32(industry)), next.of(uint32(industry))) {
			return true
		}
	}
	return false
}

// SetTaxonomy tells the ledger which industry belongs to which: at load, and
// whenever that changes.
func (l *Ledger) SetTaxonomy(taxonomy *enablement.Taxonomy) {
	l.mu.Lock()
	defer l.mu.Unlock()
	dictionary := &l.dictionaries[industryColumn]
	next := make(lineages, len(dictionary.names))
	for _, industry := range taxonomy.Industries() {
		var line []uint32
		for _, up := range industry.Lineage() {
			line = append(line, dictionary.ordinal(up.ID))
		}
		if missing := int(line[0]) + 1 - len(next); missing > 0 {
			next = append(next, make(lineages, missing)...)
		}
		next[line[0]] = line
	}
	before := l.lineages
	l.lineages = next
	if !before.differ(next) {
		return // nothing has moved; an industry that is new was sent to nobody
	}
	for asset := range l.aims {
		if len(l.aims[asset].industries) > 0 {
			l.repromise(uint32(asset), l.aims[asset], before)
		}
	}
}
