package search

import (
	"slices"
	"testing"

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
