package search

import (
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/quiverhq/quiver/enablement"
)

// narrowing is what a question leaves of the catalog before its words.
type narrowing struct {
	filter        enablement.AssetFilter
	only          []string // empty: any
	without       map[string]bool
	publishedOnly bool
	now           int64 // microseconds
}

// narrow makes s the assets that the tags leave. spare is written over.
func (c *catalog) narrow(s, spare set, n narrowing) {
	s.load(c.known)
	for _, g := range c.groups(n.filter) {
		c.any(spare, g)
		s.and(spare)
	}
	if len(n.only) > 0 {
		clear(spare)
		for _, id := range n.only {
			if o, ok := c.ordinals[id]; ok {
				spare.add(o)
			}
		}
		s.and(spare)
	}
	if n.publishedOnly {
		c.withStatus(s, spare, []enablement.AssetStatus{enablement.StatusPublished}, n.now)
	}
	if len(n.filter.Statuses) > 0 {
		c.withStatus(s, spare, n.filter.Statuses, n.now)
	}
	c.withDates(s, spare, n.filter)
	for id := range n.without {
		if o, ok := c.ordinals[id]; ok {
			s.remove(o)
		}
	}
}

// group is one list of a filter that narrows: the numbers of its tags.
type group struct {
	kind tagKind
	tags []uint32
}

// groups gives the lists of the filter that narrow.
func (c *catalog) groups(f enablement.AssetFilter) []group {
	var groups []group
	groups = appendGroup(groups, c, byPersona, f.Personas)
	groups = appendGroup(groups, c, byIndustry, f.Industries)
	groups = appendGroup(groups, c, byStage, f.FunnelStages)
	groups = appendGroup(groups, c, byType, f.Types)
	if len(f.Topics) > 0 {
		groups = append(groups, group{byTopic, c.topics(f.Topics)})
	}
	if len(f.Languages) > 0 {
		groups = append(groups, group{byLanguage, c.languages(f.Languages)})
	}
	return groups
}

func appendGroup[T ~string](groups []group, c *catalog, kind tagKind, values []T) []group {
	if len(values) == 0 {
		return groups
	}
	g := group{kind: kind}
	for _, v := range values {
		if t, ok := c.tagNumber[tagKey{kind, string(v)}]; ok {
			g.tags = append(g.tags, t)
		}
	}
	return append(groups, g)
}

// any makes s the assets that carry any tag of the group.
func (c *catalog) any(s set, g group) {
	bitmaps := make([]*roaring.Bitmap, len(g.tags))
	for i, t := range g.tags {
		bitmaps[i] = c.tags[t].assets
	}
	s.load(bitmaps...)
}

// topics matches without case and accents: topics are typed by hand.
func (c *catalog) topics(values []string) []uint32 {
	var tags []uint32
	for _, v := range values {
		tags = append(tags, c.folded[foldText(v)]...)
	}
	return tags
}

// languages matches as RFC 4647, section 3.3.1, does: "pt" finds pt-br too.
func (c *catalog) languages(values []string) []uint32 {
	var tags []uint32
	for n, t := range c.tags {
		if t.kind == byLanguage && slices.ContainsFunc(values, func(v string) bool {
			v = strings.ToLower(v)
			return t.value == v || strings.HasPrefix(t.value, v+"-")
		}) {
			tags = append(tags, uint32(n))
		}
	}
	return tags
}

// withDates keeps the assets whose date (Asset.Date) lies at or after
// PublishedAfter and before PublishedBefore.
func (c *catalog) withDates(s, spare set, f enablement.AssetFilter) {
	if f.PublishedAfter == nil && f.PublishedBefore == nil {
		return
	}
	from, to := 0, len(c.newest) // places in newest, the latest first
	if f.PublishedAfter != nil {
		after := f.PublishedAfter.UnixMicro()
		to = sort.Search(len(c.newest), func(i int) bool { return c.rows[c.newest[i]].date < after })
	}
	if f.PublishedBefore != nil {
		before := f.PublishedBefore.UnixMicro()
		from = sort.Search(len(c.newest), func(i int) bool { return c.rows[c.newest[i]].date < before })
	}
	clear(spare)
	for _, o := range c.newest[min(from, to):to] {
		spare.add(o)
	}
	s.and(spare)
}
