package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

func tagged(personas, industries []string, stages ...enablement.FunnelStage) func(*enablement.Asset) {
	return func(a *enablement.Asset) { a.PersonaIDs, a.IndustryIDs, a.FunnelStages = personas, industries, stages }
}

// shop is a catalog with much of nothing in particular, so that words can be
// rare and common in it.
func shop() *shelf {
	docs := newShelf(
		piece("cto", "Platform handbook", "growth", tagged([]string{"per_cto"}, nil, enablement.Decision)),
		piece("bank", "Ledger tales", "growth", tagged(nil, []string{"ind_bank"})),
		piece("finance", "Money matters", "growth", tagged(nil, []string{"ind_finance"})),
		piece("audit", "Audit trails explained", "How auditors read an audit trail. growth"),
		piece("late", "Audit trails, expired", "audit trail", func(a *enablement.Asset) { a.ExpiresAt = a.PublishedAt }),
		piece("draft", "Audit trails, draft", "audit trail", tagged([]string{"per_cto"}, nil), func(a *enablement.Asset) { a.Status = enablement.StatusDraft }),
	)
	for i := range 60 {
		body := fmt.Sprintf("growth filler%d", i)
		if i%10 == 0 {
			body += " uncommon" // in a tenth: searched, not enough by itself
		}
		docs.put(piece(fmt.Sprintf("fill%02d", i), "Filler", body))
	}
	return docs
}

func TestCandidates(t *testing.T) {
	x := open(t, t.TempDir(), shop())
	texts := func(s string) []enablement.ProfileText {
		return []enablement.ProfileText{{Source: "notes", Text: s}}
	}
	for _, test := range []struct {
		story string
		q     enablement.CandidateQuery
		want  []string
	}{
		{"by persona", enablement.CandidateQuery{PersonaID: "per_cto"}, []string{"cto"}},
		{"by industry, the nearest first", enablement.CandidateQuery{IndustryIDs: []string{"ind_bank", "ind_finance"}}, []string{"bank", "finance"}},
		{"the stage alone makes no candidate", enablement.CandidateQuery{FunnelStage: enablement.Decision}, []string{}},
		{"by a telling word, expired and drafts left out", enablement.CandidateQuery{Texts: texts("They asked about auditing.")}, []string{"audit"}},
		{"a word that everything holds says nothing", enablement.CandidateQuery{Texts: texts("growth growth growth")}, []string{}},
		{"one word of the middling kind is not enough", enablement.CandidateQuery{Texts: texts("uncommon ledger")}, []string{"bank"}},
		{"unless it is all that was said", enablement.CandidateQuery{Texts: texts("uncommon")}, []string{"fill00", "fill10", "fill20", "fill30", "fill40", "fill50"}},
		{"two of them are", enablement.CandidateQuery{Texts: texts("uncommon filler10")}, []string{"fill10"}},
		{"numbers and letters say nothing", enablement.CandidateQuery{Texts: texts("2026 x 10 the")}, []string{}},
		{"what was sent is left out", enablement.CandidateQuery{PersonaID: "per_cto", Without: map[string]bool{"cto": true}}, []string{}},
		{"within the filter", enablement.CandidateQuery{PersonaID: "per_cto", Filter: enablement.AssetFilter{Types: []enablement.AssetType{"VIDEO"}}}, []string{}},
		{"the persona and a word", enablement.CandidateQuery{PersonaID: "per_cto", Texts: texts("audit trail")}, []string{"audit", "cto"}},
	} {
		t.Run(test.story, func(t *testing.T) {
			test.q.Limit = 50
			candidates, err := x.Candidates(t.Context(), test.q)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, c := range candidates {
				got = append(got, c.AssetID)
			}
			if test.story == "the persona and a word" {
				slices.Sort(got)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWhatACandidateSays(t *testing.T) {
	docs := shop()
	x := open(t, t.TempDir(), docs)
	candidates, err := x.Candidates(t.Context(), enablement.CandidateQuery{
		PersonaID: "per_cto", IndustryIDs: []string{"ind_bank", "ind_finance"}, FunnelStage: enablement.Decision, Limit: 50,
		Texts: []enablement.ProfileText{{Source: "pain points", Text: "Audits take weeks"}, {Source: "notes", Text: "wants audit trails; Auditors come soon"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]enablement.Candidate{}
	for _, c := range candidates {
		if c.Text < 0 || c.Text > 1 {
			t.Errorf("%s matches the texts by %v", c.AssetID, c.Text)
		}
		if (c.Text > 0) != (c.AssetID == "audit") {
			t.Errorf("%s: text %v", c.AssetID, c.Text)
		}
		c.Text = 0
		got[c.AssetID] = c
	}
	published := docs.assets["cto"].PublishedAt
	const open, match = enablement.FitOpen, enablement.FitMatch
	want := map[string]enablement.Candidate{
		"cto":     {AssetID: "cto", Persona: match, Industry: open, FunnelStage: match, Language: "en", Usual: true, PublishedAt: published},
		"bank":    {AssetID: "bank", Persona: open, Industry: match, IndustryID: "ind_bank", FunnelStage: open, Language: "en", Usual: true, PublishedAt: published},
		"finance": {AssetID: "finance", Persona: open, Industry: match, IndustryID: "ind_finance", FunnelStage: open, Language: "en", Usual: true, PublishedAt: published},
		"audit": {AssetID: "audit", Persona: open, Industry: open, FunnelStage: open, Language: "en", Usual: true, PublishedAt: published, Matches: []enablement.TextMatch{
			{Source: "pain points", Words: []string{"Audits"}}, {Source: "notes", Words: []string{"audit", "trails", "Auditors"}},
		}},
	}
	for id := range want {
		for i := range got[id].Matches {
			slices.Sort(got[id].Matches[i].Words)
			slices.Sort(want[id].Matches[min(i, len(want[id].Matches)-1)].Words)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What is for anybody is a candidate when it was sent: the history may speak for
// it. What is for others is none.
func TestOpenCandidates(t *testing.T) {
	docs := shop()
	docs.sent("fill07", 5)
	docs.sent("fill08", 9)
	docs.sent("bank", 20)
	docs.put(piece("nurse", "For nurses", "growth", tagged([]string{"per_nurse"}, nil)))
	docs.sent("nurse", 30)
	x := open(t, t.TempDir(), docs)
	ids := func() (got []string) {
		candidates, err := x.Candidates(t.Context(), enablement.CandidateQuery{PersonaID: "per_cto", Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range candidates {
			got = append(got, c.AssetID)
		}
		slices.Sort(got)
		return got
	}
	if got, want := ids(), []string{"cto", "fill07", "fill08"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	tag := docs.assets["fill08"].Clone()
	tag.PersonaIDs, tag.Version = []string{"per_nurse"}, tag.Version+1
	docs.put(tag)
	if err := x.Sync(t.Context(), []*enablement.Asset{tag}); err != nil {
		t.Fatal(err)
	}
	if got, want := ids(), []string{"cto", "fill07"}; !slices.Equal(got, want) {
		t.Errorf("once one is for others, got %v, want %v", got, want)
	}
}

// The usual language is that of most assets, whatever their regions.
func TestCandidatesTellTheUsualLanguage(t *testing.T) {
	in := func(language string) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Language, a.PersonaIDs = language, []string{"per_cto"} }
	}
	x := open(t, t.TempDir(), newShelf(
		piece("a", "A", "", in("de-at")), piece("b", "B", "", in("de-ch")), piece("c", "C", "", in("en")), piece("d", "D", "", in("de"))))
	candidates, err := x.Candidates(t.Context(), enablement.CandidateQuery{PersonaID: "per_cto", Limit: 9})
	if err != nil || len(candidates) != 4 {
		t.Fatalf("%v %v", candidates, err)
	}
	for _, c := range candidates {
		if c.Usual != (c.AssetID != "c") {
			t.Errorf("%s in %s is usual: %t", c.AssetID, c.Language, c.Usual)
		}
	}
}

func TestGeneralCandidates(t *testing.T) {
	docs := shop()
	docs.sent("fill07", 5)
	docs.sent("bank", 9)
	newest := docs.assets["fill33"].Clone()
	at := noon
	newest.PublishedAt = &at
	docs.put(newest)
	x := open(t, t.TempDir(), docs)
	candidates, err := x.Candidates(t.Context(), enablement.CandidateQuery{General: true, Limit: 3})
	if err != nil || len(candidates) != 3 {
		t.Fatalf("%v %v", candidates, err)
	}
	if a, b := candidates[0].AssetID, candidates[1].AssetID; a != "fill07" || b != "fill33" {
		t.Errorf("got %s and %s; want the most sent of no industry, then the newest", a, b)
	}
}

func TestTagCounts(t *testing.T) {
	docs := newShelf(
		piece("a", "", "", tagged([]string{"p", "q"}, []string{"i"}, enablement.Decision)),
		piece("b", "", "", tagged([]string{"p"}, []string{"i"}, enablement.Decision, enablement.Awareness)),
		piece("none", "", "", tagged([]string{"p"}, nil, enablement.Decision)),
		piece("draft", "", "", tagged([]string{"p"}, []string{"i"}, enablement.Decision), func(a *enablement.Asset) { a.Status = enablement.StatusDraft }),
	)
	want := []enablement.TagCount{{PersonaID: "p", IndustryID: "i", FunnelStage: "AWARENESS", Count: 1}, {PersonaID: "p", IndustryID: "i", FunnelStage: "DECISION", Count: 2}, {PersonaID: "q", IndustryID: "i", FunnelStage: "DECISION", Count: 1}}
	if got := open(t, t.TempDir(), docs).TagCounts(); !slices.Equal(got, want) {
		t.Errorf("counts %v, want %v", got, want)
	}
}

func TestNamesOfTheTaxonomyAreSearched(t *testing.T) {
	x := open(t, t.TempDir(), shop())
	taxonomy := func(name string) *enablement.Taxonomy {
		return enablement.NewTaxonomy([]*enablement.Persona{{ID: "per_cto", Name: name}},
			[]*enablement.Industry{{ID: "ind_bank", Name: "Retail banking", Aliases: []string{"Kreditinstitute"}}})
	}
	x.SetTaxonomy(taxonomy("Head of Technology"))
	for query, want := range map[string][]string{"technologies": {"cto"}, "bank": {"bank"}, "kreditinstitute": {"bank"}, "of": {}} {
		if got := find(t, x, enablement.AssetQuery{Text: query, PublishedOnly: true}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
	x.SetTaxonomy(taxonomy("Chief Engineer"))
	if got := find(t, x, enablement.AssetQuery{Text: "technology"}); len(got) > 0 {
		t.Errorf("the old name still finds %v", got)
	}
	page := ask(t, x, enablement.AssetQuery{Text: "engineer", WithFacets: true})
	if len(page.Facets.Personas) != 1 || page.Facets.Personas[0].Label != "Chief Engineer" {
		t.Errorf("facets: %+v", page.Facets.Personas)
	}
}

// Of more candidates than are wanted the best are chosen without a look at each:
// a short list is the beginning of the long one all the same.
func TestTheBestCandidatesAreTheBestOfAll(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(generated(3_000)...))
	ask := func(limit int) []enablement.Candidate {
		found, err := x.Candidates(t.Context(), enablement.CandidateQuery{
			PersonaID: "per_3", IndustryIDs: []string{"ind_4", "ind_5", "ind_6"}, FunnelStage: "DECISION", Limit: limit,
			Texts: []enablement.ProfileText{{Source: "notes", Text: vocable(60) + " " + vocable(200) + " " + vocable(900)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	all := ask(3_000)
	if len(all) < 500 {
		t.Fatalf("%d candidates are too few to choose from", len(all))
	}
	for _, limit := range []int{1, 7, 100} {
		if diff := cmp.Diff(all[:limit], ask(limit)); diff != "" {
			t.Errorf("the first %d (-of all, +wanted):\n%s", limit, diff)
		}
	}
}
