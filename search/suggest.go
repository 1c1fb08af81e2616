package search

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// completion is a title or topic that a search box may offer.
type completion struct {
	text    string
	folded  string
	ordinal uint32 // of a title's asset; a topic has none
	topic   bool
}

// beginning is a completion from one of its words on.
type beginning struct {
	key   string // folded, from the word to the end: shares the completion's memory
	of    *completion
	whole bool // the word is the first
}

// suggestions finds titles and topics by the beginnings of their words. New
// ones wait in a short list, so that a write need not move the long one.
// Index.mu guards it.
type suggestions struct {
	sorted []beginning
	recent []beginning
	topics map[string]bool   // folded
	titles map[uint32]string // by ordinal
	given  givenOffers
}

const (
	mostRecent = 2_000
	// mostBeginnings bounds how much one letter may look at.
	mostBeginnings = 100_000
)

func newSuggestions() *suggestions {
	return &suggestions{topics: map[string]bool{}, titles: map[uint32]string{}, given: newGivenOffers()}
}

// put adds the titles and topics of assets that are in the catalog. What no
// asset bears any more is passed over when it is found.
func (s *suggestions) put(c *catalog, assets []*enablement.Asset) {
	s.given.forget()
	for _, a := range assets {
		o := c.ordinals[a.ID]
		if s.titles[o] != a.Title {
			s.titles[o] = a.Title
			s.add(&completion{text: a.Title, folded: squeezed(a.Title), ordinal: o})
		}
		for _, t := range a.Topics {
			if f := squeezed(t); !s.topics[f] {
				s.topics[f] = true
				s.add(&completion{text: t, folded: f, topic: true})
			}
		}
	}
	if len(s.recent) > mostRecent {
		s.settle(c)
	}
}

func (s *suggestions) add(c *completion) {
	word := true
	for i, r := range c.folded {
		letter := r != ' ' && r != '-' && r != '/' && r != '(' && r != '"'
		if letter && word {
			s.recent = append(s.recent, beginning{c.folded[i:], c, i == 0})
		}
		word = !letter
	}
}

// settle merges the recent beginnings into the sorted ones and leaves out what
// no asset bears any more.
func (s *suggestions) settle(c *catalog) {
	byKey := func(a, b beginning) int { return cmp.Compare(a.key, b.key) }
	slices.SortStableFunc(s.recent, byKey)
	merged := make([]beginning, 0, len(s.sorted)+len(s.recent))
	recent := s.recent
	for _, b := range s.sorted {
		for len(recent) > 0 && byKey(recent[0], b) < 0 {
			merged, recent = append(merged, recent[0]), recent[1:]
		}
		if b.of.topic || c.rows[b.of.ordinal].title == b.of.text {
			merged = append(merged, b)
		}
	}
	s.sorted, s.recent = append(merged, recent...), nil
}

// beginningWith calls f with every beginning that has the prefix.
func (s *suggestions) beginningWith(prefix string, f func(beginning)) {
	if whole, spaced := strings.CutSuffix(prefix, " "); spaced { // a space behind it leaves a word what it is
		for i := sort.Search(len(s.sorted), func(i int) bool { return s.sorted[i].key >= whole }); i < len(s.sorted) && s.sorted[i].key == whole; i++ {
			f(s.sorted[i])
		}
		for _, b := range s.recent {
			if b.key == whole {
				f(b)
			}
		}
	}
	from := sort.Search(len(s.sorted), func(i int) bool { return s.sorted[i].key >= prefix })
	for i := from; i < min(len(s.sorted), from+mostBeginnings) && strings.HasPrefix(s.sorted[i].key, prefix); i++ {
		f(s.sorted[i])
	}
	for _, b := range s.recent {
		if strings.HasPrefix(b.key, prefix) {
			f(b)
		}
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(foldText(s)), " ") }

// Suggest gives up to first titles and topics that begin with the prefix, then
// those that have a word beginning with it, the most used first: a topic by
// its assets, a title by its sends. Without regard to case and accents, each
// once. An empty prefix gives none. Errors: ctx.Err(), BAD_USER_INPUT on
// "first".
func (x *Index) Suggest(ctx context.Context, prefix string, first int, publishedOnly bool) ([]string, error) {
	if first < 1 || first > enablement.MaxPage {
		return nil, enablement.InvalidField("first", "must be from 1 to %d, not %d", enablement.MaxPage, first)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	key := squeezed(clipBytes(prefix, enablement.MaxTitle))
	if key == "" {
		return []string{}, nil
	}
	if strings.HasSuffix(prefix, " ") {
		key += " "
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	now := x.options.Now()
	asked := askedOffers{key, first, publishedOnly}
	if texts, ok := x.titles.given.get(asked, now); ok {
		return texts, nil
	}
	s := x.take()
	defer x.give(s)
	x.catalog.narrow(s.allowed, s.spare, narrowing{publishedOnly: publishedOnly, now: now.UnixMicro()})
	texts := x.complete(key, first, s.allowed)
	x.titles.given.put(asked, texts, now)
	return texts, nil
}

// offer is a completion with what it is sorted by.
type offer struct {
	*completion
	whole bool
	used  int
}

func compareOffers(a, b offer) int {
	if a.whole != b.whole {
		if a.whole {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.used, a.used), cmp.Compare(a.folded, b.folded))
}

// complete keeps the best while it goes over all: what cannot be among the
// first costs one comparison.
func (x *Index) complete(key string, first int, visible set) []string {
	best := make([]offer, 0, first+1)
	x.titles.beginningWith(key, func(b beginning) {
		used, ok := x.used(b.of, visible)
		o := offer{b.of, b.whole, used}
		if !ok || len(best) == first && compareOffers(o, best[first-1]) >= 0 {
			return
		}
		same := func(p offer) bool { return p.folded == o.folded }
		if i := slices.IndexFunc(best, same); i >= 0 {
			if compareOffers(o, best[i]) >= 0 {
				return
			}
			best = slices.Delete(best, i, i+1)
		}
		at, _ := slices.BinarySearchFunc(best, o, compareOffers)
		best = slices.Insert(best, at, o)
		best = best[:min(len(best), first)]
	})
	out := make([]string, len(best))
	for i, o := range best {
		out[i] = o.text
	}
	return out
}

// used is how much a completion is used; false: no visible asset bears it.
func (x *Index) used(c *completion, visible set) (int, bool) {
	if !c.topic {
		if !visible.has(c.ordinal) || x.catalog.rows[c.ordinal].title != c.text {
			return 0, false
		}
		if x.options.Sends == nil {
			return 0, true
		}
		return x.options.Sends.SendCount(x.catalog.ids[c.ordinal]), true
	}
	n, borne := 0, false
	for _, t := range x.catalog.folded[foldText(c.text)] {
		assets := x.catalog.tags[t].assets
		n += int(assets.GetCardinality())
		assets.Iterate(func(o uint32) bool {
			borne = borne || visible.has(o)
			return !borne
		})
	}
	return n, borne
}
