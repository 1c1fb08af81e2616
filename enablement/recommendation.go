package enablement

import "time"

// Recommendation is an asset to send next, with the reasons.
type Recommendation struct {
	Asset       *Asset
	Score       float64 // 0 to 1: the sum of the reasons' contributions
	Reasons     []*RecommendationReason
	AlreadySent bool
}

// RecommendationSignal is one of the things that speak for an asset.
type RecommendationSignal string

// The signals.
const (
	SignalPersona     RecommendationSignal = "PERSONA"
	SignalIndustry    RecommendationSignal = "INDUSTRY"
	SignalFunnelStage RecommendationSignal = "FUNNEL_STAGE"
	SignalText        RecommendationSignal = "TEXT"
	SignalTrackRecord RecommendationSignal = "TRACK_RECORD"
	SignalFreshness   RecommendationSignal = "FRESHNESS"
)

// RecommendationReason is what one signal adds to the score, with a sentence
// that a rep can read aloud.
type RecommendationReason struct {
	Signal       RecommendationSignal
	Contribution float64
	Detail       string
}

// ProspectInput is a person who is not (yet) a lead, in plain words.
type ProspectInput struct {
	JobTitle       *string
	Company        *string
	Industry       *string
	LifecycleStage *LifecycleStage
	PainPoints     []string
	Notes          *string
}

// Check names every wrong field of the input.
func (in ProspectInput) Check() []FieldError {
	return Prefixed("prospect.", LeadInput{
		JobTitle: in.JobTitle, Company: in.Company, Industry: in.Industry, LifecycleStage: in.LifecycleStage,
		PainPoints: in.PainPoints, Notes: in.Notes,
	}.Check())
}

// Lead is the prospect as a lead that is in no database. Without a lifecycle
// stage nothing is assumed about the stage.
func (in ProspectInput) Lead(taxonomy *Taxonomy) *Lead {
	l := &Lead{
		JobTitle: squeeze(deref(in.JobTitle)), Company: squeeze(deref(in.Company)), RawIndustry: squeeze(deref(in.Industry)),
		LifecycleStage: orElse(deref(in.LifecycleStage), "OTHER"), PainPoints: distinctLines(in.PainPoints), Notes: trim(deref(in.Notes)),
	}
	if ind, ok := taxonomy.FindIndustry(l.RawIndustry); ok {
		l.RawIndustry = ind.Name
	}
	l.Place(taxonomy)
	return l
}

// CandidateQuery asks search for assets that may suit one person: PUBLISHED
// ones that match at least one of the persona, the industry and the texts.
type CandidateQuery struct {
	PersonaID string // empty: unknown
	// IndustryIDs is the person's industry and those above it, nearest first.
	IndustryIDs []string
	FunnelStage FunnelStage // empty: unknown; does not make an asset a candidate by itself
	// Texts is what is known in words; search picks the most telling ones.
	Texts   []ProfileText
	Filter  AssetFilter
	Without map[string]bool // asset ids to leave out
	// General asks for what suits anybody instead: assets of no industry. Set
	// where persona, industry and texts are all empty.
	General bool
	Limit   int // the most candidates to give
}

// ProfileText is one of a person's texts and where it comes from: "pain
// points", "notes", "job title".
type ProfileText struct {
	Source string
	Text   string
}

// Candidate is an asset that may suit, with what the search saw of it.
type Candidate struct {
	AssetID string
	// How it is tagged for the person.
	Persona, Industry, FunnelStage Fit
	// IndustryID is which of the query's industries it carries, the nearest; empty: none of them.
	IndustryID  string
	Text        float64 // 0 to 1, relative to the best possible match of the picked words
	Matches     []TextMatch
	Language    string // as the asset has it
	Usual       bool   // its language is that of most of the catalog
	PublishedAt *time.Time
	VerifiedAt  *time.Time
}

// TextMatch is what of one text was found in an asset: words as they were
// written there, the most telling first.
type TextMatch struct {
	Source string
	Words  []string
}
