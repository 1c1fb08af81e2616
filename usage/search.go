package usage

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// mostSearches bounds the memory of a SearchLedger: the newest stay.
const mostSearches = 1_000_000

// SearchLedger is the record of searches, ready to be counted: a copy, like the
// Ledger, that is rebuilt from the store at every start. Its methods may be
// called by any number of goroutines at once.
type SearchLedger struct {
	now  func() time.Time
	most int

	mu sync.RWMutex
	searches
}

// searches is what a SearchLedger holds.
type searches struct {
	rows    searchTable
	byKey   map[searchKey]uint32
	early   map[searchKey]searchFate // what became of searches that are not there yet
	terms   dictionary
	reps    dictionary
	filters dictionary // see filterKey
	typed   []string   // a term as it was typed last, by ordinal; empty: as it is
	typedAt []int64
	order   []uint32 // the rows by time
	sorted  bool     // whether order is in order
}

// searchTable is the searches, column by column, in the order of arrival.
type searchTable struct {
	at     []int64 // Unix milliseconds
	term   []uint32
	rep    []uint32
	filter []uint32
	hits   []uint32
	fate   []searchFate
}

// searchFate is what became of a search.
type searchFate uint8

const (
	searchOpened searchFate = 1 << iota
	searchSent
)

// searchKey tells searches apart.
type searchKey struct {
	at  int64
	rep uint32
}

// NewSearchLedger makes an empty ledger.
func NewSearchLedger(now func() time.Time) *SearchLedger {
	return &SearchLedger{now: now, most: mostSearches, searches: newSearches()}
}

func newSearches() searches {
	return searches{
		byKey: map[searchKey]uint32{}, early: map[searchKey]searchFate{},
		terms: newDictionary(), reps: newDictionary(), filters: newDictionary(),
		typed: []string{""}, typedAt: []int64{math.MinInt64}, sorted: true,
	}
}

// Append adds what happened to searches, in any order. What is there already
// changes nothing, nor does what is too old to be kept. The events are read, not
// kept.
func (l *SearchLedger) Append(events []*enablement.SearchEvent) {
	since := l.now().Add(-enablement.SearchesKept)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		if !e.AskedAt.Before(since) {
			l.append(e)
		}
	}
	if len(l.rows.at) > l.most+l.most/8 {
		l.trim()
	}
}

func (l *searches) append(e *enablement.SearchEvent) {
	key := searchKey{e.AskedAt.UnixMilli(), l.reps.ordinal(e.RepID)}
	row, known := l.byKey[key]
	switch {
	case e.Kind == enablement.SearchAsked && !known:
		l.add(key, e)
	case e.Kind == enablement.SearchAsked:
	case known:
		l.rows.fate[row] |= searchFateOf(e.Kind)
	case len(l.early) < mostSearches:
		l.early[key] |= searchFateOf(e.Kind)
	}
}

func searchFateOf(kind enablement.SearchEventKind) searchFate {
	switch kind {
	case enablement.SearchOpened:
		return searchOpened
	case enablement.SearchSent:
		return searchSent
	}
	return 0
}

func (l *searches) add(key searchKey, e *enablement.SearchEvent) {
	term := l.terms.ordinal(e.Term)
	if int(term) == len(l.typed) {
		l.typed, l.typedAt = append(l.typed, ""), append(l.typedAt, math.MinInt64)
	}
	if at := l.typedAt[term]; key.at > at || key.at == at && e.Typed > l.shown(term) {
		l.typedAt[term] = key.at
		if l.typed[term] = ""; e.Typed != e.Term {
			l.typed[term] = e.Typed
		}
	}
	l.put(key, term, l.filters.ordinal(filterKey(e.Filters)), uint32(min(max(e.Hits, 0), math.MaxUint32)), l.early[key])
	delete(l.early, key)
}

// put adds a row.
func (l *searches) put(key searchKey, term, filter, hits uint32, fate searchFate) {
	t, row := &l.rows, uint32(len(l.rows.at))
	t.at, t.rep = append(t.at, key.at), append(t.rep, key.rep)
	t.term, t.filter, t.hits = append(t.term, term), append(t.filter, filter), append(t.hits, hits)
	t.fate = append(t.fate, fate)
	l.byKey[key] = row
	l.order = append(l.order, row)
	if last := len(l.order) - 1; last > 0 && l.before(row, l.order[last-1]) {
		l.sorted = false
	}
}

// before is the order of time, and of reps within a millisecond.
func (l *searches) before(a, b uint32) bool { return l.compare(a, b) < 0 }

func (l *searches) compare(a, b uint32) int {
	t := &l.rows
	return cmp.Or(cmp.Compare(t.at[a], t.at[b]), cmp.Compare(l.reps.names[t.rep[a]], l.reps.names[t.rep[b]]))
}

// trim forgets the oldest rows and what only they had.
func (l *SearchLedger) trim() {
	l.sort()
	old := l.searches
	l.searches = newSearches()
	for _, row := range old.order[len(old.order)-l.most:] {
		t := &old.rows
		rep, term := l.reps.ordinal(old.reps.names[t.rep[row]]), l.terms.ordinal(old.terms.names[t.term[row]])
		if int(term) == len(l.typed) {
			l.typed, l.typedAt = append(l.typed, old.typed[t.term[row]]), append(l.typedAt, old.typedAt[t.term[row]])
		}
		l.put(searchKey{t.at[row], rep}, term, l.filters.ordinal(old.filters.names[t.filter[row]]), t.hits[row], t.fate[row])
	}
}

func (l *searches) sort() {
	if !l.sorted {
		slices.SortFunc(l.order, l.compare)
		l.sorted = true
	}
}

// read calls do with the rows of a span in the order of time, holding off
// writers meanwhile.
func (l *SearchLedger) read(of *enablement.SearchInsights, do func(rows []uint32)) {
	l.mu.RLock()
	for !l.sorted {
		l.mu.RUnlock()
		l.mu.Lock()
		l.sort()
		l.mu.Unlock()
		l.mu.RLock()
	}
	defer l.mu.RUnlock()
	since := l.now().Add(-enablement.SearchesKept)
	if of.From.After(since) {
		since = of.From
	}
	from, to := ceilMilli(since), ceilMilli(of.To)
	place := func(at int64) int {
		return sort.Search(len(l.order), func(i int) bool { return l.rows.at[l.order[i]] >= at })
	}
	if first, end := place(from), place(to); first < end {
		do(l.order[first:end])
	} else {
		do(nil)
	}
}

// SearchStats is how much a SearchLedger holds, for metrics.
type SearchStats struct {
	Searches int
	Bytes    int // memory, approximately
}

// searchBytes is what a search costs: its columns, its place in the order, and
// its entry in the map, which is of 24 bytes and about half full.
const searchBytes = 25 + 4 + 50

// Stats tells how much the ledger holds. Called when metrics are read.
func (l *SearchLedger) Stats() SearchStats {
	l.mu.RLock()
	defer l.mu.RUnlock()
	bytes := cap(l.rows.at)*searchBytes + len(l.early)*36 + len(l.typed)*24
	for _, d := range []*dictionary{&l.terms, &l.reps, &l.filters} {
		bytes += 2*d.bytes + len(d.names)*entryBytes
	}
	return SearchStats{Searches: len(l.rows.at), Bytes: bytes}
}
