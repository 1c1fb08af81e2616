package recommend

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/tracing"
)

// maxCandidates is how many assets one search may hand to the ranking: many
// times what is shown, so that history and freshness have a choice, and few
// enough to rank in well under a millisecond.
const maxCandidates = 200

// defaultFirst is how many recommendations Options without First ask for: the
// default of the API.
const defaultFirst = 5

// Finder finds the assets that may suit a person; search implements it.
type Finder interface {
	// Candidates gives PUBLISHED assets that match the query's persona, one of
	// its industries or its texts, at most Limit of them, none of Without. For a
	// General query: what suits anybody, the most sent first where there is more
	// than Limit.
	Candidates(ctx context.Context, q enablement.CandidateQuery) ([]enablement.Candidate, error)
	// Overlap is how much two assets say the same, 0 to 1, from memory.
	Overlap(a, b string) float64
}

// History is what was sent so far; usage implements it from memory.
type History interface {
	// SentTo gives, for each asset that the lead received, when it last did.
	SentTo(leadID string) map[string]time.Time
	// TrackRecords gives one record for each of assetIDs, in their order. What
	// the query leaves empty leaves its counts at 0.
	TrackRecords(q enablement.TrackQuery, assetIDs []string) []enablement.TrackRecord
	// MostSends is how often the most-sent asset was sent.
	MostSends() int
	// Overall is what became of the sends of all assets together.
	Overall() enablement.Evidence
}

// Assets reads documents by id; store implements it.
type Assets interface {
	// Assets gives the assets with these ids; those that are gone may be
	// missing or nil.
	Assets(ctx context.Context, ids []string) ([]*enablement.Asset, error)
}

// Engine recommends: it gathers what Rank needs, and the documents of what
// Rank puts first. Safe for use by many goroutines.
type Engine struct {
	finder  Finder
	history History
	assets  Assets
	now     func() time.Time
	weights Weights
}

// New joins the three sources. now is the clock.
func New(finder Finder, history History, assets Assets, now func() time.Time) *Engine {
	return &Engine{finder: finder, history: history, assets: assets, now: now, weights: DefaultWeights()}
}

// Options say how much of the ranking is asked for.
type Options struct {
	First       int // at most this many; 0: five
	Filter      enablement.AssetFilter
	IncludeSent bool // also what the lead has received, marked as such
}

// ForLead says what to send to a lead next, best first. A prospect is a lead
// without an id: it has no history of its own. Errors are the sources',
// wrapped; their codes stay.
func (e *Engine) ForLead(ctx context.Context, lead *enablement.Lead, o Options) ([]*enablement.Recommendation, error) {
	ctx, span := tracing.Start(ctx, "recommend")
	defer span.End()
	if o.First <= 0 {
		o.First = defaultFirst
	}
	ranked, err := e.rank(ctx, lead, o)
	if err != nil {
		return nil, err
	}
	span.Int("quiver.candidates", len(ranked))
	return e.fill(ctx, ranked, o.First, e.now())
}

// rank ranks what suits a lead, or where nothing does that of which words alone
// are known, what suits anybody; versions stand back, and new pieces have their
// turns.
func (e *Engine) rank(ctx context.Context, lead *enablement.Lead, o Options) ([]Ranked, error) {
	now, profile := e.now(), ProfileOf(lead)
	ranked, err := e.gather(ctx, lead.ID, &profile, o, now)
	if err == nil && len(ranked) == 0 && profile.wordsAlone() {
		profile.General = true
		ranked, err = e.gather(ctx, lead.ID, &profile, o, now)
	}
	if err != nil {
		return nil, err
	}
	standBack(ranked, o.First, e.finder.Overlap)
	giveTurn(ranked, o.First, turnOf(lead, now), e.finder.Overlap)
	return ranked, nil
}

// gather gathers what Rank needs, and ranks.
func (e *Engine) gather(ctx context.Context, leadID string, profile *Profile, o Options, now time.Time) ([]Ranked, error) {
	sent := e.sentTo(leadID)
	query := profile.query()
	query.Filter = o.Filter
	if len(o.Filter.Types) == 0 {
		query.Filter.Types = forProspects()
	}
	if !o.IncludeSent {
		query.Without = keys(sent)
	}
	candidates, err := e.finder.Candidates(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("find candidates to recommend: %w", err)
	}
	people := enablement.TrackQuery{PersonaID: profile.personaID(), IndustryID: profile.industryID(), FunnelStage: profile.Stage}
	past := Past{
		Sent: sent, IncludeSent: o.IncludeSent, MostSends: e.history.MostSends(), Overall: e.history.Overall(), Weights: &e.weights,
		Records: e.history.TrackRecords(people, assetIDs(candidates)),
	}
	return Rank(profile, candidates, past, now), nil
}

// fill reads the documents of the first assets of a ranking. One that stopped
// being PUBLISHED since the search makes room for the next.
func (e *Engine) fill(ctx context.Context, ranked []Ranked, first int, now time.Time) ([]*enablement.Recommendation, error) {
	out := make([]*enablement.Recommendation, 0, min(first, len(ranked)))
	for len(out) < first && len(ranked) > 0 {
		page := ranked[:min(first-len(out), len(ranked))]
		ranked = ranked[len(page):]
		documents, err := e.documents(ctx, page)
		if err != nil {
			return nil, err
		}
		for i := range page {
			asset := documents[page[i].AssetID]
			if asset == nil || asset.StatusAt(now) != enablement.StatusPublished {
				continue
			}
			out = append(out, &enablement.Recommendation{
				Asset: asset, Score: page[i].Score, Reasons: page[i].Reasons(), AlreadySent: page[i].AlreadySent,
			})
		}
	}
	return out, nil
}

func (e *Engine) documents(ctx context.Context, page []Ranked) (map[string]*enablement.Asset, error) {
	ids := make([]string, len(page))
	for i := range page {
		ids[i] = page[i].AssetID
	}
	assets, err := e.assets.Assets(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read recommended assets: %w", err)
	}
	byID := make(map[string]*enablement.Asset, len(assets))
	for _, asset := range assets {
		if asset != nil {
			byID[asset.ID] = asset
		}
	}
	return byID, nil
}

// forProspects are the forms that are made to be sent: all but battle cards,
// which tell the rep how to win against a competitor. Who asks for those by
// filter gets them.
func forProspects() []enablement.AssetType {
	return slices.DeleteFunc(enablement.AssetTypes(), func(t enablement.AssetType) bool { return t == "BATTLE_CARD" })
}

func (e *Engine) sentTo(leadID string) map[string]time.Time {
	if leadID == "" {
		return nil
	}
	return e.history.SentTo(leadID)
}

func assetIDs(candidates []enablement.Candidate) []string {
	ids := make([]string, len(candidates))
	for i := range candidates {
		ids[i] = candidates[i].AssetID
	}
	return ids
}

func keys(sent map[string]time.Time) map[string]bool {
	ids := make(map[string]bool, len(sent))
	for id := range sent {
		ids[id] = true
	}
	return ids
}
