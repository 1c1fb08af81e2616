package usage

import (
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// test is one list of a filter: the values of a column that pass, by ordinal.
type test struct {
	column column
	pass   []bool
}

// tests compiles the lists that a send's own values are tested against. An
// empty list narrows nothing.
func (l *Ledger) tests(f *enablement.UsageFilter) []test {
	var tests []test
	for c := range columns {
		if columns[c].wanted == nil {
			continue
		}
		if values := columns[c].wanted(f); len(values) > 0 {
			tests = append(tests, test{column(c), l.dictionaries[c].set(values)})
		}
	}
	return tests
}

// wantedAssets compiles the lists that each asset of a send is tested against,
// as it is now; nil where there are none.
func (l *Ledger) wantedAssets(f *enablement.UsageFilter) []bool {
	if len(f.Assets) == 0 && len(f.AssetTypes) == 0 && len(f.FunnelStages) == 0 {
		return nil
	}
	var wanted []bool
	if len(f.Assets) > 0 {
		wanted = l.assets.set(f.Assets)
	} else {
		wanted = slices.Repeat([]bool{true}, len(l.assets.names))
	}
	stages := wantedStages(f)
	for a := range wanted {
		asset := uint32(a)
		if len(f.AssetTypes) > 0 {
			name := enablement.AssetType(l.attributes.typeNames[l.attributes.typeOf(asset)])
			wanted[a] = wanted[a] && slices.Contains(f.AssetTypes, name)
		}
		wanted[a] = wanted[a] && l.attributes.stagesOf(asset)&stages != 0
	}
	return wanted
}

// wantedStages is the bits of the stages that a filter names, "" for no stage
// among them; all bits where it names none.
func wantedStages(f *enablement.UsageFilter) uint8 {
	if len(f.FunnelStages) == 0 {
		return 0xff
	}
	var bits uint8
	for i, name := range stageNames() {
		if slices.Contains(f.FunnelStages, enablement.FunnelStage(name)) {
			bits |= 1 << i
		}
	}
	return bits
}

// narrow leaves in the view what passes every test.
func (v *view) narrow(tests []test, sc *scratch) {
	if len(tests) == 0 && v.wanted == nil {
		return
	}
	left := room(&sc.selected, size(v.leaves))[:0]
	for _, leaf := range v.leaves {
		begin := len(left)
		left = append(left, leaf...)
		block := left[begin:]
		for _, t := range tests {
			block = v.passing(block, t)
		}
		if v.wanted != nil {
			block = v.withWanted(block)
		}
		left = left[:begin+len(block)]
	}
	v.leaves = [][]uint32{left}
}

// passing keeps the sends of a block that pass a test, in place.
func (v *view) passing(block []uint32, t test) []uint32 {
	n := 0
	for _, seq := range block {
		block[n] = seq
		if t.pass[v.table.value(seq, t.column)] {
			n++
		}
	}
	return block[:n]
}

// withWanted keeps the sends of a block that have a wanted asset, in place.
func (v *view) withWanted(block []uint32) []uint32 {
	n := 0
	for _, seq := range block {
		block[n] = seq
		for _, a := range v.table.assetsOf(seq) {
			if v.wanted[a] {
				n++
				break
			}
		}
	}
	return block[:n]
}
