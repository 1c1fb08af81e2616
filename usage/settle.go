package usage

import (
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// The bounds of what is kept of answers that something may yet be opened or
// sent of: people, answers of each, assets of each answer.
const (
	mostSearchers = 10_000
	mostAnswers   = 4
	mostShown     = enablement.MaxPage
)

// settler turns what people ask, open and send into the events that are kept.
// It does no I/O and has no clock: every call says when. Of one person the calls
// come in the order of time.
//
// An answer is pending until it has stood for enablement.SearchStood, or
// something of it was opened or sent: then it was read and counts. The next
// search of the same person before that takes its place.
type settler struct {
	searchers map[string]*searcher // by user id
	events    []*enablement.SearchEvent
}

// searcher is what is known of one person's searches.
type searcher struct {
	pending *searchAnswer   // nil: none
	read    []*searchAnswer // the last that counted, the newest last
}

// searchAnswer is what a person was shown.
type searchAnswer struct {
	asking
	search  *enablement.SearchEvent // nil: not made yet
	shownAt time.Time               // the last page of it
	assets  []shownAsset
}

// asking is a search as it was asked. Most are asked by a box that is typed
// into, and nothing is made of them.
type asking struct {
	viewer *enablement.User
	text   string
	filter enablement.AssetFilter
	hits   int
	at     time.Time
}

// shownAsset is an asset of an answer and what has become of it already.
type shownAsset struct {
	id           string
	opened, sent bool
}

func newSettler() *settler { return &settler{searchers: map[string]*searcher{}} }

// longText is from where on a text is not kept for later, cut as it will be.
const longText = 1_000

// ask takes in an answer. further: it is a page behind another, by its cursor.
// A text without words is no search. It tells whether there was room.
func (s *settler) ask(a asking, assets []*enablement.Asset, further bool) bool {
	if !enablement.IsSearch(a.text) {
		return true
	}
	a.at = enablement.Instant(a.at)
	p := s.searchers[a.viewer.ID]
	if p == nil {
		if len(s.searchers) >= mostSearchers {
			s.settle(a.at)
		}
		if len(s.searchers) >= mostSearchers {
			return false
		}
		p = &searcher{}
		s.searchers[a.viewer.ID] = p
	}
	s.settleDue(p, a.at)
	answer := &searchAnswer{asking: a}
	if further && p.shows(answer) != nil {
		answer = p.shows(answer)
	} else {
		p.pending = answer
	}
	answer.add(assets, a.at)
	if len(answer.text) > longText {
		answer.event()
	}
	return true
}

// shows gives the answer that a person looks at, if another is to the same words.
func (p *searcher) shows(next *searchAnswer) *searchAnswer {
	last := p.pending
	if last == nil && len(p.read) > 0 {
		last = p.read[len(p.read)-1]
	}
	if last == nil || last.event().Term != next.event().Term || next.at.Sub(last.shownAt) > enablement.SearchSentWithin {
		return nil
	}
	return last
}

// event makes the record of a search.
func (a *searchAnswer) event() *enablement.SearchEvent {
	if a.search == nil {
		a.search = enablement.NewSearch(a.viewer, a.text, &a.filter, a.hits, a.at)
		a.text, a.filter = "", enablement.AssetFilter{}
	}
	return a.search
}

// add puts the assets of a page to those of the answer.
func (a *searchAnswer) add(assets []*enablement.Asset, at time.Time) {
	a.shownAt = at
	assets = assets[:min(len(assets), mostShown-len(a.assets))]
	a.assets = slices.Grow(a.assets, len(assets))
	for _, asset := range assets {
		a.assets = append(a.assets, shownAsset{id: asset.ID})
	}
}

// use takes in that a person opened or sent an asset: it follows from the
// newest answer, not too old, that held it.
func (s *settler) use(kind enablement.SearchEventKind, rep, asset string, at time.Time) {
	p := s.searchers[rep]
	if p == nil {
		return
	}
	s.settleDue(p, at)
	within := enablement.SearchOpenedWithin
	if kind == enablement.SearchSent {
		within = enablement.SearchSentWithin
	}
	if p.pending != nil && p.pending.find(asset) != nil {
		s.count(p)
	}
	for _, answer := range slices.Backward(p.read) {
		shown := answer.find(asset)
		if shown == nil || at.Before(answer.at) || at.Sub(answer.shownAt) > within {
			continue
		}
		done := &shown.opened
		if kind == enablement.SearchSent {
			done = &shown.sent
		}
		if !*done {
			*done = true
			s.events = append(s.events, answer.event().Used(kind, asset, at))
		}
		return
	}
}

func (a *searchAnswer) find(asset string) *shownAsset {
	for i := range a.assets {
		if a.assets[i].id == asset {
			return &a.assets[i]
		}
	}
	return nil
}

// settle counts every answer that has stood long enough, and forgets those of
// which nothing can follow any more.
func (s *settler) settle(now time.Time) {
	for id, p := range s.searchers {
		s.settleDue(p, now)
		p.read = slices.DeleteFunc(p.read, func(a *searchAnswer) bool { return now.Sub(a.shownAt) > enablement.SearchSentWithin })
		if p.pending == nil && len(p.read) == 0 {
			delete(s.searchers, id)
		}
	}
}

// finish counts every answer: nothing can take its place any more.
func (s *settler) finish() {
	for _, p := range s.searchers {
		if p.pending != nil {
			s.count(p)
		}
	}
}

func (s *settler) settleDue(p *searcher, now time.Time) {
	if p.pending == nil {
		return
	}
	// One that was shown later than now: the clock has been set back since.
	if stood := now.Sub(p.pending.shownAt); stood >= enablement.SearchStood || stood < -enablement.SearchStood {
		s.count(p)
	}
}

// count has a person's pending answer count as read.
func (s *settler) count(p *searcher) {
	s.events = append(s.events, p.pending.event())
	if len(p.read) == mostAnswers {
		p.read = slices.Delete(p.read, 0, 1)
	}
	p.read = append(p.read, p.pending)
	p.pending = nil
}

// take gives the events since the last call.
func (s *settler) take() []*enablement.SearchEvent {
	events := s.events
	s.events = nil
	return events
}
