package search

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// leastCacheBytes and cacheBytesEach bound the postings that an index keeps in
// memory: so much, or so much for each asset where that is more. It holds those of
// nearly all words of texts of 200.
const (
	leastCacheBytes = 16 << 20
	cacheBytesEach  = 640
)

// postingsCache keeps postings that were read, the least used going first. Segments
// never change, so nothing in it is ever out of date.
type postingsCache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[postingsKey, *postings]
	bytes int
	most  int
}

type postingsKey struct {
	segment uint64
	by      analyser
	term    string
}

// entryBytes is about what an entry costs beside what it holds.
const entryBytes = 200

func newPostingsCache(most int) *postingsCache {
	c := &postingsCache{most: most}
	evicted := func(k postingsKey, p *postings) { c.bytes -= p.bytes() + entryBytes + len(k.term) }
	c.lru, _ = simplelru.NewLRU(most/entryBytes, evicted) // errs on sizes below 1 alone
	return c
}

func (c *postingsCache) get(k postingsKey) (*postings, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lru.Get(k)
}

// fit makes room for the postings of a catalog of so many assets.
func (c *postingsCache) fit(assets int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.most = max(leastCacheBytes, cacheBytesEach*assets)
}

// put keeps postings unless they alone would push out a quarter of the rest.
// Those with places take the place of those without.
func (c *postingsCache) put(k postingsKey, p *postings) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.bytes() > c.most/4 {
		return
	}
	if had, ok := c.lru.Peek(k); ok {
		if had.placed || !p.placed {
			return // another reader was quicker
		}
		c.lru.Remove(k)
	}
	c.lru.Add(k, p)
	c.bytes += p.bytes() + entryBytes + len(k.term)
	for c.bytes > c.most {
		c.lru.RemoveOldest()
	}
}
