package usage

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// mostFilters is how many filter values a term is shown with.
const mostFilters = 3

// filterKey is the filter values of a search as one text.
func filterKey(values []string) string { return strings.Join(values, "\n") }

// Totals counts all searches of a range.
func (l *SearchLedger) Totals(of *enablement.SearchInsights) *enablement.SearchTotals {
	t := &enablement.SearchTotals{}
	l.read(of, func(rows []uint32) {
		seen := make([]bool, len(l.reps.names))
		for _, row := range rows {
			t.Searches++
			if !seen[l.rows.rep[row]] {
				seen[l.rows.rep[row]] = true
				t.Reps++
			}
			if l.rows.hits[row] == 0 {
				t.WithoutHits++
			}
			if l.rows.fate[row] != 0 {
				t.Used++
			}
		}
	})
	return t
}

// Terms gives the first of the terms of a range, the most searched first, ties
// by the most people.
func (l *SearchLedger) Terms(of *enablement.SearchInsights, first int) []*enablement.SearchedTerm {
	return l.searched(of, first, bySearches, func(uint32) bool { return true }, func(*termTally) bool { return true })
}

// WithoutHits gives the first of the terms that found nothing, counting those
// searches alone; what most people asked for first.
func (l *SearchLedger) WithoutHits(of *enablement.SearchInsights, first int) []*enablement.SearchedTerm {
	return l.searched(of, first, byReps, func(row uint32) bool { return l.rows.hits[row] == 0 }, func(*termTally) bool { return true })
}

// Unused gives the first of the terms that found something at least twice of
// which nobody ever opened or sent anything, counting those searches alone; the
// most searched first.
func (l *SearchLedger) Unused(of *enablement.SearchInsights, first int) []*enablement.SearchedTerm {
	return l.searched(of, first, bySearches, func(row uint32) bool { return l.rows.hits[row] > 0 },
		func(t *termTally) bool { return len(t.rows) >= 2 && t.used == 0 })
}

// termTally is what is counted of one term.
type termTally struct {
	term         uint32
	rows         []uint32
	reps         int
	hits         int
	opened, sent int
	used         int
}

func bySearches(a, b *termTally) int {
	return cmp.Or(cmp.Compare(len(b.rows), len(a.rows)), cmp.Compare(b.reps, a.reps))
}

func byReps(a, b *termTally) int {
	return cmp.Or(cmp.Compare(b.reps, a.reps), cmp.Compare(len(b.rows), len(a.rows)))
}

// searched counts the rows that one function keeps, term by term, and gives the
// first of the terms that another keeps.
func (l *SearchLedger) searched(of *enablement.SearchInsights, first int, order func(a, b *termTally) int, keeps func(row uint32) bool, shows func(*termTally) bool) []*enablement.SearchedTerm {
	terms := []*enablement.SearchedTerm{}
	l.read(of, func(rows []uint32) {
		var shown []*termTally
		for _, t := range l.tally(rows, keeps) {
			if shows(t) {
				shown = append(shown, t)
			}
		}
		slices.SortFunc(shown, func(a, b *termTally) int {
			return cmp.Or(order(a, b), cmp.Compare(l.terms.names[a.term], l.terms.names[b.term]))
		})
		for _, t := range shown[:min(len(shown), first)] {
			terms = append(terms, l.term(t))
		}
	})
	return terms
}

// tally puts rows to their terms, in the order of time, and counts them.
func (l *searches) tally(rows []uint32, keeps func(row uint32) bool) []*termTally {
	sizes := make([]uint32, len(l.terms.names))
	kept := 0
	for _, row := range rows {
		if keeps(row) {
			sizes[l.rows.term[row]]++
			kept++
		}
	}
	all, of := make([]uint32, 0, kept), make([]*termTally, len(sizes))
	var tallies []*termTally
	for term, n := range sizes {
		if n > 0 {
			of[term] = &termTally{term: uint32(term), rows: all[len(all) : len(all) : len(all)+int(n)]}
			all = all[:len(all)+int(n)]
			tallies = append(tallies, of[term])
		}
	}
	for _, row := range rows {
		if keeps(row) {
			t := of[l.rows.term[row]]
			t.rows = append(t.rows, row)
		}
	}
	met := make([]uint32, len(l.reps.names)) // the last term that a rep was counted for
	for _, t := range tallies {
		l.count(t, met)
	}
	return tallies
}

func (l *searches) count(t *termTally, met []uint32) {
	for _, row := range t.rows {
		if rep := l.rows.rep[row]; met[rep] != t.term {
			met[rep] = t.term
			t.reps++
		}
		t.hits += int(l.rows.hits[row])
		fate := l.rows.fate[row]
		if fate&searchOpened != 0 {
			t.opened++
		}
		if fate&searchSent != 0 {
			t.sent++
		}
		if fate != 0 {
			t.used++
		}
	}
}

// term tells what was counted of a term.
func (l *searches) term(t *termTally) *enablement.SearchedTerm {
	return &enablement.SearchedTerm{
		Term: l.shown(t.term), Searches: len(t.rows), Reps: t.reps, MeanHits: float64(t.hits) / float64(len(t.rows)),
		Opened: t.opened, Sent: t.sent, LastAskedAt: time.UnixMilli(l.rows.at[t.rows[len(t.rows)-1]]).UTC(),
		Filters: l.filtersOf(t.rows),
	}
}

// shown is a term as it was typed last.
func (l *searches) shown(term uint32) string {
	if l.typed[term] != "" {
		return l.typed[term]
	}
	return l.terms.names[term]
}

// filtersOf gives the values that searches were narrowed down to most often.
func (l *searches) filtersOf(rows []uint32) []*enablement.SearchedFilter {
	times := map[string]int{}
	for _, row := range rows {
		if filter := l.rows.filter[row]; filter != 0 {
			for value := range strings.SplitSeq(l.filters.names[filter], "\n") {
				times[value]++
			}
		}
	}
	filters := make([]*enablement.SearchedFilter, 0, len(times))
	for kept, n := range times {
		field, value := enablement.SplitSearchFilter(kept)
		filters = append(filters, &enablement.SearchedFilter{Field: field, Value: value, Label: value, Searches: n})
	}
	slices.SortFunc(filters, func(a, b *enablement.SearchedFilter) int {
		return cmp.Or(cmp.Compare(b.Searches, a.Searches), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Value, b.Value))
	})
	return filters[:min(len(filters), mostFilters)]
}
