package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func reports() *shelf {
	return newShelf(
		piece("soc", "SOC 2 report", "What the auditors found."),
		piece("long", "Trust centre", "Our service organization controls are audited each year."),
		piece("apart", "Organization of the service desk", "Who controls what."),
		piece("vault", "Key management", "Where keys are kept."),
		piece("other", "Acme Vault", "A product of ours."),
		piece("down", "Downtime of presses", "What an hour costs."),
		piece("ausfall", "Ausfallzeiten von Pressen", "Was eine Stunde kostet.", in("de")),
	)
}

func TestSynonymsFind(t *testing.T) {
	x := open(t, t.TempDir(), reports())
	set := []*enablement.Synonyms{
		{ID: "a", Terms: []string{"SOC 2", "Service Organization Controls"}},
		{ID: "b", Terms: []string{"vault"}, Instead: []string{"key management"}},
		{ID: "c", Terms: []string{"stoppage", "downtime", "Ausfallzeiten"}},
		{ID: "d", Terms: []string{"nothing", "trust"}, Removed: true},
	}
	for _, test := range []struct{ story, query, want string }{
		{"the phrase where the letters are asked for, behind them", "soc 2", "soc long"},
		{"the letters where the phrase is asked for, in any form", "service organization controls", "apart long soc"},
		{"one way", "vault", "other vault"},
		{"but not the other", "key management", "vault"},
		{"a word that is in no asset", "stoppages", "ausfall down"},
		{"in the form of the other language", "downtime", "ausfall down"},
		{"what was removed means nothing", "nothing", ""},
	} {
		x.SetSynonyms(set)
		t.Run(test.story, func(t *testing.T) {
			got := find(t, x, enablement.AssetQuery{Text: test.query})
			want := strings.Fields(test.want)
			if strings.Contains(test.story, "form") || strings.Contains(test.story, "no asset") {
				slices.Sort(got)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", test.query, got, want)
			}
		})
	}
	x.SetSynonyms(nil)
	if got := find(t, x, enablement.AssetQuery{Text: "vault"}); !slices.Equal(got, []string{"other"}) {
		t.Errorf("without synonyms vault finds %v", got)
	}
}

func TestSynonymsAreMarkedWhereTheyStandTogether(t *testing.T) {
	x := open(t, t.TempDir(), reports())
	x.SetSynonyms([]*enablement.Synonyms{{ID: "a", Terms: []string{"SOC 2", "Service Organization Controls"}}})
	page := ask(t, x, enablement.AssetQuery{Text: "soc 2", WithHighlights: true})
	want := map[string]string{"soc": "<mark>SOC 2</mark> report", "long": "Our <mark>service organization controls</mark> are audited each year."}
	for _, h := range page.Hits {
		if len(h.Highlights) == 0 || h.Highlights[0].Fragment != want[h.ID] {
			t.Errorf("%s: %+v, want %s", h.ID, h.Highlights, want[h.ID])
		}
	}
}
