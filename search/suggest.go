package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// suggestions finds titles and topics by the beginnings of their words.
// Index.mu guards it.
type suggestions struct {
	whole  beginnings // of first words
	within beginnings // of the words after them
	// titles is those of today, by ordinal; nil where the catalog has no asset.
	titles []*completion
	topics map[string]bool // folded
	spelt  []string        // topics as catalog.folded knows them, by number
	given  givenOffers
}

func newSuggestions() *suggestions {
	return &suggestions{topics: map[string]bool{}, given: newGivenOffers()}
}

// put adds the titles and topics of assets that are in the catalog. What no
// asset bears any more is passed over when it is found.
func (s *suggestions) put(c *catalog, assets []*enablement.Asset) {
	s.given.forget()
	s.titles = append(s.titles, make([]*completion, len(c.ids)-len(s.titles))...)
	var whole, within []beginning
	add := func(of *completion, number uint32) {
		for _, at := range wordStarts(of.folded) {
			if at == 0 {
				whole = append(whole, beginning{of, number, at})
			} else {
				within = append(within, beginning{of, number, at})
			}
		}
	}
	for _, a := range assets {
		o := c.ordinals[a.ID]
		if before := s.titles[o]; before == nil || before.text != a.Title {
			s.titles[o] = &completion{a.Title, squeezed(a.Title)}
			add(s.titles[o], o)
		}
		for _, t := range a.Topics {
			if f := squeezed(t); !s.topics[f] {
				s.topics[f] = true
				add(&completion{t, f}, aTopic|uint32(len(s.spelt)))
				s.spelt = append(s.spelt, foldText(t))
			}
		}
	}
	s.whole.put(whole, s.former)
	s.within.put(within, s.former)
}

// former tells whether an asset bore a title once and does not now.
func (s *suggestions) former(b beginning) bool {
	return !b.isTopic() && s.titles[b.number] != b.of
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

// offers are the best that a question has met so far, sorted.
type offers struct {
	best  []offer
	first int // how many are wanted
}

func (o *offers) full() bool { return len(o.best) == o.first }

// least is how much an offer of a kind must be used to be among the best.
// Those of the kind before, if any, are fewer than are wanted.
func (o *offers) least() int {
	if o.full() {
		return o.best[o.first-1].used
	}
	return 0
}

// add takes an offer in if it is among the best, each text once.
func (o *offers) add(one offer) {
	if o.full() && compareOffers(one, o.best[o.first-1]) >= 0 {
		return
	}
	same := func(p offer) bool { return p.folded == one.folded }
	if i := slices.IndexFunc(o.best, same); i >= 0 {
		if compareOffers(one, o.best[i]) >= 0 {
			return
		}
		o.best = slices.Delete(o.best, i, i+1)
	}
	at, _ := slices.BinarySearchFunc(o.best, one, compareOffers)
	o.best = slices.Insert(o.best, at, one)
	o.best = o.best[:min(len(o.best), o.first)]
}

// complete gives the best texts. Where enough begin with the key, nobody needs
// to look at those that have it within.
func (x *Index) complete(key string, first int, visible set) []string {
	o := &offers{make([]offer, 0, first+1), first}
	x.offer(o, x.titles.whole.with(key), true, visible)
	if !o.full() {
		x.offer(o, x.titles.within.with(key), false, visible)
	}
	texts := make([]string, len(o.best))
	for i, b := range o.best {
		texts[i] = b.text
	}
	return texts
}

// offer adds what visible assets bear: titles, used by their sends, and topics,
// used by their assets. What is used too little costs a look at its number alone.
func (x *Index) offer(o *offers, runs [][]beginning, whole bool, visible set) {
	for _, run := range runs {
		least := o.least()
		for _, b := range run {
			used := 0
			switch {
			case b.isTopic():
				used = x.carry(b)
			case visible.has(b.number):
				used = x.catalog.sent(b.number)
			default:
				continue
			}
			if used < least || x.titles.former(b) || b.isTopic() && !x.borne(b, visible) {
				continue
			}
			o.add(offer{b.of, whole, used})
			if least = o.least(); whole && o.full() && o.best[o.first-1].folded <= b.of.folded {
				least++ // of what is used as much, the rest of the run comes later
			}
		}
	}
}

// carry counts the assets that have a topic, visible or not.
func (x *Index) carry(b beginning) (assets int) {
	for _, t := range x.topicTags(b) {
		assets += int(x.catalog.tags[t].assets.GetCardinality())
	}
	return assets
}

// borne tells whether a visible asset has a topic.
func (x *Index) borne(b beginning, visible set) bool {
	borne := false
	for _, t := range x.topicTags(b) {
		x.catalog.tags[t].assets.Iterate(func(o uint32) bool {
			borne = borne || visible.has(o)
			return !borne
		})
	}
	return borne
}

// topicTags is the tags of a topic, one for each way to write it.
func (x *Index) topicTags(b beginning) []uint32 {
	return x.catalog.folded[x.titles.spelt[b.number&^aTopic]]
}
