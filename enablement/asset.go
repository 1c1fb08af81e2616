package enablement

import (
	"reflect"
	"slices"
	"time"
)

// AssetType is the form of a piece of collateral.
type AssetType string

// AssetTypes lists every asset type, in the order of the schema.
func AssetTypes() []AssetType {
	return []AssetType{
		"CASE_STUDY", "WHITE_PAPER", "EBOOK", "BLOG_POST", "VIDEO", "WEBINAR", "DATA_SHEET", "PRODUCT_BRIEF",
		"PRESENTATION", "INFOGRAPHIC", "BATTLE_CARD", "EMAIL_TEMPLATE", "ROI_CALCULATOR", TypeOther,
	}
}

// TypeOther is the type of an asset whose form was not said.
const TypeOther AssetType = "OTHER"

// AssetStatus is where an asset stands between draft and archive. A deleted
// asset is an ARCHIVED one: nothing is ever removed.
type AssetStatus string

// The statuses. Only a PUBLISHED asset is seen by reps, recommended and sent.
const (
	StatusDraft     AssetStatus = "DRAFT"
	StatusInReview  AssetStatus = "IN_REVIEW"
	StatusPublished AssetStatus = "PUBLISHED"
	StatusExpired   AssetStatus = "EXPIRED"
	StatusArchived  AssetStatus = "ARCHIVED"
)

// AssetStatuses lists every status, in the order of an asset's life.
func AssetStatuses() []AssetStatus {
	return []AssetStatus{StatusDraft, StatusInReview, StatusPublished, StatusExpired, StatusArchived}
}

// Asset is a piece of collateral: the document in the store and the type Asset
// of the API.
//
// An Asset that the store hands out is shared between requests and must not be
// changed: copy it first (Clone).
type Asset struct {
	ID           string        `bson:"_id"`
	ExternalID   *string       `bson:"externalId,omitempty"`
	Title        string        `bson:"title"`
	Summary      string        `bson:"summary"`
	Body         string        `bson:"body"`
	Type         AssetType     `bson:"type"`
	Status       AssetStatus   `bson:"status"` // as set; see StatusAt
	URL          *string       `bson:"url,omitempty"`
	PersonaIDs   []string      `bson:"personas"`
	IndustryIDs  []string      `bson:"industries"`
	FunnelStages []FunnelStage `bson:"funnelStages"`
	Topics       []string      `bson:"topics"`
	Language     string        `bson:"language"`
	OwnerID      string        `bson:"owner,omitempty"`
	PublishedAt  *time.Time    `bson:"publishedAt,omitempty"`
	ExpiresAt    *time.Time    `bson:"expiresAt,omitempty"`
	Version      int           `bson:"revision"`
	CreatedAt    time.Time     `bson:"createdAt"`
	UpdatedAt    time.Time     `bson:"updatedAt"`

	// Personas and Industries are PersonaIDs and IndustryIDs looked up in the
	// taxonomy. The store fills them in, so that a list of assets with its tags
	// costs no look-up per row.
	Personas   []*Persona  `bson:"-"`
	Industries []*Industry `bson:"-"`
}

// StatusAt is the asset's status at a moment: EXPIRED from expiresAt on,
// unless the asset has been ARCHIVED.
func (a *Asset) StatusAt(now time.Time) AssetStatus {
	if a.Status != StatusArchived && a.ExpiresAt != nil && !now.Before(*a.ExpiresAt) {
		return StatusExpired
	}
	return a.Status
}

// At is the asset as it stands at a moment: itself or, once it has expired, a
// copy that says so.
func (a *Asset) At(now time.Time) *Asset {
	status := a.StatusAt(now)
	if status == a.Status {
		return a
	}
	c := a.Clone()
	c.Status = status
	return c
}

// Date is the day that lists sort by: when the asset was published or, where
// that is unknown, when it entered the catalog.
func (a *Asset) Date() time.Time {
	if a.PublishedAt != nil {
		return *a.PublishedAt
	}
	return a.CreatedAt
}

// Clone copies the asset deeply enough for its fields to be set anew.
func (a *Asset) Clone() *Asset {
	c := *a
	return &c
}

// SameContent tells whether two states of an asset differ in nothing that a
// person wrote: version and times aside.
func (a *Asset) SameContent(b *Asset) bool {
	x, y := *a, *b
	for _, s := range []*Asset{&x, &y} {
		s.Version, s.CreatedAt, s.UpdatedAt, s.Personas, s.Industries = 0, time.Time{}, time.Time{}, nil, nil
	}
	return reflect.DeepEqual(x, y)
}

// AssetInput is an asset as createAsset, importAssets and the import command
// give it. A nil field was left out.
type AssetInput struct {
	ExternalID   *string
	Title        string
	Summary      *string
	Body         *string
	Type         AssetType
	Status       AssetStatus
	URL          *string
	Personas     []string
	Industries   []string
	FunnelStages []FunnelStage
	Topics       []string
	Language     string
	PublishedAt  *time.Time
	ExpiresAt    *time.Time

	// Defaulted names the fields ("type", "status", "language") that the client
	// left out and the schema's defaults filled in, so that importing a row
	// without a status does not publish again what was archived here.
	Defaulted []string
}

// AssetPatch is a change to an asset: a nil field stays as it is.
type AssetPatch struct {
	Title        *string
	Summary      *string
	Body         *string
	Type         *AssetType
	URL          *string
	Personas     []string
	Industries   []string
	FunnelStages []FunnelStage
	Topics       []string
	Language     *string
	PublishedAt  *time.Time
	ExpiresAt    *time.Time

	// Cleared names the fields that the client set to null: url, publishedAt,
	// expiresAt and the lists are emptied, the rest goes back to its default.
	Cleared []string
}

// The most that an asset may hold: more than any real piece needs, little
// enough that no single row weighs on the rest.
const (
	MaxTitle = 300       // characters
	MaxText  = 5_000     // characters of a summary, a message, a description, notes
	MaxBody  = 1_000_000 // bytes
	MaxTags  = 100       // entries of one list
	MaxTag   = 200       // characters of one entry
)

// Input is the asset as the input that would make it.
func (a *Asset) Input() AssetInput {
	return AssetInput{
		ExternalID: a.ExternalID, Title: a.Title, Summary: &a.Summary, Body: &a.Body, Type: a.Type, Status: a.Status,
		URL: a.URL, Personas: a.PersonaIDs, Industries: a.IndustryIDs, FunnelStages: a.FunnelStages, Topics: a.Topics,
		Language: a.Language, PublishedAt: a.PublishedAt, ExpiresAt: a.ExpiresAt,
	}
}

// Over completes an imported row with what it leaves out from the asset that
// it updates.
func (in AssetInput) Over(a *Asset) AssetInput {
	out := a.Input()
	out.Title = in.Title
	if deref(in.ExternalID) != a.ID { // an export's word for an asset without one
		overwrite(&out.ExternalID, in.ExternalID)
	}
	overwrite(&out.Summary, in.Summary)
	overwrite(&out.Body, in.Body)
	overwrite(&out.URL, in.URL)
	overwrite(&out.PublishedAt, in.PublishedAt)
	overwrite(&out.ExpiresAt, in.ExpiresAt)
	overwriteList(&out.Personas, in.Personas)
	overwriteList(&out.Industries, in.Industries)
	overwriteList(&out.FunnelStages, in.FunnelStages)
	overwriteList(&out.Topics, in.Topics)
	if !slices.Contains(in.Defaulted, "type") {
		out.Type = in.Type
	}
	if !slices.Contains(in.Defaulted, "status") {
		out.Status = in.Status
	}
	if !slices.Contains(in.Defaulted, "language") {
		out.Language = in.Language
	}
	return out
}

// Over gives the input that would make the asset what the patch asks for.
func (p AssetPatch) Over(a *Asset) AssetInput {
	out := a.Input()
	for _, field := range p.Cleared {
		switch field {
		case "title":
			out.Title = "" // which Check refuses by name
		case "summary":
			out.Summary = nil
		case "body":
			out.Body = nil
		case "type":
			out.Type = ""
		case "url":
			out.URL = nil
		case "personas":
			out.Personas = nil
		case "industries":
			out.Industries = nil
		case "funnelStages":
			out.FunnelStages = nil
		case "topics":
			out.Topics = nil
		case "language":
			out.Language = ""
		case "publishedAt":
			out.PublishedAt = nil
		case "expiresAt":
			out.ExpiresAt = nil
		}
	}
	if p.Title != nil {
		out.Title = *p.Title
	}
	if p.Type != nil {
		out.Type = *p.Type
	}
	if p.Language != nil {
		out.Language = *p.Language
	}
	overwrite(&out.Summary, p.Summary)
	overwrite(&out.Body, p.Body)
	overwrite(&out.URL, p.URL)
	overwrite(&out.PublishedAt, p.PublishedAt)
	overwrite(&out.ExpiresAt, p.ExpiresAt)
	overwriteList(&out.Personas, p.Personas)
	overwriteList(&out.Industries, p.Industries)
	overwriteList(&out.FunnelStages, p.FunnelStages)
	overwriteList(&out.Topics, p.Topics)
	return out
}

// Check names every field of the input that cannot be right whatever the
// taxonomy says. Called by the store before a write and by the import command
// before it sends a row. No faults: the input may be applied.
func (in AssetInput) Check() []FieldError {
	var f faults
	f.line("externalId", deref(in.ExternalID), 0, MaxTag)
	f.line("title", in.Title, 1, MaxTitle)
	f.text("summary", deref(in.Summary), MaxText)
	f.bytes("body", deref(in.Body), MaxBody)
	checkEnum(&f, "type", in.Type, AssetTypes())
	checkEnum(&f, "status", in.Status, AssetStatuses())
	f.url("url", deref(in.URL))
	f.tags("personas", in.Personas)
	f.tags("industries", in.Industries)
	for i, stage := range in.FunnelStages {
		checkEnum(&f, at("funnelStages", i), stage, FunnelStages())
	}
	f.tags("topics", in.Topics)
	f.language("language", in.Language)
	f.time("publishedAt", in.PublishedAt)
	f.time("expiresAt", in.ExpiresAt)
	if in.PublishedAt != nil && in.ExpiresAt != nil && !in.ExpiresAt.After(*in.PublishedAt) {
		f.add("expiresAt", "must be after publishedAt")
	}
	return f
}

// Apply writes a checked input into the asset and names the personas and
// industries that the taxonomy does not have. Id, version, owner and times are
// the store's to set.
func (in AssetInput) Apply(a *Asset, taxonomy *Taxonomy) []FieldError {
	var f faults
	a.ExternalID = blankToNil(in.ExternalID)
	a.Title = squeeze(in.Title)
	a.Summary = trim(deref(in.Summary))
	a.Body = trim(deref(in.Body))
	a.Type = orElse(in.Type, TypeOther)
	a.Status = orElse(in.Status, StatusPublished)
	a.URL = blankToNil(in.URL)
	a.PersonaIDs = references(&f, "personas", in.Personas, taxonomy.FindPersona, personaID, "savePersona")
	a.IndustryIDs = references(&f, "industries", in.Industries, taxonomy.FindIndustry, industryID, "saveIndustry")
	a.FunnelStages = ordered(in.FunnelStages, FunnelStages())
	a.Topics = distinctLines(in.Topics)
	a.Language = lower(orElse(in.Language, "en"))
	a.PublishedAt = utc(in.PublishedAt)
	a.ExpiresAt = utc(in.ExpiresAt)
	return f
}

// CheckStatus tells why an asset cannot take a status now, or nil.
func (a *Asset) CheckStatus(status AssetStatus, now time.Time) error {
	if !slices.Contains(AssetStatuses(), status) {
		return InvalidField("status", "must be one of %s", list(AssetStatuses()))
	}
	if status == StatusPublished && a.ExpiresAt != nil && !now.Before(*a.ExpiresAt) {
		return InvalidField("status", "the asset expired at %s: set expiresAt to a later time, or to null, first",
			a.ExpiresAt.UTC().Format(time.RFC3339))
	}
	return nil
}

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
	// What the answer must hold beside the page; each costs, so none is made unasked.
	WithFacets, WithHighlights, WithSuggestion bool
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
