package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostileDeadline is how long a client waits for the answer to a hostile
// request: many times what any takes, and far less than the attack would.
const hostileDeadline = 5 * time.Second

// assault sends a body and gives the answer, or fails where none comes in time.
func (c caller) assault(body string) (reply, answer) {
	c.q.t.Helper()
	ctx, cancel := context.WithTimeout(c.q.t.Context(), hostileDeadline)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.q.address+"/graphql", strings.NewReader(body))
	if err != nil {
		c.q.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.q.t.Fatalf("no answer: %v", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.q.t.Fatalf("no whole answer: %v", err)
	}
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		c.q.t.Fatalf("answered %d %.300s", response.StatusCode, text)
	}
	return reply{response.StatusCode, response.Header, string(text)}, a
}

// asBody makes a request of a document.
func asBody(document string) string {
	body, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	return `{"query":` + string(body) + `}`
}

// each repeats a text n times, with # as the number and #+ as the next.
func each(n int, text string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(strings.NewReplacer("#+", fmt.Sprint(i+1), "#", fmt.Sprint(i)).Replace(text))
	}
	return all.String()
}

func deep(n int, open, inner, shut string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
}

// hostile is a request that is meant to harm, with the code of its answer, "" for
// data.
type hostile struct{ body, code, says string }

func hostileDocuments() map[string]hostile {
	const tooComplex, bad = "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"
	document := func(text, code, says string) hostile { return hostile{asBody(text), code, says} }
	return map[string]hostile{
		"fields 400 deep":                   document(`{ industries { `+deep(180, "parent { ", "id", " }")+` } }`, tooComplex, "nests fields"),
		"braces 30,000 deep":                document(strings.Repeat("{", 30_000), tooComplex, "nests brackets"),
		"10,000 fields":                     document(`{ viewer { `+strings.Repeat("id ", 10_000)+`} }`, tooComplex, "same fields"),
		"5,000 fields that are not there":   document(`{ `+each(5_000, "nothing# ")+`}`, bad, "nothing0"),
		"1,000 aliases, plain":              document(`{ `+each(1_000, "a#: viewer { id } ")+`}`, "", `"a999"`),
		"1,000 aliases, expensive":          document(`{ `+each(1_000, "a#: recommend(prospect: {}) { score } ")+`}`, tooComplex, "costs"),
		"100 times the coverage":            document(`{ `+each(100, "a#: coverage { leads } ")+`}`, tooComplex, "costs"),
		"a page of pages of pages":          document(`{ leads(first: 100) { nodes { sends(first: 100) { nodes { lead { sends(first: 100) { nodes { id } } } } } } } }`, tooComplex, "costs"),
		"a fragment that spreads itself":    document(`{ viewer { ...f } } fragment f on User { id ...f }`, bad, "spreads itself"),
		"a long cycle of fragments":         document(`{ viewer { ...f0 } } `+each(90, "fragment f# on User { ...f#+ } ")+`fragment f90 on User { ...f0 }`, bad, "spreads itself"),
		"a bomb of fragments, 2^24":         document(`{ viewer { ...f0 } } `+each(24, "fragment f# on User { ...f#+ ...f#+ } ")+`fragment f24 on User { id }`, tooComplex, ""),
		"a bomb within introspection, 2^40": document(`{ __schema { types { ...f0 } } } `+each(40, "fragment f# on __Type { ...f#+ ...f#+ } ")+`fragment f40 on __Type { name }`, tooComplex, ""),
		"fields against a bomb, 3^14": document(`{ industries { `+deep(14, "parent { ", "id", " }")+` ...f0 } } `+
			each(14, "fragment f# on Industry { parent { ...f#+ } parent { ...f#+ } parent { ...f#+ } } ")+`fragment f14 on Industry { id }`, tooComplex, "same fields"),
		"5,000 directives that are not there": document(`{ viewer `+each(5_000, "@x# ")+`{ id } }`, bad, "Unknown directive"),
		"5,000 times @include":                document(`{ viewer `+strings.Repeat("@include(if: true) ", 2_000)+`{ id } }`, bad, "only be used once"),
		"50,000 directives":                   document(`{ viewer `+strings.Repeat("@a", 30_000)+`{ id } }`, tooComplex, "tokens"),
		"a name of 60 KB":                     document(`{ `+strings.Repeat("a", 60_000)+` }`, bad, "Cannot query field"),
		"a name of 1 MB":                      document(`{ `+strings.Repeat("a", 1<<20)+` }`, tooComplex, "bytes"),
		"a string of 1 MB":                    document(`{ asset(id: "`+strings.Repeat("a", 1<<20)+`") { id } }`, tooComplex, "bytes"),
		"a string of 1 MB in a variable":      {`{"query":"query($q: String) { assets(query: $q) { totalCount } }","variables":{"q":"` + strings.Repeat("a", 1<<20) + `"}}`, "", "totalCount"},
		"1 MB of words in a variable":         {`{"query":"query($q: String) { assets(query: $q) { totalCount } }","variables":{"q":"` + each(150_000, "word# ") + `"}}`, "", "totalCount"},
		"a block string of 60 KB":             document(`{ asset(id: """`+strings.Repeat("\n", 60_000)+`""") { id } }`, "NOT_FOUND", ""),
		"a list of 100,000 in a variable":     {`{"query":"query($p: [ID!]) { assets(filter: {personas: $p}) { totalCount } }","variables":{"p":[` + strings.Repeat(`"a",`, 99_999) + `"a"]}}`, "", "totalCount"},
		"a list of 100,000, ten times":        {`{"query":"query($p: [ID!]) { ` + each(10, "a#: assets(filter: {personas: $p}) { totalCount } ") + `}","variables":{"p":[` + strings.Repeat(`"a",`, 99_999) + `"a"]}}`, tooComplex, "costs"},
		"a list of 2,000,000 in a variable":   {`{"query":"{ viewer { id } }","variables":{"p":[` + strings.Repeat(`1,`, 1_999_999) + `1]}}`, tooComplex, "too many values"},
		"arrays 100,000 deep in variables":    {`{"query":"{ viewer { id } }","variables":{"p":` + deep(100_000, "[", "", "]") + `}}`, bad, "malformed"},
		"objects 100,000 deep in variables":   {`{"query":"{ viewer { id } }","variables":{"p":` + deep(100_000, `{"a":`, "1", "}") + `}}`, bad, "malformed"},
		"arrays 100,000 deep in extensions":   {`{"query":"{ viewer { id } }","extensions":{"p":` + deep(100_000, "[", "", "]") + `}}`, bad, "malformed"},
		"arrays 9,000 deep in a variable":     {`{"query":"query($p: [ID!]) { assets(filter: {personas: $p}) { totalCount } }","variables":{"p":` + deep(9_000, "[", "", "]") + `}}`, bad, ""},
		"objects 9,000 deep in a variable":    {`{"query":"query($p: AssetFilter) { assets(filter: $p) { totalCount } }","variables":{"p":` + deep(9_000, `{"personas":`, "1", "}") + `}}`, bad, ""},
		"a huge Int":                          document(`{ assets(first: `+strings.Repeat("9", 60_000)+`) { totalCount } }`, bad, ""),
		"a huge Int in a variable":            {`{"query":"query($n: Int) { assets(first: $n) { totalCount } }","variables":{"n":` + strings.Repeat("9", 1<<20) + `}}`, bad, ""},
		"a huge exponent":                     {`{"query":"query($n: Int) { assets(first: $n) { totalCount } }","variables":{"n":1e999999999}}`, bad, ""},
		"a huge Float":                        {`{"query":"query($n: Float) { duplicates(least: $n) { overlap } }","variables":{"n":1e400}}`, bad, ""},
		"keys that are there twice":           {`{"query":"{ nothing }","query":"{ viewer { id } }"}`, "", "viewer"},
		"null bytes in the document":          document("{ viewer { id } }\x00", bad, ""),
		"null bytes in a value":               {`{"query":"query($q: String) { assets(query: $q) { totalCount } }","variables":{"q":"a\u0000b"}}`, "", "totalCount"},
		"a bare null byte in the body":        {"{\"query\":\"{ viewer { id } }\x00\"}", bad, "malformed"},
		"lone surrogates":                     {`{"query":"query($q: String) { assets(query: $q) { totalCount } }","variables":{"q":"\ud800 \udfff"}}`, "", "totalCount"},
		"lone surrogates in the document":     {`{"query":"{ asset(id: \"\\ud800\") { id } }"}`, "NOT_FOUND", ""},
		"a byte order mark":                   document("\ufeff{ viewer { id } }", "", "viewer"),
		"a byte order mark before the body":   {"\ufeff" + asBody(`{ viewer { id } }`), bad, ""},
		"invalid UTF-8":                       {"{\"query\":\"{ asset(id: \\\"\xff\\\") { id } }\"}", bad, "UTF-8"},
		"3,000 operations":                    document(each(3_000, "query q#{a} "), tooComplex, "operations"),
		"40 operations, one named":            {strings.TrimSuffix(asBody(each(40, "query q# { viewer { id } } ")), "}") + `,"operationName":"q39"}`, "", "viewer"},
		"an operation that is not there":      {strings.TrimSuffix(asBody(`query q { viewer { id } }`), "}") + `,"operationName":"` + strings.Repeat("a", 100_000) + `"}`, bad, "must name one of the document's operations: q"},
		"40 operations, none named":           {asBody(each(40, "query q# { viewer { id } } ")), bad, "must name one of the document's operations: q0, q1, "},
		"a name for one without":              {strings.TrimSuffix(asBody(`{ viewer { id } }`), "}") + `,"operationName":"q"}`, bad, "must be left out"},
		"operations of one name":              {strings.TrimSuffix(asBody(`query q { viewer { id } } mutation q { removeSynonyms(id: "x") { id } }`), "}") + `,"operationName":"q"}`, bad, "only one operation named"},
		"an operation's name that is a list":  {strings.TrimSuffix(asBody(`query q { viewer { id } }`), "}") + `,"operationName":["q"]}`, bad, "operationName must be a string"},
		"types of types of types":             document(`{ __schema { types { `+deep(5, "fields { type { ", "name", " } }")+` } } }`, bad, "introspection depth"),
		"the schema, 20 times":                document(`{ `+each(20, "s#: __schema { types { fields { args { name } type { name fields { name args { name } } } } } } ")+`}`, tooComplex, "costs"),
		"a batch":                             {`[` + asBody(`{ viewer { id } }`) + `,` + asBody(`{ viewer { id } }`) + `]`, bad, "a list"},
		"3,000 variables":                     document(`query(`+each(3_000, "$v#: ID ")+`) { viewer { id } }`, bad, "never used"),
		"2,000 variables in a list":           document(`query(`+each(2_000, "$v#: ID! = \"x\" ")+`) { assets(filter: {personas: [`+each(2_000, "$v# ")+`]}) { totalCount } }`, "", "totalCount"),
		"a type 9,000 deep":                   document(`query($v: `+deep(9_000, "[", "ID", "]")+`) { `+each(200, "a#: asset(id: $v) { id } ")+`}`, tooComplex, "nests brackets"),
		"defaults 9,000 deep":                 document(`query($v: [ID!] = `+deep(9_000, "[", "", "]")+`) { viewer { id } }`, tooComplex, "nests brackets"),
		"defaults 150 deep":                   document(`query($v: [ID!] = `+deep(150, "[", "", "]")+`) { assets(filter: {personas: $v}) { totalCount } }`, bad, ""),
		"conflicts in every pair":             document(`{ viewer { `+strings.Repeat("a: id ", 100)+`} viewer { `+strings.Repeat("a: name ", 100)+`} }`, bad, "conflict"),
		"words far from any enum, 9,900":      document(`{ assets(filter: {types: [`+strings.Repeat("EBOOQ ", 9_900)+`]}) { totalCount } }`, bad, "EBOOQ"),
		"a mutation in a query's clothes":     document(`query { ... on Mutation { removeSynonyms(id: "x") { id } } }`, bad, ""),
		"a subscription":                      document(`subscription { viewer { id } }`, bad, ""),
		"two imports of 1,000 rows":           {`{"query":"mutation($r: [LeadInput!]!) { a: importLeads(rows: $r, dryRun: true) { created } b: importLeads(rows: $r, dryRun: true) { created } }","variables":{"r":[` + strings.TrimSuffix(each(1_000, `{"externalId":"x#"},`), ",") + `]}}`, tooComplex, "costs"},
	}
}

// Given a real server, when somebody with a token sends what is meant to harm,
// then the answer comes in time, with a code or rightly; it is short; memory
// stays; and the next question is answered.
func TestHostileDocuments(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	marketer.createAsset(object{"title": "The guide"})
	for name, c := range hostileDocuments() {
		t.Run(name, func(t *testing.T) {
			before := memory()
			began := time.Now()
			r, a := marketer.assault(c.body)
			took := time.Since(began)
			code := ""
			if len(a.Errors) > 0 {
				code = a.Errors[0].Extensions.Code
			}
			if code != c.code || !strings.Contains(r.text, c.says) {
				t.Errorf("answered %d %q, want %q and %q: %.500s", r.status, code, c.code, c.says, r.text)
			}
			if len(r.text) > 128<<10 {
				t.Errorf("%d bytes were answered with %d", len(c.body), len(r.text))
			}
			if grown := memory() - before; grown > 256<<20 {
				t.Errorf("memory has grown by %d MB", grown>>20)
			}
			t.Logf("%d bytes, answered with %d in %s", len(c.body), len(r.text), took)
			if _, next := marketer.assault(asBody(`{ assets { totalCount } }`)); at(next.Data, "assets", "totalCount") != 1.0 {
				t.Error("the server does not answer any more")
			}
		})
	}
}

// Given nobody's requests, they are read no further than a sign-in goes.
func TestHostileDocumentsOfStrangers(t *testing.T) {
	q := newServer(t)
	for name, c := range hostileDocuments() {
		if len(c.body) > 64<<10 { // which TestGraphQLOverHTTP has
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, a := q.as("").assault(c.body)
			if len(a.Errors) == 0 || a.Errors[0].Extensions.Code == "INTERNAL" || a.Errors[0].Extensions.Code == "" {
				t.Errorf("answered %+v", a.Errors)
			}
		})
	}
	if _, a := q.as("").assault(asBody(`{ __typename }`)); at(a.Data, "__typename") != "Query" {
		t.Error("the server does not answer any more")
	}
}

// memory is what the process has from the system, in bytes.
func memory() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys)
}

// Given hostile requests from many at once, the server answers them all and
// goes on.
func TestHostileDocumentsAllAtOnce(t *testing.T) {
	q := newServer(t)
	rep := q.rep("ann")
	var bodies []string
	for _, c := range hostileDocuments() {
		if len(c.body) < 64<<10 {
			bodies = append(bodies, c.body)
		}
	}
	before := memory()
	together(8, func(client int) {
		for i := client; i < len(bodies); i += 8 {
			response, err := http.Post(q.address+"/graphql", "application/json", bytes.NewReader([]byte(bodies[i])))
			if err != nil {
				t.Error(err)
				continue
			}
			response.Body.Close()
		}
	})
	if grown := memory() - before; grown > 512<<20 {
		t.Errorf("memory has grown by %d MB", grown>>20)
	}
	rep.must(`{ viewer { id } }`, nil)
}
