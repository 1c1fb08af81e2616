package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/tracing"
)

// Assets answers one question to the catalog: tags, words, order and page.
//
// Words are searched in title, topics, summary, body and the names of personas
// and industries. An asset is found when it holds enough of them (see
// scorer.enough); those with all of them come first. Total counts what is
// found.
//
// Errors: BAD_USER_INPUT on "after" for a cursor that does not fit, on "first"
// and "orderBy" for values there are none of; INTERNAL where the index on disk
// cannot be read; ctx.Err() as it is.
func (x *Index) Assets(ctx context.Context, q enablement.AssetQuery) (*enablement.AssetPage, error) {
	ctx, span := tracing.Start(ctx, "search assets")
	defer span.End()
	ask, err := x.ask(q)
	if err != nil {
		return nil, err
	}
	span.Int("quiver.words", len(ask.words))
	page, err := x.answer(ctx, ask)
	if err != nil {
		return nil, readFailed(ctx, err)
	}
	span.Int("quiver.found", page.Total)
	if q.WithHighlights && len(ask.words) > 0 {
		if err := x.highlight(ctx, page, ask.words); err != nil {
			return nil, err
		}
	}
	if q.WithSuggestion {
		if page.DidYouMean, err = x.didYouMean(ctx, ask); err != nil {
			return nil, readFailed(ctx, err)
		}
	}
	return page, nil
}

// question is an AssetQuery, checked and cut into words.
type question struct {
	enablement.AssetQuery
	*request
	// wordless: there were letters or digits, and nothing in them to look for.
	wordless bool
	asked    uint64 // see AssetQuery.Question
	cursor   *cursor
	now      int64
}

func (x *Index) ask(q enablement.AssetQuery) (*question, error) {
	ask := &question{AssetQuery: q, request: &request{}, now: x.options.Now().UnixMicro()}
	if q.First < 1 || q.First > enablement.MaxPage {
		return nil, enablement.InvalidField("first", "must be from 1 to %d, not %d", enablement.MaxPage, q.First)
	}
	if enablement.IsSearch(q.Text) { // who has typed no more than signs has yet to begin
		text := strings.TrimSpace(q.Text)
		ask.request = x.request(text, strings.HasSuffix(q.Text, text))
		ask.wordless = len(ask.words) == 0 && len(ask.demands) == 0
	}
	switch ask.Order {
	case "":
		ask.Order = enablement.OrderRelevance
	case enablement.OrderRelevance, enablement.OrderNewest, enablement.OrderOldest, enablement.OrderTitle, enablement.OrderMostSent:
	default:
		return nil, enablement.InvalidField("orderBy", "is not an order: %q", clipBytes(string(q.Order), 40))
	}
	if ask.Order == enablement.OrderRelevance && len(ask.words) == 0 {
		ask.Order = enablement.OrderNewest
	}
	ask.asked = q.Question()
	if q.After != "" {
		c, err := decodeCursor(q.After, ask.Order, ask.asked)
		if err != nil {
			return nil, err
		}
		ask.cursor = &c
	}
	return ask, nil
}

// answer makes the page without what needs the documents.
func (x *Index) answer(ctx context.Context, ask *question) (*enablement.AssetPage, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)

	narrowing := narrowing{ask.Filter, ask.Only, ask.Without, ask.PublishedOnly, ask.now}
	clear(s.nearly)
	var ticked ticked
	if ask.WithFacets {
		ticked = x.catalog.ticked(ask.Filter)
		x.catalog.nearly(s, ticked, narrowing)
	}
	x.catalog.narrow(s.allowed, s.spare, narrowing)
	if err := x.restrict(ctx, ask.request, s.spare, s.allowed, s.nearly); err != nil {
		return nil, err
	}
	match, published := s.allowed, x.published(ask)
	switch {
	case ask.wordless:
		clear(match)
		clear(s.nearly)
	case len(ask.words) > 0:
		if err := x.search(ctx, s, ask, published); err != nil {
			return nil, err
		}
		clear(s.matched)
		for _, h := range s.hits {
			s.matched.add(h.ordinal)
		}
		match = s.matched
	}
	page := x.page(s, match, ask)
	page.Total = match.count()
	if ask.WithFacets {
		page.Facets = x.catalog.facets(match, ticked, x.names, s, published)
	}
	return page, nil
}

// published gives what is PUBLISHED now, for a question of one who sees that alone.
func (x *Index) published(ask *question) func() set {
	if !ask.PublishedOnly {
		return nil
	}
	return sync.OnceValue(func() set {
		s, spare := make(set, setWords(len(x.catalog.rows))), make(set, setWords(len(x.catalog.rows)))
		x.catalog.narrow(s, spare, narrowing{publishedOnly: true, now: ask.now})
		return s
	})
}

// search leaves in s.hits what of s.allowed the words find, and in s.nearly
// what of that they find. Misspelt words are searched as their corrections.
func (x *Index) search(ctx context.Context, s *scratch, ask *question, published func() set) error {
	if words, err := x.readable(); words == nil {
		clear(s.nearly)
		return err
	}
	if err := x.understand(ask.words, published); err != nil {
		return err
	}
	s.allowed.or(s.nearly)
	k := newWalk(x.catalog, x.words, x.names, x.scorer, s)
	if err := k.run(ctx, ask.words); err != nil {
		return err
	}
	s.setAside()
	if err := k.nearness(ctx, ask.words); err != nil {
		return err
	}
	return k.reconsider(ctx, ask.words)
}

func (x *Index) page(s *scratch, match set, ask *question) *enablement.AssetPage {
	p := pager{x.catalog, ask.Order, ask.asked, ask.First, ask.cursor}
	var rows []uint32
	page := &enablement.AssetPage{HasPrev: ask.cursor != nil}
	switch ask.Order {
	case enablement.OrderRelevance:
		rows, page.HasNext = p.ranked(s.hits)
	case enablement.OrderMostSent:
		s.hits = p.bySends(s.hits, match)
		rows, page.HasNext = p.ranked(s.hits)
	default:
		rows, page.HasNext = p.listed(match)
	}
	page.Hits = make([]enablement.AssetHit, len(rows))
	for i, o := range rows {
		key := s.score[o]
		if ask.Order == enablement.OrderMostSent {
			key = float64(x.catalog.sent(o))
		}
		page.Hits[i] = enablement.AssetHit{ID: x.catalog.ids[o], Cursor: p.cursorOf(o, key), Score: s.score[o]}
	}
	return page
}

// readFailed codes what went wrong between here and the files: a cancelled
// request stays one, a coded error keeps its code.
func readFailed(ctx context.Context, err error) error {
	var coded *enablement.Error
	switch {
	case err == nil, errors.As(err, &coded), ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return err
	default:
		return &enablement.Error{Code: enablement.Unavailable, Message: "the search index cannot be read and is being looked after; try again in a moment", Err: fmt.Errorf("search: %w", err)}
	}
}
