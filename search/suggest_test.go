package search

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

func TestSuggest(t *testing.T) {
	topics := func(values ...string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Topics = values }
	}
	docs := newShelf(
		piece("a", "Data security for banks", "", topics("Data", "Cloud")),
		piece("b", "The value of data", "", topics("data")),
		piece("c", "Ébauche", "", topics("Cloud")),
		piece("d", "Data security for banks", ""),
		piece("e", "Database secrets", "", func(a *enablement.Asset) { a.Status = enablement.StatusDraft }, topics("Datum")),
	)
	docs.sent("a", 9)
	x := open(t, t.TempDir(), docs)
	for _, test := range []struct {
		story, prefix string
		rep           bool
		want          []string
	}{
		{"whole prefixes first, the most used first, each once", "data", true, []string{"Data security for banks", "Data", "The value of data"}},
		{"accents and case do not matter", "EBAU", true, []string{"Ébauche"}},
		{"a word within", "secur", true, []string{"Data security for banks"}},
		{"several words", "data  sec", true, []string{"Data security for banks"}},
		{"a rep sees nothing of drafts", "datab", true, []string{}},
		{"a marketer does", "datab", false, []string{"Database secrets"}},
		{"drafts' topics are secret too", "datu", true, []string{}},
		{"nothing typed", "  ", true, []string{}},
		{"nothing begins so", "zzz", true, []string{}},
	} {
		t.Run(test.story, func(t *testing.T) {
			got, err := x.Suggest(t.Context(), test.prefix, 8, test.rep)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%q: %q %v, want %q", test.prefix, got, err, test.want)
			}
		})
	}
	renamed := docs.assets["c"].Clone()
	renamed.Title, renamed.Version = "Sketch", 2
	if err := x.Sync(t.Context(), []*enablement.Asset{renamed}); err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]int{"ebau": 0, "sket": 1} {
		if got, _ := x.Suggest(t.Context(), prefix, 8, true); len(got) != want {
			t.Errorf("after a rename %q gives %q", prefix, got)
		}
	}
}

// Of what is used as much the alphabet decides, whichever is met first.
func TestSuggestionsThatTie(t *testing.T) {
	now := noon
	for _, test := range []struct {
		story, prefix string
		settled, late []string
		first         int
		want          []string
	}{
		{"words within", "of", []string{"Data of", "The of", "Dach of data"}, nil, 1, []string{"Dach of data"}},
		{"new ones before old ones", "da", []string{"Data y", "Data z"}, []string{"Da a", "Da b"}, 2, []string{"Da a", "Da b"}},
		{"a word before longer ones", "da ", []string{"Da a", "A da"}, []string{"Da"}, 2, []string{"Da", "Da a"}},
		{"a bracket is no word", "da", []string{"(Da) a", "Data"}, nil, 2, []string{"Data", "(Da) a"}},
	} {
		docs := newShelf()
		for i, title := range test.settled {
			docs.put(piece(number(i), title, ""))
		}
		x := inMemory(t, docs, &now)
		x.titles.whole.settle(x.titles.former)
		x.titles.within.settle(x.titles.former)
		for i, title := range test.late {
			if err := x.Load([]*enablement.Asset{piece(number(10+i), title, "")}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := x.Suggest(t.Context(), test.prefix, test.first, true); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q %v, want %q", test.story, got, err, test.want)
		}
	}
}

// Whatever the catalog, its renames and its sends: suggestions are what a look
// at all assets gives.
func TestSuggestAgainstItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := newShelf()
		anyPiece := func(id string, version int) *enablement.Asset {
			words := rapid.SliceOfN(rapid.SampledFrom([]string{"data", "Dach", "of", "the", "dé"}), 1, 3).Draw(t, "title")
			a := piece(id, strings.Join(words, " "), "")
			a.Topics = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Data", "data", "of", "Cloud"}), 0, 2, rapid.ID[string]).Draw(t, "topics")
			a.Status = rapid.SampledFrom([]enablement.AssetStatus{enablement.StatusPublished, enablement.StatusDraft}).Draw(t, "status")
			a.Version = version
			docs.sent(id, rapid.IntRange(0, 2).Draw(t, "sends"))
			return a
		}
		for i := range rapid.IntRange(0, 20).Draw(t, "assets") {
			docs.put(anyPiece(number(i), 1))
		}
		now := noon
		x := inMemory(t, docs, &now)
		for i := range rapid.IntRange(0, len(docs.assets)).Draw(t, "changed") {
			if rapid.Bool().Draw(t, "settle") {
				x.titles.whole.settle(x.titles.former)
				x.titles.within.settle(x.titles.former)
			}
			a := anyPiece(number(i), 2)
			docs.put(a)
			if err := x.Load([]*enablement.Asset{a}); err != nil {
				t.Fatalf("load: %v", err)
			}
		}
		prefix := rapid.SampledFrom([]string{"d", "da", "of", "data ", "the d", "c"}).Draw(t, "prefix")
		first, rep := rapid.IntRange(1, 5).Draw(t, "first"), rapid.Bool().Draw(t, "rep")
		got, err := x.Suggest(noContext{}, prefix, first, rep)
		if err != nil {
			t.Fatalf("suggest: %v", err)
		}
		for i := range got {
			got[i] = squeezed(got[i])
		}
		if want := suggested(docs, prefix, first, rep); !slices.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", prefix, got, want)
		}
	})
}

// suggested is Suggest by its definition, folded.
func suggested(docs *shelf, prefix string, first int, rep bool) []string {
	tagged := map[string]int{}
	for _, a := range docs.all() {
		for _, t := range a.Topics {
			tagged[t]++
		}
	}
	best := map[string]offer{}
	meet := func(text string, used int) {
		folded := squeezed(text)
		for _, o := range []offer{{&completion{folded, folded}, true, used}, {&completion{folded, folded}, false, used}} {
			fits := strings.HasPrefix(folded+" ", prefix)
			if !o.whole {
				fits = strings.Contains(folded+" ", " "+prefix)
			}
			if known, ok := best[folded]; fits && (!ok || compareOffers(o, known) < 0) {
				best[folded] = o
			}
		}
	}
	for _, a := range docs.all() {
		if rep && a.Status != enablement.StatusPublished {
			continue
		}
		meet(a.Title, int(docs.CounterOf(a.ID).Load()))
		for _, t := range a.Topics {
			used := 0
			for other, n := range tagged {
				if foldText(other) == foldText(t) {
					used += n
				}
			}
			meet(t, used)
		}
	}
	texts := []string{}
	for _, o := range slices.SortedFunc(maps.Values(best), compareOffers) {
		texts = append(texts, o.text)
	}
	return texts[:min(len(texts), first)]
}

// The order follows the sends within seconds, a write at once.
func TestSuggestionsAreKeptForAMoment(t *testing.T) {
	docs := newShelf(piece("a", "Data for banks", ""), piece("b", "Data for clinics", ""))
	docs.sent("a", 2)
	now := noon
	x := open(t, t.TempDir(), docs, func(o *Options) { o.Now = func() time.Time { return now } })
	given := func() []string {
		got, err := x.Suggest(t.Context(), "da", 2, true)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	banks, clinics := []string{"Data for banks", "Data for clinics"}, []string{"Data for clinics", "Data for banks"}
	if got := given(); !slices.Equal(got, banks) {
		t.Fatalf("got %q", got)
	}
	docs.sent("b", 5)
	if got := given(); !slices.Equal(got, banks) {
		t.Errorf("a moment later: %q", got)
	}
	now = now.Add(offersLast + time.Millisecond)
	if got := given(); !slices.Equal(got, clinics) {
		t.Errorf("when the moment has passed: %q", got)
	}
	docs.sent("a", 9)
	now = now.Add(-time.Hour)
	if got := given(); !slices.Equal(got, banks) {
		t.Errorf("when the clock was put back: %q", got)
	}
	docs.put(piece("c", "Da capo", ""))
	if err := x.Sync(t.Context(), []*enablement.Asset{docs.assets["c"]}); err != nil {
		t.Fatal(err)
	}
	if got, want := given(), []string{"Data for banks", "Data for clinics"}; !slices.Equal(got, want) {
		t.Errorf("after a write: %q", got)
	}
	if got, _ := x.Suggest(t.Context(), "da c", 2, true); !slices.Equal(got, []string{"Da capo"}) {
		t.Errorf("what was written: %q", got)
	}
}
