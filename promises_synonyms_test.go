package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/quiverhq/quiver/store/embedded"
)

// saveSynonyms saves a new set of synonyms and gives its id.
func (c caller) saveSynonyms(input object) string {
	c.q.t.Helper()
	return at(c.must(`mutation($i: SynonymsInput!) { saveSynonyms(input: $i) { id } }`, object{"i": input}), "saveSynonyms", "id").(string)
}

func (c caller) removeSynonyms(id string) {
	c.q.t.Helper()
	c.must(`mutation($id: ID!) { removeSynonyms(id: $id) { id } }`, object{"id": id})
}

// found is the titles that a query finds; a word that was respelt fails the test.
func (c caller) found(query string) []string {
	c.q.t.Helper()
	data := c.must(`query($q: String!) { assets(query: $q) { didYouMean nodes { title } } }`, object{"q": query})
	if respelt := at(data, "assets", "didYouMean"); respelt != nil {
		c.q.t.Errorf("%q is answered with: did you mean %v?", query, respelt)
	}
	return column(at(data, "assets", "nodes"), "title")
}

// What a marketer saves, the next query of a rep finds by; nothing is indexed anew.
func TestSynonymsActOnTheNextQuery(t *testing.T) {
	q := newServer(t)
	marketer, rep := q.marketer("ines"), q.rep("ann")
	for _, title := range []string{"Leaving the spreadsheet", "Our service organization controls", "Key management", "Physicians on call"} {
		marketer.createAsset(object{"title": title})
	}
	nothing := []string{}
	for _, test := range []struct {
		story       string
		terms       list
		instead     list
		query, find string
		backwards   string // finds nothing more by the synonyms
	}{
		{"a word for a word", list{"excel", "spreadsheet"}, nil, "excel", "Leaving the spreadsheet", ""},
		{"in another form", list{"doctor", "physician"}, nil, "doctors", "Physicians on call", ""},
		{"a word for a phrase", list{"SOC 2", "service organization controls"}, nil, "soc2", "Our service organization controls", ""},
		{"a phrase for a word", list{"pivot table", "spreadsheet"}, nil, "Pivot Table", "Leaving the spreadsheet", ""},
		{"one way", list{"Acme Vault"}, list{"key management"}, "acme vault", "Key management", "management"},
	} {
		t.Run(test.story, func(t *testing.T) {
			equal(t, "before", rep.found(test.query), nothing)
			id := marketer.saveSynonyms(object{"terms": test.terms, "instead": test.instead})
			equal(t, "with the synonyms", rep.found(test.query), []string{test.find})
			marketer.removeSynonyms(id)
			equal(t, "after they were removed", rep.found(test.query), nothing)
		})
	}

	acme := marketer.createAsset(object{"title": "Acme Vault"})
	id := marketer.saveSynonyms(object{"terms": list{"acme vault"}, "instead": list{"key management"}})
	equal(t, "one way", rep.found("acme vault"), []string{"Acme Vault", "Key management"})
	equal(t, "and not the other", rep.found("key management"), []string{"Key management"})
	marketer.must(`mutation($id: ID!) { saveSynonyms(id: $id, input: {terms: ["acme vault", "key management"], instead: null}) { id } }`, object{"id": id})
	equal(t, "changed to both ways", rep.found("key management"), []string{"Key management", "Acme Vault"})
	marketer.must(`mutation($id: ID!) { setAssetStatus(id: $id, status: ARCHIVED) { id } }`, object{"id": acme})
	equal(t, "a synonym of what is archived", rep.found("key management"), []string{"Key management"})

	q.stop()
	again := serveAt(t, q.data)
	equal(t, "after a restart", again.rep("ann").found("acme vault"), []string{"Key management"})
}

func TestASynonymIsMarkedAndItsTyposAreForgiven(t *testing.T) {
	q := newServer(t)
	marketer, rep := q.marketer("ines"), q.rep("ann")
	marketer.createAsset(object{"title": "Leaving the spreadsheet", "summary": "How our service organization controls helped."})
	marketer.saveSynonyms(object{"terms": list{"excel", "spreadsheet"}})
	marketer.saveSynonyms(object{"terms": list{"SOC 2", "service organization controls"}})
	const search = `query($q: String!) { assets(query: $q) { didYouMean edges { highlights { field fragment } } } }`
	for _, test := range []struct{ query, fragment, respelt string }{
		{"excel", "Leaving the <mark>spreadsheet</mark>", ""},
		{"soc 2", "How our <mark>service organization controls</mark> helped.", ""},
		{"exsel", "Leaving the <mark>spreadsheet</mark>", "excel"},
	} {
		page := at(rep.must(search, object{"q": test.query}), "assets")
		equal(t, "the fragment for "+test.query, at(page, "edges", 0, "highlights", 0, "fragment"), any(test.fragment))
		want := any(nil)
		if test.respelt != "" {
			want = test.respelt
		}
		equal(t, "did you mean for "+test.query, at(page, "didYouMean"), want)
	}
}

func TestSynonymsNameTheirFaultsAndAreNotAddedTwice(t *testing.T) {
	q := newServer(t)
	marketer, rep := q.marketer("ines"), q.rep("ann")
	const save = `mutation($id: ID, $i: SynonymsInput!) { saveSynonyms(id: $id, input: $i) { id } }`
	got := marketer.refused("BAD_USER_INPUT", save, object{"i": object{"terms": list{"excel", "?!", ""}, "instead": list{"EXCEL", "…"}}})
	equal(t, "faults", got, []string{"terms[1]", "terms[2]", "instead[1]", "terms[0]"})
	equal(t, "faults of one word", marketer.refused("BAD_USER_INPUT", save, object{"i": object{"terms": "excel"}}), []string{"terms"})
	equal(t, "sets after refusals", at(marketer.must(`{ synonyms { id } }`, nil), "synonyms"), any(list{}))

	excel := marketer.saveSynonyms(object{"terms": list{"Excel", "spreadsheet"}})
	equal(t, "the same once more", marketer.saveSynonyms(object{"terms": list{"spreadsheet", "excel"}}), excel)
	doctor := marketer.saveSynonyms(object{"terms": list{"doctor", "physician"}})
	same := object{"id": doctor, "i": object{"terms": list{"excel", "spreadsheet"}}}
	equal(t, "faults of a change into another set", marketer.refused("BAD_USER_INPUT", save, same), []string{"terms"})
	equal(t, "what is kept", at(marketer.must(`{ synonyms { terms instead } }`, nil), "synonyms"),
		any(list{object{"terms": list{"doctor", "physician"}, "instead": list{}}, object{"terms": list{"Excel", "spreadsheet"}, "instead": list{}}}))

	const node = `query($id: ID!) { node(id: $id) { id } }`
	equal(t, "the set by its id", at(marketer.must(node, object{"id": doctor}), "node", "id"), any(doctor))
	rep.refused("NOT_FOUND", node, object{"id": doctor})
	marketer.removeSynonyms(doctor)
	marketer.refused("NOT_FOUND", node, object{"id": doctor})
	marketer.refused("NOT_FOUND", save, object{"id": doctor, "i": object{"terms": list{"doctor", "medic"}}})
	marketer.removeSynonyms(doctor) // a repeated click
	marketer.refused("NOT_FOUND", `mutation { removeSynonyms(id: "syn_none") { id } }`, nil)
}

func TestAnotherServerFollowsSynonyms(t *testing.T) {
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Stop()
	here, there := newServer(t, "--mongodb-uri", engine.URI()), newServer(t, "--mongodb-uri", engine.URI())
	marketer, rep := here.marketer("ines"), there.rep("ann")
	marketer.createAsset(object{"title": "Leaving the spreadsheet"})
	id := marketer.saveSynonyms(object{"terms": list{"excel", "spreadsheet"}})
	saved := time.Now()
	eventually(t, "the other server finds by the synonyms", func() bool { return len(rep.found("excel")) == 1 })
	t.Logf("%v after they were saved", time.Since(saved).Round(time.Millisecond))
	marketer.removeSynonyms(id)
	eventually(t, "and no longer once they are removed", func() bool { return len(rep.found("excel")) == 0 })
	there.stop() // before the database
	here.stop()
}
