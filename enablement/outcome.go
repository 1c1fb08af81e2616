package enablement

import (
	"slices"
	"time"
)

// OutcomeKind is what became of a send.
type OutcomeKind string

// The kinds, from the least to the most.
const (
	OutcomeViewed  OutcomeKind = "VIEWED"
	OutcomeReplied OutcomeKind = "REPLIED"
	OutcomeWon     OutcomeKind = "WON"
)

// OutcomeKinds lists every kind, in the order of the schema.
func OutcomeKinds() []OutcomeKind { return []OutcomeKind{OutcomeViewed, OutcomeReplied, OutcomeWon} }

// Outcome is the record of what became of a send or of one asset in it. It
// never changes, and the same thing of the same send is recorded once: the
// first time that it happened to be told.
type Outcome struct {
	ID         string      `bson:"_id"` // derived from send, asset and kind
	SendID     string      `bson:"send"`
	AssetID    string      `bson:"asset,omitempty"` // empty: the send as a whole
	Kind       OutcomeKind `bson:"kind"`
	At         time.Time   `bson:"at"`
	RecordedAt time.Time   `bson:"recordedAt"`
}

// RecordOutcomeInput is what recordOutcome takes.
type RecordOutcomeInput struct {
	Send  string
	Asset *string // nil: the send as a whole
	Kind  OutcomeKind
	At    *time.Time // nil: now
}

// ImportOutcomeInput is an outcome from a mail tracker or a CRM.
type ImportOutcomeInput struct {
	Send  string  // id or externalId
	Asset *string // id or externalId; nil: the send as a whole
	Kind  OutcomeKind
	At    time.Time
}

// Check names every field of the input that is wrong whatever is stored.
func (in RecordOutcomeInput) Check(now time.Time) []FieldError {
	var f faults
	f.line("send", in.Send, 1, MaxTag)
	f.line("asset", deref(in.Asset), 0, MaxTag)
	if in.Kind == "" {
		f.add("kind", "must be one of %s", list(OutcomeKinds()))
	}
	checkEnum(&f, "kind", in.Kind, OutcomeKinds())
	f.time("at", in.At)
	f.happened("at", in.At, now)
	return f
}

// Check names every field of the input that is wrong whatever is stored.
func (in ImportOutcomeInput) Check(now time.Time) []FieldError {
	at := &in.At
	var f faults
	if in.At.IsZero() {
		f.add("at", "must be a time such as 2026-03-31T09:00:00Z")
		at = nil
	}
	return append(f, RecordOutcomeInput{Send: in.Send, Asset: in.Asset, Kind: in.Kind, At: at}.Check(now)...)
}

// NewOutcome makes the record of what became of a send, and names what of it
// the send forbids. assetID is empty for the send as a whole, at nil for now. A
// time before the send by no more than ClockLeeway is that of the send. The id is
// the store's to set.
func NewOutcome(send *Send, assetID string, kind OutcomeKind, at *time.Time, now time.Time) (*Outcome, []FieldError) {
	var f faults
	o := &Outcome{SendID: send.ID, AssetID: assetID, Kind: kind, At: Instant(now), RecordedAt: Instant(now)}
	if at != nil && at.Before(now) {
		o.At = Instant(*at)
	}
	if assetID != "" && !slices.Contains(send.AssetIDs, assetID) {
		f.add("asset", "is not part of this send")
	}
	switch early := send.SentAt.Sub(o.At); {
	case early > ClockLeeway:
		f.add("at", "lies before the send, which went out at %s", send.SentAt.UTC().Format(time.RFC3339))
	case early > 0: // by the clock of another server, or of the client
		o.At = send.SentAt
	}
	return o, f
}

// OutcomeKey says which outcome of a send is meant.
type OutcomeKey struct {
	SendID, AssetID string // AssetID empty: the send as a whole
	Kind            OutcomeKind
}

// WonWithin is how long before a deal was won a send counts as part of it.
const WonWithin = 180 * 24 * time.Hour

// WonBy tells whether a send counts as part of a deal: it went out before the
// deal was won, and not too long before.
func WonBy(sentAt, wonAt time.Time) bool {
	return !sentAt.After(wonAt) && !sentAt.Before(wonAt.Add(-WonWithin))
}

// EvidenceHalfLife is the age at which a send counts half as evidence of what
// works: long enough to hold a few sales cycles, short enough that what worked
// two years ago counts a sixteenth.
const EvidenceHalfLife = 180 * 24 * time.Hour

// Evidence is what sends promised and how often they succeeded, each weighted by
// recency: a send of now counts 1, one of EvidenceHalfLife ago half. A send of an
// asset promises its Expectation, and it succeeded when the asset was viewed, the
// send replied to, or the deal won.
type Evidence struct{ Promise, Successes float64 }

// TrackQuery asks for the track record among people like one person. What is
// empty is unknown.
type TrackQuery struct {
	PersonaID, IndustryID string
	FunnelStage           FunnelStage
}

// TrackRecord is how often an asset was sent and what became of it: at all, and
// among people like one person, as they were when they received it.
type TrackRecord struct {
	Sends         int
	PersonaSends  int
	IndustrySends int
	LastSentAt    time.Time

	// Sends, of all times, that were viewed, replied to, or part of a won deal.
	Views, Replies, Wins int

	Anybody         Evidence
	Persona         Evidence
	Industry        Evidence
	PersonaIndustry Evidence
	Cell            Evidence // persona, industry and funnel stage
}

// AssetOutcomes is what became of the sends of one asset, of all times.
type AssetOutcomes struct {
	Sends, Views, Replies, Wins int
	Successes                   int // sends with any of the three
}

// SuccessRate is the share of the sends that succeeded, 0 to 1; nil where
// nothing was sent.
func (o *AssetOutcomes) SuccessRate() *float64 {
	if o.Sends == 0 {
		return nil
	}
	rate := float64(o.Successes) / float64(o.Sends)
	return &rate
}
