package search

import (
	"cmp"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// mostTopics is how many topics a facet lists: typed by hand, there may be
// thousands.
const mostTopics = 100

// facetTable says which kinds of tags are counted, where the counts go, and
// how many of them at most (0: all). A facet is a row here.
func facetTable() []struct {
	kind tagKind
	into func(*enablement.AssetFacets) *[]*enablement.FacetCount
	most int
} {
	return []struct {
		kind tagKind
		into func(*enablement.AssetFacets) *[]*enablement.FacetCount
		most int
	}{
		{byPersona, func(f *enablement.AssetFacets) *[]*enablement.FacetCount { return &f.Personas }, 0},
		{byIndustry, func(f *enablement.AssetFacets) *[]*enablement.FacetCount { return &f.Industries }, 0},
		{byStage, func(f *enablement.AssetFacets) *[]*enablement.FacetCount { return &f.FunnelStages }, 0},
		{byType, func(f *enablement.AssetFacets) *[]*enablement.FacetCount { return &f.Types }, 0},
		{byTopic, func(f *enablement.AssetFacets) *[]*enablement.FacetCount { return &f.Topics }, mostTopics},
	}
}

// counted is a tag and how many assets of a match carry it.
type counted struct {
	tag   uint32
	label string
	count int
}

// facets counts the tags of every asset in the match.
func (c *catalog) facets(match set, n *names, s *scratch) *enablement.AssetFacets {
	s.counts = append(s.counts[:0], make([]int, len(c.tags))...)
	match.each(func(o uint32) {
		for _, t := range c.rows[o].tags {
			s.counts[t]++
		}
	})
	var byKind [byLanguage + 1][]counted
	for t, count := range s.counts {
		if kind := c.tags[t].kind; count > 0 && kind != byStatus && kind != byLanguage {
			byKind[kind] = append(byKind[kind], counted{uint32(t), n.label(c.tags[t]), count})
		}
	}
	out := &enablement.AssetFacets{}
	for _, f := range facetTable() {
		*f.into(out) = c.facet(byKind[f.kind], f.most)
	}
	return out
}

// facet sorts counts, the largest first, then by label, and keeps the most.
func (c *catalog) facet(counts []counted, most int) []*enablement.FacetCount {
	slices.SortFunc(counts, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.label, b.label), cmp.Compare(c.tags[a.tag].value, c.tags[b.tag].value))
	})
	if most > 0 && len(counts) > most {
		counts = counts[:most]
	}
	rows := make([]enablement.FacetCount, len(counts))
	out := make([]*enablement.FacetCount, len(counts))
	for i, n := range counts {
		rows[i] = enablement.FacetCount{Value: c.tags[n.tag].value, Label: n.label, Count: n.count}
		out[i] = &rows[i]
	}
	return out
}
