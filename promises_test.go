package main

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// Twenty people who have read the same version change it at the same moment:
// one of them has changed it, the others are told that it has moved on.
func TestOfChangesToOneVersionOneGoesIn(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	id := marketer.createAsset(object{"title": "The guide"})
	const change = `mutation($id: ID!, $title: String!) { updateAsset(id: $id, version: 1, input: {title: $title}) { version } }`
	var changed, conflicts atomic.Int32
	together(20, func(i int) {
		a := marketer.ask(change, object{"id": id, "title": fmt.Sprintf("Change %d", i)})
		switch {
		case len(a.Errors) == 0:
			changed.Add(1)
		case a.Errors[0].Extensions.Code == "CONFLICT":
			conflicts.Add(1)
		default:
			t.Errorf("answered %s", a.text)
		}
	})
	if changed.Load() != 1 || conflicts.Load() != 19 {
		t.Errorf("%d changes went in and %d were conflicts, want 1 and 19", changed.Load(), conflicts.Load())
	}
	marketer.refused("CONFLICT", change, object{"id": id, "title": "Too late"})
	equal(t, "the version after one change", at(marketer.must(`query($id: ID!) { asset(id: $id) { version } }`, object{"id": id}), "asset", "version"), any(2.0))
}

// A client that does not know whether its send arrived may repeat it as often
// as it likes.
func TestARepeatedSendIsRecordedOnce(t *testing.T) {
	q := newServer(t)
	ann, bob := q.rep("ann"), q.rep("bob")
	asset := q.marketer("ines").createAsset(object{"title": "The guide"})
	lead := ann.saveLead(object{"email": "lea@example.com"})
	input := object{"lead": lead, "assets": list{asset}, "idempotencyKey": "tuesday"}
	const clients = 200
	ids := make([]string, clients)
	together(clients, func(i int) { ids[i] = ann.recordSend(input) })
	if slices.Sort(ids); ids[0] != ids[clients-1] {
		t.Errorf("%d calls with one key answered with different sends: %v", clients, slices.Compact(ids))
	}
	const count = `query($lead: ID!) { sends(lead: $lead) { totalCount } usage { totals { sends } } }`
	counted := ann.must(count, object{"lead": lead})
	equal(t, "sends after many calls with one key", at(counted, "sends", "totalCount"), any(1.0))
	equal(t, "usage after many calls with one key", at(counted, "usage", "totals", "sends"), any(1.0))
	if bob.recordSend(input) == ids[0] {
		t.Error("another rep's key is another send")
	}
	equal(t, "sends of two reps", at(ann.must(count, object{"lead": lead}), "sends", "totalCount"), any(2.0))

	input["message"], input["assets"] = "changed", list{"ast_gone"}
	if again := ann.recordSend(input); again != ids[0] {
		t.Errorf("the key answered with %s, not with the first record", again)
	}
}

func TestASendNamesAllItsFaultsAtOnce(t *testing.T) {
	q := newServer(t)
	marketer, rep := q.marketer("ines"), q.rep("ann")
	fit := marketer.createAsset(object{"title": "Fit"})
	draft := marketer.createAsset(object{"title": "Draft", "status": "DRAFT"})
	archived := marketer.createAsset(object{"title": "Archived", "status": "ARCHIVED"})
	const record = `mutation($i: RecordSendInput!) { recordSend(input: $i) { id } }`
	tomorrow := time.Now().AddDate(0, 0, 1).UTC().Format(time.RFC3339)

	got := rep.refused("BAD_USER_INPUT", record, object{"i": object{
		"lead": "led_nobody", "assets": list{fit, "ast_nothing", draft, archived}, "sentAt": tomorrow}})
	slices.Sort(got)
	equal(t, "faults of a send", got, []string{"assets[1]", "assets[2]", "assets[3]", "lead", "sentAt"})

	got = rep.refused("BAD_USER_INPUT", record, object{"i": object{"lead": "led_nobody", "assets": slices.Repeat(list{fit}, 51), "sentAt": tomorrow}})
	slices.Sort(got)
	equal(t, "faults of a send of 51 assets", got, []string{"assets", "lead", "sentAt"})

	got = rep.refused("BAD_USER_INPUT", record, object{"i": object{"lead": "", "assets": list{}, "channel": nil}})
	slices.Sort(got)
	equal(t, "faults of an empty send", got, []string{"assets", "lead"})
	equal(t, "sends after refusals", at(rep.must(`{ sends { totalCount } }`, nil), "sends", "totalCount"), any(0.0))
}

// What is null is emptied, what is absent stays, wherever the input stands.
func TestNullEmptiesAndAbsentStays(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	persona := at(marketer.must(`mutation { savePersona(input: {name: "CTO"}) { id } }`, nil), "savePersona", "id")
	const fields = `{ title summary body type url personas { id } topics language publishedAt expiresAt verifiedAt }`
	fresh := func() string {
		return marketer.createAsset(object{"title": "Guide", "summary": "s", "body": "b", "type": "EBOOK", "url": "https://example.com/", "personas": list{persona},
			"topics": list{"audit"}, "language": "de", "publishedAt": "2026-01-01T00:00:00Z", "expiresAt": "2099-01-01T00:00:00Z", "verifiedAt": "2026-01-02T00:00:00Z"})
	}
	whole := object{"title": "Guide", "summary": "s", "body": "b", "type": "EBOOK", "url": "https://example.com/", "personas": list{object{"id": persona}},
		"topics": list{"audit"}, "language": "de", "publishedAt": "2026-01-01T00:00:00Z", "expiresAt": "2099-01-01T00:00:00Z", "verifiedAt": "2026-01-02T00:00:00Z"}
	emptied := object{"title": "Guide", "summary": "", "body": "", "type": "OTHER", "url": nil, "personas": list{}, "topics": list{}, "language": "en", "publishedAt": nil, "expiresAt": nil, "verifiedAt": nil}
	allNull := object{"summary": nil, "body": nil, "type": nil, "url": nil, "personas": nil, "topics": nil, "language": nil, "publishedAt": nil, "expiresAt": nil, "verifiedAt": nil}
	for name, c := range map[string]struct {
		arguments, input string
		variables, want  object
	}{
		"nothing, in a variable":              {`, $i: AssetPatch!`, `$i`, object{"i": object{}}, whole},
		"nothing, in the document":            {``, `{}`, object{}, whole},
		"null, in a variable":                 {`, $i: AssetPatch!`, `$i`, object{"i": allNull}, emptied},
		"null, in the document":               {``, `{summary: null, body: null, type: null, url: null, personas: null, topics: null, language: null, publishedAt: null, expiresAt: null, verifiedAt: null}`, object{}, emptied},
		"fields in variables that are null":   {`, $s: String, $t: AssetType, $l: [String!], $at: Time`, `{summary: $s, body: $s, type: $t, url: $s, personas: $l, topics: $l, language: $s, publishedAt: $at, expiresAt: $at, verifiedAt: $at}`, object{"s": nil, "t": nil, "l": nil, "at": nil}, emptied},
		"fields in variables that are absent": {`, $s: String, $t: AssetType, $l: [String!], $at: Time`, `{summary: $s, body: $s, type: $t, url: $s, personas: $l, topics: $l, language: $s, publishedAt: $at, expiresAt: $at, verifiedAt: $at}`, object{}, whole},
	} {
		t.Run(name, func(t *testing.T) {
			c.variables["id"] = fresh()
			got := marketer.must(`mutation($id: ID!`+c.arguments+`) { updateAsset(id: $id, input: `+c.input+`) `+fields+` }`, c.variables)
			equal(t, "the asset", got["updateAsset"], any(c.want))
		})
	}
	if got := marketer.refused("BAD_USER_INPUT", `mutation($id: ID!) { updateAsset(id: $id, input: {title: null}) { id } }`, object{"id": fresh()}); !slices.Equal(got, []string{"title"}) {
		t.Errorf("a title of null names %v", got)
	}
	lead := marketer.saveLead(object{"email": "lea@example.com", "notes": "n", "campaign": "c"})
	got := marketer.must(`mutation($id: ID!, $absent: String) { saveLead(id: $id, input: {notes: null, campaign: $absent}) { notes campaign } }`, object{"id": lead})
	equal(t, "a lead with notes of null and an absent campaign", got["saveLead"], any(object{"notes": "", "campaign": "c"}))
}

// An error in one root field empties the whole answer; what the others wrote
// stays written, as docs/api.md warns.
func TestWhatNeighboursOfAnErrorWroteStaysWritten(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	a := marketer.ask(`mutation { a: createAsset(input: {title: "Before"}) { id } b: updateAsset(id: "ast_x", input: {title: "X"}) { id } c: createAsset(input: {title: "After"}) { id } }`, nil)
	if a.Data != nil || len(a.Errors) != 1 {
		t.Errorf("answered %s", a.text)
	}
	kept := marketer.must(`{ assets(orderBy: TITLE) { nodes { title } } }`, nil)
	equal(t, "the assets", column(at(kept, "assets", "nodes"), "title"), []string{"After", "Before"})
	if a := q.rep("ann").ask(`{ viewer { id } coverage { assets } }`, nil); a.Data != nil || len(a.Errors) != 1 {
		t.Errorf("a rep who asks for coverage too is answered %s", a.text)
	}
}

// The nightly import of a catalog must not publish again what was archived
// here, however its rows are written.
func TestAnImportedRowWithoutStatusKeepsTheStatus(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	const result = `{ created updated unchanged failed }`
	for name, c := range map[string]struct {
		document  string
		variables object
	}{
		"rows in a variable":                           {`mutation($r: [AssetInput!]!) { importAssets(rows: $r) ` + result + ` }`, object{"r": list{object{"externalId": "x", "title": "New"}}}},
		"one row in a variable":                        {`mutation($r: AssetInput!) { importAssets(rows: [$r]) ` + result + ` }`, object{"r": object{"externalId": "x", "title": "New"}}},
		"a row without its list":                       {`mutation { importAssets(rows: {externalId: "x", title: "New"}) ` + result + ` }`, nil},
		"rows in the document":                         {`mutation { importAssets(rows: [{externalId: "x", title: "New"}]) ` + result + ` }`, nil},
		"a status of null":                             {`mutation { importAssets(rows: [{externalId: "x", title: "New", status: null, type: null, language: null}]) ` + result + ` }`, nil},
		"a status that is absent":                      {`mutation($s: AssetStatus, $t: AssetType, $l: String) { importAssets(rows: [{externalId: "x", title: "New", status: $s, type: $t, language: $l}]) ` + result + ` }`, object{}},
		"a row in a list that is a variable's default": {`mutation($r: [AssetInput!]! = [{externalId: "x", title: "New"}]) { importAssets(rows: $r) ` + result + ` }`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			marketer.importRows("importAssets", list{object{"externalId": "x", "title": "Old", "status": "ARCHIVED", "type": "EBOOK", "language": "de"}})
			got := marketer.must(c.document, c.variables)
			equal(t, "the import", got["importAssets"], any(object{"created": 0.0, "updated": 1.0, "unchanged": 0.0, "failed": 0.0}))
			kept := marketer.must(`{ assets { nodes { title status type language } } }`, nil)
			equal(t, "the asset", at(kept, "assets", "nodes"), any(list{object{"title": "New", "status": "ARCHIVED", "type": "EBOOK", "language": "de"}}))
		})
	}
}

// Someone who pages through everything sees each row once, also while others
// add rows.
func TestPagingToTheEndHasNeitherGapsNorRepeats(t *testing.T) {
	q := newDemo(t)
	marketer := q.marketer("ines")
	var assets, leads list
	for i := range 60 { // titles all over the alphabet
		assets = append(assets, object{"externalId": fmt.Sprint("a", i), "title": fmt.Sprintf("%c piece %d", 'A'+i%26, i)})
		leads = append(leads, object{"externalId": fmt.Sprint("l", i), "firstName": fmt.Sprint("Lead ", i)})
	}
	for name, c := range map[string]struct{ document, field string }{
		"assets, newest first": {`query($after: String) { page: assets(orderBy: NEWEST, first: 7, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`, "importAssets"},
		"assets by title":      {`query($after: String) { page: assets(orderBy: TITLE, first: 7, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`, "importAssets"},
		"leads":                {`query($after: String) { page: leads(first: 17, after: $after) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`, "importLeads"},
	} {
		t.Run(name, func(t *testing.T) {
			before := everyID(marketer, c.document)
			rows := map[string]list{"importAssets": assets, "importLeads": leads}[c.field]
			read := make(chan []string)
			go func() { read <- everyID(marketer, c.document) }()
			for _, row := range rows {
				row.(object)["externalId"] = fmt.Sprint(name, row.(object)["title"], row.(object)["firstName"])
				marketer.importRows(c.field, list{row})
			}
			during := <-read
			seen := map[string]int{}
			for _, id := range during {
				if seen[id]++; seen[id] > 1 {
					t.Errorf("%s came twice", id)
				}
			}
			for _, id := range before {
				if seen[id] == 0 {
					t.Errorf("%s was left out", id)
				}
			}
			if after := everyID(marketer, c.document); len(after) != len(before)+len(rows) {
				t.Errorf("%d rows after %d were added to %d", len(after), len(rows), len(before))
			}
		})
	}
}

// everyID pages to the end.
func everyID(c caller, document string) []string {
	var ids []string
	for after := any(nil); ; {
		page := at(c.must(document, object{"after": after}), "page")
		ids = append(ids, column(at(page, "nodes"), "id")...)
		if at(page, "pageInfo", "hasNextPage") != true {
			return ids
		}
		after = at(page, "pageInfo", "endCursor")
	}
}
