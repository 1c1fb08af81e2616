package resolvers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// numbered repeats a text n times, with # as the number and #+ as the next.
func numbered(n int, text string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(strings.NewReplacer("#+", fmt.Sprint(i+1), "#", fmt.Sprint(i)).Replace(text))
	}
	return all.String()
}

// nest puts a text n times around another.
func nest(n int, open, inner, shut string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
}

// What takes validation, or what comes after it, longer than it takes to write.
// Each is refused before it costs anything: without its guard it takes
// seconds, or for ever.
func TestHostileDocumentsAreRefusedFast(t *testing.T) {
	schema := newPublicSchema(t)
	const same, written = "the same fields of the same thing too often", "with its fragments written out"
	for name, c := range map[string]struct{ document, says string }{
		"a field 10,000 times":                  {`{ viewer { ` + strings.Repeat("id ", 10_000) + `} }`, same},
		"a field 202 times":                     {`{ viewer { ` + strings.Repeat("id ", 202) + `} }`, same},
		"in inline fragments":                   {`{ viewer { ` + strings.Repeat("...{id} ", 202) + `} }`, same},
		"in inline fragments on a type":         {`{ node(id: "x") { ` + strings.Repeat("...on Asset{id} ", 101) + strings.Repeat("...on Lead{id} ", 101) + `} }`, same},
		"in fragments":                          {`{ viewer { ` + numbered(60, "...f# ") + `} } ` + numbered(60, "fragment f# on User { id id id id } "), same},
		"in a fragment whose name comes again":  {`{ viewer { ...f ...f } } fragment f on User {` + strings.Repeat("id ", 150) + `} fragment f on User { id }`, same},
		"in a fragment of a name that is taken": {`{ viewer { ...f } } fragment f on User { id } fragment f on User {` + strings.Repeat("id ", 202) + `}`, same},
		"in its parent 202 times":               {`{ ` + strings.Repeat("viewer { id } ", 202) + ` }`, same},
		"as an alias of another":                {`{ viewer { ` + strings.Repeat("id: name ", 202) + ` } }`, same},
		"10,001 aliases of a field":             {`{ viewer { ` + strings.Repeat(numbered(5_000, "a# ")+numbered(5_001, "b# "), 1) + `} }`, written},
		"a shared fragment in 50 operations":    {numbered(50, "query q# { viewer { ...f } } ") + `fragment f on User { ` + numbered(250, "a#: id ") + `}`, written},
		"51 operations":                         {numbered(51, "query q# { viewer { id } } "), "51 operations; 50 is the most"},
		"101 fragments":                         {`{ viewer { ` + numbered(101, "...f# ") + `} } ` + numbered(101, "fragment f# on User { id } "), "101 fragments; 100 is the most"},
		"a bomb of fragments, 2^24":             {`{ asset(id: "a") { ...f0 } } ` + numbered(24, "fragment f# on Asset { title ...f#+ ...f#+ } ") + `fragment f24 on Asset { id }`, same},
		"a bomb of fragments and aliases, 2^60": {`{ industries { ...f0 } } ` + numbered(60, "fragment f# on Industry { a#: parent { ...f#+ } b#: parent { ...f#+ } } ") + `fragment f60 on Industry { id }`, written},
		"a bomb within introspection, 2^60":     {`{ __schema { types { ...f0 } } } ` + numbered(60, "fragment f# on __Type { ...f#+ ...f#+ } ") + `fragment f60 on __Type { name }`, same},
		// 1,196 bytes that took 46 s: each field of the chain is held against
		// both of the next fragment's.
		"a chain of fields against a bomb": {`{ industries { ` + nest(14, "parent { ", "id", " }") + ` ...f0 } } ` +
			numbered(14, "fragment f# on Industry { parent { ...f#+ } parent { ...f#+ } } ") + `fragment f14 on Industry { id }`, same},
		"a chain against 2^9 in the widest place": {`{ industries { ` + nest(9, "parent { ", "id", " }") + ` ...f0 } } ` +
			numbered(9, "fragment f# on Industry { parent { ...f#+ } parent { ...f#+ } } ") + `fragment f9 on Industry { id }`, same},
		"braces alone":              {strings.Repeat("{", 30_000), "nests brackets more than 200 deep"},
		"a list 201 deep":           {`{ asset(id: ` + nest(199, "[", "", "]") + `) { id } }`, "nests brackets more than 200 deep"},
		"an object 9,000 deep":      {`{ recommend(prospect: ` + nest(3_000, "{a:", "1", "}") + `) { score } }`, "nests brackets more than 200 deep"},
		"a type 9,000 deep":         {`query($v: ` + nest(9_000, "[", "ID", "]") + `) { ` + numbered(200, "a#: asset(id: $v) { id } ") + `}`, "nests brackets more than 200 deep"},
		"a default 9,000 deep":      {`query($v: [ID!] = ` + nest(9_000, "[", "", "]") + `) { viewer { id } }`, "nests brackets more than 200 deep"},
		"arguments alone":           {`{ asset(id: [` + strings.Repeat(`"" `, 20_000) + `]) { id } }`, "more than 20000 tokens"},
		"directives alone":          {`{ viewer ` + strings.Repeat("@a", 10_000) + ` { id } }`, "more than 20000 tokens"},
		"comments alone":            {strings.Repeat("#\n", 20_001) + `{ viewer { id } }`, "more than 20000 tokens"},
		"fields 16 deep":            {`{ industries { ` + nest(15, "parent { ", "id", " }") + ` } }`, "nests fields 17 deep; 15 is the most"},
		"100 leads times 100 sends": {`{ leads(first: 100) { nodes { sends(first: 100) { nodes { lead { sends(first: 100) { nodes { id } } } } } } } }`, "costs"},
		"250 recommendations":       {`{ ` + numbered(250, "r#: recommend(prospect: {}) { score } ") + `}`, "costs"},
		"the schema, ten times": {`{ ` + numbered(10, "s#: __schema { ...s } ") + `}
			fragment s on __Schema { types { fields { args { name } type { fields { args { name description defaultValue type { name } } } } } } }`, "costs"},
		"a fragment that spreads itself, within introspection": {`{ __schema { types { ...f } } } fragment f on __Type { ofType { ...f } }`, "spreads itself"},
		"a fragment that spreads itself through another":       {`{ viewer { ...f } } fragment f on User { ...g } fragment g on User { ...f }`, "spreads itself"},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, faults := admit(schema, LimitOptions{Introspection: true}, c.document, nil)
			took := time.Since(started)
			code := enablement.TooComplex
			if c.says == "spreads itself" {
				code = enablement.BadUserInput
			}
			wantTooComplex(t, faults, code, c.says)
			t.Logf("%d bytes in %s: %s", len(c.document), took, faults[0].Message)
		})
	}
}

// What is just within the bounds of validation, in the forms that cost it most.
func worstAdmitted() map[string]string {
	return map[string]string{
		"a field 200 times":                    `{ viewer { ` + strings.Repeat("id ", 200) + `} }`,
		"an object 140 times":                  `{ ` + strings.Repeat("viewer { id } ", 140) + `}`,
		"fields without end, repeated":         `{ ` + numbered(200, "viewer { a#: id b#: id c#: id d#: id e#: id f#: id g#: id h#: id i#: id j#: id k#: id } ") + `}`,
		"100 fragments, all pairs":             `{ viewer { ` + numbered(100, "...f# ") + `} } ` + numbered(100, "fragment f# on User { a#: id b#: id c#: id d#: id e#: id f#: id g#: id h#: id i#: id j#: id k#: id l#: id m#: id n#: id } "),
		"repeated fields with fragments":       `{ ` + numbered(100, "viewer { a#: id b#: id ...f# } ") + `} ` + numbered(100, "fragment f# on User { c#: id d#: id e#: id f#: id g#: id } "),
		"one fragment in 50 operations":        numbered(50, "query q# { viewer { ...f } } ") + `fragment f on User { ` + numbered(190, "a#: id ") + `}`,
		"a chain of fields against a bomb":     `{ industries { ` + nest(5, "parent { ", "id", " }") + ` ...f0 } } ` + numbered(5, "fragment f# on Industry { parent { ...f#+ } parent { ...f#+ } } ") + `fragment f5 on Industry { id }`,
		"a bomb of aliases, 2^9":               `{ industries { ...f0 } } ` + numbered(9, "fragment f# on Industry { a#: parent { ...f#+ } b#: parent { ...f#+ } } ") + `fragment f9 on Industry { id }`,
		"conflicts in every pair":              `{ viewer { ` + strings.Repeat("a: id ", 100) + `} viewer { ` + strings.Repeat("a: name ", 100) + `} }`,
		"values of an enum that are not there": `{ assets(filter: {types: [` + strings.Repeat("EBOOQ ", 9_900) + `]}) { totalCount } }`,
		"variables of a list":                  `query(` + numbered(2_500, "$v#: ID ") + `) { assets(filter: {personas: [` + numbered(2_500, "$v# ") + `]}) { totalCount } }`,
	}
}

// BenchmarkWorstAdmitted tells what the most expensive documents cost that the
// bounds of validation let through.
func BenchmarkWorstAdmitted(b *testing.B) {
	schema := newPublicSchema(b)
	for name, document := range worstAdmitted() {
		b.Run(name, func(b *testing.B) {
			if fault := documentFault(document, repBound.Tokens); fault != nil {
				b.Fatal(fault)
			}
			for b.Loop() {
				admit(schema, LimitOptions{}, document, nil)
			}
		})
	}
}
