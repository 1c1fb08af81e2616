package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// kind says what the store must know of one sort of document. One variable of
// this type per noun stands in the noun's file.
type kind[T any] struct {
	name     string // "asset": for errors
	id       func(*T) string
	revision func(*T) int
	clone    func(*T) *T
	// share has a document that was just read share the memory for what others
	// say too; nil: nothing worth it.
	share func(*T)
	// same tells whether two states differ in nothing that a person wrote; nil:
	// documents of this noun never change.
	same func(a, b *T) bool
	// place fills in what the taxonomy says of a document; nil: nothing.
	place func(*T, *enablement.Taxonomy)
	// keys gives the values, by field, that no two documents may share; nil: none.
	keys func(*T) map[string]string
	// recorded is when a document that never changes was written; nil: documents
	// of this noun change, and are told apart by revision.
	recorded func(*T) time.Time
	// dated is where a document says when it was written, for the tail.
	dated func(*T) *time.Time
	// order is the field that a scan goes by, indexed; empty: _id. That of
	// documents that never change is when they were written: what they are put
	// into grows at its end then.
	order string
}

// noun holds what this process knows of one sort of document: the collection
// below, the cache, the newest revision and the keys of every document seen,
// and the followers that hear of changes.
type noun[T any] struct {
	kind[T]
	docs     *collection[T]
	taxonomy *atomic.Pointer[enablement.Taxonomy]
	cache    *lru.Cache[string, entry[T]]
	feed     feed[T]

	// writing is held by a sole owner from the read of a document to the
	// publication of its next revision.
	writing sync.Mutex

	mu       sync.Mutex                   // guards what follows, and additions to the cache
	newest   map[string]int               // id -> newest revision published
	byKey    map[string]map[string]string // field -> value -> id
	complete bool                         // newest and byKey hold the whole collection
	loaded   progress                     // of the load
	doubtful map[string]bool              // ids whose last write may or may not have gone in
	recent   recent                       // unchanging documents that may come by again
	total    int                          // unchanging documents published
}

// entry is a cached document with the taxonomy that it was placed by.
type entry[T any] struct {
	doc      *T
	taxonomy *enablement.Taxonomy
}

func newNoun[T any](k kind[T], docs *collection[T], taxonomy *atomic.Pointer[enablement.Taxonomy], size int) (*noun[T], error) {
	cache, err := lru.New[string, entry[T]](size)
	if err != nil {
		return nil, err
	}
	docs.id, docs.revision, docs.share, docs.dated, docs.order = k.id, k.revision, k.share, k.dated, k.order
	return &noun[T]{
		kind: k, docs: docs, taxonomy: taxonomy, cache: cache, feed: feed[T]{logger: docs.logger, id: k.id},
		newest: map[string]int{}, byKey: map[string]map[string]string{}, doubtful: map[string]bool{},
		recent: recent{},
	}, nil
}

// lock begins a write of a sole owner and gives what ends it. On a shared
// database the revision in each write does the same work, so it does nothing.
func (n *noun[T]) lock() (unlock func()) {
	if !n.docs.sole {
		return func() {}
	}
	n.writing.Lock()
	return n.writing.Unlock
}

// get gives a document, placed, from the cache or the database; NOT_FOUND.
func (n *noun[T]) get(ctx context.Context, id string) (*T, error) {
	if doc, ok := n.cached(id); ok {
		return doc, nil
	}
	doc, err := n.docs.get(ctx, id)
	if errors.Is(err, errAbsent) {
		return nil, enablement.Missing(n.name, id)
	}
	if err != nil {
		return nil, err
	}
	return n.remember(doc), nil
}

// getAll gives documents in the order of ids; missing ones are left out.
func (n *noun[T]) getAll(ctx context.Context, ids []string) ([]*T, error) {
	docs := make([]*T, 0, len(ids))
	var missing []string
	for _, id := range ids {
		if doc, ok := n.cached(id); ok {
			docs = append(docs, doc)
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return docs, nil
	}
	read, err := n.docs.getAll(ctx, missing)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*T, len(ids))
	for _, doc := range docs {
		byID[n.id(doc)] = doc
	}
	for _, doc := range read {
		byID[n.id(doc)] = n.remember(doc)
	}
	docs = docs[:0]
	for _, id := range ids {
		if doc := byID[id]; doc != nil {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// fresh gives a document as the base of a write: as the database has it now
// where others write too, the cached one where nobody else does. NOT_FOUND.
func (n *noun[T]) fresh(ctx context.Context, id string) (*T, error) {
	if n.docs.sole {
		return n.get(ctx, id)
	}
	doc, err := n.docs.get(ctx, id)
	if errors.Is(err, errAbsent) {
		return nil, enablement.Missing(n.name, id)
	}
	if err != nil {
		return nil, err
	}
	return n.remember(doc), nil
}

// cached gives a document from the cache, placed anew when the taxonomy has
// changed since.
func (n *noun[T]) cached(id string) (*T, bool) {
	e, ok := n.cache.Get(id)
	if !ok {
		return nil, false
	}
	taxonomy := n.taxonomy.Load()
	if n.place == nil || e.taxonomy == taxonomy {
		return e.doc, true
	}
	moved := entry[T]{n.clone(e.doc), taxonomy}
	n.place(moved.doc, taxonomy)
	n.mu.Lock()
	defer n.mu.Unlock()
	if now, ok := n.cache.Peek(id); ok && now.doc == e.doc {
		n.cache.Add(id, moved)
	}
	return moved.doc, true
}

// remember places a document that was just read and caches it, unless a newer
// revision was published while it was read.
func (n *noun[T]) remember(doc *T) *T {
	taxonomy := n.taxonomy.Load()
	if n.place != nil {
		n.place(doc, taxonomy)
	}
	id := n.id(doc)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.revision(doc) >= n.newest[id] {
		n.cache.Add(id, entry[T]{doc, taxonomy})
	} else if now, ok := n.cache.Peek(id); ok {
		return now.doc
	}
	return doc
}

// holder gives the id of the document that has a value in a unique field, or
// "": from memory where that holds the whole collection and the database has no
// other writer, else from the database.
func (n *noun[T]) holder(ctx context.Context, field, value string) (string, error) {
	n.mu.Lock()
	id, complete := n.byKey[field][value], n.complete
	n.mu.Unlock()
	if id != "" || complete && n.docs.sole {
		return id, nil
	}
	doc, err := n.docs.findOne(ctx, field, value)
	if errors.Is(err, errAbsent) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	n.remember(doc)
	return n.id(doc), nil
}

// findAll gives the documents that have one of the values in a unique field, by
// value, fit to be the base of a write: from memory as holder, else in one query.
func (n *noun[T]) findAll(ctx context.Context, field string, values []string) (map[string]*T, error) {
	found := make(map[string]*T, len(values))
	n.mu.Lock()
	complete := n.complete
	n.mu.Unlock()
	if complete && n.docs.sole {
		for _, value := range values {
			doc, err := n.find(ctx, field, value)
			if err != nil {
				return nil, err
			}
			if doc != nil {
				found[value] = doc
			}
		}
		return found, nil
	}
	if len(values) == 0 {
		return found, nil
	}
	for doc, err := range n.docs.each(ctx, bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: values}}}}) {
		if err != nil {
			return nil, err
		}
		doc = n.remember(doc)
		found[n.keys(doc)[field]] = doc
	}
	return found, nil
}

// findImported gives the documents that the rows of an import mean, by their
// externalIds. An export names a document that has none by its own id: in the
// server that it comes from, that finds the document again.
func (n *noun[T]) findImported(ctx context.Context, prefix string, externalIDs []string) (map[string]*T, error) {
	found, err := n.findAll(ctx, "externalId", externalIDs)
	if err != nil {
		return nil, err
	}
	var own []string
	for _, id := range externalIDs {
		if found[id] == nil && strings.HasPrefix(id, prefix) {
			own = append(own, id)
		}
	}
	docs, err := n.getAll(ctx, own)
	for _, doc := range docs {
		found[n.id(doc)] = doc
	}
	return found, err
}

// find gives the document that has a value in a unique field, or nil.
func (n *noun[T]) find(ctx context.Context, field, value string) (*T, error) {
	id, err := n.holder(ctx, field, value)
	if err != nil || id == "" {
		return nil, err
	}
	doc, err := n.get(ctx, id)
	if err != nil {
		return nil, err
	}
	if n.keys(doc)[field] != value {
		return nil, nil // it had the value once
	}
	return doc, nil
}
