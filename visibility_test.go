package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// hidden are the statuses that a rep must not see.
func hidden() []enablement.AssetStatus {
	return slices.DeleteFunc(enablement.AssetStatuses(), func(s enablement.AssetStatus) bool { return s == enablement.StatusPublished })
}

// Whatever path a rep takes, only published assets come; a marketer sees all.
func TestARepSeesPublishedAssetsAlone(t *testing.T) {
	c := newCatalog(t)
	secret := map[enablement.AssetStatus]string{}
	for _, status := range hidden() {
		secret[status] = c.marketer.createAsset(object{"title": "Obelisk " + string(status), "body": "obelisk", "topics": list{"obelisk-" + string(status)}, "status": string(status),
			"personas": list{c.cto}, "industries": list{c.retail}, "funnelStages": list{"AWARENESS"}, "publishedAt": "2024-01-01T00:00:00Z"})
	}
	const everything = `query($s: [AssetStatus!], $t: [String!], $lead: ID!) {
		listed: assets { totalCount nodes { title } facets { topics { value } personas { count } } }
		filtered: assets(filter: {statuses: $s}) { totalCount nodes { title } facets { topics { value } } }
		topical: assets(filter: {topics: $t}) { totalCount }
		found: assets(query: "obelisk") { totalCount nodes { title } edges { highlights { fragment } } }
		misspelt: assets(query: "obelsik") { totalCount didYouMean }
		oldest: assets(orderBy: OLDEST) { totalCount } title: assets(orderBy: TITLE) { totalCount } sent: assets(orderBy: MOST_SENT) { totalCount }
		byTitle: suggest(prefix: "obel") byTopic: suggest(prefix: "obelisk-")
		lead(id: $lead) { recommendations(first: 50, includeSent: true, filter: {statuses: $s}) { asset { title } } all: recommendations(first: 50, includeSent: true) { asset { title } } }
		recommend(prospect: {jobTitle: "CTO", notes: "obelisk", industry: "Retail"}, first: 50, filter: {statuses: $s}) { asset { title } }
		usage(range: {from: "2000-01-01T00:00:00Z"}) { unused(first: 100) { totalCount nodes { title } facets { topics { value } } } } }`
	variables := object{"s": anyOf(hidden()), "t": list{"obelisk-DRAFT"}, "lead": c.lead}
	a := c.rep.ask(everything, variables)
	if len(a.Errors) > 0 || strings.Contains(strings.ToLower(a.text), "obelisk") {
		t.Errorf("a rep reads of what is not published: %s", a.text)
	}
	for _, path := range []string{"listed", "oldest", "title", "sent"} {
		equal(t, path+" to a rep", at(a.Data, path, "totalCount"), any(1.0))
	}
	for _, path := range []string{"filtered", "topical", "found", "misspelt"} {
		equal(t, path+" to a rep", at(a.Data, path, "totalCount"), any(0.0))
	}
	equal(t, "unused to a rep", at(a.Data, "usage", "unused", "totalCount"), any(1.0))
	for status, id := range secret {
		c.rep.refused("NOT_FOUND", `query($id: ID!) { asset(id: $id) { id } }`, object{"id": id})
		if a := c.rep.ask(`query($id: ID!) { node(id: $id) { id } }`, object{"id": id}); len(a.Errors) == 0 || a.Errors[0].Extensions.Code != "NOT_FOUND" || strings.Contains(a.text, "Obelisk") {
			t.Errorf("node of a %s asset: %s", status, a.text)
		}
		gone := c.rep.ask(`query($id: ID!) { asset(id: $id) { id } }`, object{"id": "ast_nothing"})
		there := c.rep.ask(`query($id: ID!) { asset(id: $id) { id } }`, object{"id": id})
		if strings.ReplaceAll(there.text, id, "ast_nothing") != gone.text {
			t.Errorf("a secret asset answers otherwise than none: %s", there.text)
		}
	}

	m := c.marketer.must(everything, variables)
	equal(t, "filtered to a marketer", at(m, "filtered", "totalCount"), any(float64(len(secret))))
	equal(t, "found by a marketer", at(m, "found", "totalCount"), any(float64(len(secret))))
	equal(t, "a correction for a marketer", at(m, "misspelt", "didYouMean"), any("obelisk"))
	equal(t, "recommended to a marketer", at(m, "recommend"), any(list{})) // nobody is sent what is not published
	equal(t, "unused to a marketer", column(at(m, "usage", "unused", "nodes"), "title"), []string{"Zeppelin maintenance"})
	for _, id := range secret {
		c.marketer.must(`query($id: ID!) { asset(id: $id) { id } node(id: $id) { id } }`, object{"id": id})
	}
}

// What was sent and has since gone back to a draft is not read through the
// record of sends either.
func TestASentAssetThatIsADraftAgainIsSecret(t *testing.T) {
	c := newCatalog(t)
	send := c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	const read = `query($id: ID!, $lead: ID!) { node(id: $id) { ... on Send { assets { title } } } sends { nodes { assets { title } } } lead(id: $lead) { sends { nodes { assets { title } } } }
		usage { by(dimension: ASSET) { label totals { sends } } } }`
	variables := object{"id": send, "lead": c.lead}
	for status, seen := range map[enablement.AssetStatus]bool{"DRAFT": false, "IN_REVIEW": false, "EXPIRED": true, "ARCHIVED": true, "PUBLISHED": true} {
		c.marketer.must(`mutation($id: ID!, $s: AssetStatus!) { setAssetStatus(id: $id, status: $s) { id } }`, object{"id": c.piece, "s": string(status)})
		a := c.rep.ask(read, variables)
		if len(a.Errors) > 0 || strings.Contains(a.text, "Zeppelin") != seen {
			t.Errorf("the rep who sent it reads of the %s asset: %s", status, a.text)
		}
		equal(t, "its sends still count", at(a.Data, "usage", "by", 0, "totals", "sends"), any(1.0))
		if m := c.marketer.ask(read, variables); len(m.Errors) > 0 || !strings.Contains(m.text, "Zeppelin") {
			t.Errorf("a marketer reads of the %s asset: %s", status, m.text)
		}
	}
}

// idOf gives the viewer's id.
func idOf(c caller) string {
	c.q.t.Helper()
	return at(c.must(`{ viewer { id } }`, nil), "viewer", "id").(string)
}

func TestARepsFiguresAreOwn(t *testing.T) {
	c := newCatalog(t)
	bob := c.quiver.rep("bob")
	ann, bobID := idOf(c.rep), idOf(bob)
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})
	other := bob.recordSend(object{"lead": c.lead, "assets": list{c.piece}})

	const usage = `query($f: UsageFilter) { usage(filter: $f) { totals { sends } by(dimension: REP) { key } } }`
	for _, filter := range []object{nil, {}, {"reps": list{ann}}, {"reps": nil}} {
		got := at(c.rep.must(usage, object{"f": filter}), "usage")
		equal(t, fmt.Sprint("a rep's own usage with ", filter), got, any(object{"totals": object{"sends": 2.0}, "by": list{object{"key": ann}}}))
	}
	for _, reps := range []list{{bobID}, {ann, bobID}, {"usr_nobody"}} {
		c.rep.refused("FORBIDDEN", usage, object{"f": object{"reps": reps}})
	}
	equal(t, "everyone's to a marketer", at(c.marketer.must(usage, nil), "usage", "totals", "sends"), any(3.0))
	c.rep.refused("FORBIDDEN", `{ coverage { assets } }`, nil)

	const sends = `query($lead: ID, $asset: ID, $rep: ID) { sends(lead: $lead, asset: $asset, rep: $rep) { totalCount } }`
	for name, s := range map[string]struct {
		who   caller
		input object
		want  float64
	}{
		"a rep's own":                       {c.rep, nil, 2},
		"a rep's own, by name":              {c.rep, object{"rep": ann}, 2},
		"a rep's own of an asset":           {c.rep, object{"asset": c.piece}, 2},
		"everyone's to a lead one sees":     {c.rep, object{"lead": c.lead}, 3},
		"a colleague's to a lead one sees":  {c.rep, object{"lead": c.lead, "rep": bobID}, 1},
		"everyone's, to a marketer":         {c.marketer, nil, 3},
		"one rep's, to a marketer":          {c.marketer, object{"rep": bobID}, 1},
		"of an asset that was not sent":     {c.rep, object{"asset": "ast_nothing"}, 0},
		"of a rep that is not, to marketer": {c.marketer, object{"rep": "usr_nobody"}, 0},
	} {
		equal(t, name, at(s.who.must(sends, s.input), "sends", "totalCount"), any(s.want))
	}
	c.rep.refused("FORBIDDEN", sends, object{"rep": bobID})
	c.rep.refused("FORBIDDEN", sends, object{"rep": bobID, "asset": c.piece})
	c.rep.refused("NOT_FOUND", sends, object{"lead": "led_nobody"})
	c.rep.must(`query($id: ID!) { node(id: $id) { ... on Send { message } } }`, object{"id": other}) // of a lead that ann sees
}

// With --lead-visibility=owner a lead is its owner's and the marketers' alone,
// whatever the path.
func TestWithOwnLeadsOnlyAnotherRepsLeadIsSecret(t *testing.T) {
	c := newCatalog(t, "--lead-visibility", "owner")
	bob := c.quiver.rep("bob")
	ann, bobID := idOf(c.rep), idOf(bob)
	bobs := bob.saveLead(object{"externalId": "crm-bob", "email": "secret@example.com", "lastName": "Sequoia", "jobTitle": "CTO"})
	nobodys := at(c.marketer.must(`mutation { saveLead(input: {externalId: "crm-none", lastName: "Sequoia"}) { id } }`, nil), "saveLead", "id").(string)
	send := bob.recordSend(object{"lead": bobs, "assets": list{c.piece}, "message": "Sequoia"})
	own := c.rep.recordSend(object{"lead": c.lead, "assets": list{c.piece}})

	listed := c.rep.must(`query($me: [ID!]) { leads { totalCount nodes { id } } mine: leads(filter: {owners: $me}) { totalCount } found: leads(filter: {query: "sequoia"}) { totalCount } }`, object{"me": list{ann}})
	equal(t, "a rep's leads", column(at(listed, "leads", "nodes"), "id"), []string{c.lead})
	equal(t, "a rep's leads, counted", []any{at(listed, "leads", "totalCount"), at(listed, "mine", "totalCount"), at(listed, "found", "totalCount")}, []any{1.0, 1.0, 0.0})
	c.rep.refused("FORBIDDEN", `query($o: [ID!]) { leads(filter: {owners: $o}) { totalCount } }`, object{"o": list{bobID}})

	for _, id := range []string{bobs, nobodys} {
		for _, document := range []string{
			`query($id: ID!) { lead(id: $id) { lastName } }`, `query($id: ID!) { node(id: $id) { id } }`, `query($id: ID!) { lead(id: $id) { recommendations { score } } }`,
			`query($id: ID!) { sends(lead: $id) { totalCount } }`, `mutation($id: ID!) { saveLead(id: $id, input: {notes: "mine"}) { id } }`,
		} {
			there, gone := c.rep.ask(document, object{"id": id}), c.rep.ask(document, object{"id": "led_nothing"})
			if len(there.Errors) != 1 || there.Errors[0].Extensions.Code != "NOT_FOUND" || strings.ReplaceAll(there.text, id, "led_nothing") != gone.text {
				t.Errorf("%s of another's lead: %s, of none: %s", document, there.text, gone.text)
			}
		}
		got := c.rep.refused("BAD_USER_INPUT", `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`, object{"i": object{"lead": id, "assets": list{c.piece}}})
		equal(t, "a send to another's lead", got, []string{"lead"})
	}
	c.rep.refused("NOT_FOUND", `query($id: ID!) { node(id: $id) { id } }`, object{"id": send})
	for _, key := range []object{{"externalId": "crm-bob"}, {"email": "Secret@example.com"}, {"externalId": "crm-none"}} {
		key["notes"] = "mine"
		c.rep.refused("FORBIDDEN", `mutation($i: LeadInput!) { saveLead(input: $i) { id } }`, object{"i": key})
	}
	c.rep.refused("CONFLICT", `mutation($id: ID!) { saveLead(id: $id, input: {email: "secret@example.com"}) { id } }`, object{"id": c.lead})
	c.rep.refused("BAD_USER_INPUT", `mutation($o: ID) { saveLead(input: {email: "new@example.com", owner: $o}) { id } }`, object{"o": bobID})

	all := c.marketer.must(`query($id: ID!, $send: ID!, $o: [ID!]) { leads { totalCount } lead(id: $id) { lastName notes sends { totalCount } recommendations(includeSent: true) { score } } node(id: $send) { id } of: leads(filter: {owners: $o}) { totalCount } }`,
		object{"id": bobs, "send": send, "o": list{bobID}})
	equal(t, "leads to a marketer", []any{at(all, "leads", "totalCount"), at(all, "of", "totalCount"), at(all, "lead", "sends", "totalCount")}, []any{3.0, 1.0, 1.0})
	equal(t, "the notes that nobody else may write", at(all, "lead", "notes"), any(""))

	// A lead that changes hands takes its record along.
	c.marketer.must(`mutation($id: ID!, $o: ID) { saveLead(id: $id, input: {owner: $o, notes: "for bob's eyes"}) { id } }`, object{"id": c.lead, "o": bobID})
	for name, document := range map[string]string{
		"sends":          `{ sends { totalCount nodes { lead { notes } } } }`,
		"node":           `query($id: ID!) { node(id: $id) { ... on Send { lead { notes } } } }`,
		"usage":          `{ usage { totals { sends } by(dimension: CAMPAIGN) { key } } }`,
		"sends by asset": `query($asset: ID) { sends(asset: $asset) { totalCount nodes { lead { notes } } } }`,
	} {
		if a := c.rep.ask(document, object{"id": own, "asset": c.piece}); strings.Contains(a.text, "bob's eyes") {
			t.Errorf("%s show the rep who had the lead before what is in it now: %s", name, a.text)
		}
	}
	equal(t, "the former owner's sends", at(c.rep.must(`{ sends { totalCount nodes { id } } }`, nil), "sends"), any(object{"totalCount": 0.0, "nodes": list{}}))
	equal(t, "the new owner's view", at(bob.must(`query($id: ID) { sends(lead: $id) { totalCount } }`, object{"id": c.lead}), "sends", "totalCount"), any(1.0))
	equal(t, "the former owner's own figures", at(c.rep.must(`{ usage { totals { sends } } }`, nil), "usage", "totals", "sends"), any(1.0))
}
