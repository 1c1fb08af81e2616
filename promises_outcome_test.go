package main

import (
	"testing"
	"time"
)

const became = `query($send: ID!, $piece: ID!) { node(id: $send) { ... on Send { outcomes { kind at asset { id } } } } asset(id: $piece) { outcomes { sends views replies wins successRate } } }`

// What became of sends is counted once, by whatever way and how often it is
// told, and a restart counts the same.
func TestWhatBecameOfSendsIsCountedOnceAndForEver(t *testing.T) {
	c := newCatalog(t)
	sentAt := time.Now().Add(-48 * time.Hour).UTC().Truncate(time.Second)
	at1, at2 := sentAt.Add(time.Hour).Format(time.RFC3339), sentAt.Add(2*time.Hour).Format(time.RFC3339)
	send := c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}, "sentAt": sentAt.Format(time.RFC3339)})
	c.marketer.importRows("importSends", list{object{"externalId": "m-1", "lead": "lea@example.com", "assets": list{c.piece}, "rep": "ann", "sentAt": sentAt.Format(time.RFC3339)}})

	const record = `mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id at } }`
	first := at(c.rep.must(record, object{"i": object{"send": send, "asset": c.piece, "kind": "VIEWED", "at": at1}}), "recordOutcome")
	equal(t, "a repetition", at(c.rep.must(record, object{"i": object{"send": send, "asset": c.piece, "kind": "VIEWED", "at": at2}}), "recordOutcome"), first)
	rows := list{
		object{"send": send, "asset": c.piece, "kind": "VIEWED", "at": at2}, // known
		object{"send": "m-1", "kind": "REPLIED", "at": at2},                 // new, by externalId
		object{"send": "m-1", "kind": "REPLIED", "at": at1},                 // said already
		object{"send": "m-2", "kind": "WON", "at": at2},                     // of nothing
		object{"send": "m-1", "kind": "WON", "at": "2001-01-01T00:00:00Z"},  // before it was sent
	}
	imported := c.marketer.importRows("importOutcomes", rows)
	equal(t, "created", imported["created"], any(1.0))
	equal(t, "unchanged", imported["unchanged"], any(2.0))
	equal(t, "at fault", column(imported["errors"], "field"), []string{"send", "at"})
	equal(t, "imported again", c.marketer.importRows("importOutcomes", rows)["created"], any(0.0))

	want := object{
		"node":  object{"outcomes": list{object{"kind": "VIEWED", "at": at1, "asset": object{"id": c.piece}}}},
		"asset": object{"outcomes": object{"sends": 2.0, "views": 1.0, "replies": 1.0, "wins": 0.0, "successRate": 1.0}},
	}
	variables := object{"send": send, "piece": c.piece}
	equal(t, "what became of it", any(c.rep.must(became, variables)), any(want))
	c.stop()
	again := serveAt(t, c.data)
	equal(t, "after a restart", any(again.rep("ann").must(became, variables)), any(want))
}

// A lead that becomes a customer was won by what it was sent in the half year
// before, and was not where that turns out to be a mistake.
func TestALeadThatBecomesACustomerWasWonByWhatItWasSent(t *testing.T) {
	c := newCatalog(t)
	day := func(ago int) string { return time.Now().AddDate(0, 0, -ago).UTC().Format(time.RFC3339) }
	for _, ago := range []int{200, 100, 1} {
		c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}, "sentAt": day(ago)})
	}
	move := func(stage string) any {
		return at(c.rep.must(`mutation($id: ID!, $s: LifecycleStage) { saveLead(id: $id, input: {lifecycleStage: $s}) { wonAt } }`, object{"id": c.lead, "s": stage}), "saveLead", "wonAt")
	}
	wins := func(who caller) any {
		return at(who.must(`query($id: ID!) { asset(id: $id) { outcomes { wins } } }`, object{"id": c.piece}), "asset", "outcomes", "wins")
	}
	if at := move("OPPORTUNITY"); at != nil {
		t.Errorf("won at %v before it was", at)
	}
	equal(t, "wins before", wins(c.rep), any(0.0))
	if at := move("CUSTOMER"); at == nil {
		t.Error("a lead that became a customer was not won")
	}
	equal(t, "wins", wins(c.rep), any(2.0))
	c.stop()
	again := serveAt(t, c.data).rep("ann")
	equal(t, "wins after a restart", wins(again), any(2.0))
	c.rep = again
	move("SALES_QUALIFIED_LEAD")
	equal(t, "wins after all", wins(c.rep), any(0.0))
}

// What a client gets wrong is named, and another's send is as good as unknown.
func TestAnOutcomeThatCannotBeIsRefusedByField(t *testing.T) {
	c := newCatalog(t)
	q := c.quiver
	send := c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	const record = `mutation($i: RecordOutcomeInput!) { recordOutcome(input: $i) { id } }`
	other := c.marketer.createAsset(object{"title": "Another"})
	tests := map[string]struct {
		input  object
		faults []string
	}{
		"no such send":                {object{"send": "snd_nothing", "kind": "VIEWED"}, []string{"send"}},
		"an asset of another":         {object{"send": send, "asset": other, "kind": "VIEWED"}, []string{"asset"}},
		"before it was sent":          {object{"send": send, "kind": "WON", "at": "2001-01-01T00:00:00Z"}, []string{"at"}},
		"in the future":               {object{"send": send, "kind": "WON", "at": "2101-01-01T00:00:00Z"}, []string{"at"}},
		"two faults at the same time": {object{"send": send, "asset": other, "kind": "WON", "at": "2001-01-01T00:00:00Z"}, []string{"asset", "at"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			equal(t, "the faults", c.rep.refused("BAD_USER_INPUT", record, object{"i": test.input}), test.faults)
		})
	}
	q.rep("bob").must(record, object{"i": object{"send": send, "kind": "REPLIED"}}) // bob sees every lead here
	q.rep("bob").refused("FORBIDDEN", `mutation { importOutcomes(rows: []) { created } }`, nil)
}
