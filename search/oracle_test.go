package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// anyAsset draws an asset with tags from small pools, so that filters overlap.
func anyAsset(t *rapid.T, id string) *enablement.Asset {
	some := func(label string, of ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, 3, rapid.ID[string]).Draw(t, label)
	}
	a := &enablement.Asset{
		ID: id, Version: rapid.IntRange(1, 3).Draw(t, "version"),
		Title:      rapid.SampledFrom([]string{"Alpha", "alpha", "Ébène", "beta", "Zero trust", ""}).Draw(t, "title"),
		Body:       rapid.SampledFrom([]string{"apples", "apples and pears", "plums", ""}).Draw(t, "body"),
		Type:       rapid.SampledFrom(enablement.AssetTypes()[:4]).Draw(t, "type"),
		Status:     rapid.SampledFrom(enablement.AssetStatuses()).Draw(t, "status"),
		PersonaIDs: some("personas", "p1", "p2", "p3"), IndustryIDs: some("industries", "i1", "i2", "i3"),
		Topics: some("topics", "Security", "security", "Cloud"), Language: rapid.SampledFrom([]string{"en", "de", "pt-br", "pt"}).Draw(t, "language"),
		CreatedAt: noon.AddDate(0, 0, -rapid.IntRange(0, 4).Draw(t, "created")),
	}
	for _, s := range some("stages", "AWARENESS", "DECISION") {
		a.FunnelStages = append(a.FunnelStages, enablement.FunnelStage(s))
	}
	if days := rapid.IntRange(-3, 6).Draw(t, "published"); days >= 0 {
		at := noon.AddDate(0, 0, -days)
		a.PublishedAt = &at
	}
	if days := rapid.IntRange(-3, 3).Draw(t, "expires"); days != 3 {
		at := noon.AddDate(0, 0, days)
		a.ExpiresAt = &at
	}
	return a
}

func anyFilter(t *rapid.T) enablement.AssetFilter {
	some := func(label string, of ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, 2, rapid.ID[string]).Draw(t, label)
	}
	f := enablement.AssetFilter{}
	if rapid.Bool().Draw(t, "by persona") {
		f.Personas = some("personas", "p1", "p2", "p9")
	}
	if rapid.Bool().Draw(t, "by industry") {
		f.Industries = some("industries", "i1", "i3")
	}
	if rapid.Bool().Draw(t, "by topic") {
		f.Topics = some("topics", "SECURITY", "cloud", "none")
	}
	if rapid.Bool().Draw(t, "by language") {
		f.Languages = some("languages", "PT", "en", "pt-br")
	}
	if rapid.Bool().Draw(t, "by status") {
		for _, s := range some("statuses", "DRAFT", "PUBLISHED", "EXPIRED", "ARCHIVED") {
			f.Statuses = append(f.Statuses, enablement.AssetStatus(s))
		}
	}
	if rapid.Bool().Draw(t, "by stage") {
		f.FunnelStages = []enablement.FunnelStage{"DECISION"}
	}
	if rapid.Bool().Draw(t, "by type") {
		f.Types = enablement.AssetTypes()[:2]
	}
	if rapid.Bool().Draw(t, "by date") {
		after, before := noon.AddDate(0, 0, -rapid.IntRange(0, 6).Draw(t, "after")), noon.AddDate(0, 0, -rapid.IntRange(0, 3).Draw(t, "before"))
		f.PublishedAfter, f.PublishedBefore = &after, &before
	}
	return f
}

// passes is the filter by its definition, one asset at a time.
func passes(a *enablement.Asset, q enablement.AssetQuery, now time.Time) bool {
	any := func(wanted, has []string, same func(w, h string) bool) bool {
		return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool {
			return slices.ContainsFunc(has, func(h string) bool { return same(w, h) })
		})
	}
	equal := func(w, h string) bool { return w == h }
	f, status := q.Filter, string(a.StatusAt(now))
	return any(f.Personas, a.PersonaIDs, equal) && any(f.Industries, a.IndustryIDs, equal) &&
		any(strs(f.FunnelStages), strs(a.FunnelStages), equal) && any(strs(f.Types), []string{string(a.Type)}, equal) &&
		any(f.Topics, a.Topics, strings.EqualFold) && any(strs(f.Statuses), []string{status}, equal) &&
		any(f.Languages, []string{a.Language}, func(w, h string) bool {
			w = strings.ToLower(w)
			return w == h || strings.HasPrefix(h, w+"-")
		}) &&
		(f.PublishedAfter == nil || !a.Date().Before(*f.PublishedAfter)) && (f.PublishedBefore == nil || a.Date().Before(*f.PublishedBefore)) &&
		(!q.PublishedOnly || status == "PUBLISHED") && !q.Without[a.ID] &&
		(q.Text == "" || strings.Contains(a.Body, q.Text))
}

func strs[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// sorted is an order by its definition.
func sorted(assets []*enablement.Asset, order enablement.AssetOrder, sent func(id string) int64) []string {
	byID := func(a, b *enablement.Asset) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(assets, func(a, b *enablement.Asset) int {
		switch order {
		case enablement.OrderTitle:
			return cmp.Or(cmp.Compare(foldText(a.Title), foldText(b.Title)), byID(a, b))
		case enablement.OrderOldest:
			return cmp.Or(a.Date().Compare(b.Date()), byID(b, a))
		case enablement.OrderMostSent:
			return cmp.Or(cmp.Compare(sent(b.ID), sent(a.ID)), byID(a, b))
		default:
			return cmp.Or(b.Date().Compare(a.Date()), byID(a, b))
		}
	})
	ids := []string{}
	for _, a := range assets {
		ids = append(ids, a.ID)
	}
	return ids
}

// Whatever the catalog, the filter, the order and the page size: the pages
// together are what going through the assets one by one gives.
func TestFiltersAndOrdersAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := newShelf()
		for i := range rapid.IntRange(0, 25).Draw(t, "assets") {
			a := anyAsset(t, number(i))
			docs.put(a)
			docs.sent(a.ID, rapid.IntRange(0, 3).Draw(t, "sends"))
		}
		now := noon.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "now")) // also back
		x := inMemory(t, docs, &now)
		q := enablement.AssetQuery{
			Filter: anyFilter(t), PublishedOnly: rapid.Bool().Draw(t, "rep"), First: rapid.IntRange(1, 7).Draw(t, "first"),
			Order:   rapid.SampledFrom([]enablement.AssetOrder{"", "NEWEST", "OLDEST", "TITLE", "MOST_SENT"}).Draw(t, "order"),
			Without: map[string]bool{number(rapid.IntRange(0, 30).Draw(t, "without")): true},
		}
		var want []*enablement.Asset
		for _, a := range docs.all() {
			if passes(a, q, now) {
				want = append(want, a)
			}
		}
		got := allPages(t, x, q, len(want))
		if expected := sorted(want, q.Order, func(id string) int64 { return docs.CounterOf(id).Load() }); !slices.Equal(got, expected) {
			t.Fatalf("%+v gives %v, want %v", q, got, expected)
		}
	})
}

// inMemory is an index whose catalog alone is filled: what lists need.
func inMemory(t fataler, docs *shelf, now *time.Time) *Index {
	l := newLexer()
	x := &Index{
		options: Options{Documents: docs, Sends: docs, Now: func() time.Time { return *now }}, lexer: l, scorer: newScorer(DefaultScoring()),
		catalog: newCatalog(docs), titles: newSuggestions(), kin: newKin(), names: newNames(l, nil), leads: newDirectory(), pending: map[string]bool{},
	}
	for some := range slices.Chunk(docs.all(), 7) {
		if err := x.Load(some); err != nil {
			t.Fatalf("load: %v", err)
		}
	}
	return x
}

type fataler interface{ Fatalf(string, ...any) }

// allPages follows the cursors to the end.
func allPages(t fataler, x *Index, q enablement.AssetQuery, total int) []string {
	ids := []string{}
	for {
		page, err := x.Assets(noContext{}, q)
		if err != nil {
			t.Fatalf("assets: %v", err)
		}
		if page.Total != total {
			t.Fatalf("%+v: total %d, want %d", q, page.Total, total)
		}
		if page.HasPrev != (q.After != "") {
			t.Fatalf("hasPrev is %v after %q", page.HasPrev, q.After)
		}
		ids = append(ids, idsOf(page)...)
		if !page.HasNext {
			return ids
		}
		q.After = page.Hits[len(page.Hits)-1].Cursor
	}
}

// withoutList is the filter without its list of a kind.
func withoutList(f enablement.AssetFilter, kind tagKind) enablement.AssetFilter {
	switch kind {
	case byPersona:
		f.Personas = nil
	case byIndustry:
		f.Industries = nil
	case byStage:
		f.FunnelStages = nil
	case byType:
		f.Types = nil
	case byTopic:
		f.Topics = nil
	}
	return f
}

// listed tells whether the filter's list of a kind names a value.
func listed(f enablement.AssetFilter, kind tagKind, value string) bool {
	lists := map[tagKind][]string{
		byPersona: f.Personas, byIndustry: f.Industries, byStage: strs(f.FunnelStages), byType: strs(f.Types), byTopic: f.Topics,
	}
	return slices.ContainsFunc(lists[kind], func(v string) bool { return strings.EqualFold(v, value) })
}

// Facets count what one by one counting counts: each without its own list of
// the filter.
func TestFacetsAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := newShelf()
		for i := range rapid.IntRange(0, 25).Draw(t, "assets") {
			docs.put(anyAsset(t, number(i)))
		}
		now := noon
		x := inMemory(t, docs, &now)
		q := enablement.AssetQuery{Filter: anyFilter(t), First: 1, WithFacets: true}
		counts := map[string]int{}
		for _, a := range docs.all() {
			for kind, values := range tagsOf(a) {
				without := q
				without.Filter = withoutList(q.Filter, tagKind(kind))
				if !passes(a, without, now) {
					continue
				}
				for _, v := range values {
					counts[fmt.Sprint(kind, v)]++
				}
			}
		}
		page, err := x.Assets(noContext{}, q)
		if err != nil {
			t.Fatalf("assets: %v", err)
		}
		f := page.Facets
		for kind, facet := range map[tagKind][]*enablement.FacetCount{
			byPersona: f.Personas, byIndustry: f.Industries, byStage: f.FunnelStages, byType: f.Types, byTopic: f.Topics,
		} {
			for i, c := range facet {
				if key := fmt.Sprint(kind, c.Value); counts[key] != c.Count || c.Count == 0 && !listed(q.Filter, kind, c.Value) {
					t.Fatalf("%v of kind %d counts %d, want %d", c.Value, kind, c.Count, counts[key])
				} else {
					delete(counts, key)
				}
				if i > 0 && facet[i-1].Count < c.Count {
					t.Fatalf("facet %d is not sorted: %v", kind, facet)
				}
			}
		}
		for key, n := range counts {
			if kind := tagKind(key[0] - '0'); kind != byStatus && kind != byLanguage {
				t.Fatalf("%s is carried by %d and not counted", key, n)
			}
		}
	})
}
