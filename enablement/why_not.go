package enablement

// WhyNot says what kept an asset out of the recommendations for a lead, or
// down in them.
type WhyNot struct {
	Recommended bool     // among the first five
	Rank        *int     // place in the ranking, from 1; nil: not in it
	Score       *float64 // 0 to 1; nil: not in the ranking
	Rules       []*WhyNotRule
}

// WhyNotRule is one thing that speaks against recommending an asset.
type WhyNotRule struct {
	Rule   WhyNotReason
	Signal *RecommendationSignal // of WhyNotSignal: which
	Detail string                // a sentence that a rep can read aloud
}

// WhyNotReason names a rule.
type WhyNotReason string

// The rules. The first four keep an asset out, the others down.
const (
	WhyNotPublished   WhyNotReason = "NOT_PUBLISHED"
	WhyNotAlreadySent WhyNotReason = "ALREADY_SENT"
	WhyNotInternal    WhyNotReason = "INTERNAL"
	WhyNotNothing     WhyNotReason = "NOTHING_IN_COMMON"
	WhyNotVersion     WhyNotReason = "VERSION"
	WhyNotLanguage    WhyNotReason = "LANGUAGE"
	WhyNotMadeRoom    WhyNotReason = "MADE_ROOM"
	WhyNotSignal      WhyNotReason = "SIGNAL"
	WhyNotOutranked   WhyNotReason = "OUTRANKED"
)
