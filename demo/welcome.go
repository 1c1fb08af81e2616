package demo

import (
	"fmt"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// People gives one rep, one marketer and one admin of the demo, for whom a
// server prints tokens.
func People() []enablement.Identity {
	rep := enablement.Identity{Subject: "rep-1", Name: "Freja Lindqvist", Email: "freja.lindqvist@tallyholm.example", Team: "EMEA", Role: enablement.RoleRep}
	return []enablement.Identity{rep, marketer, admin}
}

// Queries are what the welcome suggests: one for a rep, one for a marketer.
const (
	RepQuery      = `{ leads(first: 1, filter: {query: "Kvist"}) { nodes { firstName lastName jobTitle recommendations(first: 3) { score asset { title } reasons { signal detail } } } } }`
	MarketerQuery = `{ usage { totals { sends assets leads reps } by(dimension: TEAM) { label totals { sends assets } } unused(first: 3) { totalCount nodes { title } } } }`
)

// Welcome is what a server prints once the demo is loaded: where it is, a
// token for each role, and two queries to try.
func Welcome(address string, tokens map[enablement.Role]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nQuiver serves the demo of Tallyholm, a company that does not exist.\n\n")
	fmt.Fprintf(&b, "  API       %s/graphql\n  Explorer  %s/ (add #token=… to the address to sign in)\n\nTokens, good for a week:\n\n", address, address)
	for _, role := range enablement.Roles() {
		fmt.Fprintf(&b, "  %s=%s\n", role, tokens[role])
	}
	fmt.Fprintf(&b, "\nTwo queries to try, after pasting the lines with the tokens into a shell:\n\n")
	fmt.Fprintf(&b, "%s\n\n%s\n\n", curl(address, enablement.RoleRep, RepQuery), curl(address, enablement.RoleMarketer, MarketerQuery))
	return b.String()
}

func curl(address string, role enablement.Role, query string) string {
	body := strings.ReplaceAll(fmt.Sprintf(`{"query": %q}`, query), "'", `'\''`)
	return fmt.Sprintf("  curl -s %s/graphql -H 'Content-Type: application/json' -H \"Authorization: Bearer $%s\" \\\n    -d '%s'", address, role, body)
}
