package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// paragraph is a text of 40 words that no other number's has in common.
func paragraph(n int) string {
	words := make([]string, 40)
	for i := range words {
		words[i] = fmt.Sprintf("word%dof%d", i, n)
	}
	return strings.Join(words, " ")
}

// warnings reads extensions.warnings of an answer as "path: message".
func warnings(t *testing.T, a answer) []string {
	t.Helper()
	var body struct {
		Extensions struct {
			Warnings []struct {
				Path    []string
				Message string
			}
		}
	}
	if err := json.Unmarshal([]byte(a.text), &body); err != nil || len(a.Errors) > 0 {
		t.Fatalf("answered %s", a.text)
	}
	all := []string{}
	for _, w := range body.Extensions.Warnings {
		all = append(all, strings.Join(w.Path, ".")+": "+w.Message)
	}
	return all
}

func TestSimilarAndDuplicateAssetsByRole(t *testing.T) {
	q := newServer(t)
	marketer, rep := q.marketer("ines"), q.rep("ann")
	text := paragraph(1)
	a := marketer.createAsset(object{"title": "Audit trails for banks", "body": text, "topics": list{"audit"}})
	b := marketer.createAsset(object{"title": "Audit trails for bankers", "body": text})
	draft := marketer.createAsset(object{"title": "Audit trails for everybody", "body": text, "status": "DRAFT"})
	marketer.createAsset(object{"title": "Audit trails for archives", "body": text, "status": "ARCHIVED"})
	other := marketer.createAsset(object{"title": "Audit trails at sea", "body": paragraph(2), "topics": list{"audit"}})
	stranger := marketer.createAsset(object{"title": "Herring", "body": paragraph(3)})

	const one = `query($id: ID!) { asset(id: $id) { similar { id } nearDuplicates { overlap asset { id status } } } }`
	seen := rep.must(one, object{"id": a})
	equal(t, "similar to a rep", column(at(seen, "asset", "similar"), "id"), []string{b, other})
	equal(t, "near duplicates to a rep", column(at(seen, "asset", "nearDuplicates"), "asset", "id"), []string{b})
	if overlap := at(seen, "asset", "nearDuplicates", 0, "overlap").(float64); overlap < 0.8 || overlap > 0.9 {
		t.Errorf("overlap %v", overlap)
	}
	all := marketer.must(one, object{"id": a})
	equal(t, "near duplicates to a marketer", column(at(all, "asset", "nearDuplicates"), "asset", "status"), []string{"PUBLISHED", "DRAFT"})
	if got := column(at(all, "asset", "similar"), "id"); len(got) != 4 || got[3] != other { // ARCHIVED ones are in a marketer's lists too
		t.Errorf("similar to a marketer: %v, want the copies first", got)
	}
	equal(t, "similar to what is alone", at(rep.must(one, object{"id": stranger}), "asset"), any(object{"similar": list{}, "nearDuplicates": list{}}))

	listed := rep.must(`{ assets(first: 100) { nodes { id similar(first: 1) { id } nearDuplicates(first: 1) { asset { id } } } } }`, nil)
	for _, node := range at(listed, "assets", "nodes").(list) {
		if at(node, "id") == a && (at(node, "similar", 0, "id") != any(b) || at(node, "nearDuplicates", 0, "asset", "id") != any(b)) {
			t.Errorf("in a list: %v", node)
		}
	}

	const pairs = `query($least: Float, $first: Int) { duplicates(least: $least, first: $first) { overlap assets { id } } }`
	found := marketer.must(pairs, object{})["duplicates"].(list)
	if len(found) != 3 {
		t.Errorf("duplicates: %v, want the three pairs of two published and a draft", found)
	}
	for i, pair := range found {
		x, y := at(pair, "assets", 0, "id").(string), at(pair, "assets", 1, "id").(string)
		if x >= y || !strings.Contains(a+b+draft, x) || !strings.Contains(a+b+draft, y) || i > 0 && at(pair, "overlap").(float64) > at(found[i-1], "overlap").(float64) {
			t.Errorf("pair %d: %v", i, pair)
		}
	}
	equal(t, "one pair", len(marketer.must(pairs, object{"first": 1})["duplicates"].(list)), 1)
	equal(t, "identical pairs", marketer.must(pairs, object{"least": 1}), object{"duplicates": list{}})
	rep.refused("FORBIDDEN", pairs, object{})
}

func TestLikenessHasBounds(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	id := marketer.createAsset(object{"title": "The guide"})
	for _, first := range []int{0, 51, -1} {
		for _, field := range []string{"similar(first: $n) { id }", "nearDuplicates(first: $n) { overlap }"} {
			got := marketer.refused("BAD_USER_INPUT", `query($id: ID!, $n: Int) { asset(id: $id) { `+field+` } }`, object{"id": id, "n": first})
			equal(t, field, got, []string{"first"})
		}
	}
	got := marketer.refused("BAD_USER_INPUT", `{ duplicates(first: 101, least: 0.2) { overlap } }`, nil)
	equal(t, "both wrong", got, []string{"first", "least"})
	marketer.refused("BAD_USER_INPUT", `{ duplicates(least: 1.01) { overlap } }`, nil)
	marketer.must(`{ assets(first: 100) { nodes { similar { id title } nearDuplicates { overlap } } } }`, nil)
	marketer.refused("QUERY_TOO_COMPLEX", `{ assets(first: 100) { nodes { similar { similar { id } } } } }`, nil)
}

func TestWhoAddsACopyIsTold(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	const create = `mutation($i: AssetInput!) { createAsset(input: $i) { id nearDuplicates { asset { title } } } }`
	first := marketer.ask(create, object{"i": object{"title": "The guide", "body": paragraph(1)}})
	equal(t, "warnings of the first", warnings(t, first), []string{})
	id := at(first.Data, "createAsset", "id").(string)
	says := `says nearly the same as "The guide" (` + id + `): 95 % of their word sequences are in both; if it is a new version of that, update that one instead`

	second := marketer.ask(create, object{"i": object{"title": "The guide", "body": paragraph(1) + " 2026 edition"}})
	equal(t, "warnings of a copy", warnings(t, second), []string{"createAsset: " + says})
	equal(t, "asked in the same call", at(second.Data, "createAsset", "nearDuplicates", 0, "asset", "title"), any("The guide"))
	equal(t, "warnings of an archived copy", warnings(t, marketer.ask(create, object{"i": object{"title": "The guide", "body": paragraph(1), "status": "ARCHIVED"}})), []string{})

	both := marketer.ask(`mutation($i: AssetInput!, $j: AssetInput!) { a: createAsset(input: $i) { id } b: createAsset(input: $j) { id } }`,
		object{"i": object{"title": "The text", "body": paragraph(2)}, "j": object{"title": "The text", "body": paragraph(2)}})
	if got := warnings(t, both); len(got) != 1 || !strings.HasPrefix(got[0], `b: says nearly the same as "The text"`) || !strings.Contains(got[0], "100 %") {
		t.Errorf("warnings of two in one request: %v", got)
	}

	const update = `mutation($id: ID!, $i: AssetPatch!) { updateAsset(id: $id, input: $i) { version } }`
	alone := marketer.createAsset(object{"title": "Herring", "body": paragraph(3)})
	for _, step := range []struct {
		story string
		input object
		warns int
	}{
		{"its own text changes a little", object{"body": paragraph(3) + " and more"}, 0},
		{"it becomes a copy", object{"body": paragraph(1)}, 1},
		{"its topics change", object{"topics": list{"fish"}}, 0},
		{"it has a text of its own again", object{"body": paragraph(4)}, 0},
	} {
		if got := warnings(t, marketer.ask(update, object{"id": alone, "i": step.input})); len(got) != step.warns {
			t.Errorf("%s: %v", step.story, got)
		}
	}
}

func TestAnImportTellsOfCopies(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	stored := marketer.createAsset(object{"externalId": "stored", "title": "Stored", "body": paragraph(1)})
	marketer.createAsset(object{"externalId": "moves", "title": "Moves", "body": paragraph(2)})
	rows := list{
		object{"externalId": "stored", "title": "Stored", "topics": list{"new"}},         // its text stays
		object{"externalId": "copy", "title": "A copy", "body": paragraph(1)},            // of what is stored
		object{"externalId": "moves", "title": "Moves on", "body": paragraph(3)},         // leaves its text
		object{"externalId": "heir", "title": "Heir", "body": paragraph(2)},              // which is free then
		object{"externalId": "twin", "title": "Twin", "body": paragraph(2)},              // of the row before
		object{"externalId": "empty", "title": "Empty"}, object{"externalId": "empty 2"}, // says nothing; and a bad row
		object{"externalId": "gone", "title": "Gone", "body": paragraph(1), "status": "ARCHIVED"},
		object{"title": "Moves on", "body": paragraph(3)}, // no externalId; what an earlier row updates
	}
	rows[6].(object)["title"] = " "
	moved := at(marketer.must(`{ assets(query: "moves") { nodes { id } } }`, nil), "assets", "nodes", 0, "id").(string)
	const imports = `mutation($r: [AssetInput!]!, $dry: Boolean) { importAssets(rows: $r, dryRun: $dry) { created updated failed warnings { row field message } } }`
	want := []string{
		`1 <nil> says nearly the same as "Stored" (` + stored + `)`,
		`4 <nil> says nearly the same as "Heir" (row 3)`,
		`8 <nil> says nearly the same as "Moves on" (` + moved + `)`,
	}
	for _, dry := range []bool{true, false} {
		result := at(marketer.must(imports, object{"r": rows, "dry": dry}), "importAssets")
		got := []string{}
		for _, w := range at(result, "warnings").(list) {
			message, _, _ := strings.Cut(at(w, "message").(string), ":")
			got = append(got, fmt.Sprint(at(w, "row"), " ", at(w, "field"), " ", message))
		}
		equal(t, fmt.Sprint("warnings, dry run ", dry), got, want)
		equal(t, "rows", []any{at(result, "created"), at(result, "updated"), at(result, "failed")}, []any{6.0, 2.0, 1.0})
	}
	again := at(marketer.must(imports, object{"r": rows[:5]}), "importAssets", "warnings")
	equal(t, "warnings where nothing changes", again, any(list{}))
}
