package enablement

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsKeptOfATermTellsNothingOfAPerson(t *testing.T) {
	tests := []struct{ text, typed, term string }{
		{"  SOC 2\tReport ", "SOC 2 Report", "soc 2 report"},
		{"Löschkonzept für Müller", "Löschkonzept für Müller", "loschkonzept fur muller"},
		{`"audit trail" -agriculture type:video`, `"audit trail" -agriculture type:video`, `"audit trail" -agriculture type:video`},
		{"deck for ann.lee@example.com", "deck for [email]", "deck for [email]"},
		{"<Ann.Lee+crm@Example.com>, follow up", "[email] follow up", "[email] follow up"},
		{"@acme pricing", "@acme pricing", "@acme pricing"},
		{"a＠b.example", "[email]", "[email]"},
		{"a﹫b.example", "[email]", "[email]"},
		{"ann.lee%40example.com", "[email]", "[email]"},
		{"call 01701234567", "call [number]", "call [number]"},
		{"+49 170 123 456 call back", "[number] call back", "[number] call back"},
		{"(555) 123-4567", "[number]", "[number]"},
		{"555-123-4567", "[number]", "[number]"},
		{"card 4111 1111 1111 1111 lost", "card [number] lost", "card [number] lost"},
		{"DE89370400440532013000", "[number]", "[number]"},
		{"id:12345678", "[number]", "[number]"},
		{"٠١٧٠١٢٣٤٥٦٧", "[number]", "[number]"},
		{"ISO 27001 2022", "ISO 27001 2022", "iso 27001 2022"},
		{"iso 27001:2022 annex 8.24", "iso 27001:2022 annex 8.24", "iso 27001:2022 annex 8.24"},
		{"roadmap 2026-03-31", "roadmap 2026-03-31", "roadmap 2026-03-31"},
		{"21 CFR Part 11", "21 CFR Part 11", "21 cfr part 11"},
		{"", "", ""},
		{" \t\n", "", ""},
		{"*** ?!", "", ""},
		{"🙂🙂", "", ""},
		{"🙂 onboarding", "🙂 onboarding", "🙂 onboarding"},
		{"審計 追蹤", "審計 追蹤", "審計 追蹤"},
		{"null\x00byte \x1b[31mred", "null byte [31mred", "null byte [31mred"},
		{"bro\xffken", "bro ken", "bro ken"},
		{"$where {a: 1} \\ ' \u2028 x.y", `$where {a: 1} \ ' x.y`, `$where {a: 1} \ ' x.y`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if typed, term := SearchTerm(tt.text); typed != tt.typed || term != tt.term {
				t.Errorf("kept as %q and %q, want %q and %q", typed, term, tt.typed, tt.term)
			}
		})
	}
}

func TestALongTextIsCut(t *testing.T) {
	for name, text := range map[string]string{
		"words":        strings.Repeat("audit trail ", 1_000),
		"one word":     strings.Repeat("x", 10_000),
		"wide letters": strings.Repeat("ß", 10_000),
		"an address across the end of what is looked at": strings.Repeat("a", mostSearchText-20) + " ann.lee@example.com and more",
		"addresses": strings.Repeat("ann.lee.of.the.company@example.com ", 400),
	} {
		typed, term := SearchTerm(text)
		for _, kept := range []string{typed, term} {
			if n := utf8.RuneCountInString(kept); n == 0 || n > MaxSearchTerm || !utf8.ValidString(kept) || strings.Contains(kept, "ann") {
				t.Errorf("%s: kept %d characters: %q", name, n, kept)
			}
		}
	}
}

func FuzzSearchTerm(f *testing.F) {
	for _, text := range []string{"SOC 2", "ann@example.com", "+49 170 123456", "\x00", strings.Repeat("ß ", 300), "1234567"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		typed, term := SearchTerm(text)
		if IsSearch(text) == (typed == "") || IsSearch(text) == (term == "") || !utf8.ValidString(typed) || utf8.RuneCountInString(typed) > MaxSearchTerm || utf8.RuneCountInString(term) > MaxSearchTerm {
			t.Errorf("%q is kept as %q and %q", text, typed, term)
		}
		for _, w := range strings.Fields(typed) {
			if hasEmail(w) || hasLongNumber(w) {
				t.Errorf("%q is kept as %q", text, typed)
			}
		}
	})
}

func TestFiltersAreKeptSoThatTheyCanBeReadBack(t *testing.T) {
	at := time.Date(2026, 3, 31, 9, 0, 0, 0, time.FixedZone("", 3600))
	got := SearchFilters(&AssetFilter{
		Personas: []string{"per_1", "ann@example.com", "per_ann@example.com", "per_\x00"}, Industries: []string{"ind_0123456789abcdef"}, FunnelStages: []FunnelStage{Decision},
		Types: []AssetType{"VIDEO"}, Topics: []string{"SAP", "ann@example.com"}, Languages: []string{"de"}, PublishedAfter: &at,
	})
	want := []string{"personas:per_1", "industries:ind_0123456789abcdef", "funnelStages:DECISION", "types:VIDEO", "topics:sap", "topics:[email]", "languages:de", "publishedAfter:2026-03-31T08:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if field, value := SplitSearchFilter(got[7]); field != "publishedAfter" || value != "2026-03-31T08:00:00Z" {
		t.Errorf("read back as %q and %q", field, value)
	}
	many := make([]string, 1_000)
	for i := range many {
		many[i] = "x" + strings.Repeat("y", 300)
	}
	if got := SearchFilters(&AssetFilter{Topics: many}); len(got) != mostFilterValues || len(got[0]) > mostFilterValue+len("topics:") {
		t.Errorf("of 1,000 long topics %d are kept, the first of %d bytes", len(got), len(got[0]))
	}
	if got := SearchFilters(&AssetFilter{}); len(got) != 0 {
		t.Errorf("of no filter %q is kept", got)
	}
}

func TestWhichPairsAreWorthSavingAsSynonyms(t *testing.T) {
	tests := []struct {
		why, term, instead string
		worth              bool
	}{
		{"another word", "csrd", "sustainability", true},
		{"another language", "dsgvo", "gdpr", true},
		{"another phrase", "pen test", "penetration testing", true},
		{"words for an abbreviation", "statement of applicability", "soa", true},
		{"a letter wrong", "soc3", "soc2", false},
		{"two letters of a long word", "kuberntse", "kubernetes", false},
		{"two letters of a short word", "gdpr", "gdxx", true},
		{"two swapped", "aduit", "audit", false},
		{"another way to write it", "e-book", "ebook", false},
		{"a space", "down time", "downtime", false},
		{"typing on", "kuber", "kubernetes", false},
		{"typing on, a word further", "audit", "audit trail", false},
		{"less of it", "audit checklist banks", "audit banks", false},
		{"other order, a word more", "trail audit", "the audit trail", false},
		{"a phrase in quotation marks", `"audit trails"`, "history of changes", false},
		{"an exclusion", "history -audit", "changes", false},
		{"a shorthand", "type:podcast", "webinar", false},
		{"a sentence", "what happens if a region goes down", "disaster recovery", false},
		{"what was cut", strings.Repeat("x", MaxSearchTerm), "guide", false},
		{"somebody's address", "[email]", "follow up", false},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if got := SynonymWorth(tt.term, tt.instead); got != tt.worth {
				t.Errorf("%q instead of %q: %v, want %v", tt.instead, tt.term, got, tt.worth)
			}
		})
	}
}
