package usage

import (
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// TrackRecords tells how often each asset was sent, all time: at all, to leads
// of the persona and to leads of the industry, and when last. One record for
// each id, in order; zero for an asset that was never sent. An empty persona or
// industry is an unknown one, to which nothing was sent.
func (l *Ledger) TrackRecords(personaID, industryID string, assetIDs []string) []enablement.TrackRecord {
	records := make([]enablement.TrackRecord, len(assetIDs))
	l.mu.RLock()
	defer l.mu.RUnlock()
	persona := l.dictionaries[personaColumn].ordinals[personaID]
	industry := l.dictionaries[industryColumn].ordinals[industryID]
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
		if persona != 0 {
			r.PersonaSends = l.toPersona[a].of(persona)
		}
		if industry != 0 {
			r.IndustrySends = l.toIndustry[a].of(industry)
		}
	}
	return records
}
