package search

import (
	"slices"
	"testing"
	"time"

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
	docs.sends["a"] = 9
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

// The order follows the sends within seconds, a write at once.
func TestSuggestionsAreKeptForAMoment(t *testing.T) {
	docs := newShelf(piece("a", "Data for banks", ""), piece("b", "Data for clinics", ""))
	docs.sends["a"] = 2
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
	docs.sends["b"] = 5
	if got := given(); !slices.Equal(got, banks) {
		t.Errorf("a moment later: %q", got)
	}
	now = now.Add(offersLast + time.Millisecond)
	if got := given(); !slices.Equal(got, clinics) {
		t.Errorf("when the moment has passed: %q", got)
	}
	docs.sends["a"] = 9
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
