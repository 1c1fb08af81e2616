package usage

import "github.com/quiverhq/quiver/enablement"

// assetKeys is which keys of a dimension each asset counts under: none for an
// asset that is not wanted.
type assetKeys struct {
	names []string // of the keys
	keys  []uint32 // those of asset a are keys[ends[a-1]:ends[a]]
	ends  []uint32
}

// assetKeys gives the keys of a dimension that an asset's tags decide, stages
// those that may have rows.
func (v *view) assetKeys(dim enablement.UsageDimension, stages uint8) (*assetKeys, bool) {
	k := &assetKeys{ends: make([]uint32, 0, len(v.assetNames))}
	var add func(asset uint32)
	switch dim {
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
