package resolvers

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

func signedIn() context.Context {
	return auth.WithViewer(context.Background(), &enablement.User{Role: enablement.RoleRep})
}

// ask runs a document as far as its execution with what keeps documents.
func (d validatedDocuments) ask(t *testing.T, schema publicSchema, ctx context.Context, document string) *graphql.OperationContext {
	t.Helper()
	e := executor.New(schema)
	e.SetQueryCache(d)
	e.Use(Limits(LimitOptions{Validated: d.has}))
	operation, faults := e.CreateOperationContext(graphql.StartOperationTrace(ctx), &graphql.RawParams{Query: document})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return operation
}

// However many documents come, and however large: what is kept of them stays
// within its bytes, and what takes most of the room is not kept at all.
func TestParsedDocumentsAreBoundedInBytes(t *testing.T) {
	documents := newParsedDocuments()
	large := strings.Repeat(" ", 40_000)
	for i := range 1_000 {
		documents.Add(signedIn(), fmt.Sprint(large, i), &ast.QueryDocument{})
	}
	used, entries := documents.bytes()
	if want := parsedBytes / (parsedByte * 40_000); used > parsedBytes || entries > want || entries < want/2 {
		t.Errorf("%d bytes in %d entries, want at most %d in about %d", used, entries, parsedBytes, want)
	}
	documents.Add(signedIn(), strings.Repeat(" ", 65_000), &ast.QueryDocument{})
	if _, ok := documents.Get(signedIn(), strings.Repeat(" ", 65_000)); ok {
		t.Error("a document is kept that takes more than an eighth of the room")
	}
	documents.Add(signedIn(), "again", &ast.QueryDocument{})
	before, _ := documents.bytes()
	documents.Add(signedIn(), "again", &ast.QueryDocument{})
	if after, _ := documents.bytes(); after != before {
		t.Errorf("a document that comes again is counted again: %d, then %d bytes", before, after)
	}
}

// settledHeap is how many bytes live once what other tests left is gone: what
// has finalizers or lies in pools takes more than one collection.
func settledHeap() int64 {
	var m runtime.MemStats
	for last := int64(-1); ; last = int64(m.HeapAlloc) {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if last >= 0 && last-int64(m.HeapAlloc) < 10_000 {
			return int64(m.HeapAlloc)
		}
	}
}

// What parsed documents are taken to occupy is what they do, or more.
func TestParsedDocumentsTakeWhatTheyAreCounted(t *testing.T) {
	schema := newPublicSchema(t)
	for name, document := range map[string]string{
		"short names": `{ viewer { ` + strings.Repeat("...{id} ", 190) + `} }`,
		"aliases":     `{ viewer { ` + numbered(6_000, "a#:id ") + `} }`,
		"a page":      pages()["the catalog, 100 at a time"],
	} {
		documents := validatedDocuments{newParsedDocuments(), nil}
		const times = 10
		before := settledHeap()
		var kept [times]*ast.QueryDocument
		for i := range times {
			kept[i] = documents.ask(t, schema, signedIn(), document+strings.Repeat(" ", i)).Doc
		}
		each := float64(settledHeap()-before) / times
		t.Logf("%s: %.0f bytes, counted as %d", name, each, parsedByte*len(document))
		if counted := parsedByte * float64(len(document)); each > 1.2*counted || each < counted/20 {
			t.Errorf("%s: a document takes %.0f bytes and is counted as %.0f", name, each, counted)
		}
		runtime.KeepAlive(kept)
	}
}

// Strangers can neither put documents in nor push any out.
func TestStrangersLeaveTheKeptDocumentsAlone(t *testing.T) {
	schema, documents := newPublicSchema(t), validatedDocuments{newParsedDocuments(), nil}
	const mine = `{ viewer { id } }`
	documents.ask(t, schema, signedIn(), mine)
	if !documents.has(mine) {
		t.Fatal("a document is not kept")
	}
	for i := range 1_000 {
		documents.ask(t, schema, context.Background(), fmt.Sprintf(`{ viewer { a%d: id } }`, i))
	}
	if _, entries := documents.bytes(); entries != 1 || !documents.has(mine) {
		t.Errorf("%d documents are kept after those of strangers", entries)
	}
	registered := newRegisteredDocuments()
	registered.Add(context.Background(), "hash", mine)
	if _, ok := registered.Get(signedIn(), "hash"); ok {
		t.Error("a stranger has registered a document")
	}
}

// A client that registers without end pushes out the least lately used.
func TestRegisteredDocumentsAreBoundedInBytes(t *testing.T) {
	registered := newRegisteredDocuments()
	registered.Add(signedIn(), "mine", "{ viewer { id } }")
	for i := range 1_000 {
		text := strings.Repeat(" ", 60_000) + fmt.Sprint(i)
		registered.Add(signedIn(), hashOf(text), text)
		registered.Get(signedIn(), "mine")
	}
	if used, entries := registered.bytes(); used > registeredBytes || entries < 100 {
		t.Errorf("%d bytes in %d entries", used, entries)
	}
	if _, ok := registered.Get(signedIn(), "mine"); !ok {
		t.Error("what is used all the time was pushed out")
	}
}
