package resolvers

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/vektah/gqlparser/v2/ast"
)

// documentCache keeps what was made of documents, the least lately used going
// first, within a number of bytes: entries alone would bound nothing, where a
// document of 64 KB takes megabytes once parsed. Safe for concurrent use.
type documentCache[T any] struct {
	most int
	size func(key string, value T) int

	mu    sync.Mutex
	used  int
	known *simplelru.LRU[string, T]
}

// newDocumentCache makes a cache of at most so many bytes, as size tells them.
func newDocumentCache[T any](most int, size func(key string, value T) int) *documentCache[T] {
	c := &documentCache[T]{most: most, size: size}
	known, err := simplelru.NewLRU(most, func(key string, value T) { c.used -= c.size(key, value) })
	if err != nil {
		panic(err) // most is a positive constant
	}
	c.known = known
	return c
}

// Get gives what is known of a document.
func (c *documentCache[T]) Get(_ context.Context, key string) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known.Get(key)
}

// Add remembers what was made of a document for somebody who has shown a valid
// token: nobody else can push out what others use. What takes more than an
// eighth of the room is not kept, so that nothing that is large comes at the
// price of all that is small.
func (c *documentCache[T]) Add(ctx context.Context, key string, value T) {
	size := c.size(key, value)
	if !hasViewer(ctx) || size > c.most/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.Remove(key)
	c.known.Add(key, value)
	c.used += size
	for c.used > c.most {
		c.known.RemoveOldest()
	}
}

// bytes tells how much is kept, and in how many entries.
func (c *documentCache[T]) bytes() (used, entries int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used, c.known.Len()
}

// What is kept of documents, in bytes.
const (
	// parsedBytes is room for the parsed documents of several frontends, some
	// dozens of about a thousand bytes each.
	parsedBytes = 32 << 20
	// registeredBytes is room for the texts of documents that clients have
	// registered by their hash.
	registeredBytes = 8 << 20
	// parsedByte is about what a byte of a document takes once parsed and
	// validated: 15 to 78 bytes were measured, the most for short names in a row.
	parsedByte = 80
)

func newParsedDocuments() *documentCache[*ast.QueryDocument] {
	return newDocumentCache(parsedBytes, func(text string, _ *ast.QueryDocument) int { return parsedByte * len(text) })
}

func newRegisteredDocuments() *documentCache[string] {
	return newDocumentCache(registeredBytes, func(hash, text string) int { return len(hash) + len(text) })
}
