package search

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// leastCacheBytes and cacheBytesEach bound the decoded postings that an index
// keeps in memory: so much, or so much for each asset where that is more. It
// holds about half of them.
const (
	leastCacheBytes = 16 << 20
	cacheBytesEach  = 640
)

// postingsCache keeps decoded postings, the least used going first. Segments
// never change, so nothing in it is ever out of date.
type postingsCache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[postingsKey, cached]
	bytes int
	most  int
}

type postingsKey struct {
	segment uint64
	by      analyser
	places  bool
	term    string
}

type cached struct {
	postings []posting
	places   *places
	bytes    int
}

// entryBytes is about what an entry costs beside what it holds.
const entryBytes = 200

func newPostingsCache(most int) *postingsCache {
	c := &postingsCache{most: most}
	evicted := func(k postingsKey, v cached) { c.bytes -= v.bytes + entryBytes + len(k.term) }
	c.lru, _ = simplelru.NewLRU(most/entryBytes, evicted) // errs on sizes below 1 alone
	return c
}

func (c *postingsCache) get(k postingsKey) (cached, bool) {
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

// put keeps an entry unless it alone would push out a quarter of the rest.
func (c *postingsCache) put(k postingsKey, v cached) {
	if v.bytes > c.most/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lru.Contains(k) {
		return // another reader was quicker
	}
	c.lru.Add(k, v)
	c.bytes += v.bytes + entryBytes + len(k.term)
	for c.bytes > c.most {
		c.lru.RemoveOldest()
	}
}

// frequencies remembers how many assets hold a word, until the index changes.
type frequencies struct {
	mu sync.Mutex
	df map[[analysers]string]int
}

const mostFrequencies = 50_000

func (f *frequencies) get(terms [analysers]string) (int, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	df, ok := f.df[terms]
	return df, ok
}

func (f *frequencies) put(terms [analysers]string, df int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.df == nil || len(f.df) >= mostFrequencies {
		f.df = map[[analysers]string]int{}
	}
	f.df[terms] = df
}

func (f *frequencies) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.df)
}
