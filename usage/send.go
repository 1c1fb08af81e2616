package usage

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Sends gives a page of send ids, newest sentAt first and ties by id, with the
// total of all that match. A range without an end has none, so that a send is
// listed the moment it is recorded.
//
// maySee keeps the sends to some leads secret, from the page and the total; nil
// shows all. It is called without any lock held, at most once for each lead.
//
// BAD_USER_INPUT on "after" when that is no cursor of this list,
// or one of another question.
func (l *Ledger) Sends(q enablement.SendQuery, maySee func(leadID string) bool) (*enablement.IDPage, error) {
	question := q.Question()
	after, err := parseCursor(q.After, question)
	if err != nil {
		return nil, err
	}
	v, match := l.viewOfSends(q)
	v.question = question
	if maySee != nil {
		match = append(match, v.seenBy(maySee))
	}
	if len(match) == 0 {
		return v.page(after, q.First), nil
	}
	return v.matchingPage(after, q.First, match), nil
}

// viewOfSends finds the shortest series that a query needs and the conditions
// that are left.
func (l *Ledger) viewOfSends(q enablement.SendQuery) (*view, []func(seq uint32) bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	v := l.view()
	conditions := []struct {
		value  string
		series []series
		names  *dictionary
		has    func(ordinal uint32) func(seq uint32) bool
	}{
		{q.Lead, l.byLead, &l.dictionaries[leadColumn], v.hasValue(leadColumn)},
		{q.Asset, l.byAsset, &l.assets, v.hasAsset},
		{q.Rep, l.byRep, &l.dictionaries[repColumn], v.hasValue(repColumn)},
	}
	shortest := &l.all
	var match []func(seq uint32) bool
	for _, c := range conditions {
		if c.value != "" {
			shortest = shorter(shortest, seriesOf(c.series, c.names, c.value))
			match = append(match, c.has(c.names.ordinals[c.value]))
		}
	}
	if len(match) == 1 {
		match = nil // the series says it
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if q.Range != nil {
		from = ceilMilli(q.Range.From)
		if q.Range.To != nil {
			to = ceilMilli(*q.Range.To)
		}
	}
	v.leaves = shortest.between(&l.table, from, to)
	return v, match
}

func (v *view) hasValue(c column) func(ordinal uint32) func(seq uint32) bool {
	return func(ordinal uint32) func(seq uint32) bool {
		return func(seq uint32) bool { return v.table.value(seq, c) == ordinal }
	}
}

func (v *view) hasAsset(asset uint32) func(seq uint32) bool {
	return func(seq uint32) bool {
		for _, a := range v.table.assetsOf(seq) {
			if a == asset {
				return true
			}
		}
		return false
	}
}

// seenBy asks maySee once for each lead.
func (v *view) seenBy(maySee func(leadID string) bool) func(seq uint32) bool {
	const yes, no = 1, 2
	known := make([]uint8, len(v.names[leadColumn]))
	return func(seq uint32) bool {
		lead := v.table.value(seq, leadColumn)
		if known[lead] == 0 {
			known[lead] = no
			if maySee(v.names[leadColumn][lead]) {
				known[lead] = yes
			}
		}
		return known[lead] == yes
	}
}

// SentTo gives what a lead has received: each asset's id with the last time it
// was sent.
func (l *Ledger) SentTo(leadID string) map[string]time.Time {
	v := l.viewOfLead(leadID)
	sent := map[string]time.Time{}
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			for _, a := range v.table.assetsOf(seq) {
				sent[v.assetNames[a]] = time.UnixMilli(v.table.sentAt(seq)).UTC()
			}
		}
	}
	return sent
}

func (l *Ledger) viewOfLead(leadID string) *view {
	l.mu.RLock()
	defer l.mu.RUnlock()
	v := l.view()
	v.leaves = seriesOf(l.byLead, &l.dictionaries[leadColumn], leadID).all()
	return v
}
