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

// Unfinished tells that an asset is still, or again, being written: even that
// it exists is the marketers' alone.
func (s AssetStatus) Unfinished() bool { return s == StatusDraft || s == StatusInReview }

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
	VerifiedAt   *time.Time    `bson:"verifiedAt,omitempty"` // when somebody last said that it still holds
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
