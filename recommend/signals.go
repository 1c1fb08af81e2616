package recommend

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// signal is one of the things that speak for an asset.
type signal struct {
	signal enablement.RecommendationSignal
	// weight is what a full score contributes, where the profile has texts. All
	// weights add up to 1.
	weight float64
	// general: speaks also where the profile is empty.
	general bool
	score   func(*facts) float64 // 0 to 1
	explain func(*facts) string  // a sentence that a rep can read aloud; called where score > 0
	// lacks says what an asset lacks that scores less than another; called where
	// that one's score > 0.
	lacks func(*facts, *enablement.Asset) string
}

const signalCount = 6

// signals is every signal with its weight, chosen on the replay of the demo's
// history (docs/quality.md). A seventh needs one row and one
// value of the enum RecommendationSignal.
var signals = [signalCount]signal{
	// Who the piece was written for is the one judgement that a marketer made about exactly this question.
	{enablement.SignalPersona, 0.14, false, scorePersona, explainPersona, lacksPersona},
	// A buyer wants to see their own trade; a case from another one is worse than none from any.
	{enablement.SignalIndustry, 0.14, false, scoreIndustry, explainIndustry, lacksIndustry},
	// The person's own words beat any tag where there are some; where there are none it is left out.
	{enablement.SignalText, 0.37, false, scoreText, explainText, lacksText},
	// The right piece at the wrong time is wasted, but a stage alone fits a quarter of the catalog.
	{enablement.SignalFunnelStage, 0.08, false, scoreStage, explainStage, lacksStage},
	// What worked with people like this is the best evidence there is, and what is not known counts as
	// average, so that new pieces are not kept down. Without outcomes see habitShare.
	{enablement.SignalTrackRecord, 0.25, true, scoreTrackRecord, explainTrackRecord, lacksTrackRecord},
	// Newer is better only where all else is equal.
	{enablement.SignalFreshness, 0.02, false, scoreFreshness, explainFreshness, lacksFreshness},
}

// facts is what a signal may look at: one candidate, in the setting of its
// ranking.
type facts struct {
	*setting
	candidate *enablement.Candidate
	record    *enablement.TrackRecord
}

// setting is what all candidates of one ranking share.
type setting struct {
	weights   Weights
	profile   *Profile
	now       time.Time
	mostSends int // of any asset
	overall   enablement.Evidence
	general   bool // the profile is empty
	ranked    int  // how many candidates are in the ranking
	bestSends int  // the most sends among them
}

func (s *setting) take(record *enablement.TrackRecord) {
	s.ranked++
	s.bestSends = max(s.bestSends, record.Sends)
}

// forAnybody is what an asset that is tagged for nobody in particular is worth
// in a respect, against one that is tagged for the person; one that is tagged
// for others alone is worth nothing.
const forAnybody = 0.6

// byGeneration is what an asset for an industry one step above the person's is
// worth, against one for the person's own; two steps above: its square. Never
// less than forAnybody.
const byGeneration = 0.8

// fitScore is the score of a respect of which the profile knows something.
func fitScore(known bool, fit enablement.Fit) float64 {
	switch {
	case !known || fit == enablement.FitOther:
		return 0
	case fit == enablement.FitOpen:
		return forAnybody
	}
	return 1
}

// provesItself is from how much of its promise kept on a piece for anybody is
// recommended to everybody.
const provesItself = 1.2

// speaks tells whether something speaks for sending an asset to this very
// person: without that it is not recommended, whatever its score.
func (f *facts) speaks() bool {
	switch {
	case f.profile.Persona != nil && f.candidate.Persona == enablement.FitMatch,
		f.profile.generation(f.candidate.IndustryID) >= 0,
		scoreText(f) > 0:
		return true
	case f.candidate.Persona == enablement.FitOther, f.candidate.Industry == enablement.FitOther:
		return false
	}
	return f.learned() && promiseKept(f.record, f.overall) >= provesItself
}

func scorePersona(f *facts) float64 { return fitScore(f.profile.Persona != nil, f.candidate.Persona) }

func scoreIndustry(f *facts) float64 {
	if up := f.profile.generation(f.candidate.IndustryID); up > 0 {
		return max(forAnybody, math.Pow(byGeneration, float64(up)))
	}
	return fitScore(len(f.profile.Industries) > 0, f.candidate.Industry)
}

func scoreStage(f *facts) float64 { return fitScore(f.profile.Stage != "", f.candidate.FunnelStage) }

func scoreText(f *facts) float64 {
	if len(f.profile.Texts) == 0 {
		return 0
	}
	return f.candidate.Text
}

// What the track record is made of. Where the person's persona or industry is
// unknown its share falls to the others.
const (
	personaShare  = 0.5 // sends to the person's persona: the nearest evidence there is
	industryShare = 0.3 // sends to the person's industry
	totalShare    = 0.2 // sends to anybody, against the most-sent asset
)

// scoreTrackRecord is what became of the sends to people like this, where
// anything is known of that; else how often it was sent.
func scoreTrackRecord(f *facts) float64 {
	if f.learned() {
		return lift(promiseKept(f.record, f.overall))
	}
	if f.general {
		return scorePopularity(f)
	}
	return habitShare * scorePopularity(f)
}

// habitShare is what the number of sends counts where nothing is known of what
// became of them: what colleagues send is evidence, but also habit, strong
// enough to part equals and no more.
const habitShare = 0.25

// learned tells whether outcomes speak: where none was ever recorded, and for a
// person of whom nothing is known, only the number of sends does.
func (s *setting) learned() bool {
	return s.overall.Successes > 0 && s.overall.Promise > 0 && !s.general
}

// scorePopularity grows with every send and flattens out, so that a few lucky
// sends weigh little and the hundredth hardly more than the fiftieth.
func scorePopularity(f *facts) float64 {
	if f.record.Sends <= 0 || f.mostSends <= 0 {
		return 0
	}
	most := max(f.mostSends, f.record.Sends)
	popularity := math.Log1p(float64(f.record.Sends)) / math.Log1p(float64(most))
	sum, shares := totalShare*popularity*proven(f.record.Sends), totalShare
	if f.profile.Persona != nil {
		sum, shares = sum+personaShare*proven(f.record.PersonaSends), shares+personaShare
	}
	if len(f.profile.Industries) > 0 {
		sum, shares = sum+industryShare*proven(f.record.IndustrySends), shares+industryShare
	}
	return sum / shares
}

// provenBy is the number of sends at which a count is worth half of what it
// can be: additive smoothing, as if every asset had been held back that often.
const provenBy = 20

// proven is n/(n+provenBy): 3 sends count 0.13, 41 count 0.67, 200 count 0.91.
func proven(n int) float64 {
	return float64(max(n, 0)) / float64(max(n, 0)+provenBy)
}

// Freshness halves every half year: about the rhythm in which products and
// prices in collateral go out of date. After two years, four halvings, it says
// nothing in an asset's favour any more.
const (
	halfLife   = 182 * 24 * time.Hour
	staleAfter = 4 * halfLife
)

// freshAt is when the asset was last known to hold: verified, or published where
// that came later; nil where neither is known.
func (f *facts) freshAt() *time.Time {
	if c := f.candidate; c.VerifiedAt == nil || c.PublishedAt != nil && c.PublishedAt.After(*c.VerifiedAt) {
		return c.PublishedAt
	}
	return f.candidate.VerifiedAt
}

func scoreFreshness(f *facts) float64 {
	at := f.freshAt()
	if at == nil {
		return 0
	}
	age := max(f.now.Sub(*at), 0)
	if age > staleAfter {
		return 0
	}
	return math.Exp2(-float64(age) / float64(halfLife))
}
