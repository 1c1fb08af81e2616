package resolvers

import (
	"context"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// FuzzDocuments throws documents at all that a document goes through before it
// is executed: tokens, parser, what it is written out, validation, weight. It
// must neither panic nor take long, and what is admitted must have a weight.
//
//	go test ./resolvers -run XXX -fuzz FuzzDocuments -fuzztime 3m
func FuzzDocuments(f *testing.F) {
	for _, document := range pages() {
		if len(document) < 10_000 {
			f.Add(document)
		}
	}
	for _, document := range worstAdmitted() {
		if len(document) < 10_000 {
			f.Add(document)
		}
	}
	for _, document := range []string{
		"", "\ufeff{ viewer { id } }", "{ viewer { id } }\x00", "query q($a: Int = 1, $b: [ID!]! = [\"x\"]) @include(if: true) { a: node(id: $b) { ... on Asset @skip(if: $c) { id } } }",
		`{ asset(id: """block \""" """) { id } }`, `fragment f on User { ...g } fragment g on User { ...f } { viewer { ...f } }`, `subscription { viewer { id } }`,
		`{ __schema { types { ...f } } } fragment f on __Type { fields { type { ...f } } }`, `query($v:[[[ID!]!]]=[[[1]]]){asset(id:$v){id}}`, `{assets(first:99999999999999999999999){totalCount}}`,
	} {
		f.Add(document)
	}
	schema := newPublicSchema(f)
	e := executor.New(schema)
	l := Limits(LimitOptions{Introspection: true}).(*limits)
	e.Use(l)
	ctx := graphql.StartOperationTrace(auth.WithViewer(context.Background(), &enablement.User{Role: enablement.RoleRep}))
	f.Fuzz(func(t *testing.T, document string) {
		if len(document) > defaultMaxDocument {
			return
		}
		began := time.Now()
		operation, faults := e.CreateOperationContext(ctx, &graphql.RawParams{Query: document})
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%d bytes took %s", len(document), took)
		}
		if len(faults) == 0 && l.weigh(operation).cost < requestCost {
			t.Errorf("an admitted document costs %d", l.weigh(operation).cost)
		}
	})
}
