package search

import (
	"slices"
	"sync"
	"time"
)

// givenOffers keeps what was suggested last: the first letters that people type
// are few, and go over much of the catalog.
type givenOffers struct {
	mu    *sync.Mutex
	texts map[askedOffers]offered
}

// askedOffers is one question to suggest.
type askedOffers struct {
	key           string
	first         int
	publishedOnly bool
}

type offered struct {
	texts []string
	until time.Time
}

const (
	// offersLast is how long suggestions may be behind the sends that order them and
	// the moments at which assets expire. Behind writes they never are.
	offersLast = 2 * time.Second
	// mostOffered bounds how many answers are kept.
	mostOffered = 4_096
)

func newGivenOffers() givenOffers {
	return givenOffers{mu: &sync.Mutex{}, texts: map[askedOffers]offered{}}
}

func (g *givenOffers) get(asked askedOffers, now time.Time) ([]string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	given, ok := g.texts[asked]
	if !ok || now.After(given.until) || given.until.Sub(now) > offersLast { // the clock may be put back
		return nil, false
	}
	return slices.Clone(given.texts), true
}

func (g *givenOffers) put(asked askedOffers, texts []string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.texts) >= mostOffered {
		clear(g.texts)
	}
	g.texts[asked] = offered{slices.Clone(texts), now.Add(offersLast)}
}

// forget is called when the catalog changes.
func (g *givenOffers) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.texts)
}
