package usage

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quiverhq/quiver/enablement"
	"pgregory.net/rapid"
)

// deed is one thing that somebody did, for the settler and for the model of it.
type deed struct {
	kind    enablement.SearchEventKind
	rep     string
	at      time.Time
	term    string
	assets  []string
	further bool
}

var noon = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

// told is events as lines, in an order of their own.
func told(events []*enablement.SearchEvent) []string {
	lines := make([]string, len(events))
	for i, e := range events {
		lines[i] = fmt.Sprint(e.RepID, " ", e.AskedAt.Sub(noon), " ", e.Kind, " ", e.Term, e.AssetID, " ", e.At.Sub(noon))
	}
	slices.Sort(lines)
	return lines
}

// do has the settler hear of a deed.
func do(s *settler, d deed) {
	if d.kind == enablement.SearchAsked {
		shown := make([]*enablement.Asset, len(d.assets))
		for i, id := range d.assets {
			shown[i] = &enablement.Asset{ID: id}
		}
		s.ask(asking{viewer: &enablement.User{ID: d.rep}, text: d.term, hits: len(shown), at: d.at}, shown, d.further)
		return
	}
	s.use(d.kind, d.rep, d.assets[0], d.at)
}

func TestWhatCountsAsASearch(t *testing.T) {
	ask := func(seconds float64, term string, assets ...string) deed {
		return deed{kind: enablement.SearchAsked, rep: "ann", at: noon.Add(time.Duration(seconds * float64(time.Second))), term: term, assets: assets}
	}
	page := func(seconds float64, term string, assets ...string) deed {
		d := ask(seconds, term, assets...)
		d.further = true
		return d
	}
	use := func(kind enablement.SearchEventKind, seconds float64, asset string) deed {
		return deed{kind: kind, rep: "ann", at: noon.Add(time.Duration(seconds * float64(time.Second))), assets: []string{asset}}
	}
	open := func(seconds float64, asset string) deed { return use(enablement.SearchOpened, seconds, asset) }
	send := func(seconds float64, asset string) deed { return use(enablement.SearchSent, seconds, asset) }
	tests := []struct {
		name  string
		deeds []deed
		want  []string // without the rep
	}{
		{"an answer that stood", []deed{ask(0, "audit", "a")}, []string{"0s ASKED audit 0s"}},
		{"a word that is typed letter by letter", []deed{ask(0, "a"), ask(.2, "au"), ask(.4, "aud"), ask(.7, "audit", "a")}, []string{"700ms ASKED audit 700ms"}},
		{"another search when the first stood", []deed{ask(0, "audit"), ask(2, "trail")}, []string{"0s ASKED audit 0s", "2s ASKED trail 2s"}},
		{"another filter at once", []deed{ask(0, "audit", "a"), ask(1.5, "audit", "b")}, []string{"1.5s ASKED audit 1.5s"}},
		{"a click at once", []deed{ask(0, "audit", "a"), open(.5, "a"), ask(1, "trail")}, []string{"0s ASKED audit 0s", "0s OPENED a 500ms", "1s ASKED trail 1s"}},
		{"a click on what the answer did not hold", []deed{ask(0, "audit", "a"), open(.5, "b"), ask(1, "trail")}, []string{"1s ASKED trail 1s"}},
		{"two clicks on one", []deed{ask(0, "audit", "a"), open(5, "a"), open(6, "a")}, []string{"0s ASKED audit 0s", "0s OPENED a 5s"}},
		{"a click too late, a send not yet", []deed{ask(0, "audit", "a"), open(901, "a"), send(1_800, "a")}, []string{"0s ASKED audit 0s", "0s SENT a 30m0s"}},
		{"a send too late", []deed{ask(0, "audit", "a"), send(1_801, "a")}, []string{"0s ASKED audit 0s"}},
		{"a send from before the search", []deed{ask(9, "audit", "a"), send(1, "a")}, []string{"9s ASKED audit 9s"}},
		{"a click after two answers that held it", []deed{ask(0, "audit", "a"), ask(5, "trail", "a"), open(9, "a")}, []string{"0s ASKED audit 0s", "5s ASKED trail 5s", "5s OPENED a 9s"}},
		{"a click back in the answer before", []deed{ask(0, "audit", "a"), ask(5, "trail", "b"), open(9, "a")}, []string{"0s ASKED audit 0s", "0s OPENED a 9s", "5s ASKED trail 5s"}},
		{"a further page, long after", []deed{ask(0, "audit", "a"), page(60, "audit", "b"), open(65, "b")}, []string{"0s ASKED audit 0s", "0s OPENED b 1m5s"}},
		{"a further page of something else", []deed{ask(0, "audit", "a"), page(60, "trail", "b")}, []string{"0s ASKED audit 0s", "1m0s ASKED trail 1m0s"}},
		{"the same again, later", []deed{ask(0, "audit"), ask(60, "AUDIT")}, []string{"0s ASKED audit 0s", "1m0s ASKED audit 1m0s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSettler()
			for _, d := range tt.deeds {
				do(s, d)
			}
			s.finish()
			want := make([]string, len(tt.want))
			for i, line := range tt.want {
				want[i] = "ann " + line
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, told(s.take())); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// model says which events follow from deeds, looking at all of them for each.
func model(deeds []deed) []string {
	var events []*enablement.SearchEvent
	for _, rep := range []string{"ann", "bob"} {
		mine := slices.DeleteFunc(slices.Clone(deeds), func(d deed) bool { return d.rep != rep })
		events = append(events, modelOf(mine)...)
	}
	return told(events)
}

// modelAnswer is an answer with all that there is to say of it so far.
type modelAnswer struct {
	deed
	shownAt time.Time
	counts  bool
	gone    bool
	used    map[string]bool
}

func modelOf(deeds []deed) (events []*enablement.SearchEvent) {
	var answers []*modelAnswer
	last := func() *modelAnswer { // the answer on the screen
		for _, a := range slices.Backward(answers) {
			if !a.gone {
				return a
			}
		}
		return nil
	}
	for _, d := range deeds {
		for _, a := range answers {
			a.counts = a.counts || !a.gone && d.at.Sub(a.shownAt) >= enablement.SearchStood
		}
		if d.kind == enablement.SearchAsked {
			on := last()
			if on != nil && d.further && on.term == d.term && d.at.Sub(on.shownAt) <= enablement.SearchSentWithin {
				on.shownAt, on.assets = d.at, append(slices.Clone(on.assets), d.assets...)
				continue
			}
			if on != nil && !on.counts {
				on.gone = true
			}
			answers = append(answers, &modelAnswer{deed: d, shownAt: d.at, used: map[string]bool{}})
			continue
		}
		within := map[enablement.SearchEventKind]time.Duration{enablement.SearchOpened: 15 * time.Minute, enablement.SearchSent: 30 * time.Minute}[d.kind]
		for _, a := range slices.Backward(answers) {
			if a.gone || !slices.Contains(a.assets, d.assets[0]) {
				continue
			}
			if d.at.Sub(a.shownAt) > within {
				continue
			}
			a.counts = true
			if key := string(d.kind) + d.assets[0]; !a.used[key] {
				a.used[key] = true
				events = append(events, &enablement.SearchEvent{RepID: d.rep, AskedAt: a.at, Kind: d.kind, AssetID: d.assets[0], At: d.at})
			}
			break
		}
	}
	for _, a := range answers {
		if !a.gone {
			events = append(events, &enablement.SearchEvent{RepID: a.rep, AskedAt: a.at, Kind: enablement.SearchAsked, Term: a.term, At: a.at})
		}
	}
	return events
}

// Whatever people do, and however often the settler looks at its clock in
// between, what counts is what the model says.
func TestSettlingIsWhatTheModelSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := noon
		var deeds []deed
		s := newSettler()
		var events []*enablement.SearchEvent
		asked := map[string][]time.Time{}
		for range rapid.IntRange(0, 40).Draw(t, "deeds") {
			at = at.Add(time.Duration(rapid.SampledFrom([]int{1, 300, 1_999, 2_000, 30_000, 600_000, 1_000_000}).Draw(t, "ms later")) * time.Millisecond)
			d := deed{
				kind: rapid.SampledFrom([]enablement.SearchEventKind{enablement.SearchAsked, enablement.SearchAsked, enablement.SearchOpened, enablement.SearchSent}).Draw(t, "kind"),
				rep:  rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "rep"), at: at,
				term:    rapid.SampledFrom([]string{"audit", "trail", "soc 2"}).Draw(t, "term"),
				assets:  rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3).Draw(t, "assets"),
				further: rapid.Bool().Draw(t, "further"),
			}
			// What is remembered of a person is bounded: the model does not know.
			if recent := asked[d.rep]; d.kind == enablement.SearchAsked && len(recent) >= mostAnswers-1 && at.Sub(recent[len(recent)-mostAnswers+1]) < 31*time.Minute {
				continue
			}
			if d.kind == enablement.SearchAsked {
				asked[d.rep] = append(asked[d.rep], at)
			}
			deeds = append(deeds, d)
			do(s, d)
			if rapid.Bool().Draw(t, "tick") {
				s.settle(at)
				events = append(events, s.take()...)
			}
		}
		s.finish()
		events = append(events, s.take()...)
		if diff := cmp.Diff(model(deeds), told(events)); diff != "" {
			t.Fatalf("events (-model +settler):\n%s", diff)
		}
	})
}

// What the settler keeps stays small whatever comes, and becomes nothing when
// nobody has searched for a while.
func TestWhatIsRememberedOfPeopleIsBounded(t *testing.T) {
	s := newSettler()
	refused := 0
	page := make([]*enablement.Asset, 3*mostShown)
	for i := range page {
		page[i] = &enablement.Asset{ID: fmt.Sprint("ast_", i)}
	}
	for i := range mostSearchers + 10 {
		at := noon.Add(time.Duration(i) * time.Millisecond)
		if !s.ask(asking{viewer: &enablement.User{ID: fmt.Sprint("usr_", i)}, text: "audit", at: at}, page[:1], false) {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d people too many were refused, want 10", refused)
	}
	for i := range 3 * mostAnswers {
		at := noon.Add(time.Duration(i+1) * time.Minute)
		s.ask(asking{viewer: &enablement.User{ID: "usr_1"}, text: fmt.Sprint("audit ", i), at: at}, page, false)
		s.ask(asking{viewer: &enablement.User{ID: "usr_1"}, text: fmt.Sprint("audit ", i), at: at}, page, true)
	}
	one := s.searchers["usr_1"]
	if len(one.read) != mostAnswers || len(one.pending.assets) != mostShown {
		t.Errorf("%d answers are remembered, the last with %d assets; want %d and %d", len(one.read), len(one.pending.assets), mostAnswers, mostShown)
	}
	s.settle(noon.Add(2 * time.Hour))
	if len(s.searchers) != 0 {
		t.Errorf("%d people are remembered two hours later", len(s.searchers))
	}
}

// BenchmarkTakeIn is what becomes of one answer behind the back of whoever
// asked: of a box that is typed into, mostly nothing.
func BenchmarkTakeIn(b *testing.B) {
	s := newSettler()
	page := make([]*enablement.Asset, 10)
	for i := range page {
		page[i] = &enablement.Asset{ID: fmt.Sprint("ast_", i)}
	}
	viewer, at := &enablement.User{ID: "usr_1"}, noon
	b.ReportAllocs()
	for b.Loop() {
		at = at.Add(time.Millisecond)
		s.ask(asking{viewer: viewer, text: "audit trail for banks", hits: 10, at: at}, page, false)
	}
}
