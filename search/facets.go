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

// ticked is what a filter says of the facets: the number of a facet counts what
// would be found if its own list were left out, so that ticking a second value
// shows true numbers.
type ticked struct {
	groups []group // of kinds that are facets
	tags   set     // by tag number
}

func (c *catalog) ticked(f enablement.AssetFilter) ticked {
	t := ticked{tags: make(set, setWords(len(c.tags)))}
	for _, g := range c.groups(f) {
		if g.kind > byTopic {
			continue
		}
		t.groups = append(t.groups, g)
		for _, tag := range g.tags {
			t.tags.add(tag)
		}
	}
	return t
}

// nearly makes s.nearly the assets that one list of the filter alone leaves
// out, a list of a facet, and s.missing those of each such list.
func (c *catalog) nearly(s *scratch, t ticked, n narrowing) {
	clear(s.nearly)
	if len(t.groups) == 0 {
		return
	}
	all := s.matched
	n.filter.Personas, n.filter.Industries, n.filter.FunnelStages, n.filter.Types, n.filter.Topics = nil, nil, nil, nil, nil
	c.narrow(all, s.spare, n)
	for i, g := range t.groups {
		c.any(s.spare, g)
		for _, before := range t.groups[:i] {
			s.missing[before.kind].and(s.spare)
		}
		missing := s.missing[g.kind]
		for i, with := range s.spare {
			missing[i] = all[i] &^ with
			all[i] &= with
		}
	}
	for _, g := range t.groups {
		s.nearly.or(s.missing[g.kind])
	}
}

// facets counts the tags of every asset in the match, and of nearly what
// belongs to the facet whose list leaves it out. A ticked value is there even
// where nothing carries it, but for a topic that is in no asset which the viewer
// sees: its spelling would tell what is in drafts. published: see Index.published.
func (c *catalog) facets(match set, t ticked, n *names, s *scratch, published func() set) *enablement.AssetFacets {
	s.counts = append(s.counts[:0], make([]int, len(c.tags))...)
	match.each(func(o uint32) {
		for _, t := range c.tagged.of(o) {
			s.counts[t]++
		}
	})
	for _, g := range t.groups {
		missing := s.missing[g.kind]
		missing.and(s.nearly)
		missing.each(func(o uint32) {
			for _, t := range c.tagged.of(o) {
				if c.tags[t].kind == g.kind {
					s.counts[t]++
				}
			}
		})
	}
	var byKind [byLanguage + 1][]counted
	for number, count := range s.counts {
		number := uint32(number)
		kind := c.tags[number].kind
		if kind <= byTopic && (count > 0 || t.tags.has(number) && c.shown(c.tags[number], published)) {
			byKind[kind] = append(byKind[kind], counted{number, n.label(c.tags[number]), count})
		}
	}
	out := &enablement.AssetFacets{}
	for _, f := range facetTable() {
		*f.into(out) = c.facet(byKind[f.kind], f.most, t)
	}
	return out
}

// shown tells whether a tag that nothing found carries may be told of.
func (c *catalog) shown(t tag, published func() set) bool {
	if t.kind != byTopic || published == nil {
		return true
	}
	seen, shown := published(), false
	t.assets.Iterate(func(o uint32) bool {
		shown = seen.has(o)
		return !shown
	})
	return shown
}

// facet sorts counts, the largest first, then by label, and keeps the most and
// what is ticked.
func (c *catalog) facet(counts []counted, most int, t ticked) []*enablement.FacetCount {
	slices.SortFunc(counts, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.label, b.label), cmp.Compare(c.tags[a.tag].value, c.tags[b.tag].value))
	})
	if most > 0 && len(counts) > most {
		rest := slices.DeleteFunc(counts[most:], func(n counted) bool { return !t.tags.has(n.tag) })
		counts = counts[:most+len(rest)]
	}
	rows := make([]enablement.FacetCount, len(counts))
	out := make([]*enablement.FacetCount, len(counts))
	for i, n := range counts {
		rows[i] = enablement.FacetCount{Value: c.tags[n.tag].value, Label: n.label, Count: n.count}
		out[i] = &rows[i]
	}
	return out
}
