package recommend

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// steps is the resolution of a contribution: one step is 0.0001. Contributions
// are added up as whole steps, so that their sum is the score exactly and no
// order hangs on the last bit of a float.
const steps = 10_000

// Past is what was sent before, as far as a ranking needs it.
type Past struct {
	Sent        map[string]time.Time     // what this person received, and when last
	IncludeSent bool                     // rank that too instead of leaving it out
	Records     []enablement.TrackRecord // one for each candidate, in their order
	MostSends   int                      // of any asset
	Overall     enablement.Evidence      // of all assets
	Weights     *Weights                 // nil: those that serve
}

// Ranked is one candidate in its place.
type Ranked struct {
	AssetID     string
	Score       float64 // 0 to 1
	AlreadySent bool

	total  int // Score in steps
	parts  [signalCount]int
	scores [signalCount]float64 // 0 to 1, before weights and what scales them
	facts  facts

	versionOf string // the id of what it says nearly the same as and stands back behind
	turn      bool   // it stands where it does because new pieces have turns
}

// Rank scores the candidates for a person and puts the best first; ties go by
// asset id, so the order of the candidates makes no difference. Left out: what
// was sent to the person (unless past says otherwise), and what neither the
// persona nor the industry nor the words speak for. For an empty profile only
// the track record speaks, and what was never sent is left out.
//
// Pure: no I/O, no clock. The profile, the candidates and the records must not
// change while the result is in use.
func Rank(profile *Profile, candidates []enablement.Candidate, past Past, now time.Time) []Ranked {
	weights := DefaultWeights()
	if past.Weights != nil {
		weights = *past.Weights
	}
	if len(profile.Texts) == 0 {
		weights = weights.withoutText()
	}
	setting := &setting{weights: weights, profile: profile, now: now, mostSends: past.MostSends, overall: past.Overall, general: profile.General || profile.Empty()}
	ranked := make([]Ranked, 0, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		_, sent := past.Sent[c.AssetID]
		if sent && !past.IncludeSent {
			continue
		}
		ranked = append(ranked, Ranked{AssetID: c.AssetID, AlreadySent: sent, facts: facts{setting, c, past.record(i)}})
		r := &ranked[len(ranked)-1]
		if !r.weigh() {
			ranked = ranked[:len(ranked)-1]
			continue
		}
		setting.take(r.facts.record)
	}
	slices.SortFunc(ranked, byScore)
	return ranked
}

// record is the track record of candidate i, empty where there is none.
func (p *Past) record(i int) *enablement.TrackRecord {
	if i < len(p.Records) {
		return &p.Records[i]
	}
	return &enablement.TrackRecord{}
}

// weigh adds the signals up and tells whether the asset may be recommended.
func (r *Ranked) weigh() bool {
	for i := range signals {
		s := &signals[i]
		if r.facts.general && !s.general {
			continue
		}
		r.scores[i] = min(max(s.score(&r.facts), 0), 1)
		r.parts[i] = int(math.Round(r.facts.legible() * r.facts.weights[i] * r.scores[i] * steps))
	}
	r.sum()
	return r.total > 0 && (r.facts.general || r.facts.speaks())
}

// sum makes the total of the parts.
func (r *Ranked) sum() {
	r.total = 0
	for _, part := range r.parts {
		r.total += part
	}
	r.Score = float64(r.total) / steps
}

// Reasons says why, the strongest contribution first; signals that add nothing
// are left out. The sentences are made here, not in Rank: only what is shown
// needs any.
func (r *Ranked) Reasons() []*enablement.RecommendationReason {
	order := make([]int, 0, signalCount)
	for i, part := range r.parts {
		if part > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.parts[b], r.parts[a]) })
	reasons := make([]*enablement.RecommendationReason, len(order))
	for n, i := range order {
		reasons[n] = &enablement.RecommendationReason{
			Signal: signals[i].signal, Contribution: float64(r.parts[i]) / steps, Detail: signals[i].explain(&r.facts),
		}
	}
	return reasons
}
