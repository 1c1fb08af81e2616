package main

import (
	"slices"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// catalog is a small catalog with its people, for stories about one piece.
type catalog struct {
	*quiver
	marketer, rep caller
	cto, cfo      string // personas
	retail        string // an industry
	lead, piece   string
}

func newCatalog(t *testing.T, flags ...string) *catalog {
	t.Helper()
	q := newServer(t, flags...)
	c := &catalog{quiver: q, marketer: q.marketer("ines"), rep: q.rep("ann")}
	made := c.marketer.must(`mutation {
		cto: savePersona(input: {name: "Chief Technology Officer", jobTitles: ["CTO"]}) { id }
		cfo: savePersona(input: {name: "Finance Chief", jobTitles: ["CFO"]}) { id }
		retail: saveIndustry(input: {name: "Retail", aliases: ["Shops"]}) { id } }`, nil)
	c.cto, c.cfo, c.retail = at(made, "cto", "id").(string), at(made, "cfo", "id").(string), at(made, "retail", "id").(string)
	c.lead = c.rep.saveLead(object{"email": "lea@example.com", "jobTitle": "CTO", "industry": "Shops", "notes": "asks about zeppelins"})
	c.piece = c.marketer.createAsset(object{"title": "Zeppelin maintenance", "body": "Ballast and canvas", "topics": list{"airships"}, "personas": list{c.cto}, "industries": list{c.retail}, "funnelStages": list{"AWARENESS"}})
	return c
}

// A single value stands for a list of one, wherever a list may stand.
func TestASingleValueInAVariableStandsForAList(t *testing.T) {
	c := newCatalog(t)
	f := c.marketer.must(`query($f: AssetFilter) { assets(filter: $f) { totalCount } }`, object{"f": object{"topics": "airships", "types": "OTHER", "personas": c.cto}})
	equal(t, "assets found", at(f, "assets", "totalCount"), any(1.0))
	p := c.rep.must(`query($p: ProspectInput!) { recommend(prospect: $p) { asset { id } } }`, object{"p": object{"painPoints": "ballast"}})
	equal(t, "pieces for the pain point", column(p["recommend"], "asset", "id"), []string{c.piece})
	c.rep.recordSend(object{"lead": c.lead, "assets": c.piece})
	rows := c.marketer.importRows("importAssets", list{object{"title": "One", "topics": "one"}, object{"title": "Two", "topics": list{"two"}}})
	equal(t, "assets imported", rows["created"], any(2.0))
}

// found gives the titles that a rep finds.
func (c *catalog) found(query string) []string {
	c.t.Helper()
	return column(at(c.rep.must(`query($q: String) { assets(query: $q) { nodes { title } } }`, object{"q": query}), "assets", "nodes"), "title")
}

// leadsOf gives the ids of the leads that a persona has in the list.
func (c *catalog) leadsOf(persona string) []string {
	c.t.Helper()
	return column(at(c.rep.must(`query($p: [ID!]) { leads(filter: {personas: $p}) { nodes { id } } }`, object{"p": list{persona}}), "leads", "nodes"), "id")
}

func (c *catalog) recommended() []string {
	c.t.Helper()
	return column(at(c.rep.must(`query($id: ID!) { lead(id: $id) { recommendations { asset { id } } } }`, object{"id": c.lead}), "lead", "recommendations"), "asset", "id")
}

func TestWhatWasWrittenIsReadAtOnce(t *testing.T) {
	t.Run("a new asset is found, listed, counted and suggested", func(t *testing.T) {
		c := newCatalog(t)
		equal(t, "found by a word of its body", c.found("canvas"), []string{"Zeppelin maintenance"})
		got := c.rep.must(`{ assets(first: 1) { nodes { title } facets { topics { value count } personas { label count } industries { label count } types { value count } } } suggest(prefix: "zep") byTopic: suggest(prefix: "airs") }`, nil)
		equal(t, "suggested by title", column(got["suggest"]), []string{"Zeppelin maintenance"})
		equal(t, "suggested by topic", column(got["byTopic"]), []string{"airships"})
		equal(t, "facets", at(got, "assets", "facets"), any(object{"topics": list{object{"value": "airships", "count": 1.0}}, "personas": list{object{"label": "Chief Technology Officer", "count": 1.0}},
			"industries": list{object{"label": "Retail", "count": 1.0}}, "types": list{object{"value": "OTHER", "count": 1.0}}}))
		equal(t, "recommended", c.recommended(), []string{c.piece})
	})
	t.Run("a changed asset is found by its new words alone", func(t *testing.T) {
		c := newCatalog(t)
		c.marketer.must(`mutation($id: ID!) { updateAsset(id: $id, input: {title: "Submarine maintenance", topics: ["boats"]}) { id } }`, object{"id": c.piece})
		equal(t, "by the new title", c.found("submarine"), []string{"Submarine maintenance"})
		equal(t, "by the old title", c.found("zeppelin"), []string{})
		got := c.rep.must(`{ assets { facets { topics { value } } } suggest(prefix: "zep") }`, nil)
		equal(t, "facets", column(at(got, "assets", "facets", "topics"), "value"), []string{"boats"})
		equal(t, "suggestions", column(got["suggest"]), []string{})
	})
	t.Run("an imported asset is found", func(t *testing.T) {
		c := newCatalog(t)
		c.marketer.importRows("importAssets", list{object{"externalId": "x", "title": "Gyroscopes", "personas": list{"Night Porter"}}})
		equal(t, "by its title", c.found("gyroscopes"), []string{"Gyroscopes"})
		equal(t, "by its new persona", c.found("night porter"), []string{"Gyroscopes"})
	})
	t.Run("a renamed persona is found by its new name", func(t *testing.T) {
		c := newCatalog(t)
		equal(t, "by the old name", c.found("technology officer"), []string{"Zeppelin maintenance"})
		c.marketer.must(`mutation($id: ID!) { savePersona(id: $id, input: {name: "Engineering Visionary"}) { id } }`, object{"id": c.cto})
		equal(t, "by the new name", c.found("visionary"), []string{"Zeppelin maintenance"})
		label := at(c.rep.must(`{ assets { facets { personas { label } } } }`, nil), "assets", "facets", "personas", 0, "label")
		equal(t, "facet", label, any("Engineering Visionary"))
	})
	t.Run("a lead with another job title has another persona", func(t *testing.T) {
		c := newCatalog(t)
		equal(t, "leads of the first persona", c.leadsOf(c.cto), []string{c.lead})
		got := c.rep.must(`mutation($id: ID!) { saveLead(id: $id, input: {jobTitle: "CFO"}) { persona { id } } }`, object{"id": c.lead})
		equal(t, "the persona answered", at(got, "saveLead", "persona", "id"), any(c.cfo))
		equal(t, "leads of the first persona", c.leadsOf(c.cto), []string{})
		equal(t, "leads of the second persona", c.leadsOf(c.cfo), []string{c.lead})
	})
	t.Run("a persona with other job titles has other leads", func(t *testing.T) {
		c := newCatalog(t)
		porter := c.rep.saveLead(object{"email": "otto@example.com", "jobTitle": "Night Porter"})
		c.marketer.must(`mutation($cto: ID!, $cfo: ID!) {
			a: savePersona(id: $cto, input: {name: "Chief Technology Officer", jobTitles: []}) { id }
			b: savePersona(id: $cfo, input: {name: "Porters", jobTitles: ["Porter"]}) { id } }`, object{"cto": c.cto, "cfo": c.cfo})
		equal(t, "leads of the persona with a new title", c.leadsOf(c.cfo), []string{porter})
		equal(t, "the lead's persona", at(c.rep.must(`query($id: ID!) { lead(id: $id) { persona { id } } }`, object{"id": porter}), "lead", "persona", "id"), any(c.cfo))
	})
	t.Run("an industry with another alias has other leads", func(t *testing.T) {
		c := newCatalog(t)
		miller := c.rep.saveLead(object{"email": "mia@example.com", "industry": "Windmills"})
		made := at(c.marketer.must(`mutation { saveIndustry(input: {name: "Food", aliases: ["windmills"]}) { id } }`, nil), "saveIndustry", "id")
		got := c.rep.must(`query($id: ID!, $i: [ID!]) { lead(id: $id) { industry { id } } leads(filter: {industries: $i}) { nodes { id } } }`, object{"id": miller, "i": list{made}})
		equal(t, "the lead's industry", at(got, "lead", "industry", "id"), made)
		equal(t, "the industry's leads", column(at(got, "leads", "nodes"), "id"), []string{miller})
	})
	t.Run("an imported lead is found", func(t *testing.T) {
		c := newCatalog(t)
		c.marketer.importRows("importLeads", list{object{"externalId": "x", "firstName": "Quirin", "jobTitle": "CFO"}})
		got := c.rep.must(`query($p: [ID!]) { leads(filter: {query: "quirin", personas: $p}) { totalCount } }`, object{"p": list{c.cfo}})
		equal(t, "leads found", at(got, "leads", "totalCount"), any(1.0))
	})
	t.Run("a send counts, and what was sent is not recommended again", func(t *testing.T) {
		c := newCatalog(t)
		send := c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
		got := c.rep.must(`query($id: ID!, $asset: ID!) { usage { totals { sends } } lead(id: $id) { sends { nodes { id } } again: recommendations(includeSent: true) { alreadySent } } sends(lead: $id) { nodes { id } }
			asset(id: $asset) { usage { sends leads reps } } }`, object{"id": c.lead, "asset": c.piece})
		equal(t, "usage", at(got, "usage", "totals", "sends"), any(1.0))
		equal(t, "the asset's usage", at(got, "asset", "usage"), any(object{"sends": 1.0, "leads": 1.0, "reps": 1.0}))
		equal(t, "the lead's sends", column(at(got, "lead", "sends", "nodes"), "id"), []string{send})
		equal(t, "sends", column(at(got, "sends", "nodes"), "id"), []string{send})
		equal(t, "recommended", c.recommended(), []string{})
		equal(t, "recommended once more", column(at(got, "lead", "again"), "alreadySent"), []string{"true"})
	})
	t.Run("an imported send counts", func(t *testing.T) {
		c := newCatalog(t)
		c.marketer.importRows("importSends", list{object{"externalId": "s", "lead": "lea@example.com", "assets": list{c.piece}, "rep": "ann", "sentAt": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}})
		got := c.rep.must(`query($l: ID) { usage { totals { sends } } sends(lead: $l) { totalCount } }`, object{"l": c.lead})
		equal(t, "usage", at(got, "usage", "totals", "sends"), any(1.0))
		equal(t, "sends", at(got, "sends", "totalCount"), any(1.0))
		equal(t, "recommended", c.recommended(), []string{})
	})
	t.Run("an archived asset is gone", func(t *testing.T) {
		c := newCatalog(t)
		c.marketer.must(`mutation($id: ID!) { setAssetStatus(id: $id, status: ARCHIVED) { id } }`, object{"id": c.piece})
		c.isGone(t, enablement.StatusArchived)
	})
}

// isGone checks that the piece is secret to reps and neither recommended nor
// sent, while marketers see it with its status.
func (c *catalog) isGone(t *testing.T, status enablement.AssetStatus) {
	t.Helper()
	equal(t, "found", c.found("zeppelin"), []string{})
	got := c.rep.must(`{ assets { totalCount facets { topics { value } } } suggest(prefix: "zep") usage { unused { totalCount } } }`, nil)
	equal(t, "to a rep", any(got), any(object{"assets": object{"totalCount": 0.0, "facets": object{"topics": list{}}}, "suggest": list{}, "usage": object{"unused": object{"totalCount": 0.0}}}))
	equal(t, "recommended", c.recommended(), []string{})
	c.rep.refused("NOT_FOUND", `query($id: ID!) { asset(id: $id) { id } }`, object{"id": c.piece})
	fields := c.rep.refused("BAD_USER_INPUT", `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`, object{"i": object{"lead": c.lead, "assets": list{c.piece}}})
	equal(t, "a send's faults", fields, []string{"assets[0]"})
	seen := c.marketer.must(`query($id: ID!, $s: [AssetStatus!]) { asset(id: $id) { status } assets(query: "zeppelin", filter: {statuses: $s}) { nodes { status } } }`, object{"id": c.piece, "s": list{string(status)}})
	equal(t, "to a marketer", any(seen), any(object{"asset": object{"status": string(status)}, "assets": object{"nodes": list{object{"status": string(status)}}}}))
}

// Time alone takes an asset out: nobody has to touch it.
func TestAnAssetExpiresByItself(t *testing.T) {
	c := newCatalog(t)
	expires := time.Now().Add(1500 * time.Millisecond)
	c.marketer.must(`mutation($id: ID!, $at: Time) { updateAsset(id: $id, input: {expiresAt: $at}) { id } }`, object{"id": c.piece, "at": expires.UTC().Format(time.RFC3339Nano)})
	equal(t, "found before", c.found("zeppelin"), []string{"Zeppelin maintenance"})
	equal(t, "recommended before", c.recommended(), []string{c.piece})
	c.rep.recordSend(object{"lead": c.rep.saveLead(object{"email": "other@example.com"}), "assets": list{c.piece}})
	eventually(t, "the asset has expired", func() bool { return !time.Now().Before(expires) })
	c.isGone(t, enablement.StatusExpired)

	c.marketer.refused("BAD_USER_INPUT", `mutation($id: ID!) { setAssetStatus(id: $id, status: PUBLISHED) { id } }`, object{"id": c.piece})
	c.marketer.must(`mutation($id: ID!) { updateAsset(id: $id, input: {expiresAt: null}) { status } }`, object{"id": c.piece})
	equal(t, "found once it ends no more", c.found("zeppelin"), []string{"Zeppelin maintenance"})

	past := c.marketer.must(`mutation { createAsset(input: {title: "Old news", publishedAt: "2020-01-01T00:00:00Z", expiresAt: "2021-01-01T00:00:00Z"}) { status } }`, nil)
	equal(t, "an asset that ended before it came", at(past, "createAsset", "status"), any("EXPIRED"))
	equal(t, "found", c.found("news"), []string{})
}

// A send keeps the lead as it was: what becomes of the lead later does not
// change old figures.
func TestOldFiguresStayWhenALeadChanges(t *testing.T) {
	c := newCatalog(t)
	c.rep.must(`mutation($id: ID!) { saveLead(id: $id, input: {campaign: "spring", source: "fair", lifecycleStage: LEAD}) { id } }`, object{"id": c.lead})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	const figures = `{ usage {
		PERSONA: by(dimension: PERSONA) { key } INDUSTRY: by(dimension: INDUSTRY) { key } CAMPAIGN: by(dimension: CAMPAIGN) { key } LEAD_SOURCE: by(dimension: LEAD_SOURCE) { key } TEAM: by(dimension: TEAM) { key } } }`
	before := c.marketer.must(figures, nil)
	equal(t, "the persona of the send", column(at(before, "usage", "PERSONA"), "key"), []string{c.cto})
	c.rep.must(`mutation($id: ID!) { saveLead(id: $id, input: {jobTitle: "CFO", industry: null, campaign: "autumn", source: "web", lifecycleStage: CUSTOMER}) { id } }`, object{"id": c.lead})
	c.as(c.sign(enablement.Identity{Subject: "ann", Team: "APAC", Role: enablement.RoleRep}, time.Hour)).must(`{ viewer { team } }`, nil)
	equal(t, "usage after the lead and the rep's team changed", any(c.marketer.must(figures, nil)), any(before))
	both := c.marketer.must(`query($old: [ID!], $new: [ID!]) { old: usage(filter: {personas: $old, campaigns: ["spring"]}) { totals { sends } } new: usage(filter: {personas: $new}) { totals { sends } } }`,
		object{"old": list{c.cto}, "new": list{c.cfo}})
	equal(t, "sends by persona", []any{at(both, "old", "totals", "sends"), at(both, "new", "totals", "sends")}, []any{1.0, 0.0})

	// A restart counts from the records alone.
	c.stop()
	again := serveAt(t, c.data)
	equal(t, "usage after a restart", any(again.marketer("ines").must(figures, nil)), any(before))
	if !slices.Equal(column(at(before, "usage", "TEAM"), "key"), []string{"EMEA"}) {
		t.Errorf("teams: %v", before)
	}
}
