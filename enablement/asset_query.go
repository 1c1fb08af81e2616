package enablement

import (
	"strings"
	"time"
)

// AssetFilter narrows assets down. Within one list any match counts; between
// lists all must match; a nil list narrows nothing.
type AssetFilter struct {
	Personas        []string
	Industries      []string
	FunnelStages    []FunnelStage
	Types           []AssetType
	Topics          []string
	Statuses        []AssetStatus
	Languages       []string
	PublishedAfter  *time.Time
	PublishedBefore *time.Time
}

// Check names the dates of the filter that no asset can have.
func (f *AssetFilter) Check() error {
	if f == nil {
		return nil
	}
	var faults faults
	faults.time("filter.publishedAfter", f.PublishedAfter)
	faults.time("filter.publishedBefore", f.PublishedBefore)
	return Invalid(faults)
}

// AssetOrder is how a list of assets is sorted. Ties are broken by id, so that
// every order is total and pages never overlap.
type AssetOrder string

// The orders.
const (
	OrderRelevance AssetOrder = "RELEVANCE"
	OrderNewest    AssetOrder = "NEWEST"
	OrderOldest    AssetOrder = "OLDEST"
	OrderTitle     AssetOrder = "TITLE"
	OrderMostSent  AssetOrder = "MOST_SENT"
)

// AssetQuery is one question to the catalog: words, tags, order and page.
type AssetQuery struct {
	Text   string // empty: list
	Filter AssetFilter
	Order  AssetOrder // empty: RELEVANCE with words, else NEWEST
	First  int        // 1 to 100
	After  string     // cursor of the row before the page; empty: from the start
	// PublishedOnly keeps all but PUBLISHED assets secret, whatever the filter says: a rep asks.
	PublishedOnly bool
	// Only keeps to these asset ids; nil: any.
	Only []string
	// Without leaves these asset ids out: what was sent, for Usage.unused.
	Without map[string]bool
	// WithoutBy is Usage.Question of the sends that Without is of; else 0.
	WithoutBy uint64
	// What the answer must hold beside the page; each costs, so none is made unasked.
	WithFacets, WithHighlights, WithSuggestion bool
}

// Question is a number for the words and the filter of the query, the same for
// lists in another order: what a cursor belongs to.
func (q AssetQuery) Question() uint64 {
	f := q.Filter
	f.Personas, f.Industries, f.Topics, f.Languages = sorted(f.Personas), sorted(f.Industries), sorted(f.Topics), sorted(f.Languages)
	f.FunnelStages, f.Types, f.Statuses = sorted(f.FunnelStages), sorted(f.Types), sorted(f.Statuses)
	return questionOf(strings.TrimSpace(q.Text), f, sorted(q.Only), q.WithoutBy)
}

// AssetPage answers an AssetQuery.
type AssetPage struct {
	Hits       []AssetHit
	Total      int
	HasNext    bool
	HasPrev    bool
	Facets     *AssetFacets // nil unless asked for
	DidYouMean *string
}

// AssetHit is one asset of an AssetPage.
type AssetHit struct {
	ID         string
	Cursor     string
	Score      float64 // 0 where there were no words
	Highlights []*Highlight
}

// AssetConnection is a page of assets as the API gives it.
type AssetConnection struct {
	Edges      []*AssetEdge
	Nodes      []*Asset
	PageInfo   *PageInfo
	TotalCount int
	Facets     *AssetFacets
	DidYouMean *string
}

// AssetEdge is one asset of a page with its place in it.
type AssetEdge struct {
	Cursor     string
	Node       *Asset
	Score      float64
	Highlights []*Highlight
}

// Highlight is a fragment of a field with the matched words between <mark> and
// </mark>; all else in it is HTML-escaped.
type Highlight struct {
	Field    string
	Fragment string
}

// AssetFacets counts, over everything that matches, how many assets carry each
// tag; the largest count first.
type AssetFacets struct {
	Personas     []*FacetCount
	Industries   []*FacetCount
	FunnelStages []*FacetCount
	Types        []*FacetCount
	Topics       []*FacetCount
}

// FacetCount is one tag of a facet. Value is the id for personas and
// industries, else the value itself.
type FacetCount struct {
	Value string
	Label string
	Count int
}
