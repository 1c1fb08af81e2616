package search

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/quiverhq/quiver/enablement"
)

func TestHighlights(t *testing.T) {
	long := strings.Repeat("Nothing to see in this part of the text. ", 30)
	docs := newShelf(
		piece("a", "Audit <script>alert(1)</script> trails", long+"Here auditors ask for an audit trail & more. "+long),
		piece("b", "שלום audit עולם 👩‍👩‍👧 trail", "AT&amp;T audits\n\ttrails"),
		piece("c", "数据安全白皮书", "", in("zh")),
		piece("d", "Größe zählt", "", in("de")),
	)
	x := open(t, t.TempDir(), docs)
	for _, test := range []struct{ story, query, id, field, want string }{
		{"markup in the text is harmless", "audit trail", "a", "title", "<mark>Audit</mark> &lt;script&gt;alert(1)&lt;/script&gt; <mark>trails</mark>"},
		{"other directions and emoji stay whole", "audit trail", "b", "title", "שלום <mark>audit</mark> עולם 👩‍👩‍👧 <mark>trail</mark>"},
		{"entities are text, line breaks are spaces", "audit trail", "b", "body", "AT&amp;amp;T <mark>audits</mark>  <mark>trails</mark>"},
		{"overlapping pairs make one mark", "数据安全", "c", "title", "<mark>数据安全</mark>白皮书"},
		{"the written form is marked", "grosse", "d", "title", "<mark>Größe</mark> zählt"},
	} {
		t.Run(test.story, func(t *testing.T) {
			for _, h := range ask(t, x, enablement.AssetQuery{Text: test.query, WithHighlights: true}).Hits {
				for _, f := range h.Highlights {
					if h.ID == test.id && f.Field == test.field {
						if f.Fragment != test.want {
							t.Errorf("got  %s\nwant %s", f.Fragment, test.want)
						}
						return
					}
				}
			}
			t.Errorf("%s of %s is not highlighted", test.field, test.id)
		})
	}
	for _, h := range ask(t, x, enablement.AssetQuery{Text: "audit trail", WithHighlights: true}).Hits[:2] {
		for _, f := range h.Highlights {
			if h.ID == "a" && f.Field == "body" {
				if !strings.Contains(f.Fragment, "auditors ask for an <mark>audit</mark> <mark>trail</mark> &amp; more") {
					t.Errorf("the fragment misses where the words stand together: %s", f.Fragment)
				}
				if n := utf8.RuneCountInString(plainOf(f.Fragment)); n > fragmentRunes+2 || n < 120 {
					t.Errorf("the fragment has %d characters", n)
				}
			}
		}
	}
}

var tagPattern = regexp.MustCompile(`</?mark>`)

func plainOf(fragment string) string {
	return html.UnescapeString(tagPattern.ReplaceAllString(fragment, ""))
}

func FuzzHighlights(f *testing.F) {
	for _, seed := range []string{"plain text", "<b>&amp;", "数据安全 ｶﾞｷﾞ", "👩‍👩‍👧 e\u0301e\u0301", "\xff\xfe", "ßẞ ﬁ ﷺ İstanbul", strings.Repeat("long word ", 99)} {
		for _, language := range []string{"en", "de", "zh"} {
			f.Add(seed, seed, language)
		}
	}
	l := newLexer()
	f.Fuzz(func(t *testing.T, text, query, language string) {
		a := &enablement.Asset{Title: text, Body: text + " " + query + text, Language: language}
		for _, h := range l.fragments(a, marksOf(l.parse(query))) {
			if !utf8.ValidString(h.Fragment) {
				t.Fatalf("not UTF-8: %q", h.Fragment)
			}
			bare, depth := tagPattern.ReplaceAllString(h.Fragment, ""), 0
			for _, m := range tagPattern.FindAllString(h.Fragment, -1) {
				if depth += map[string]int{"<mark>": 1, "</mark>": -1}[m]; depth < 0 || depth > 1 {
					t.Fatalf("marks are not balanced: %q", h.Fragment)
				}
			}
			if depth != 0 || strings.ContainsAny(bare, "<>\"\n") {
				t.Fatalf("raw markup or open mark: %q", h.Fragment)
			}
			if strings.Contains(h.Fragment, "<mark></mark>") || !strings.Contains(h.Fragment, "<mark>") {
				t.Fatalf("marks nothing: %q", h.Fragment)
			}
		}
	})
}
