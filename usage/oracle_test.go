package usage_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// oracle is the ledger as one would write it without a thought to speed: every
// question reads every send. The properties hold the ledger against it.
type oracle struct {
	sends  []*enablement.Send
	assets map[string]*enablement.Asset

	outcomes []*enablement.Outcome
	wonAt    map[string]*time.Time // by lead
	parents  map[string]string     // by industry
}

func newOracle() *oracle {
	return &oracle{assets: map[string]*enablement.Asset{}, wonAt: map[string]*time.Time{}}
}

func (o *oracle) append(sends []*enablement.Send) {
	for _, s := range sends {
		if len(s.AssetIDs) > 0 && !slices.ContainsFunc(o.sends, func(have *enablement.Send) bool { return have.ID == s.ID }) {
			o.sends = append(o.sends, s)
		}
	}
}

func (o *oracle) setAssets(assets []*enablement.Asset) {
	for _, a := range assets {
		o.assets[a.ID] = a
	}
}

// sent is one asset of one send.
type sent struct {
	*enablement.Send
	asset  string
	kind   enablement.AssetType
	stages []enablement.FunnelStage // [""] where there is none
}

func (o *oracle) sent(u *enablement.Usage) []sent {
	var out []sent
	for _, s := range o.sends {
		if s.SentAt.Before(u.From) || !s.SentAt.Before(u.To) {
			continue
		}
		for i, id := range s.AssetIDs {
			if slices.Index(s.AssetIDs, id) < i {
				continue
			}
			row := sent{Send: s, asset: id, stages: []enablement.FunnelStage{""}}
			if a := o.assets[id]; a != nil {
				row.kind = a.Type
				if len(a.FunnelStages) > 0 {
					row.stages = a.FunnelStages
				}
			}
			if row.passes(&u.Filter) {
				out = append(out, row)
			}
		}
	}
	return out
}

func (r sent) passes(f *enablement.UsageFilter) bool {
	return any1(f.Assets, r.asset) && any1(f.Reps, r.RepID) && any1(f.Teams, r.Team) && any1(f.Channels, r.Channel) &&
		any1(f.AssetTypes, r.kind) && any1(f.FunnelStages, r.stages...) && any1(f.Personas, r.PersonaID) &&
		any1(f.Industries, r.IndustryID) && any1(f.Campaigns, r.Campaign) && any1(f.Sources, r.Source)
}

func any1[T comparable](wanted []T, values ...T) bool {
	return len(wanted) == 0 || slices.ContainsFunc(values, func(v T) bool { return slices.Contains(wanted, v) })
}

func count(rows []sent) *enablement.UsageTotals {
	assets, leads, reps := map[string]bool{}, map[string]bool{}, map[string]bool{}
	t := &enablement.UsageTotals{Sends: len(rows)}
	for _, r := range rows {
		assets[r.asset], leads[r.LeadID], reps[r.RepID] = true, true, true
		if at := r.SentAt; t.LastSentAt == nil || at.After(*t.LastSentAt) {
			t.LastSentAt = &at
		}
	}
	t.Assets, t.Leads, t.Reps = len(assets), len(leads), len(reps)
	return t
}

func (o *oracle) totals(u *enablement.Usage) *enablement.UsageTotals { return count(o.sent(u)) }

// keys gives what a row counts under. A filter on stages leaves those alone.
func (r sent) keys(dim enablement.UsageDimension, f *enablement.UsageFilter) []string {
	switch dim {
	case enablement.ByAsset:
		return []string{r.asset}
	case enablement.ByAssetType:
		return []string{string(r.kind)}
	case enablement.ByFunnelStage:
		var keys []string
		for _, stage := range r.stages {
			if any1(f.FunnelStages, stage) {
				keys = append(keys, string(stage))
			}
		}
		return keys
	case enablement.ByRep:
		return []string{r.RepID}
	case enablement.ByTeam:
		return []string{r.Team}
	case enablement.ByChannel:
		return []string{string(r.Channel)}
	case enablement.ByPersona:
		return []string{r.PersonaID}
	case enablement.ByIndustry:
		return []string{r.IndustryID}
	case enablement.ByCampaign:
		return []string{r.Campaign}
	default:
		return []string{r.Source}
	}
}

func (o *oracle) by(u *enablement.Usage, dim enablement.UsageDimension, first int) []*enablement.UsageRow {
	byKey := map[string][]sent{}
	for _, r := range o.sent(u) {
		for _, key := range r.keys(dim, &u.Filter) {
			byKey[key] = append(byKey[key], r)
		}
	}
	var rows []*enablement.UsageRow
	for key, group := range byKey {
		rows = append(rows, &enablement.UsageRow{Key: key, Totals: count(group)})
	}
	slices.SortFunc(rows, func(a, b *enablement.UsageRow) int {
		return cmp.Or(b.Totals.Sends-a.Totals.Sends, cmp.Compare(a.Key, b.Key))
	})
	return rows[:min(first, len(rows))]
}

func (o *oracle) timeline(u *enablement.Usage, interval enablement.Interval) []*enablement.UsagePoint {
	var points []*enablement.UsagePoint
	if !u.From.Before(u.To) {
		return points
	}
	for start := interval.Start(u.From); start.Before(u.To); start = interval.Next(start) {
		part := *u
		if start.After(u.From) {
			part.From = start
		}
		if next := interval.Next(start); next.Before(u.To) {
			part.To = next
		}
		points = append(points, &enablement.UsagePoint{Start: start, Totals: o.totals(&part)})
	}
	return points
}

// list gives the ids that Sends lists when it is asked for all at once.
func (o *oracle) list(q enablement.SendQuery, maySee func(string) bool) []string {
	var found []*enablement.Send
	for _, s := range o.sends {
		late := q.Range != nil && q.Range.To != nil && !s.SentAt.Before(*q.Range.To)
		early := q.Range != nil && s.SentAt.Before(q.Range.From)
		wrong := q.Lead != "" && s.LeadID != q.Lead || q.Rep != "" && s.RepID != q.Rep ||
			q.Asset != "" && !slices.Contains(s.AssetIDs, q.Asset)
		if !late && !early && !wrong && (maySee == nil || maySee(s.LeadID)) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *enablement.Send) int {
		return cmp.Or(b.SentAt.Compare(a.SentAt), cmp.Compare(a.ID, b.ID))
	})
	ids := []string{}
	for _, s := range found {
		ids = append(ids, s.ID)
	}
	return ids
}

func (o *oracle) trackRecord(q enablement.TrackQuery, asset string) enablement.TrackRecord {
	var r enablement.TrackRecord
	for _, s := range o.sends {
		if !slices.Contains(s.AssetIDs, asset) {
			continue
		}
		views, replies, wins := o.became(s, asset, enablement.OutcomeViewed), o.became(s, asset, enablement.OutcomeReplied), o.won(s, asset)
		e := o.fresh(s, o.assets[asset], views || replies || wins)
		r.Sends++
		r.Views, r.Replies, r.Wins = r.Views+number(views), r.Replies+number(replies), r.Wins+number(wins)
		persona := q.PersonaID != "" && s.PersonaID == q.PersonaID
		industry := q.IndustryID != "" && s.IndustryID == q.IndustryID
		stage, _ := s.LifecycleStage.FunnelStage()
		r.PersonaSends, r.IndustrySends = r.PersonaSends+number(persona), r.IndustrySends+number(industry)
		for _, sum := range []struct {
			counts bool
			into   *enablement.Evidence
		}{
			{true, &r.Anybody}, {persona, &r.Persona}, {industry, &r.Industry}, {persona && industry, &r.PersonaIndustry},
			{persona && industry && stage != "" && stage == q.FunnelStage, &r.Cell},
		} {
			if sum.counts {
				sum.into.Promise, sum.into.Successes = sum.into.Promise+e.Promise, sum.into.Successes+e.Successes
			}
		}
		if s.SentAt.After(r.LastSentAt) {
			r.LastSentAt = s.SentAt
		}
	}
	return r
}

func (o *oracle) overall() (sum enablement.Evidence) {
	for i := range 9 {
		e := o.trackRecord(enablement.TrackQuery{}, fmt.Sprint("asset", i)).Anybody
		sum.Promise, sum.Successes = sum.Promise+e.Promise, sum.Successes+e.Successes
	}
	return sum
}

func (o *oracle) became(s *enablement.Send, asset string, kind enablement.OutcomeKind) bool {
	return slices.ContainsFunc(o.outcomes, func(x *enablement.Outcome) bool {
		return x.SendID == s.ID && x.Kind == kind && (x.AssetID == "" || x.AssetID == asset)
	})
}

func (o *oracle) won(s *enablement.Send, asset string) bool {
	at := o.wonAt[s.LeadID]
	return o.became(s, asset, enablement.OutcomeWon) || at != nil && !s.SentAt.After(*at) && !s.SentAt.Before(at.Add(-enablement.WonWithin))
}

// fresh is one send of an asset as evidence at the epoch. The asset may be
// unknown: nil.
func (o *oracle) fresh(s *enablement.Send, a *enablement.Asset, succeeded bool) enablement.Evidence {
	weight := math.Exp2(float64(s.SentAt.Sub(epoch)) / float64(enablement.EvidenceHalfLife))
	if a == nil {
		a = &enablement.Asset{}
	}
	line := []string{s.IndustryID}
	for up := o.parents[s.IndustryID]; up != ""; up = o.parents[up] {
		line = append(line, up)
	}
	stage, _ := s.LifecycleStage.FunnelStage()
	promise := enablement.Expectation(
		enablement.FitOf(a.PersonaIDs, s.PersonaID), enablement.FitOf(a.IndustryIDs, line...), enablement.FitOf(a.FunnelStages, stage))
	return enablement.Evidence{Promise: weight * promise, Successes: weight * float64(number(succeeded))}
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (o *oracle) tagCounts() map[enablement.TagCount]int {
	counts := map[enablement.TagCount]int{}
	always := &enablement.Usage{To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, r := range o.sent(always) {
		for _, stage := range r.stages {
			if r.PersonaID != "" && r.IndustryID != "" && stage != "" {
				counts[enablement.TagCount{PersonaID: r.PersonaID, IndustryID: r.IndustryID, FunnelStage: stage}]++
			}
		}
	}
	return counts
}

// inTime is a batch in the order in which the ledger takes it.
func inTime(batch []*enablement.Send) []*enablement.Send {
	sorted := slices.Clone(batch)
	slices.SortStableFunc(sorted, func(a, b *enablement.Send) int {
		return cmp.Or(a.SentAt.Compare(b.SentAt), cmp.Compare(b.ID, a.ID))
	})
	return sorted
}
