package main

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// The clock of a server's machine is set back an hour under load, and right
// again: revisions go up, what is new is found, cursors go on, what was told
// again is one, the record of searches goes on, and a token holds as its times
// say by the clock as it is.
func TestTheClockIsSetBackAnHour(t *testing.T) {
	t.Parallel()
	var off atomic.Int64
	now := func() time.Time { return time.Now().Round(0).Add(time.Duration(off.Load())) } // without the monotonic reading, which the machine's clock has
	q := serveBy(t, now, t.TempDir())
	ines := enablement.Identity{Subject: "ines", Name: "ines", Role: enablement.RoleMarketer}
	m := q.as(q.signAt(ines, 24*time.Hour, now().Add(-2*time.Hour)))
	lead := m.saveLead(object{"email": "ann@example.com"})
	var assets list
	for i := range 10 {
		assets = append(assets, m.createAsset(object{"title": fmt.Sprint("Guide ", i)}))
	}
	first := m.must(`{ assets(first: 5, orderBy: NEWEST) { pageInfo { endCursor } nodes { id } } }`, nil)
	send := object{"lead": lead, "assets": list{assets[0]}, "idempotencyKey": "k"}
	sent := m.recordSend(send)
	m.must(`{ assets(query: "guide") { totalCount } }`, nil) // pending in the record of searches when the clock goes
	fresh := q.as(q.signAt(ines, 24*time.Hour, now()))
	fresh.must(`{ viewer { id } }`, nil)

	for round, by := range []time.Duration{-time.Hour, 0} {
		off.Store(int64(by))
		edited := m.must(`mutation($id: ID!, $t: String!) { updateAsset(id: $id, input: {title: $t}) { version } }`, object{"id": assets[1], "t": fmt.Sprint("Okapi", round)})
		if after := at(edited, "updateAsset", "version"); after != float64(round+2) {
			t.Errorf("by %v: version %v follows %d", by, after, round+1)
		}
		if found := m.must(`query($q: String!) { assets(query: $q) { nodes { id } } }`, object{"q": fmt.Sprint("Okapi", round)}); at(found, "assets", "nodes", 0, "id") != assets[1] {
			t.Errorf("by %v: an edit is not found: %v", by, found)
		}
		m.createAsset(object{"title": fmt.Sprint("Late ", round), "publishedAt": "2020-01-01T00:00:00Z"})
		rest := m.must(`query($after: String) { assets(first: 5, after: $after, orderBy: NEWEST) { nodes { id } } }`, object{"after": at(first, "assets", "pageInfo", "endCursor")})
		if got := column(at(rest, "assets", "nodes"), "id"); len(got) != 5 {
			t.Errorf("by %v: the second page has %v", by, got)
		}
		if again := m.recordSend(send); again != sent {
			t.Errorf("by %v: a send told again became %s, not %s", by, again, sent)
		}
		more := m.recordSend(object{"lead": lead, "assets": list{assets[2]}})
		if history := m.must(`{ sends { totalCount } }`, nil); at(history, "sends", "totalCount") != float64(round+2) || more == sent {
			t.Errorf("by %v: the history is %v", by, history)
		}
		fresh.must(`{ viewer { id } }`, nil) // once accepted, though issued in what is the future now
		if by < 0 {
			q.as(q.signAt(ines, time.Hour, time.Now())).refused("UNAUTHENTICATED", `{ viewer { id } }`, nil)
		}
		m.must(`{ assets(query: "okapi") { totalCount } }`, nil)
		// One of before; of each round the last, which stood; and one that a send followed.
		eventually(t, "the record of searches goes on", func() bool {
			insights := m.must(`{ searchInsights { totals { searches } } }`, nil)
			return at(insights, "searchInsights", "totals", "searches").(float64) >= float64(2+2*round)
		})
	}
	if usage := m.must(`{ usage { totals { sends } } }`, nil); at(usage, "usage", "totals", "sends") != 3.0 {
		t.Errorf("with the clock right again usage says %v", usage)
	}
	q.stop()
	says(t, 0, []string{"the index has them all"}, "check", "--data", q.data)
}
