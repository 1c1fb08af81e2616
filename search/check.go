package search

import (
	"cmp"
	"context"
	"slices"
)

// Check compares the store with the index on disk by id and version and gives
// every difference, by id. Errors: the store's as they are; ctx.Err().
func (x *Index) Check(ctx context.Context) ([]Difference, error) {
	inStore := map[string]int{}
	for a, err := range x.options.Documents.EachAsset(ctx) {
		if err != nil {
			return nil, err
		}
		inStore[a.ID] = a.Version
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	inIndex := x.indexedVersions()
	var all []Difference
	for id, v := range inStore {
		if inIndex[id] != v {
			all = append(all, Difference{id, v, inIndex[id]})
		}
		delete(inIndex, id)
	}
	for id, v := range inIndex {
		all = append(all, Difference{id, 0, v})
	}
	slices.SortFunc(all, func(a, b Difference) int { return cmp.Compare(a.AssetID, b.AssetID) })
	return all, nil
}

// indexedVersions is the version of every asset whose words are indexed.
func (x *Index) indexedVersions() map[string]int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	versions := map[string]int{}
	if x.words == nil {
		return versions
	}
	for o, d := range x.words.docs {
		if d.home != 0 {
			versions[x.catalog.ids[o]] = d.version
		}
	}
	return versions
}
