package usage

import (
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// TrackRecords tells how often each asset was sent, when last, and what became
// of it, at all and among people like the one asked for. One record for each
// id, in order; zero for an asset that was never sent. An empty persona,
// industry or stage is an unknown one, of which nothing is known.
//
// It reads counters alone: four look-ups for each asset, however many sends
// there are.
func (l *Ledger) TrackRecords(q enablement.TrackQuery, assetIDs []string) []enablement.TrackRecord {
	records := make([]enablement.TrackRecord, len(assetIDs))
	fade := fadeAt(l.now())
	l.mu.RLock()
	defer l.mu.RUnlock()
	key := cellKey{persona: l.dictionaries[personaColumn].ordinals[q.PersonaID], industry: l.dictionaries[industryColumn].ordinals[q.IndustryID]}
	stage := stageOrdinal(q.FunnelStage)
	for i, id := range assetIDs {
		a, ok := l.assets.ordinals[id]
		if !ok || len(l.byAsset[a].leaves) == 0 {
			continue
		}
		leaves := l.byAsset[a].leaves
		last := leaves[len(leaves)-1]
		r := &records[i]
		r.Sends = int(l.counters[a].Load())
		r.LastSentAt = time.UnixMilli(l.table.sentAt(last[len(last)-1])).UTC()
		t := &l.tracks[a]
		r.Views, r.Replies, r.Wins = int(t.views), int(t.replies), int(t.wins)
		r.Anybody = t.anybody.evidence(fade)
		if key.persona != 0 {
			r.PersonaSends = l.toPersona[a].of(key.persona)
			r.Persona = t.byPersona.of(key.persona).evidence(fade)
		}
		if key.industry != 0 {
			r.IndustrySends = l.toIndustry[a].of(key.industry)
			r.Industry = t.byIndustry.of(key.industry).evidence(fade)
		}
		if key.persona != 0 && key.industry != 0 {
			key.asset = a
			cell := l.cells[key]
			r.PersonaIndustry = cell.sum().evidence(fade)
			if stage != 0 {
				r.Cell = cell[stage].wide().evidence(fade)
			}
		}
	}
	return records
}

// Overall is the evidence of all assets together: what to expect of a send of
// which nothing else is known.
func (l *Ledger) Overall() enablement.Evidence {
	fade := fadeAt(l.now())
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.overall.evidence(fade)
}

// AssetOutcomes tells what became of the sends of each asset, in the order of
// the ids.
func (l *Ledger) AssetOutcomes(assetIDs []string) []*enablement.AssetOutcomes {
	out := make([]*enablement.AssetOutcomes, len(assetIDs))
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i, id := range assetIDs {
		out[i] = &enablement.AssetOutcomes{}
		if a, ok := l.assets.ordinals[id]; ok {
			t := &l.tracks[a]
			*out[i] = enablement.AssetOutcomes{
				Sends: int(l.counters[a].Load()), Views: int(t.views), Replies: int(t.replies), Wins: int(t.wins), Successes: int(t.successes),
			}
		}
	}
	return out
}

// stageOrdinal is 1 + the place of a funnel stage, 0 for none.
func stageOrdinal(stage enablement.FunnelStage) uint8 {
	return uint8(1 + slices.Index(enablement.FunnelStages(), stage))
}
