package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Too long a list is refused by name, never silently cut.
func TestTheLengthOfAListHasLimits(t *testing.T) {
	c := newCatalog(t)
	for field, f := range map[string]struct {
		document string
		most     int
	}{
		"assets":               {`query($n: Int) { assets(first: $n) { totalCount } }`, 100},
		"suggest":              {`query($n: Int) { suggest(prefix: "z", first: $n) }`, 100},
		"leads":                {`query($n: Int) { leads(first: $n) { totalCount } }`, 100},
		"sends":                {`query($n: Int) { sends(first: $n) { totalCount } }`, 100},
		"Lead.sends":           {`query($n: Int, $lead: ID!) { lead(id: $lead) { sends(first: $n) { totalCount } } }`, 100},
		"Lead.recommendations": {`query($n: Int, $lead: ID!) { lead(id: $lead) { recommendations(first: $n) { score } } }`, 50},
		"recommend":            {`query($n: Int) { recommend(prospect: {jobTitle: "CTO"}, first: $n) { score } }`, 50},
		"Usage.by":             {`query($n: Int) { usage { by(dimension: REP, first: $n) { key } } }`, 1000},
		"Usage.unused":         {`query($n: Int) { usage { unused(first: $n) { totalCount } } }`, 100},
	} {
		for _, n := range []int{0, -1, f.most + 1, 2147483647} {
			t.Run(fmt.Sprint(field, "/", n), func(t *testing.T) {
				equal(t, "the faults", c.rep.refused("BAD_USER_INPUT", f.document, object{"n": n, "lead": c.lead}), []string{"first"})
			})
		}
		c.rep.must(f.document, object{"n": f.most, "lead": c.lead})
		c.rep.must(f.document, object{"n": 1, "lead": c.lead})
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	c := newCatalog(t)
	c.marketer.createAsset(object{"title": "Another zeppelin"})
	c.rep.saveLead(object{"email": "other@example.com"})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	lists := map[string]string{
		"assets by title":    `query($after: String) { page: assets(orderBy: TITLE, first: 1, after: $after) { pageInfo { endCursor } } }`,
		"assets by date":     `query($after: String) { page: assets(orderBy: NEWEST, first: 1, after: $after) { pageInfo { endCursor } } }`,
		"assets by words":    `query($after: String) { page: assets(query: "zeppelin", first: 1, after: $after) { pageInfo { endCursor } } }`,
		"by other words":     `query($after: String) { page: assets(query: "another", first: 1, after: $after) { pageInfo { endCursor } } }`,
		"another filter":     `query($after: String) { page: assets(filter: {types: [OTHER]}, orderBy: NEWEST, first: 1, after: $after) { pageInfo { endCursor } } }`,
		"assets by sends":    `query($after: String) { page: assets(orderBy: MOST_SENT, first: 1, after: $after) { pageInfo { endCursor } } }`,
		"leads":              `query($after: String) { page: leads(first: 1, after: $after) { pageInfo { endCursor } } }`,
		"sends":              `query($after: String) { page: sends(first: 1, after: $after) { pageInfo { endCursor } } }`,
		"unused":             `query($after: String) { page: usage(range: {from: "2020-01-01T00:00:00Z"}) { list: unused(first: 1, after: $after) { pageInfo { endCursor } } } }`,
		"unused in 2021":     `query($after: String) { page: usage(range: {from: "2021-01-01T00:00:00Z"}) { list: unused(first: 1, after: $after) { pageInfo { endCursor } } } }`,
		"one lead's sends":   `query($after: String, $lead: ID!) { page: lead(id: $lead) { list: sends(first: 1, after: $after) { pageInfo { endCursor } } } }`,
		"leads in a search":  `query($after: String) { page: leads(filter: {query: "lea"}, first: 1, after: $after) { pageInfo { endCursor } } }`,
		"assets in a filter": `query($after: String) { page: assets(filter: {languages: ["en"]}, orderBy: OLDEST, first: 1, after: $after) { pageInfo { endCursor } } }`,
	}
	cursors := map[string]any{}
	for name, document := range lists {
		page := at(c.rep.must(document, object{"lead": c.lead}), "page")
		if inner := at(page, "list"); inner != nil {
			page = inner
		}
		cursors[name] = at(page, "pageInfo", "endCursor")
		if cursors[name] == nil {
			t.Fatalf("%s has no cursor: %v", name, page)
		}
	}
	strangers := map[string]list{ // whose cursors mean nothing here
		"assets by title": {cursors["assets by date"], cursors["sends"], cursors["leads"]},
		"assets by date":  {cursors["assets by title"], cursors["assets by words"], cursors["leads"], cursors["another filter"]},
		"assets by words": {cursors["assets by sends"], cursors["by other words"]},
		"leads":           {cursors["assets by date"], cursors["sends"], cursors["leads in a search"]},
		"unused":          {cursors["assets in a filter"], cursors["unused in 2021"]},
		"sends":           {cursors["assets by date"], cursors["leads"], cursors["one lead's sends"]},
	}
	for name, document := range lists {
		c.rep.must(document, object{"lead": c.lead, "after": cursors[name]})
		for _, cursor := range append(strangers[name], "x", "!!!", "AAAA", "Zm9v\x00", "ÿ", fmt.Sprintf("%0*d", 5000, 7)) {
			t.Run(fmt.Sprintf("%s/%.20q", name, cursor), func(t *testing.T) {
				equal(t, "the faults", c.rep.refused("BAD_USER_INPUT", document, object{"lead": c.lead, "after": cursor}), []string{"after"})
			})
		}
	}
}

// Whatever usage is grouped by, the rows add up to the whole.
func TestTheRowsOfUsageAddUpToItsTotals(t *testing.T) {
	q := newDemo(t)
	marketer := q.marketer("marketer-1")
	half := object{"r": object{"from": time.Now().AddDate(0, 0, -90).UTC().Format(time.RFC3339)}}
	for _, dimension := range enablement.UsageDimensions() {
		got := at(marketer.must(`query($r: TimeRange) { usage(range: $r) { totals { sends } by(dimension: `+string(dimension)+`, first: 1000) { key label totals { sends assets leads reps } } } }`, half), "usage")
		total, sum, last := at(got, "totals", "sends").(float64), 0.0, 1e9
		for i := range at(got, "by").(list) {
			row := at(got, "by", i)
			sends := at(row, "totals", "sends").(float64)
			if sum += sends; sends < 1 || sends > last {
				t.Errorf("%s: row %d has %v sends after one of %v", dimension, i, sends, last)
			}
			if last = sends; at(row, "label") == "" {
				t.Errorf("%s: the row %q has no label", dimension, at(row, "key"))
			}
		}
		switch {
		case dimension == enablement.ByFunnelStage && sum < total: // an asset of two stages counts in both
			t.Errorf("%s: the rows have %v sends, less than the %v in all", dimension, sum, total)
		case dimension != enablement.ByFunnelStage && sum != total:
			t.Errorf("%s: the rows have %v sends, the whole has %v", dimension, sum, total)
		}
	}
	for _, interval := range enablement.Intervals() {
		got := at(marketer.must(`query($r: TimeRange) { usage(range: $r) { totals { sends } timeline(interval: `+string(interval)+`) { start totals { sends } } } }`, half), "usage")
		sum, points := 0.0, at(got, "timeline").(list)
		for i := range points {
			sum += at(points, i, "totals", "sends").(float64)
			start, err := time.Parse(time.RFC3339, at(points, i, "start").(string))
			if err != nil || !interval.Start(start).Equal(start) || interval == enablement.Week && start.Weekday() != time.Monday {
				t.Errorf("%s: a point starts at %v", interval, at(points, i, "start"))
			}
			if i > 0 && at(points, i, "start") != interval.Next(mustTime(t, at(points, i-1, "start"))).Format(time.RFC3339) {
				t.Errorf("%s: after %v comes %v", interval, at(points, i-1, "start"), at(points, i, "start"))
			}
		}
		if sum != at(got, "totals", "sends") {
			t.Errorf("%s: the points have %v sends, the whole has %v", interval, sum, at(got, "totals", "sends"))
		}
	}
	cells := at(marketer.must(`{ coverage { persona { id } industry { id } funnelStage assets leads sends } }`, nil), "coverage").(list)
	places := column(cells, "persona", "id")
	for i := range cells {
		places[i] += fmt.Sprint(at(cells, i, "industry", "id"), at(cells, i, "funnelStage"))
		if at(cells, i, "assets").(float64)+at(cells, i, "leads").(float64)+at(cells, i, "sends").(float64) == 0 {
			t.Errorf("an empty cell: %v", cells[i])
		}
	}
	if slices.Sort(places); len(places) < 20 || len(slices.Compact(slices.Clone(places))) != len(places) {
		t.Errorf("%d cells, some twice or too few", len(places))
	}
}

func mustTime(t *testing.T, text any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text.(string))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A range holds its first moment and not its last; every interval of it has a
// point, with sends or without.
func TestARangeIsHalfOpenAndItsTimelineWhole(t *testing.T) {
	c := newCatalog(t)
	other := c.marketer.createAsset(object{"title": "Never sent", "publishedAt": "2025-01-01T00:00:00Z"})
	at4 := []string{"2026-02-27T23:59:59.999Z", "2026-02-28T00:00:00Z", "2026-03-02T12:00:00Z", "2026-03-10T00:00:00Z"} // Friday, Saturday, Monday, Tuesday
	var rows list
	for i, sentAt := range at4 {
		rows = append(rows, object{"externalId": fmt.Sprint(i), "lead": c.lead, "assets": list{c.piece}, "rep": "ann", "sentAt": sentAt})
	}
	equal(t, "sends imported", c.marketer.importRows("importSends", rows)["created"], any(4.0))

	const totals = `query($r: TimeRange, $l: ID) { usage(range: $r) { totals { sends } } sends(lead: $l, range: $r) { totalCount } }`
	for _, r := range []struct {
		from, to any
		want     float64
	}{
		{"2026-02-28T00:00:00Z", "2026-03-10T00:00:00Z", 2},
		{"2026-02-28T00:00:00Z", "2026-03-10T00:00:00.001Z", 3},
		{"2026-02-27T23:59:59.999Z", "2026-02-28T00:00:00Z", 1},
		{"2026-02-28T01:00:00+01:00", "2026-02-28T00:00:00.001Z", 1},
		{"2026-01-01T00:00:00Z", nil, 4},
		{"2026-04-01T00:00:00Z", nil, 0},
	} {
		got := c.marketer.must(totals, object{"l": c.lead, "r": object{"from": r.from, "to": r.to}})
		equal(t, fmt.Sprint("sends from ", r.from, " to ", r.to), []any{at(got, "usage", "totals", "sends"), at(got, "sends", "totalCount")}, []any{r.want, r.want})
	}
	for _, r := range []object{{"from": "2026-03-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}, {"from": "2026-03-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}} {
		for _, document := range []string{`query($r: TimeRange) { usage(range: $r) { totals { sends } } }`, `query($r: TimeRange) { sends(range: $r) { totalCount } }`, `query($r: TimeRange) { assets { nodes { usage(range: $r) { sends } } } }`} {
			equal(t, "faults of a range that ends before it begins", c.rep.refused("BAD_USER_INPUT", document, object{"r": r}), []string{"range.to"})
		}
	}

	const timeline = `query($i: Interval!) { usage(range: {from: "2026-02-26T10:00:00Z", to: "2026-03-11T00:00:00Z"}) { timeline(interval: $i) { start totals { sends lastSentAt } } } }`
	points := func(interval string) (starts []string, sends []string) {
		rows := at(c.marketer.must(timeline, object{"i": interval}), "usage", "timeline")
		return column(rows, "start"), column(rows, "totals", "sends")
	}
	starts, sends := points("DAY")
	equal(t, "first and last day", []string{starts[0], starts[len(starts)-1]}, []string{"2026-02-26T00:00:00Z", "2026-03-10T00:00:00Z"})
	equal(t, "sends by day", sends, []string{"0", "1", "1", "0", "1", "0", "0", "0", "0", "0", "0", "0", "1"})
	starts, sends = points("WEEK")
	equal(t, "Mondays", starts, []string{"2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"})
	equal(t, "sends by week", sends, []string{"2", "1", "1"})
	starts, sends = points("MONTH")
	equal(t, "months", starts, []string{"2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"})
	equal(t, "sends by month", sends, []string{"2", "2"})
	c.marketer.refused("BAD_USER_INPUT", `{ usage(range: {from: "1990-01-01T00:00:00Z"}) { timeline { start } } }`, nil)

	unused := func(from string) []string {
		return column(at(c.marketer.must(`query($r: TimeRange) { usage(range: $r) { unused { nodes { id } } } }`, object{"r": object{"from": from}}), "usage", "unused", "nodes"), "id")
	}
	equal(t, "unused this year", unused("2026-01-01T00:00:00Z"), []string{other})
	equal(t, "unused since April, oldest first", unused("2026-04-01T00:00:00Z"), []string{other, c.piece})
}

// A send of several assets counts asset by asset, and the same asset twice in
// one send counts once.
func TestUsageCountsAssetByAsset(t *testing.T) {
	c := newCatalog(t)
	second := c.marketer.createAsset(object{"title": "Second"})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece, second, c.piece}})
	got := c.rep.must(`{ usage { totals { sends assets leads reps } } sends { totalCount nodes { assets { id } } } }`, nil)
	equal(t, "totals", at(got, "usage", "totals"), any(object{"sends": 2.0, "assets": 2.0, "leads": 1.0, "reps": 1.0}))
	equal(t, "sends", at(got, "sends", "totalCount"), any(1.0))
	equal(t, "assets of the send", column(at(got, "sends", "nodes", 0, "assets"), "id"), []string{c.piece, second})
}
