package enablement

import (
	"slices"
	"time"
)

// Channel is how collateral reached a lead.
type Channel string

// Channels lists every channel, in the order of the schema.
func Channels() []Channel {
	return []Channel{ChannelEmail, "LINK", "MEETING", "SOCIAL", "CHAT", ChannelOther}
}

// The channels of a send that names none: recorded here, and imported.
const (
	ChannelEmail Channel = "EMAIL"
	ChannelOther Channel = "OTHER"
)

// MaxSendAssets is how many assets one send may hold.
const MaxSendAssets = 50

// ClockLeeway is how far a client's clock may run ahead of the server's: a
// sentAt within it is taken as now; what is said to have happened beyond it is
// refused as in the future.
const ClockLeeway = 2 * time.Minute

// Send is the record of collateral that a rep sent to a lead. It never
// changes: it keeps the lead and the rep's team as they were at the time, so
// that old figures stay what they were.
type Send struct {
	ID         string    `bson:"_id"`
	ExternalID *string   `bson:"externalId,omitempty"`
	LeadID     string    `bson:"lead"`
	AssetIDs   []string  `bson:"assets"`
	RepID      string    `bson:"rep"`
	Channel    Channel   `bson:"channel"`
	Message    string    `bson:"message"`
	SentAt     time.Time `bson:"sentAt"`
	RecordedAt time.Time `bson:"recordedAt"`

	// As they were when it was recorded.
	PersonaID      string         `bson:"persona,omitempty"`
	IndustryID     string         `bson:"industry,omitempty"`
	LifecycleStage LifecycleStage `bson:"lifecycleStage"`
	Campaign       string         `bson:"campaign,omitempty"`
	Source         string         `bson:"source,omitempty"`
	Team           string         `bson:"team,omitempty"`
}

// RecordSendInput is what recordSend takes.
type RecordSendInput struct {
	Lead           string
	Assets         []string
	Channel        Channel
	Message        *string
	SentAt         *time.Time // nil: now
	IdempotencyKey *string    // nil: every call records
}

// Check names every field of the input that is wrong whatever is stored.
func (in RecordSendInput) Check(now time.Time) []FieldError {
	var f faults
	checkSend(&f, in.Assets, in.Channel, in.Message, in.SentAt, now)
	f.line("lead", in.Lead, 1, MaxTag)
	if in.IdempotencyKey != nil {
		f.line("idempotencyKey", *in.IdempotencyKey, 1, MaxTag)
	}
	return f
}

// ImportSendInput is a send from another system.
type ImportSendInput struct {
	ExternalID string
	Lead       string   // id, externalId or email
	Assets     []string // ids or externalIds
	Rep        string   // id, token subject or email
	Channel    Channel
	Message    *string
	SentAt     time.Time
}

// Check names every field of the input that is wrong whatever is stored.
func (in ImportSendInput) Check(now time.Time) []FieldError {
	var f faults
	f.line("externalId", in.ExternalID, 1, MaxTag)
	f.line("lead", in.Lead, 1, MaxTag)
	f.line("rep", in.Rep, 1, MaxTag)
	sentAt := &in.SentAt
	if in.SentAt.IsZero() {
		f.add("sentAt", "must be a time such as 2026-03-31T09:00:00Z")
		sentAt = nil
	}
	checkSend(&f, in.Assets, in.Channel, in.Message, sentAt, now)
	return f
}

func checkSend(f *faults, assets []string, channel Channel, message *string, sentAt *time.Time, now time.Time) {
	switch n := len(assets); {
	case n == 0:
		f.add("assets", "must name at least one asset")
	case n > MaxSendAssets:
		f.add("assets", "has %d assets; one send holds at most %d", n, MaxSendAssets)
	}
	checkEnum(f, "channel", channel, Channels())
	f.text("message", deref(message), MaxText)
	f.time("sentAt", sentAt)
	f.happened("sentAt", sentAt, now)
}

// Sendable tells why an asset cannot be sent now, in words that finish "asset
// X …", or "".
func (a *Asset) Sendable(now time.Time) string {
	if status := a.StatusAt(now); status != StatusPublished {
		return "is " + string(status) + "; only PUBLISHED assets can be sent"
	}
	return ""
}

// NewSend makes the record of a send: what was sent with everything about the
// lead and the rep that usage is counted by. The id is the store's to set.
func NewSend(lead *Lead, rep *User, assets []string, channel Channel, message *string, sentAt *time.Time, now time.Time) *Send {
	at := now
	if sentAt != nil && sentAt.Before(now) {
		at = *sentAt
	}
	s := &Send{
		LeadID: lead.ID, RepID: rep.ID, Channel: channel, Message: trim(deref(message)),
		SentAt: Instant(at), RecordedAt: Instant(now),
		LifecycleStage: lead.LifecycleStage, Campaign: lead.Campaign, Source: lead.Source, Team: rep.Team,
	}
	for _, id := range assets {
		if !slices.Contains(s.AssetIDs, id) {
			s.AssetIDs = append(s.AssetIDs, id)
		}
	}
	if lead.Persona != nil {
		s.PersonaID = lead.Persona.ID
	}
	if lead.Industry != nil {
		s.IndustryID = lead.Industry.ID
	}
	return s
}

// SendQuery is one question to the record of sends, newest sentAt first.
type SendQuery struct {
	Lead  string // empty: any
	Asset string
	Rep   string
	Range *TimeRange // nil: all time
	First int
	After string
}

// Question is a number for what narrows the query: what a cursor belongs to.
func (q SendQuery) Question() uint64 { return questionOf(q.Lead, q.Asset, q.Rep, q.Range) }

// SendConnection is a page of sends as the API gives it.
type SendConnection struct {
	Edges      []*SendEdge
	Nodes      []*Send
	PageInfo   *PageInfo
	TotalCount int
}

// SendEdge is one send of a page with its place in it.
type SendEdge struct {
	Cursor string
	Node   *Send
}
