package usage

import (
	"github.com/quiverhq/quiver/enablement"
)

// AppendOutcomes adds what became of sends. One that is there already changes
// nothing; one whose send is not here yet waits for it.
func (l *Ledger) AppendOutcomes(outcomes []*enablement.Outcome) {
	for len(outcomes) > 0 {
		n := min(len(outcomes), batchSize)
		l.appendOutcomes(outcomes[:n])
		outcomes = outcomes[n:]
	}
}

func (l *Ledger) appendOutcomes(outcomes []*enablement.Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var id idBytes
	for _, o := range outcomes {
		packed := pack(id[:0], o.SendID)
		seq, known := l.ids.find(&l.table, packed, l.ids.hash(packed))
		if !known {
			l.early[o.SendID] = append(l.early[o.SendID], early{o.AssetID, fateOf(o.Kind)})
			continue
		}
		l.befall(seq, o.AssetID, fateOf(o.Kind))
	}
}

// early is an outcome that came before its send: of another server, by a tail
// that reads one collection after the other.
type early struct {
	assetID string // empty: the whole send
	fate    fate
}

// befall adds a fate to one asset of a send, or to all. The lock must be held.
func (l *Ledger) befall(seq uint32, assetID string, f fate) {
	if assetID == "" {
		f <<= wholeBits
	}
	l.eachPlace(seq, func(place, asset uint32) {
		if assetID == "" || l.assets.names[asset] == assetID {
			l.settle(seq, place, l.fates[place>>blockBits][place%blockSize]|f)
		}
	})
}

// OutcomesOf tells which outcomes each send has: of the whole, then of its
// assets in their order.
func (l *Ledger) OutcomesOf(sendIDs []string) [][]enablement.OutcomeKey {
	out := make([][]enablement.OutcomeKey, len(sendIDs))
	l.mu.RLock()
	defer l.mu.RUnlock()
	var id idBytes
	for i, sendID := range sendIDs {
		packed := pack(id[:0], sendID)
		seq, known := l.ids.find(&l.table, packed, l.ids.hash(packed))
		if !known {
			continue
		}
		first := true
		l.eachPlace(seq, func(place, asset uint32) {
			f := l.fates[place>>blockBits][place%blockSize]
			if first {
				out[i] = appendKeys(out[i], sendID, "", f>>wholeBits)
			}
			out[i] = appendKeys(out[i], sendID, l.assets.names[asset], f)
			first = false
		})
	}
	return out
}

func appendKeys(keys []enablement.OutcomeKey, sendID, assetID string, f fate) []enablement.OutcomeKey {
	for _, kind := range enablement.OutcomeKinds() {
		if f&fateOf(kind) != 0 {
			keys = append(keys, enablement.OutcomeKey{SendID: sendID, AssetID: assetID, Kind: kind})
		}
	}
	return keys
}

// eachPlace gives the places in the table of a send's assets.
func (l *Ledger) eachPlace(seq uint32, do func(place, asset uint32)) {
	at := l.table.chunks[seq>>chunkBits].assetAt[seq%chunkSize]
	for i, asset := range l.table.assetsOf(seq) {
		do(at+uint32(i), asset)
	}
}

// SetLeads tells the ledger which leads became customers, and when: all of them
// at load, those that changed after each change. What such a lead was sent in
// the enablement.WonWithin before counts as won, and no longer where the lead
// turns out not to be a customer.
func (l *Ledger) SetLeads(leads []*enablement.Lead) {
	for len(leads) > 0 {
		n := min(len(leads), batchSize)
		l.setLeads(leads[:n])
		leads = leads[n:]
	}
}

func (l *Ledger) setLeads(leads []*enablement.Lead) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, lead := range leads {
		switch before, was := l.wonAt[lead.ID]; {
		case lead.WonAt == nil && !was, lead.WonAt != nil && was && before == lead.WonAt.UnixMilli():
			continue
		case lead.WonAt == nil:
			delete(l.wonAt, lead.ID)
		default:
			l.wonAt[lead.ID] = lead.WonAt.UnixMilli()
		}
		for _, leaf := range seriesOf(l.byLead, &l.dictionaries[leadColumn], lead.ID).leaves {
			for _, seq := range leaf {
				l.settleWon(seq, lead.ID)
			}
		}
	}
}

// settleWon says of a send whether its lead was won by it. The lock must be held.
func (l *Ledger) settleWon(seq uint32, leadID string) {
	at, is := l.wonAt[leadID]
	sentAt := l.table.sentAt(seq)
	is = is && sentAt <= at && sentAt >= at-enablement.WonWithin.Milliseconds()
	l.eachPlace(seq, func(place, _ uint32) {
		next := l.fates[place>>blockBits][place%blockSize] &^ wonLead
		if is {
			next |= wonLead
		}
		l.settle(seq, place, next)
	})
}
