package search

import (
	"cmp"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// TagCounts counts the assets that are PUBLISHED now per persona, industry and
// funnel stage, sorted by them. An asset with two of a kind counts in both; one
// that lacks a kind counts nowhere.
func (x *Index) TagCounts() []enablement.TagCount {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)
	c := x.catalog
	c.narrow(s.allowed, s.spare, narrowing{publishedOnly: true, now: x.options.Now().UnixMicro()})
	counts := map[[3]uint32]int{}
	s.allowed.each(func(o uint32) {
		var kinds [byStage + 1][]uint32
		for _, t := range c.tagged.of(o) {
			if k := c.tags[t].kind; k <= byStage {
				kinds[k] = append(kinds[k], t)
			}
		}
		for _, p := range kinds[byPersona] {
			for _, i := range kinds[byIndustry] {
				for _, stage := range kinds[byStage] {
					counts[[3]uint32{p, i, stage}]++
				}
			}
		}
	})
	out := make([]enablement.TagCount, 0, len(counts))
	for cell, n := range counts {
		out = append(out, enablement.TagCount{
			PersonaID: c.tags[cell[0]].value, IndustryID: c.tags[cell[1]].value,
			FunnelStage: enablement.FunnelStage(c.tags[cell[2]].value), Count: n,
		})
	}
	slices.SortFunc(out, func(a, b enablement.TagCount) int {
		return cmp.Or(cmp.Compare(a.PersonaID, b.PersonaID), cmp.Compare(a.IndustryID, b.IndustryID), cmp.Compare(a.FunnelStage, b.FunnelStage))
	})
	return out
}
