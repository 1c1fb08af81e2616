package quality

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/recommend"
	"github.com/quiverhq/quiver/usage"
)

// Log is a history of sends with what became of them, to be played back.
type Log struct {
	Taxonomy *enablement.Taxonomy
	Assets   []*enablement.Asset
	Leads    []*enablement.Lead
	Sends    []*enablement.Send // oldest first
	Outcomes []*enablement.Outcome
	// Truth is the chance that an asset succeeds with a lead, where it is known.
	Truth func(*enablement.Lead, *enablement.Asset) float64
	// Fit is what of Truth can be known beforehand, where that is known.
	Fit func(*enablement.Lead, *enablement.Asset) float64
}

// shown is how many recommendations a rep sees.
const shown = 5

// Score is how well one way to recommend did, as means over the leads of the
// hidden part of a log.
type Score struct {
	Name string
	// Hit and NDCG ask whether what succeeded with a lead in the hidden part is
	// among the five recommended: a low bar to read, as most of what would have
	// succeeded was never sent.
	Hit, NDCG float64
	// Truth is nDCG@5 with the chance to succeed as the gain, out of all that
	// could be sent; the best that knows the truth has 1. 0 without a truth.
	Truth float64
	// Coverage is the share of what could be sent that was recommended to
	// anybody.
	Coverage float64
}

// way is a way to recommend: ids of assets for a lead, best first.
type way struct {
	name string
	rank func(*enablement.Lead) ([]string, error)
}

// replay is a log cut in two.
type replay struct {
	Log
	at      time.Time
	before  []*enablement.Send         // those not hidden
	leads   []*enablement.Lead         // of the hidden sends
	wanted  map[string]Grades          // what succeeded with each
	sent    map[string]map[string]bool // before, by lead
	ledger  *usage.Ledger
	sources documents
}

// Replay hides the last part of a log, share of its sends, and asks what would
// have been recommended before it: by popularity, by popularity with the
// persona, by tags and words alone, by Quiver, and, where the truth is known, by
// it. dir is for the index; weights are the engine's.
func (l *Log) Replay(ctx context.Context, dir string, share float64, weights recommend.Weights) ([]Score, error) {
	r := l.cut(share)
	c := &Collection{Taxonomy: l.Taxonomy, Assets: l.Assets, Sends: r.ledger}
	index, err := c.Index(ctx, dir, r.at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = index.Close() }()
	now := func() time.Time { return r.at }
	engine := func(h recommend.History) func(*enablement.Lead) ([]string, error) {
		e := recommend.New(index, h, r.sources, now)
		e.Weigh(weights)
		return func(lead *enablement.Lead) ([]string, error) { return r.recommended(ctx, e, lead) }
	}
	ways := []way{
		{"popularity", func(lead *enablement.Lead) ([]string, error) { return r.popular(lead, ""), nil }},
		{"popularity with the persona", func(lead *enablement.Lead) ([]string, error) { return r.popular(lead, personaOf(lead)), nil }},
		{"Quiver without a track record", engine(forgetful{r.ledger})},
		{"Quiver", engine(r.ledger)},
	}
	if l.Fit != nil {
		ways = append(ways, way{"who knows all but each piece's quality", r.learner()})
	}
	if l.Truth != nil {
		ways = append(ways, way{"the truth", func(lead *enablement.Lead) ([]string, error) { return r.byTruth(lead), nil }})
	}
	var scores []Score
	for _, w := range ways {
		s, err := r.score(w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		scores = append(scores, s)
	}
	return scores, nil
}

// cut hides the last share of the sends and what became known after it began.
func (l *Log) cut(share float64) *replay {
	first := min(len(l.Sends)-1, int(float64(len(l.Sends))*(1-share)))
	r := &replay{
		Log: *l, at: l.Sends[first].SentAt, wanted: map[string]Grades{}, sent: map[string]map[string]bool{},
		sources: (&Collection{Assets: l.Assets}).byID(),
	}
	r.ledger = usage.New(func() time.Time { return r.at })
	r.ledger.SetTaxonomy(l.Taxonomy)
	r.ledger.SetAssets(l.Assets)
	r.ledger.Append(l.Sends[:first])
	r.before = l.Sends[:first]
	byID := map[string]*enablement.Send{}
	for _, s := range l.Sends[:first] {
		for _, a := range s.AssetIDs {
			if r.sent[s.LeadID] == nil {
				r.sent[s.LeadID] = map[string]bool{}
			}
			r.sent[s.LeadID][a] = true
		}
	}
	hidden := map[string]bool{}
	for _, s := range l.Sends[first:] {
		byID[s.ID], hidden[s.LeadID] = s, true
	}
	for _, lead := range l.Leads {
		if hidden[lead.ID] {
			r.leads = append(r.leads, lead)
		}
	}
	for _, o := range l.Outcomes {
		if s := byID[o.SendID]; s != nil {
			r.succeeded(s, o)
		} else if o.At.Before(r.at) {
			r.ledger.AppendOutcomes([]*enablement.Outcome{o})
		}
	}
	return r
}

// succeeded notes what a lead wanted: new to them, and of what was there.
func (r *replay) succeeded(s *enablement.Send, o *enablement.Outcome) {
	for _, id := range s.AssetIDs {
		if (o.AssetID == "" || o.AssetID == id) && r.sources[id] != nil && r.sendable(s.LeadID, r.sources[id]) {
			if r.wanted[s.LeadID] == nil {
				r.wanted[s.LeadID] = Grades{}
			}
			r.wanted[s.LeadID][id] = 1
		}
	}
}

// sendable tells whether an asset could have been recommended to a lead.
func (r *replay) sendable(leadID string, a *enablement.Asset) bool {
	return a.StatusAt(r.at) == enablement.StatusPublished && a.Type != "BATTLE_CARD" && a.Date().Before(r.at) && !r.sent[leadID][a.ID]
}

func (r *replay) recommended(ctx context.Context, e *recommend.Engine, lead *enablement.Lead) ([]string, error) {
	recommendations, err := e.ForLead(ctx, lead, recommend.Options{First: shown, Filter: enablement.AssetFilter{PublishedBefore: &r.at}})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(recommendations))
	for i, rec := range recommendations {
		ids[i] = rec.Asset.ID
	}
	return ids, nil
}

// popular ranks by sends so far, to a persona or (empty) to anybody.
func (r *replay) popular(lead *enablement.Lead, persona string) []string {
	ids := make([]string, len(r.Assets))
	for i, a := range r.Assets {
		ids[i] = a.ID
	}
	records := r.ledger.TrackRecords(enablement.TrackQuery{PersonaID: persona}, ids)
	return r.best(lead, func(i int) float64 {
		return float64(records[i].PersonaSends) + float64(records[i].Sends)*1e-6
	})
}

func (r *replay) byTruth(lead *enablement.Lead) []string {
	return r.best(lead, func(i int) float64 { return r.Truth(lead, r.Assets[i]) })
}

// best gives the assets with the highest values among those that could be sent.
func (r *replay) best(lead *enablement.Lead, value func(asset int) float64) []string {
	type valued struct {
		id    string
		value float64
	}
	var all []valued
	for i, a := range r.Assets {
		if r.sendable(lead.ID, a) {
			all = append(all, valued{a.ID, value(i)})
		}
	}
	slices.SortFunc(all, func(a, b valued) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.id, b.id)) })
	var ids []string
	for _, v := range all[:min(shown, len(all))] {
		ids = append(ids, v.id)
	}
	return ids
}

func (r *replay) score(w way) (Score, error) {
	s, judged, recommended := Score{Name: w.name}, 0, map[string]bool{}
	for _, lead := range r.leads {
		ids, err := w.rank(lead)
		if err != nil {
			return s, err
		}
		for _, id := range ids {
			recommended[id] = true
		}
		if r.Truth != nil {
			s.Truth += NDCG(ids, r.chances(lead), shown)
		}
		if wanted := r.wanted[lead.ID]; len(wanted) > 0 {
			judged++
			s.Hit += Hit(ids, wanted, shown)
			s.NDCG += NDCG(ids, wanted, shown)
		}
	}
	s.Hit, s.NDCG, s.Truth = ratio(s.Hit, judged), ratio(s.NDCG, judged), ratio(s.Truth, len(r.leads))
	could := 0
	for _, a := range r.Assets {
		if r.sendable("", a) {
			could++
		}
	}
	s.Coverage = ratio(float64(len(recommended)), could)
	return s, nil
}

// chances is how likely each asset that could be sent succeeds with a lead.
func (r *replay) chances(lead *enablement.Lead) Grades {
	g := Grades{}
	for _, a := range r.Assets {
		if r.sendable(lead.ID, a) {
			g[a.ID] = r.Truth(lead, a)
		}
	}
	return g
}

func personaOf(lead *enablement.Lead) string {
	if lead.Persona == nil {
		return ""
	}
	return lead.Persona.ID
}

// forgetful knows what a lead received, and nothing of what became of anything.
type forgetful struct{ *usage.Ledger }

// TrackRecords gives empty ones.
func (forgetful) TrackRecords(_ enablement.TrackQuery, ids []string) []enablement.TrackRecord {
	return make([]enablement.TrackRecord, len(ids))
}

// Overall gives none.
func (forgetful) Overall() enablement.Evidence { return enablement.Evidence{} }
