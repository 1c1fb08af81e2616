package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const viewerDocument = `query Me { viewer { name } }`

func sha(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// trustedFile writes a file of trusted documents.
func trustedFile(t *testing.T, documents any) string {
	t.Helper()
	text, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "persisted-documents.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// hashed is a request by Apollo's extension, with the document where it is not "".
func hashed(hash, document string) string {
	body := object{"extensions": object{"persistedQuery": object{"version": 1, "sha256Hash": hash}}}
	if document != "" {
		body["query"] = document
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// wants sends a body and holds its answer against a code ("" for data) and a text.
func (c caller) wants(code, says, body string) {
	c.q.t.Helper()
	r, a := c.assault(body)
	got := ""
	if len(a.Errors) > 0 {
		got = a.Errors[0].Extensions.Code
	}
	if got != code || !strings.Contains(r.text, says) {
		c.q.t.Errorf("%.200s\nwanted %q and %q, answered %.500s", body, code, says, r.text)
	}
}

// Apollo's automatic persisted queries, as its clients go about them.
func TestADocumentIsRegisteredByItsHash(t *testing.T) {
	q := newServer(t)
	rep, stranger := q.rep("ann"), q.as("")
	hash := sha(viewerDocument)
	rep.wants("PERSISTED_QUERY_NOT_FOUND", `"PersistedQueryNotFound"`, hashed(hash, ""))
	stranger.wants("UNAUTHENTICATED", "sign in", hashed(hash, viewerDocument))
	rep.wants("PERSISTED_QUERY_NOT_FOUND", "", hashed(hash, "")) // a stranger registers nothing
	rep.wants("BAD_USER_INPUT", "is not the SHA-256", hashed(sha("another"), viewerDocument))
	rep.wants("PERSISTED_QUERY_NOT_FOUND", "", hashed(sha("another"), ""))
	rep.wants("BAD_USER_INPUT", "nothing", hashed(sha("{ nothing }"), "{ nothing }"))
	rep.wants("PERSISTED_QUERY_NOT_FOUND", "", hashed(sha("{ nothing }"), "")) // what is not valid is not kept
	rep.wants("", `"ann"`, hashed(hash, viewerDocument))
	rep.wants("", `"ann"`, hashed(hash, ""))
	rep.wants("", `"ann"`, `{"documentId":"sha256:`+hash+`"}`)
	get := q.send("GET", "/graphql?extensions="+url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}`), "", "Authorization", "Bearer "+rep.token)
	if get.status != 200 || !strings.Contains(get.text, `"ann"`) {
		t.Errorf("by GET: %d %s", get.status, get.text)
	}
	mutation := `mutation { saveLead(input: {email: "a@b.example"}) { id } }`
	rep.wants("", "saveLead", hashed(sha(mutation), mutation))
	if get := q.send("GET", "/graphql?documentId=sha256:"+sha(mutation), "", "Authorization", "Bearer "+rep.token); get.status != 405 {
		t.Errorf("a mutation by GET: %d %s", get.status, get.text)
	}
	for name, body := range map[string]string{
		"of another version":  `{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"` + hash + `"}}}`,
		"without a version":   `{"extensions":{"persistedQuery":{"sha256Hash":"` + hash + `"}}}`,
		"that is no SHA-256":  `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}`,
		"in capitals":         `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.ToUpper(hash) + `"}}}`,
		"that is a list":      `{"extensions":{"persistedQuery":[]}}`,
		"that is a number":    `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":7}}}`,
		"named twice":         `{"documentId":"x","query":"{ viewer { id } }"}`,
		"named in two ways":   `{"documentId":"x","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}}`,
		"with another prefix": `{"documentId":"md5:abc"}`,
		"with half a SHA-256": `{"documentId":"sha256:abc"}`,
		"with no name":        `{"documentId":""}`,
		"that is not named":   `{"extensions":{}}`,
	} {
		r, a := rep.assault(body)
		if len(a.Errors) == 0 || a.Errors[0].Extensions.Code != "BAD_USER_INPUT" || len(a.Errors[0].Extensions.Fields) == 0 {
			t.Errorf("a document %s: %s", name, r.text)
		}
	}
}

func TestTrustedDocuments(t *testing.T) {
	other := `query Other($id: ID!) { asset(id: $id) { title } }`
	file := trustedFile(t, map[string]string{"sha256:" + sha(viewerDocument): viewerDocument, "1f3870be274f6c49b3e31a0c6728957f": other})
	byRelay := `{"documentId":"1f3870be274f6c49b3e31a0c6728957f","variables":{"id":"ast_x"}}`

	t.Run("beside others", func(t *testing.T) {
		q := newServer(t, "--trusted-documents", file)
		rep := q.rep("ann")
		rep.wants("", `"ann"`, `{"documentId":"sha256:`+sha(viewerDocument)+`"}`)
		rep.wants("", `"ann"`, hashed(sha(viewerDocument), ""))
		rep.wants("NOT_FOUND", "asset", byRelay)
		rep.wants("NOT_FOUND", "asset", strings.Replace(hashed(sha(other), ""), "{", `{"variables":{"id":"ast_x"},`, 1))
		rep.wants("PERSISTED_QUERY_NOT_FOUND", "", `{"documentId":"gone"}`)
		rep.must(`{ viewer { id } }`, nil)
	})
	t.Run("alone", func(t *testing.T) {
		q := newServer(t, "--trusted-documents", file, "--trusted-only")
		rep := q.rep("ann")
		rep.wants("", `"ann"`, `{"documentId":"sha256:`+sha(viewerDocument)+`"}`)
		rep.wants("", `"ann"`, asBody(viewerDocument)) // the very text is trusted, too
		rep.wants("NOT_FOUND", "asset", byRelay)
		rep.wants("FORBIDDEN", "its operator trusts", asBody(`{ viewer { id } }`))
		rep.wants("FORBIDDEN", "its operator trusts", hashed(sha(`{ viewer { id } }`), `{ viewer { id } }`))
		rep.wants("PERSISTED_QUERY_NOT_SUPPORTED", `"PersistedQueryNotSupported"`, hashed(sha(`{ viewer { id } }`), ""))
		rep.wants("PERSISTED_QUERY_NOT_FOUND", "", `{"documentId":"gone"}`)
		rep.wants("FORBIDDEN", "its operator trusts", asBody(`{ __schema { types { name } } }`))
		q.as("").wants("UNAUTHENTICATED", "", asBody(viewerDocument))
		if code, out := q.shell("import", "leads", write(t, "leads.jsonl", `{"externalId": "1"}`)); code != 2 || !strings.Contains(out, "the server answers trusted documents alone") {
			t.Errorf("an import ends with %d:\n%s", code, out)
		}
	})
}

// A file that is wrong keeps the server from starting, and every wrong entry is
// named with what is wrong.
func TestTrustedDocumentsThatAreWrongAreTold(t *testing.T) {
	wrong := trustedFile(t, map[string]string{
		"cut": `{ viewer {`, "stale": `{ viewer { shoeSize } }`, "empty": "", "fragment": `fragment f on User { id }`,
		"sha256:" + sha("another"): viewerDocument, "sha256:ABC": viewerDocument, "md5:x": viewerDocument, "fine": viewerDocument,
		"bomb": `{ viewer { ` + strings.Repeat("id ", 300) + `} }`,
	})
	for name, c := range map[string]struct {
		file string
		says []string
	}{
		"entries": {wrong, []string{
			`"cut": line 1: Expected`, `"stale": line 1: Cannot query field "shoeSize" on type "User"`, `"empty": the document has no operation`,
			`"fragment": the document has no operation`, `it is not the SHA-256 of its document, which is sha256:` + sha(viewerDocument),
			`"sha256:ABC": a document's id with the prefix sha256: must go on with 64 digits`, `"md5:x": a document's id has the prefix sha256: or none`,
			`"bomb": the document asks for the same fields`,
		}},
		"a list":           {trustedFile(t, list{viewerDocument}), []string{"must be a JSON object"}},
		"nothing":          {trustedFile(t, object{}), []string{"it has no document"}},
		"a manifest":       {trustedFile(t, object{"operations": list{}}), []string{`"operations" must have a document as a string`}},
		"no file":          {filepath.Join(t.TempDir(), "none.json"), []string{"read the trusted documents"}},
		"a key twice":      {textFile(t, `{"a": "{ viewer { id } }", "a": "{ viewer { name } }"}`), []string{`"a" is there twice`}},
		"JSON cut short":   {textFile(t, `{"a": "{ viewer { id } }"`), []string{"malformed at byte"}},
		"JSON that is not": {textFile(t, `viewer`), []string{"must be a JSON object"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if code := runFor(t, &out, "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--trusted-documents", c.file); code == 0 {
				t.Error("it started")
			}
			for _, says := range c.says {
				if !strings.Contains(out.String(), says) {
					t.Errorf("not told: %s\n%s", says, out.String())
				}
			}
			if strings.Contains(out.String(), `"fine"`) {
				t.Errorf("a right entry is told: %s", out.String())
			}
		})
	}
}

func textFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDocumentFlagsThatAreWrongAreTold(t *testing.T) {
	for _, c := range []struct{ flag, says string }{
		{"--max-cost=SALES=5", `--max-cost: the greatest cost is set by role: "SALES" is none of REP, MARKETER, ADMIN, NOBODY`},
		{"--max-cost=REP=much", `--max-cost: the greatest cost of REP must be a whole number from 1 to 999999999, not "much"`},
		{"--max-depth=REP=0", `--max-depth: the greatest depth of REP must be a whole number from 1 to 50, not "0"`},
		{"--max-tokens=REP=5", `--max-tokens: the greatest tokens of REP must be a whole number from 100 to 65536, not "5"`},
		{"--max-cost=REP", `--max-cost: expected "<key>=<value>" but got "REP"`},
		{"--trusted-only", "--trusted-only needs --trusted-documents"},
	} {
		var out bytes.Buffer
		if code := runFor(t, &out, "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), c.flag); code == 0 || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: ended with %d and %s", c.flag, code, out.String())
		}
	}
}

// What a document costs is told where that is asked for, and each role has its
// own limit.
func TestADocumentTellsWhatItCosts(t *testing.T) {
	q := newServer(t, "--max-cost", "REP=2000;MARKETER=30000", "--max-depth", "rep=3")
	rep, marketer := q.rep("ann"), q.marketer("ines")
	cost := func(c caller, document string, variables object) (requested, limit float64, byField object, code string) {
		t.Helper()
		body, err := json.Marshal(object{"query": document, "variables": variables, "extensions": object{"cost": true}})
		if err != nil {
			t.Fatal(err)
		}
		r, a := c.assault(string(body))
		var told struct{ Extensions struct{ Cost object } }
		if err := json.Unmarshal([]byte(r.text), &told); err != nil || told.Extensions.Cost == nil {
			t.Fatalf("no cost: %s", r.text)
		}
		if len(a.Errors) > 0 {
			code = a.Errors[0].Extensions.Code
		}
		byField, _ = told.Extensions.Cost["byField"].(object)
		return told.Extensions.Cost["requested"].(float64), told.Extensions.Cost["limit"].(float64), byField, code
	}
	const page = `query($n: Int) { few: assets(first: $n) { nodes { id } } viewer { id } }`
	requested, limit, byField, code := cost(rep, page, object{"n": 10})
	equal(t, "limit of a rep", limit, 2000.0)
	equal(t, "code", code, "")
	equal(t, "the sum", byField["few"].(float64)+byField["viewer"].(float64)+200, requested)
	literal, _, _, _ := cost(rep, strings.Replace(strings.Replace(page, "$n", "10", 2), "query(10: Int) ", "", 1), nil)
	equal(t, "a literal costs what a variable does", literal, requested)
	if more, _, _, _ := cost(rep, page, object{"n": 11}); more <= requested {
		t.Errorf("11 cost %v, 10 cost %v", more, requested)
	}
	const words = `query($q: String) { assets(query: $q) { totalCount } }`
	few, _, _, _ := cost(rep, words, object{"q": "audit"})
	many, _, _, _ := cost(rep, words, object{"q": "audit trail for the regulator"})
	equal(t, "four words more", many-few, 4*80.0)

	const much = `{ leads(first: 5) { nodes { recommendations(first: 1) { score } } } }`
	if requested, limit, _, code := cost(marketer, much, nil); code != "" || limit != 30_000 || requested < 8_000 {
		t.Errorf("a marketer: %v of %v, %q", requested, limit, code)
	}
	rep.refused("QUERY_TOO_COMPLEX", `{ leads(first: 5) { nodes { recommendations { score } } } }`, nil)
	rep.refused("QUERY_TOO_COMPLEX", `{ leads(first: 1) { nodes { owner { name } } } }`, nil) // 4 deep
	if requested, limit, _, code := cost(rep, `{ coverage { leads } }`, nil); code != "QUERY_TOO_COMPLEX" || requested <= limit {
		t.Errorf("a document that is refused tells %v of %v, %q", requested, limit, code)
	}
	rep.wants("BAD_USER_INPUT", "extensions.cost", `{"query":"{ viewer { id } }","extensions":{"cost":"please"}}`)
	if r, _ := rep.assault(asBody(`{ viewer { id } }`)); strings.Contains(r.text, "extensions") {
		t.Errorf("a cost that nobody asked for: %s", r.text)
	}
}

// With introspection off no message helps to read the schema.
func TestWithoutIntrospectionNothingIsSuggested(t *testing.T) {
	slips := map[string]string{
		"a field":           `{ viewr { id } }`,
		"a field of a type": `{ viewer { nmae } }`,
		"a field elsewhere": `{ node(id: "x") { title } }`,
		"a leaf":            `{ viewer }`,
		"an argument":       `{ asset(ide: "x") { id } }`,
		"a directive's":     `{ viewer @include(iff: true) { id } }`,
		"a type":            `query($f: AssetFiltr) { assets(filter: $f) { totalCount } }`,
		"a fragment's type": `{ viewer { ...f } } fragment f on Usr { id }`,
		"an enum's value":   `{ assets(filter: {types: [EBOOQ]}) { totalCount } }`,
		"an enum as a text": `{ assets(filter: {types: ["EBOOK"]}) { totalCount } }`,
		"an input's field":  `{ assets(filter: {typs: [EBOOK]}) { totalCount } }`,
	}
	open, closed := newServer(t), newServer(t, "--no-introspection")
	suggested := 0
	for name, document := range slips {
		if _, a := open.rep("ann").assault(asBody(document)); strings.Contains(a.text+a.Errors[0].Message, "Did you mean") {
			suggested++
		}
		if r, a := closed.rep("ann").assault(asBody(document)); len(a.Errors) == 0 || strings.Contains(r.text, "Did you mean") {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	if suggested < 8 {
		t.Errorf("only %d slips are answered with a suggestion where that is allowed: the test tests nothing", suggested)
	}
}
