package main

import (
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quiverhq/quiver/store/embedded"
)

const insights = `query($r: TimeRange) { searchInsights(range: $r) { remembered
	totals { searches reps withoutHits used shareWithoutHits shareUsed }
	terms { term searches reps meanHits opened sent filters { field value label searches } }
	withoutHits { term searches reps lastAskedAt } unused { term searches } suggestedSynonyms { term instead reps times } } }`

// told asks a marketer's question until the answer holds as many searches.
func told(t *testing.T, marketer caller, searches int) object {
	t.Helper()
	var of object
	eventually(t, "the searches are counted", func() bool {
		of = at(marketer.must(insights, nil), "searchInsights").(object)
		return at(of, "totals", "searches") == float64(searches)
	})
	return of
}

// find searches as a rep does.
func (c caller) find(query string, filter object) {
	c.q.t.Helper()
	c.must(`query($q: String, $f: AssetFilter) { assets(query: $q, filter: $f) { totalCount nodes { id } } }`, object{"q": query, "f": filter})
}

// What reps search for, open and send is told to marketers, from the first
// click on and for good; what a box asks while it is typed into is not.
func TestWhatRepsSearchForIsToldToMarketers(t *testing.T) {
	t.Parallel() // it waits for answers to have stood
	c := newCatalog(t)
	title := "zanzibar sustainability guide"
	piece := c.marketer.createAsset(object{"title": title})
	persona := at(c.marketer.must(`mutation { savePersona(input: {name: "Chief Sustainability Officer"}) { id } }`, nil), "savePersona", "id")
	c.marketer.must(`mutation($id: ID!, $p: String!) { updateAsset(id: $id, input: {personas: [$p]}) { id } }`, object{"id": piece, "p": persona})
	const open = `query($id: ID!) { asset(id: $id) { title } node(id: $id) { id } }`

	for _, typed := range []string{"c", "cs", "csr", "CSRD"} { // nothing has it
		c.rep.find(typed, nil)
	}
	told(t, c.marketer, 1)
	for _, typed := range []string{"s", "sustain", "sustainability"} {
		c.rep.find(typed, object{"personas": list{persona}})
	}
	c.rep.must(open, object{"id": piece}) // at once: the answer was read
	c.rep.recordSend(object{"lead": c.lead, "assets": list{piece}, "idempotencyKey": "k"})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{piece}, "idempotencyKey": "k"})
	q, bob := c.quiver, c.quiver.rep("bob")
	q.rep("dan").find("csrd for ann.lee@example.com", nil)
	bob.find(strings.Repeat("x", 10_000), nil)
	bob.find("", nil)
	bob.find(" ?! ", object{"personas": list{persona}})
	bob.ask(`{ assets(query: "bad", first: 0) { totalCount } }`, nil)
	bob.must(`{ usage { unused { totalCount } } suggest(prefix: "zanz") }`, nil)
	told(t, c.marketer, 4)
	for _, who := range []caller{bob, c.rep} {
		who.find("Zanzibar", nil)
	}
	of := told(t, c.marketer, 6)

	equal(t, "remembered", of["remembered"], any(true))
	equal(t, "totals", of["totals"], any(object{"searches": 6.0, "reps": 3.0, "withoutHits": 3.0, "used": 1.0, "shareWithoutHits": 0.5, "shareUsed": 1. / 6}))
	equal(t, "the first term", at(of, "terms", 0), any(object{"term": "Zanzibar", "searches": 2.0, "reps": 2.0, "meanHits": 1.0, "opened": 0.0, "sent": 0.0, "filters": list{}}))
	for _, row := range of["terms"].(list) {
		if at(row, "term") == "sustainability" {
			equal(t, "what was searched, opened and sent", row, any(object{"term": "sustainability", "searches": 1.0, "reps": 1.0, "meanHits": 1.0, "opened": 1.0, "sent": 1.0,
				"filters": list{object{"field": "personas", "value": persona, "label": "Chief Sustainability Officer", "searches": 1.0}}}))
		}
	}
	equal(t, "without hits", column(of["withoutHits"], "term"), []string{"CSRD", "csrd for [email]", strings.Repeat("x", 200)})
	equal(t, "unused", column(of["unused"], "term"), []string{"Zanzibar"})
	equal(t, "synonyms", of["suggestedSynonyms"], any(list{object{"term": "CSRD", "instead": "sustainability", "reps": 1.0, "times": 1.0}}))

	c.stop()
	again := serveAt(t, c.data).marketer("ines")
	equal(t, "after a restart", at(again.must(insights, nil), "searchInsights"), any(of))
	past := object{"r": object{"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}}
	equal(t, "of another time", at(again.must(insights, past), "searchInsights", "totals"), any(object{"searches": 0.0, "reps": 0.0, "withoutHits": 0.0, "used": 0.0, "shareWithoutHits": nil, "shareUsed": nil}))
}

// Who may not know is told so, and bad input is named.
func TestSearchInsightsAreForMarketersWhoAskProperly(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	q.rep("ann").refused("FORBIDDEN", insights, nil)
	for _, field := range []string{"terms", "withoutHits", "unused"} {
		for _, first := range []string{"0", "-1", "1001"} {
			equal(t, field, marketer.refused("BAD_USER_INPUT", `{ searchInsights { `+field+`(first: `+first+`) { term } } }`, nil), []string{"first"})
		}
		marketer.must(`{ searchInsights { `+field+`(first: 1000) { term } } }`, nil)
	}
	equal(t, "synonyms", marketer.refused("BAD_USER_INPUT", `{ searchInsights { suggestedSynonyms(first: 0) { term } } }`, nil), []string{"first"})
	equal(t, "a range that ends before it begins", marketer.refused("BAD_USER_INPUT",
		`{ searchInsights(range: {from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z"}) { remembered } }`, nil), []string{"range.to"})
}

// Switched off, nothing is kept: neither counted then nor found later.
func TestSearchesAreNotRememberedWhereThatIsSwitchedOff(t *testing.T) {
	data := t.TempDir()
	off := serveAt(t, data, "--search-log=false")
	piece := off.marketer("ines").createAsset(object{"title": "The guide"})
	off.rep("ann").find("guide", nil)
	off.rep("ann").must(`query($id: ID!) { asset(id: $id) { id } }`, object{"id": piece})
	of := at(off.marketer("ines").must(insights, nil), "searchInsights")
	equal(t, "remembered", at(of, "remembered"), any(false))
	equal(t, "searches", at(of, "totals", "searches"), any(0.0))
	if r := off.send("GET", "/metrics", ""); !strings.Contains(r.text, "quiver_searches_remembered_total 0") {
		t.Errorf("the metrics tell of searches:\n%s", r.text)
	}
	off.stop()
	on := serveAt(t, data)
	equal(t, "searches later", at(on.marketer("ines").must(insights, nil), "searchInsights", "totals", "searches"), any(0.0))
	on.rep("ann").find("guide", nil)
	on.stop() // the answer did not stand yet: a stop counts it
	t.Setenv("QUIVER_SEARCH_LOG", "false")
	again := serveAt(t, data)
	equal(t, "remembered", at(again.marketer("ines").must(insights, nil), "searchInsights", "remembered"), any(false))
	again.stop()
	on = serveAt(t, data, "--search-log")
	equal(t, "what was remembered between", at(on.marketer("ines").must(insights, nil), "searchInsights", "totals", "searches"), any(1.0))
}

// Of two servers on one database each tells of all searches, and of each once.
func TestTwoServersTellOfTheSameSearches(t *testing.T) {
	t.Parallel() // it waits
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Stop()
	here, there := newServer(t, "--mongodb-uri", engine.URI()), newServer(t, "--mongodb-uri", engine.URI())
	piece := here.marketer("ines").createAsset(object{"title": "The guide"})
	here.rep("ann").find("guide", nil)
	here.rep("ann").must(`query($id: ID!) { asset(id: $id) { id } }`, object{"id": piece})
	eventually(t, "the guide is found there", func() bool {
		return at(there.rep("bob").must(`{ assets { totalCount } }`, nil), "assets", "totalCount") == 1.0
	})
	there.rep("bob").find("guide", nil)
	for _, q := range []*quiver{here, there} {
		var of object
		eventually(t, "both searches and what was opened are counted", func() bool {
			of = at(q.marketer("ines").must(insights, nil), "searchInsights").(object)
			return at(of, "totals", "searches") == 2.0 && at(of, "totals", "used") == 1.0
		})
		equal(t, "terms", of["terms"], any(list{object{"term": "guide", "searches": 2.0, "reps": 2.0, "meanHits": 1.0, "opened": 1.0, "sent": 0.0, "filters": list{}}}))
	}
	there.stop()
	here.stop() // before their database
}

// A kill takes the last moments of searches along and nothing else.
func TestAKillLosesTheLastSearchesAtMost(t *testing.T) {
	t.Parallel() // it waits
	data := t.TempDir()
	p := spawn(t, data)
	piece := p.marketer("ines").createAsset(object{"title": "The guide"})
	for _, rep := range []string{"ann", "bob", "cleo"} {
		p.rep(rep).find("guide", nil)
		p.rep(rep).must(`query($id: ID!) { asset(id: $id) { id } }`, object{"id": piece})
	}
	told(t, p.marketer("ines"), 3)
	time.Sleep(time.Second) // what was opened is written with the searches or right after
	p.rep("dan").find("guide", nil)
	p.end(syscall.SIGKILL)
	totals := at(spawn(t, data).marketer("ines").must(insights, nil), "searchInsights", "totals")
	equal(t, "used", at(totals, "used"), any(3.0))
	if n := at(totals, "searches"); n != 3.0 && n != 4.0 {
		t.Errorf("%v searches after a kill, want 3 or 4", n)
	}
}

// The demo has something to tell: what is under another name, what is missing,
// what is found and not wanted; and it is true of the demo's catalog.
func TestTheDemosSearchesTellWhatItsCatalogLacks(t *testing.T) {
	q := newDemo(t)
	of := at(q.marketer("ines").must(insights, object{"r": object{"from": time.Now().AddDate(0, -7, 0).UTC().Format(time.RFC3339)}}), "searchInsights")
	hits := func(term any) any {
		return at(q.rep("ann").must(`query($q: String) { assets(query: $q) { totalCount } }`, object{"q": term}), "assets", "totalCount")
	}
	if n := len(at(of, "suggestedSynonyms").(list)); n < 8 {
		t.Errorf("%d synonyms are suggested", n)
	}
	for _, s := range at(of, "suggestedSynonyms").(list)[:8] {
		if hits(at(s, "term")) != 0.0 || hits(at(s, "instead")) == 0.0 || at(s, "reps").(float64) < 2 {
			t.Errorf("%v: the term finds %v, the other %v", s, hits(at(s, "term")), hits(at(s, "instead")))
		}
	}
	for _, s := range at(of, "withoutHits").(list) {
		if hits(at(s, "term")) != 0.0 {
			t.Errorf("%v finds %v", s, hits(at(s, "term")))
		}
	}
	for _, s := range at(of, "unused").(list) {
		if hits(at(s, "term")) == 0.0 {
			t.Errorf("%v finds nothing", s)
		}
	}
	if share := at(of, "totals", "shareUsed").(float64); share < 0.3 || share > 0.7 || len(at(of, "unused").(list)) < 5 {
		t.Errorf("a share of %v is used; unused: %v", share, at(of, "unused"))
	}
}
