package usage_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
	"pgregory.net/rapid"
)

// asked is a search of march, with what became of it.
func asked(rep, at_, text string, hits int, used ...enablement.SearchEventKind) []*enablement.SearchEvent {
	return askedWithin(rep, at_, text, nil, hits, used...)
}

func askedWithin(rep, at_, text string, filter *enablement.AssetFilter, hits int, used ...enablement.SearchEventKind) []*enablement.SearchEvent {
	search := enablement.NewSearch(&enablement.User{ID: rep}, text, filter, hits, at("2026-03-"+at_+"Z"))
	events := []*enablement.SearchEvent{search}
	for _, kind := range used {
		events = append(events, search.Used(kind, "guide", search.AskedAt.Add(time.Minute)))
	}
	return events
}

const (
	wasOpened = enablement.SearchOpened
	wasSent   = enablement.SearchSent
)

func searchesOfMarch() []*enablement.SearchEvent {
	cfo := &enablement.AssetFilter{Personas: []string{"per_cfo"}, Types: []enablement.AssetType{"VIDEO"}}
	return slices.Concat(
		asked("rita", "01T09:00:00", "SOC 2", 4, wasOpened, wasSent),
		asked("sam", "02T09:00:00", "soc 2", 2, wasOpened),
		asked("sam", "03T09:00:00", "CSRD", 0),
		asked("sam", "03T09:01:00", "sustainability", 3, wasOpened),
		asked("rita", "04T09:00:00", "csrd", 0),
		asked("rita", "04T09:00:10", "CSRD", 0), // who asks twice looks for one thing
		asked("rita", "04T09:00:30", "csrd report", 0),
		asked("rita", "04T09:04:59", "Sustainability", 3),
		asked("tom", "04T10:00:00", "csrd", 0),
		asked("tom", "04T10:05:01", "sustainability", 3), // too late to mean the same
		askedWithin("tom", "05T09:00:00", "roi", cfo, 0),
		askedWithin("tom", "05T09:01:00", "payback", cfo, 2),
		askedWithin("tom", "05T09:02:00", "payback", &enablement.AssetFilter{Personas: []string{"per_cfo"}}, 4),
		asked("tom", "06T09:00:00", "soa", 0),
		asked("tom", "06T09:01:00", "statement of applicability", 1),
		asked("tom", "07T09:00:00", "soa", 1), // by now a synonym
	)
}

func marchInsights() *enablement.SearchInsights {
	return &enablement.SearchInsights{From: at("2026-03-01T00:00:00Z"), To: at("2026-04-01T00:00:00Z")}
}

func TestWhatSearchesTell(t *testing.T) {
	l := usage.NewSearchLedger(clock)
	l.Append(searchesOfMarch())
	of := marchInsights()
	if diff := gocmp.Diff(&enablement.SearchTotals{Searches: 16, Reps: 3, WithoutHits: 7, Used: 3}, l.Totals(of)); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	lines := func(terms []*enablement.SearchedTerm) (out []string) {
		for _, s := range terms {
			line := fmt.Sprintf("%s: %d of %d, %.1f hits, %d opened, %d sent, last %s", s.Term, s.Searches, s.Reps, s.MeanHits, s.Opened, s.Sent, s.LastAskedAt.Format("02 15:04"))
			for _, f := range s.Filters {
				line += fmt.Sprintf(" [%s %s %d]", f.Field, f.Value, f.Searches)
			}
			out = append(out, line)
		}
		return out
	}
	for what, c := range map[string]struct {
		got  []*enablement.SearchedTerm
		want []string
	}{
		"terms": {l.Terms(of, 4), []string{
			"csrd: 4 of 3, 0.0 hits, 0 opened, 0 sent, last 04 10:00",
			"sustainability: 3 of 3, 3.0 hits, 1 opened, 0 sent, last 04 10:05",
			"soc 2: 2 of 2, 3.0 hits, 2 opened, 1 sent, last 02 09:00",
			"payback: 2 of 1, 3.0 hits, 0 opened, 0 sent, last 05 09:02 [personas per_cfo 2] [types VIDEO 1]",
		}},
		"without hits": {l.WithoutHits(of, 20), []string{
			"csrd: 4 of 3, 0.0 hits, 0 opened, 0 sent, last 04 10:00",
			"csrd report: 1 of 1, 0.0 hits, 0 opened, 0 sent, last 04 09:00",
			"roi: 1 of 1, 0.0 hits, 0 opened, 0 sent, last 05 09:00 [personas per_cfo 1] [types VIDEO 1]",
			"soa: 1 of 1, 0.0 hits, 0 opened, 0 sent, last 06 09:00",
		}},
		"unused": {l.Unused(of, 20), []string{
			"payback: 2 of 1, 3.0 hits, 0 opened, 0 sent, last 05 09:02 [personas per_cfo 2] [types VIDEO 1]",
		}},
	} {
		if diff := gocmp.Diff(c.want, lines(c.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	want := []*enablement.SuggestedSynonym{
		{Term: "csrd", Instead: "sustainability", Reps: 2, Times: 2},
		{Term: "csrd report", Instead: "sustainability", Reps: 1, Times: 1},
	}
	if diff := gocmp.Diff(want, l.SuggestedSynonyms(of, 20)); diff != "" {
		t.Errorf("synonyms (-want +got):\n%s", diff)
	}
	if got := l.SuggestedSynonyms(of, 1); len(got) != 1 {
		t.Errorf("%d synonyms, want the first", len(got))
	}
	if diff := gocmp.Diff(&enablement.SearchTotals{}, l.Totals(&enablement.SearchInsights{From: at("2027-01-01T00:00:00Z"), To: at("2027-02-01T00:00:00Z")})); diff != "" {
		t.Errorf("totals of nothing (-want +got):\n%s", diff)
	}
}

// Searches of which nobody should ask any more are not counted, nor kept beyond
// what memory is for.
func TestOldSearchesAreForgotten(t *testing.T) {
	now := at("2026-03-31T00:00:00Z")
	l := usage.NewSearchLedger(func() time.Time { return now })
	search := enablement.NewSearch(&enablement.User{ID: "rita"}, "audit", nil, 1, now.Add(-enablement.SearchesKept))
	l.Append([]*enablement.SearchEvent{search})
	all := &enablement.SearchInsights{From: at("2000-01-01T00:00:00Z"), To: at("2100-01-01T00:00:00Z")}
	if got := l.Totals(all).Searches; got != 1 {
		t.Errorf("%d searches on its last day, want 1", got)
	}
	now = now.Add(time.Second)
	if got := l.Totals(all).Searches; got != 0 {
		t.Errorf("%d searches a second later, want 0", got)
	}
	l.Append([]*enablement.SearchEvent{enablement.NewSearch(&enablement.User{ID: "sam"}, "audit", nil, 1, search.AskedAt)})
	if got := l.Stats().Searches; got != 1 {
		t.Errorf("%d searches are held, want the first alone", got)
	}
}

// searchWorld is few reps and terms within some hours, so that things meet.
var searchWorld = rapid.Custom(func(t *rapid.T) []*enablement.SearchEvent {
	search := enablement.NewSearch(
		&enablement.User{ID: fmt.Sprint("rep", rapid.IntRange(1, 3).Draw(t, "rep"))},
		rapid.SampledFrom([]string{"audit", "Audit", "trail", "soc 2", "csrd", "sustainability"}).Draw(t, "term"),
		rapid.SampledFrom([]*enablement.AssetFilter{nil, {Personas: []string{"per_1"}}, {Personas: []string{"per_1", "per_2"}, Languages: []string{"de"}}}).Draw(t, "filter"),
		rapid.IntRange(0, 2).Draw(t, "hits"),
		epoch.Add(time.Duration(rapid.IntRange(0, 80).Draw(t, "at"))*100*time.Second),
	)
	events := []*enablement.SearchEvent{search}
	for _, kind := range rapid.SliceOfN(rapid.SampledFrom([]enablement.SearchEventKind{wasOpened, wasSent}), 0, 3).Draw(t, "used") {
		events = append(events, search.Used(kind, "guide", search.AskedAt))
	}
	return events
})

// Whatever order events arrive in, and however often, the ledger counts what
// counting them one by one gives.
func TestTheSearchLedgerCountsAsOneWouldByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []*enablement.SearchEvent
		byKey := map[string]*tallied{}
		for _, group := range rapid.SliceOfN(searchWorld, 0, 40).Draw(t, "searches") {
			key := fmt.Sprint(group[0].RepID, group[0].AskedAt)
			if byKey[key] != nil {
				continue // a person asks one thing at a time
			}
			byKey[key] = &tallied{search: group[0]}
			for _, e := range group[1:] {
				byKey[key].opened = byKey[key].opened || e.Kind == wasOpened
				byKey[key].sent = byKey[key].sent || e.Kind == wasSent
			}
			events = append(events, group...)
		}
		l := usage.NewSearchLedger(func() time.Time { return epoch.Add(24 * time.Hour) })
		for _, i := range rapid.SliceOf(rapid.IntRange(0, max(0, len(events)-1))).Draw(t, "before") {
			if i < len(events) {
				l.Append(events[i : i+1])
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		l.Append(events)
		from, length := rapid.IntRange(-10, 80).Draw(t, "from"), rapid.IntRange(1, 90).Draw(t, "length")
		of := &enablement.SearchInsights{From: epoch.Add(time.Duration(from) * 100 * time.Second)}
		of.To = of.From.Add(time.Duration(length) * 100 * time.Second)
		var all []*tallied
		for _, s := range byKey {
			if at := s.search.AskedAt; !at.Before(of.From) && at.Before(of.To) {
				all = append(all, s)
			}
		}
		slices.SortFunc(all, func(a, b *tallied) int {
			return cmp.Or(a.search.AskedAt.Compare(b.search.AskedAt), cmp.Compare(a.search.RepID, b.search.RepID))
		})
		if diff := gocmp.Diff(totalsByHand(all), l.Totals(of)); diff != "" {
			t.Fatalf("totals (-by hand +ledger):\n%s", diff)
		}
		for what, c := range map[string]struct {
			got   []*enablement.SearchedTerm
			keeps func(*tallied) bool
			shows func(*enablement.SearchedTerm) bool
		}{
			"terms":        {l.Terms(of, 100), func(*tallied) bool { return true }, func(*enablement.SearchedTerm) bool { return true }},
			"without hits": {l.WithoutHits(of, 100), func(s *tallied) bool { return s.search.Hits == 0 }, func(*enablement.SearchedTerm) bool { return true }},
			"unused":       {l.Unused(of, 100), func(s *tallied) bool { return s.search.Hits > 0 }, func(s *enablement.SearchedTerm) bool { return s.Searches > 1 && s.Opened+s.Sent == 0 }},
		} {
			if diff := gocmp.Diff(termsByHand(all, c.keeps, c.shows), lineByTerm(c.got)); diff != "" {
				t.Fatalf("%s (-by hand +ledger):\n%s", what, diff)
			}
		}
		pairs := map[string][2]int{}
		for _, s := range l.SuggestedSynonyms(of, 100) {
			_, term := enablement.SearchTerm(s.Term)
			_, instead := enablement.SearchTerm(s.Instead)
			pairs[term+" > "+instead] = [2]int{s.Reps, s.Times}
		}
		if diff := gocmp.Diff(pairsByHand(all), pairs); diff != "" {
			t.Fatalf("synonyms (-by hand +ledger):\n%s", diff)
		}
	})
}

// tallied is one search with what became of it.
type tallied struct {
	search       *enablement.SearchEvent
	opened, sent bool
}

func totalsByHand(all []*tallied) *enablement.SearchTotals {
	t, reps := &enablement.SearchTotals{}, map[string]bool{}
	for _, s := range all {
		t.Searches++
		reps[s.search.RepID] = true
		if s.search.Hits == 0 {
			t.WithoutHits++
		}
		if s.opened || s.sent {
			t.Used++
		}
	}
	t.Reps = len(reps)
	return t
}

func termsByHand(all []*tallied, keeps func(*tallied) bool, shows func(*enablement.SearchedTerm) bool) map[string]string {
	terms, reps := map[string]*enablement.SearchedTerm{}, map[string]map[string]bool{}
	for _, s := range all {
		if !keeps(s) {
			continue
		}
		term := s.search.Term
		if terms[term] == nil {
			terms[term], reps[term] = &enablement.SearchedTerm{Term: term}, map[string]bool{}
		}
		row := terms[term]
		row.Searches++
		row.MeanHits += float64(s.search.Hits)
		reps[term][s.search.RepID] = true
		row.LastAskedAt = s.search.AskedAt
		if s.opened {
			row.Opened++
		}
		if s.sent {
			row.Sent++
		}
	}
	var out []*enablement.SearchedTerm
	for term, row := range terms {
		row.Reps, row.MeanHits = len(reps[term]), row.MeanHits/float64(row.Searches)
		if shows(row) {
			out = append(out, row)
		}
	}
	return lineByTerm(out)
}

func lineByTerm(terms []*enablement.SearchedTerm) map[string]string {
	lines := map[string]string{}
	for _, s := range terms {
		_, term := enablement.SearchTerm(s.Term)
		lines[term] = fmt.Sprintf("%d %d %.3f %d %d %s", s.Searches, s.Reps, s.MeanHits, s.Opened, s.Sent, s.LastAskedAt)
	}
	return lines
}

// pairsByHand looks back from every search that found something.
func pairsByHand(all []*tallied) map[string][2]int {
	finds := map[string]bool{}
	for _, s := range all {
		if s.search.Filters == nil {
			finds[s.search.Term] = s.search.Hits > 0
		}
	}
	times, reps := map[string]int{}, map[string]map[string]bool{}
	for i, s := range all {
		seen := map[string]bool{}
		for _, before := range slices.Backward(all[:i]) {
			if before.search.RepID != s.search.RepID {
				continue
			}
			if before.search.Hits > 0 || s.search.Hits == 0 {
				break
			}
			term := before.search.Term
			late := s.search.AskedAt.Sub(before.search.AskedAt) > enablement.SynonymWithin
			if late || before.search.Filters != nil || seen[term] || finds[term] || !enablement.SynonymWorth(term, s.search.Term) {
				continue
			}
			seen[term] = true
			key := term + " > " + s.search.Term
			if reps[key] == nil {
				reps[key] = map[string]bool{}
			}
			times[key]++
			reps[key][s.search.RepID] = true
		}
	}
	out := map[string][2]int{}
	for key := range maps.Keys(times) {
		out[key] = [2]int{len(reps[key]), times[key]}
	}
	return out
}
