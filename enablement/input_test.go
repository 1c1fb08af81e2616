package enablement

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestChecksOfSingleValues(t *testing.T) {
	long := strings.Repeat("é", MaxTag)
	tests := []struct {
		check string
		good  []string
		bad   []string
		run   func(*faults, string)
	}{
		{"line", []string{"a", " a ", "a\ttab", long, "a\n"}, []string{"", "  ", "\u202e", "\ufeff", "\u200b\u200d", "\u3164", "\u00a0\ufe0f", "a\nb", "a\rb", long + "é", "a\x00b", "a\x7f", "\xff"},
			func(f *faults, s string) { f.line("x", s, 1, MaxTag) }},
		{"text", []string{"", "a\nb\r\n\tc", long}, []string{long + "é", "\x1b[31m", "\xc3"},
			func(f *faults, s string) { f.text("x", s, MaxTag) }},
		{"url", []string{"", " ", "https://example.com/a?b=c#d", "HTTP://example.com", " https://example.com "},
			[]string{"example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https:///path", "http://[::1", "https://example.com/" + strings.Repeat("a", 2_000)},
			func(f *faults, s string) { f.url("x", s) }},
		{"language", []string{"", "en", "deu", "pt-BR", "zh-Hant", "es-419", "de-CH-1996"},
			[]string{"e", "english", "en_US", "en-", "-en", "e1", "en-verylongtag", "日本"},
			func(f *faults, s string) { f.language("x", s) }},
		{"email", []string{"", "ana@example.com", " Ana@Example.COM ", "a+b@c", "ü@example.com"},
			[]string{"ana", "@example.com", "ana@", "a@b@c", "a b@c.com", "a@b.com\u202e", "a\u200b@b.com", "a@b.com,c@d.com", "<a@b.com>", strings.Repeat("a", MaxTag) + "@b.com"},
			func(f *faults, s string) { f.email("x", s) }},
		{"enum", []string{"", "EMAIL"}, []string{"email", "FAX", " "},
			func(f *faults, s string) { checkEnum(f, "x", Channel(s), Channels()) }},
		{"time", []string{"1900-01-01", "2026-06-15"}, []string{"1899-12-31", "0001-01-01"},
			func(f *faults, s string) { d, _ := time.Parse(time.DateOnly, s); f.time("x", &d) }},
	}
	for _, test := range tests {
		for _, s := range test.good {
			var f faults
			if test.run(&f, s); len(f) > 0 {
				t.Errorf("%s: %.60q is refused: %s", test.check, s, f[0].Message)
			}
		}
		for _, s := range test.bad {
			var f faults
			if test.run(&f, s); len(f) != 1 || f[0].Path != "x" {
				t.Errorf("%s: %.60q has the faults %v, want one", test.check, s, f)
			}
		}
	}
}

func TestASingleLineIsKeptAsItIsRead(t *testing.T) {
	for given, want := range map[string]string{
		" a \t b ": "a b", "\u00a0a\u3000": "a", "\ufeff": "", "\u200b \u2060": "", "\u202e\u202c": "",
		"annexe\u202efdp.exe\u202c": "annexefdp.exe", "\u2066Guide\u2069": "Guide", "a\u2067b\u2068c\u202ad\u202be\u202df": "abcdef",
		"\u200fעברית\u200f": "\u200fעברית\u200f", "👩\u200d👧": "👩\u200d👧", "می\u200cخواهم": "می\u200cخواهم", "☂\ufe0f": "☂\ufe0f",
	} {
		if got := squeeze(given); got != want {
			t.Errorf("%+q is kept as %+q, want %+q", given, got, want)
		}
	}
}

func TestListsAreBoundedAndNameTheEntryAtFault(t *testing.T) {
	var f faults
	f.tags("topics", []string{"a", "", strings.Repeat("b", MaxTag+1)})
	f.tags("personas", make([]string, MaxTags))
	if got := paths(f); !slices.Equal(got[:2], []string{"topics[1]", "topics[2]"}) {
		t.Errorf("faults in %q", got)
	}
	f = nil
	f.texts("painPoints", slices.Repeat([]string{"x"}, MaxTags+1))
	if got := paths(f); !slices.Equal(got, []string{"painPoints"}) {
		t.Errorf("too many entries are faults in %q", got)
	}
	if got := Prefixed("rows[4].", []FieldError{{"title", "m"}}); got[0].Path != "rows[4].title" || got[0].Message != "m" {
		t.Errorf("prefixed: %v", got)
	}
}

func TestDistinctLinesKeepsEachOnceInItsFirstSpelling(t *testing.T) {
	got := distinctLines([]string{" Audit  trail ", "audit trail", "", "SAP", "sap", "Cost"})
	if want := []string{"Audit trail", "SAP", "Cost"}; !slices.Equal(got, want) {
		t.Errorf("keeps %q, want %q", got, want)
	}
	if got := distinctLines(nil); got == nil || len(got) != 0 {
		t.Errorf("no values give %#v: a list is a list", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		once := distinctLines(rapid.SliceOf(rapid.String()).Draw(t, "values"))
		if twice := distinctLines(once); !slices.Equal(once, twice) {
			t.Fatalf("%q becomes %q the second time", once, twice)
		}
	})
}

func TestOrderedFollowsTheSchemaAndDropsWhatItHasNot(t *testing.T) {
	got := ordered([]FunnelStage{Retention, "", Awareness, Retention}, FunnelStages())
	if want := []FunnelStage{Awareness, Retention}; !slices.Equal(got, want) {
		t.Errorf("gives %q, want %q", got, want)
	}
}

func TestInstantIsWhatIsReadAfterARestart(t *testing.T) {
	at := time.Now()
	got := Instant(at)
	if stored := time.UnixMilli(at.UnixMilli()).UTC(); got != stored {
		t.Errorf("%v is shown and %v is read", got, stored)
	}
}

func TestCheckFirst(t *testing.T) {
	for _, test := range []struct {
		given *int
		want  int
		fault bool
	}{{nil, 20, false}, {ptr(1), 1, false}, {ptr(100), 100, false}, {ptr(0), 0, true}, {ptr(101), 0, true}, {ptr(-1), 0, true}} {
		got, err := CheckFirst(test.given, 20, MaxPage)
		if got != test.want || (CodeOf(err) == BadUserInput && err != nil) != test.fault {
			t.Errorf("first %v gives %d, %v", test.given, got, err)
		}
	}
}
