package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/quiverhq/quiver/enablement"
)

func shelves() (*shelf, *enablement.Taxonomy) {
	typed := func(t enablement.AssetType, stage enablement.FunnelStage) func(*enablement.Asset) {
		return func(a *enablement.Asset) { a.Type, a.FunnelStages = t, []enablement.FunnelStage{stage} }
	}
	topics := func(t ...string) func(*enablement.Asset) { return func(a *enablement.Asset) { a.Topics = t } }
	docs := newShelf(
		piece("trust", "Zero trust for banks", "Trust nothing. Downtime costs.", typed("WHITE_PAPER", "AWARENESS"), tagged([]string{"per_ciso"}, []string{"ind_bank"}, "AWARENESS")),
		piece("apart", "Zero downtime, full trust", "Bank on it.", typed("VIDEO", "DECISION")),
		piece("topics", "Stories", "Of banks.", typed("CASE_STUDY", "DECISION"), topics("zero", "trust and safety")),
		piece("soc", "Our SOC2 report", "The bank's auditors.", typed("DATA_SHEET", "DECISION")),
		piece("de", "Null Vertrauen", "Wie Banken sich schützen.", typed("WHITE_PAPER", "DECISION"), in("de-AT")),
		piece("draft", "Zero trust, draft", "", func(a *enablement.Asset) { a.Status = enablement.StatusDraft }),
	)
	return docs, enablement.NewTaxonomy([]*enablement.Persona{{ID: "per_ciso", Name: "Security Lead", JobTitles: []string{"CISO"}}},
		[]*enablement.Industry{{ID: "ind_bank", Name: "Retail banking", Aliases: []string{"Credit unions"}}})
}

func TestWhatARepMayType(t *testing.T) {
	docs, taxonomy := shelves()
	x := open(t, t.TempDir(), docs)
	x.SetTaxonomy(taxonomy)
	for _, test := range []struct {
		story, query string
		want         string // in any order
	}{
		{"a phrase stands together", `"zero trust"`, "trust"},
		{"in its order", `"trust zero"`, ""},
		{"in one field, and not across two topics", `"zero trust and safety"`, ""},
		{"in any form of its words", `"zero trusts"`, "trust"},
		{"with the words between that say nothing", `"trust and safety"`, "topics"},
		{"and other words beside it find nothing more", `"zero trust" downtime`, "trust"},
		{"as people write it on a phone", `“zero trust”`, "trust"},
		{"and in German", `„zero trust“ «banks»`, "trust"},
		{"a phrase of one word must be there", `zero "downtime"`, "trust apart"},
		{"a phrase, however its words are written", `"SOC 2 report"`, "soc"},
		{"a quotation that is not closed is words", `"zero trust`, "trust apart topics"},
		{"inches close nothing", `zero 5" trust`, "trust apart topics"},
		{"a word is left out", "zero -downtime", "topics"},
		{"in all its forms", "trust -bank", ""},
		{"a phrase is left out", `zero -"zero trust"`, "apart topics"},
		{"a hyphen within a word excludes nothing", "zero-trust", "trust apart topics"},
		{"nor does a dash", "zero - trust", "trust apart topics"},
		{"nor two", "zero --trust", "trust apart topics"},
		{"nor before a word that says nothing", "zero -the", "trust apart topics"},
		{"a hyphenated word is left out", "bank -soc-2", "trust apart topics de"},
		{"exclusions alone leave the rest", "-zero -trust", "soc de"},
		{"a paragraph quotes others", `Their auditors ask again and again: "where is it", and -we- say "trust us", in words like zero or downtime, every year.`, "trust apart topics soc"},
		{"a form", "type:video", "apart"},
		{"a form by the name of the API", "bank type:case_study", "topics"},
		{"by its own name", `bank type:"case study"`, "topics"},
		{"without quotation marks", "type:case study bank", "topics"},
		{"one of two, without them", "zero type:case  study,video", "apart topics"},
		{"the rest is words", "type:video study", ""},
		{"none of a form, without them", "zero -type:case study", "trust apart"},
		{"a name goes as far as it can", "-type:white paper zero", "apart topics"},
		{"and not over an exclusion", "bank industry:retail -banking", ""},
		{"nor over a phrase", `zero industry:retail "bank on it"`, "apart"},
		{"nor over another clause", "zero persona:nosuch type:video", "apart"},
		{"a job title is one word", "-persona:nosuch ciso bank", "trust"},
		{"an industry by an alias of two words", "industry:credit unions", "trust"},
		{"in the plural", `bank type:videos`, "apart"},
		{"one of two forms", `bank type:video,"Case Study"`, "apart topics"},
		{"not of a form", `zero -type:video`, "trust topics"},
		{"a stage", "zero stage:decision", "apart topics"},
		{"a persona by name", `persona:"security lead"`, "trust"},
		{"a persona by a job title", `zero persona:ciso`, "trust"},
		{"an industry by an alias", `zero industry:"credit unions"`, "trust"},
		{"a language with its regions", "lang:de", "de"},
		{"a language by name", "bank language:german", "de"},
		{"forms and stages", "bank type:video,white_paper stage:decision", "apart de"},
		{"a form that there is none of is words", "type:zero", "trust apart topics"},
		{"so is a shorthand that there is none of", "colour:zero", "trust apart topics"},
		{"and one with nothing behind it", "type: zero", "trust apart topics"},
		{"an address is words", "https://zero.example", "trust apart topics"},
	} {
		t.Run(test.story, func(t *testing.T) {
			got := find(t, x, enablement.AssetQuery{Text: test.query, PublishedOnly: true})
			want := strings.Fields(test.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s finds %v, want %v", test.query, got, want)
			}
		})
	}
}

func TestShorthandsNarrowAsFiltersDo(t *testing.T) {
	docs, taxonomy := shelves()
	x := open(t, t.TempDir(), docs)
	x.SetTaxonomy(taxonomy)
	page := ask(t, x, enablement.AssetQuery{Text: `bank stage:decision -"full trust"`, WithFacets: true, PublishedOnly: true})
	if page.Total != 3 || len(page.Facets.FunnelStages) != 1 || page.Facets.FunnelStages[0].Count != 3 || len(page.Facets.Types) != 3 {
		t.Errorf("%d assets, stages %+v, types %+v", page.Total, page.Facets.FunnelStages, page.Facets.Types)
	}
	both := enablement.AssetQuery{Text: "type:video", Filter: enablement.AssetFilter{Types: []enablement.AssetType{"CASE_STUDY"}}}
	if got := find(t, x, both); len(got) > 0 {
		t.Errorf("a shorthand widens a filter: %v", got)
	}
	page = ask(t, x, enablement.AssetQuery{Text: `“zero trust” -xylophone`, WithHighlights: true, PublishedOnly: true})
	if len(page.Hits) != 1 || page.Hits[0].Highlights[0].Fragment != "<mark>Zero</mark> <mark>trust</mark> for banks" {
		t.Errorf("marks %+v", page.Hits)
	}
}

// A name of several words is the same with quotation marks and without.
func TestNamesNeedNoQuotationMarks(t *testing.T) {
	docs, taxonomy := shelves()
	x := open(t, t.TempDir(), docs)
	x.SetTaxonomy(taxonomy)
	names := map[string][]string{"industry": {"Retail banking", "credit unions"}, "persona": {"Security Lead"}}
	for _, f := range forms() {
		for _, spelling := range f.spellings {
			if len(strings.Fields(spelling)) <= mostNameWords {
				names["type"] = append(names["type"], spelling)
			}
		}
	}
	for kind, names := range names {
		for _, name := range names {
			for _, query := range []string{"%s:%s downtime", "-%s:%s downtime", "trust %s:%s"} {
				plain, quoted := x.request(fmt.Sprintf(query, kind, name), false), x.request(fmt.Sprintf(query, kind, `"`+name+`"`), false)
				if len(plain.demands) != 1 || !slices.Equal(plain.demands[0].tags, quoted.demands[0].tags) || plain.demands[0].not != quoted.demands[0].not {
					t.Errorf("%q demands %v", fmt.Sprintf(query, kind, name), plain.demands)
				}
				if len(plain.words) != 1 || plain.words[0].folded != quoted.words[0].folded {
					t.Errorf("%q leaves %d words", fmt.Sprintf(query, kind, name), len(plain.words))
				}
			}
		}
	}
}

// An exclusion follows a write, though the words of before are still on the disk.
func TestAWordThatIsGoneExcludesNothing(t *testing.T) {
	docs := newShelf(piece("a", "Zero trust", "Of grottoes."), piece("b", "Zero downtime", ""))
	x := open(t, t.TempDir(), docs)
	edited := docs.assets["a"].Clone()
	edited.Body, edited.Version = "", 2
	if err := x.Sync(t.Context(), []*enablement.Asset{edited}); err != nil {
		t.Fatal(err)
	}
	if got := find(t, x, enablement.AssetQuery{Text: "zero -grottoes"}); len(got) != 2 {
		t.Errorf("finds %v", got)
	}
}

// A rep who is still typing sees results.
func TestUnfinishedWords(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(
		piece("down", "Downtime of presses", ""), piece("trust", "Zero trust", "Of truth and trustees."), piece("tru", "Tru cost", ""),
		piece("maint", "Maintenance without downtime", ""), piece("story", "Pumps", "", func(a *enablement.Asset) { a.Type = "CASE_STUDY" }),
		piece("café", "Cafés in Łódź", "", in("pl")),
	))
	for _, test := range []struct{ story, query, want string }{
		{"the last word may go on", "downti", "down maint"},
		{"and others stand before it", "presses downti", "down maint"},
		{"a word that is there stays as it is", "tru", "tru"},
		{"a space ends it", "downti ", ""},
		{"in a phrase it is as it is written", `"downti"`, ""},
		{"a word before the last does not go on", "downti xylo", ""},
		{"accents do not matter", "LOD", "café"},
		{"a form that no text names", "case stu", "story"},
		{"one letter may go on", "d", "down maint"},
	} {
		t.Run(test.story, func(t *testing.T) {
			page := ask(t, x, enablement.AssetQuery{Text: test.query, WithSuggestion: true})
			got := idsOf(page)
			slices.Sort(got)
			if !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("%q finds %v, want %s", test.query, got, test.want)
			}
			if page.DidYouMean != nil && strings.Contains(test.want, "down") {
				t.Errorf("%q: did you mean %q", test.query, *page.DidYouMean)
			}
		})
	}
}

// What is found while the first letters of the next word are typed is what was
// found before, and perhaps more: neither does French take them for the end of the
// word before, nor is a text in which such a letter stands alone the only one meant.
func TestTheNextWordBeginsWithoutTakingAnythingAway(t *testing.T) {
	var audits []string
	for i := range 15 {
		audits = append(audits, fmt.Sprint("a", i))
	}
	docs := newShelf(piece("french", "Ce que l'auditeur demande", "", in("fr")), piece("lines", "Downtime", "12 lines x 2 hours."))
	for i, id := range audits {
		docs.put(piece(id, fmt.Sprint("Audit ", i), "", func(a *enablement.Asset) { a.Summary = "Of trails." }))
	}
	x := open(t, t.TempDir(), docs)
	for _, query := range []string{"audit", "audit t", "audit tr", "audit tra", "audit e", "audit x"} {
		got := idsOf(ask(t, x, enablement.AssetQuery{Text: query, First: 50}))
		for _, id := range audits {
			if !slices.Contains(got, id) || got[0] == "lines" {
				t.Errorf("%q finds %v, want %v among them, and what has but the letter behind them", query, got, audits)
				break
			}
		}
	}
	if got := idsOf(ask(t, x, enablement.AssetQuery{Text: "x"})); !slices.Equal(got, []string{"lines"}) {
		t.Errorf("a letter alone finds %v", got)
	}
}

func TestRequestsStayWithinTheText(t *testing.T) {
	x := open(t, t.TempDir(), newShelf())
	for _, text := range nasty() {
		r := x.request(text, true)
		for _, w := range r.words {
			if w.start < 0 || w.end > len(text) || w.start >= w.end || !utf8.ValidString(w.written) {
				t.Errorf("%q has the word %+v", text, w)
			}
		}
		if len(r.demands) > mostDemands || len(r.words) > mostQueryWords {
			t.Errorf("%.40q asks for %d words and %d demands", text, len(r.words), len(r.demands))
		}
	}
}

// nasty is what no person types, and some do.
func nasty() []string {
	return []string{
		"", " ", `"`, `""`, `"" ""`, `-`, `-"`, `-""`, `"-`, `--"a"`, "type:", "type:,", `type:"`, `type:""`, "type:video,", "-type:video", "-:-", ":", "::", "a:b:c",
		"lang:x", "lang:" + strings.Repeat("a", 5000), strings.Repeat(`"a" `, 2000), strings.Repeat(`-a `, 2000), strings.Repeat("-", 5000), strings.Repeat(`"`, 5000),
		"\x00", "\x1e", "a\x1eb", "\xff\xfe\"\xff\"", "\"\xff\xfe", "-\xff", "type:\xff", "«“”»", "“a„ b«", "'", "’s", "l’", "’", "a’’b", "S/4HANA/5/6/7/8", "a-b-c-d-e-f-g-h",
		"1.2.3.4.5", "...", "R.O.I.", ".a.b.", "a_b_c", "_", "k8s 4 2", "SOC 2 2 2", "2 SOC", "x 99999999999", "ﷺ ½ ﬁ ｶﾞ İ ẞ", "数据安全 soc2 数据", "데이터 2", "שלום -עולם \"שלום\"",
		strings.Repeat("あ", 3000), strings.Repeat("x", 5000), strings.Repeat("kubernetes ", 1000), "👩‍👩‍👧‍👦 \"👩‍👩‍👧‍👦\" -👩‍👩‍👧‍👦", "a\u0301\u0301", "\u202e abc", "and or not", "AND OR NOT",
		"the", "-the", `"the"`, "(a OR b) AND -c*~^2", "a\u00a02", "type:\"case study\",'video'", "persona:", "industry:,,,", strings.Repeat("type:video ", 100),
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range nasty() {
		f.Add(text)
	}
	docs, taxonomy := shelves()
	x := open(f, f.TempDir(), docs)
	x.SetTaxonomy(taxonomy)
	x.SetSynonyms([]*enablement.Synonyms{{ID: "a", Terms: []string{"SOC 2", "service organization controls", "bank"}}, {ID: "b", Terms: []string{"zero"}, Instead: []string{"null"}}})
	f.Fuzz(func(t *testing.T, text string) {
		r := x.request(text, true)
		for _, w := range r.words {
			if w.start < 0 || w.end > len(text) || w.start >= w.end || !utf8.ValidString(w.written) {
				t.Fatalf("the word %+v", w)
			}
			for _, term := range w.terms {
				if strings.Contains(term, " ") || !utf8.ValidString(term) {
					t.Fatalf("the term %q", term)
				}
			}
		}
		page, err := x.Assets(t.Context(), enablement.AssetQuery{Text: text, First: 5, WithFacets: true, WithHighlights: true, WithSuggestion: true})
		if err != nil {
			t.Fatal(err)
		}
		if page.DidYouMean != nil && !utf8.ValidString(*page.DidYouMean) {
			t.Fatalf("did you mean %q", *page.DidYouMean)
		}
		for _, h := range page.Hits {
			for _, l := range h.Highlights {
				if !utf8.ValidString(l.Fragment) || !strings.Contains(l.Fragment, "<mark>") {
					t.Fatalf("marks %q", l.Fragment)
				}
			}
		}
	})
}
