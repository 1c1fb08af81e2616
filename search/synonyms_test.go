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
		{"the phrase where the letters are written as one", "soc2", "soc long"},
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

// A synonym for the name of a form, or of an industry, finds what carries it.
func TestASynonymForANameFindsWhatIsNamed(t *testing.T) {
	docs := shop()
	docs.put(piece("brief", "Presses in short", "", func(a *enablement.Asset) { a.Type = "PRODUCT_BRIEF" }))
	x := open(t, t.TempDir(), docs)
	x.SetTaxonomy(enablement.NewTaxonomy(nil, []*enablement.Industry{{ID: "ind_finance", Name: "Financial Services"}}))
	x.SetSynonyms([]*enablement.Synonyms{
		{ID: "a", Terms: []string{"brochure"}, Instead: []string{"product brief"}},
		{ID: "b", Terms: []string{"BFSI", "financial services"}},
	})
	for query, want := range map[string]string{"brochure": "brief", "bfsi": "finance", "product brief": "brief"} {
		if got := find(t, x, enablement.AssetQuery{Text: query, PublishedOnly: true}); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", query, got, want)
		}
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

// A pair that stands in two sets counts once, as it does in one.
func TestAPairInSeveralSetsCountsOnce(t *testing.T) {
	x := open(t, t.TempDir(), reports())
	score := func(sets ...*enablement.Synonyms) float64 {
		t.Helper()
		x.SetSynonyms(sets)
		page := ask(t, x, enablement.AssetQuery{Text: "stoppage"})
		if len(page.Hits) != 1 {
			t.Fatalf("stoppage finds %v", idsOf(page))
		}
		return page.Hits[0].Score
	}
	one, other := &enablement.Synonyms{ID: "a", Terms: []string{"stoppage", "downtime"}}, &enablement.Synonyms{ID: "b", Terms: []string{"Downtime", "stoppage", "outage"}}
	if once, twice := score(one), score(one, other); once != twice {
		t.Errorf("a pair of one set scores %v, of two sets %v", once, twice)
	}
}

// A word may stand in any number of sets; what it is searched with is bounded,
// and is the same each time.
func TestAWordOfManySetsIsSearchedWithSoManySynonyms(t *testing.T) {
	x := open(t, t.TempDir(), reports())
	var sets []*enablement.Synonyms
	for i := range 2 * mostAlso {
		sets = append(sets, &enablement.Synonyms{ID: number(i), Terms: []string{"thing", "thing" + number(i)}})
	}
	sets[0].Terms[1], sets[len(sets)-1].Terms[1] = "vault", "report"
	x.SetSynonyms(sets)
	if got := find(t, x, enablement.AssetQuery{Text: "thing"}); !slices.Equal(got, []string{"other"}) {
		t.Errorf("finds %v, want what the first set says and not what the last does", got)
	}
}

// Of the synonyms that are set again, those that say something else are read
// anew, whatever their id.
func TestSynonymsThatChangeAreReadAnew(t *testing.T) {
	x := open(t, t.TempDir(), reports())
	for _, step := range []struct {
		story string
		set   enablement.Synonyms
		want  []string
	}{
		{"new", enablement.Synonyms{ID: "a", Terms: []string{"thing"}, Instead: []string{"report"}}, []string{"soc"}},
		{"the same again", enablement.Synonyms{ID: "a", Terms: []string{"thing"}, Instead: []string{"report"}}, []string{"soc"}},
		{"another instead", enablement.Synonyms{ID: "a", Terms: []string{"thing"}, Instead: []string{"vault"}}, []string{"other"}},
		{"other terms", enablement.Synonyms{ID: "a", Terms: []string{"gadget"}, Instead: []string{"vault"}}, []string{}},
		{"removed", enablement.Synonyms{ID: "a", Terms: []string{"thing"}, Instead: []string{"vault"}, Removed: true}, []string{}},
	} {
		x.SetSynonyms([]*enablement.Synonyms{&step.set})
		if got := find(t, x, enablement.AssetQuery{Text: "thing"}); !slices.Equal(got, step.want) {
			t.Errorf("%s: finds %v, want %v", step.story, got, step.want)
		}
	}
}

// Small words at the ends of a term belong to it: "no decision" is no decision.
func TestSmallWordsBelongToATerm(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(piece("nothing", "Doing nothing", "What waiting costs."), piece("stage", "Decision makers", "Who decides."),
		piece("log", "Build pipelines", "Of software."), piece("table", "A log is more than a table", "What a home-made one costs.")))
	x.SetSynonyms([]*enablement.Synonyms{
		{ID: "a", Terms: []string{"no decision", "not now"}, Instead: []string{"doing nothing"}},
		{ID: "b", Terms: []string{"build it ourselves"}, Instead: []string{"home-made"}},
		{ID: "c", Terms: []string{"SOC 2"}, Instead: []string{"table"}},
	})
	for _, test := range []struct{ query, want string }{
		{"no decision", "nothing stage"},
		{"there will be no decision this year", "nothing stage"},
		{"decision", "stage"},
		{"decision now", "stage"},
		{"we can build it ourselves", "log table"},
		{"build", "log"},
		{"no dicision", "nothing stage"},
		{"a soc 2 for us", "table"},
	} {
		got := find(t, x, enablement.AssetQuery{Text: test.query})
		if slices.Sort(got); !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%q finds %v, want %s", test.query, got, test.want)
		}
	}
}
