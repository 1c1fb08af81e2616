package search

import (
	"cmp"
	"context"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"github.com/quiverhq/quiver/enablement"
)

const (
	mostFragments = 3
	// fragmentRunes is about how long a fragment is; before how much of it
	// stands before the first matched word.
	fragmentRunes = 180
	beforeRunes   = 40
	// mostMarkedBytes of a text are looked at: a fragment from the first
	// thirty pages does.
	mostMarkedBytes = 64 << 10
)

// marks is what a query marks, by analysis.
type marks [analysers]marked

// marked is the terms of one analysis that are marked wherever they stand, and
// the phrases that are where their terms stand side by side.
type marked struct {
	terms   map[string]bool
	phrases [][]string
}

func marksOf(words []word) marks {
	var m marks
	for a := range m {
		m[a].terms = map[string]bool{}
	}
	for _, w := range words {
		m.add(w.terms)
		for _, c := range slices.Concat(w.also, w.instead) {
			m.add(c.terms)
		}
	}
	return m
}

func (m *marks) add(terms [analysers]string) {
	for a, term := range terms {
		switch {
		case term == "":
		case isPhrase(term):
			m[a].phrases = append(m[a].phrases, strings.Split(term, " "))
		default:
			m[a].terms[term] = true
		}
	}
}

// highlight adds to each hit of the page the fragments of its texts that hold
// words of the query.
func (x *Index) highlight(ctx context.Context, page *enablement.AssetPage, words []word) error {
	if len(page.Hits) == 0 {
		return nil
	}
	ids := make([]string, len(page.Hits))
	for i, h := range page.Hits {
		ids[i] = h.ID
	}
	assets, err := x.options.Documents.Assets(ctx, ids)
	if err != nil {
		return err
	}
	byID := make(map[string]*enablement.Asset, len(assets))
	for _, a := range assets {
		byID[a.ID] = a
	}
	m := marksOf(words)
	for i := range page.Hits {
		if a := byID[page.Hits[i].ID]; a != nil {
			page.Hits[i].Highlights = x.lexer.fragments(a, m)
		}
	}
	return nil
}

// fragments gives the best fragment of each field that holds a marked word.
func (l *lexer) fragments(a *enablement.Asset, m marks) []*enablement.Highlight {
	by := l.analyserFor(a.Language)
	out := []*enablement.Highlight{}
	for _, f := range []struct{ name, text string }{
		{"title", a.Title}, {"summary", a.Summary}, {"body", a.Body}, {"topics", strings.Join(a.Topics, ", ")},
	} {
		if len(out) == mostFragments {
			break
		}
		text := strings.ToValidUTF8(clipBytes(f.text, mostMarkedBytes), "�")
		if spans := l.spans(text, by, m[by]); len(spans) > 0 {
			out = append(out, &enablement.Highlight{Field: f.name, Fragment: fragment(text, spans)})
		}
	}
	return out
}

// span is a marked stretch of a text, in bytes.
type span struct {
	start, end int
	term       string
}

// spans finds the words of a text that are marked.
func (l *lexer) spans(text string, by analyser, m marked) []span {
	var words analysis.TokenStream
	if by == bigrams { // which need their neighbours
		words = l.cut(text)
	} else {
		words = l.wordsLike(text, m)
	}
	terms := l.terms(words, by)
	parts := slices.DeleteFunc(slices.Clone(terms), isJoined)
	var out []span
	mark := func(start, end int, term string) {
		// Folding may lengthen a word that the pairs then cut: keep to characters.
		if s := (span{runeStart(text, start), runeStart(text, end), term}); s.start < s.end {
			out = append(out, s)
		}
	}
	for _, t := range terms {
		if m.terms[string(t.Term)] {
			mark(t.Start, t.End, string(t.Term))
		}
	}
	for i, t := range parts {
		if n := m.phraseAt(text, parts[i:]); n > 0 {
			mark(t.Start, parts[i+n-1].End, string(t.Term))
		}
	}
	slices.SortStableFunc(out, func(a, b span) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	return out
}

// phraseAt is how many words the longest phrase has that begins the terms; 0:
// none does.
func (m marked) phraseAt(text string, terms analysis.TokenStream) int {
	longest := 0
	for _, phrase := range m.phrases {
		if len(phrase) > longest && len(phrase) <= len(terms) && beginsWith(text, terms, phrase) {
			longest = len(phrase)
		}
	}
	return longest
}

// beginsWith tells whether the terms begin with those of a phrase and no other
// word stands between them in the text.
func beginsWith(text string, terms analysis.TokenStream, phrase []string) bool {
	for i, part := range phrase {
		if string(terms[i].Term) != part || i > 0 && !beside(text, terms[i-1].End, terms[i].Start) {
			return false
		}
	}
	return true
}

// beside tells whether only punctuation and white space lie between two places.
func beside(text string, end, start int) bool {
	return end > start || !strings.ContainsFunc(text[min(end, len(text)):min(start, len(text))], func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}

// wordsLike gives the words of a text that may be marked: those that begin
// with the letter of a marked term, for no analysis changes the first letter of
// a word in ASCII, save its case. No word reaches over white space, but that a
// number may belong to the word before it, so that most of a text need not be
// cut at all.
func (l *lexer) wordsLike(text string, m marked) analysis.TokenStream {
	first := firstLetters(m)
	var words analysis.TokenStream
	for end := 0; end < len(text); {
		start := end
		for start < len(text) && isSpace(text[start]) {
			start++
		}
		for end = start; end < len(text); end++ {
			if isSpace(text[end]) && (end+1 == len(text) || text[end+1] < '0' || text[end+1] > '9') {
				break
			}
		}
		if !first.begin(text[start:end]) {
			continue
		}
		for _, t := range l.cut(text[start:end]) {
			t.Start, t.End = t.Start+start, t.End+start
			words = append(words, t)
		}
	}
	return words
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// letters tells for each character of ASCII whether it is one of them.
type letters [utf8.RuneSelf]bool

func firstLetters(m marked) *letters {
	var first letters
	note := func(term string) {
		if term[0] < utf8.RuneSelf {
			first[term[0]] = true
		}
	}
	for term := range m.terms {
		note(term)
	}
	for _, phrase := range m.phrases {
		for _, term := range phrase {
			note(term)
		}
	}
	return &first
}

// begin tells whether a word of the text, or a part of one, may begin with one
// of the letters, or with one beyond ASCII.
func (l *letters) begin(text string) bool {
	const sign, letter, digit = 0, 1, 2
	before := sign
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			return true
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		kind := sign
		switch {
		case 'a' <= c && c <= 'z':
			kind = letter
		case '0' <= c && c <= '9':
			kind = digit
		}
		if kind != before && l[c] {
			return true
		}
		before = kind
	}
	return false
}

// runeStart is the nearest start of a character at or before i.
func runeStart(s string, i int) int {
	i = max(0, min(i, len(s)))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// fragment cuts the stretch with most different marked words out of a text.
func fragment(text string, spans []span) string {
	start, end := 0, len(text)
	if utf8.RuneCountInString(text) > fragmentRunes+20 {
		start, end = stretch(text, bestStart(spans))
	}
	var b strings.Builder
	if start > 0 {
		b.WriteString("…")
	}
	at := start
	for i := 0; i < len(spans); i++ {
		s := spans[i]
		for i+1 < len(spans) && spans[i+1].start < s.end { // bigrams overlap
			s.end = max(s.end, spans[i+1].end)
			i++
		}
		if s.start < at || s.end > end {
			continue
		}
		b.WriteString(escape(text[at:s.start]))
		b.WriteString("<mark>" + escape(text[s.start:s.end]) + "</mark>")
		at = s.end
	}
	b.WriteString(escape(text[at:end]))
	if end < len(text) {
		b.WriteString("…")
	}
	return b.String()
}

// escape makes a text harmless within HTML, on one line.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// bestStart is where the marked words stand closest: the first of the spans
// from which a fragment's length holds most different terms, then most spans.
func bestStart(spans []span) int {
	best, bestTerms, bestSpans := 0, 0, 0
	within := map[string]int{}
	j := 0
	for i, s := range spans {
		for j < len(spans) && spans[j].end <= s.start+fragmentRunes-beforeRunes {
			within[spans[j].term]++
			j++
		}
		if n := len(within); n > bestTerms || n == bestTerms && j-i > bestSpans {
			best, bestTerms, bestSpans = s.start, n, j-i
		}
		if j <= i {
			j = i + 1
			continue
		}
		if within[s.term]--; within[s.term] == 0 {
			delete(within, s.term)
		}
	}
	return best
}

// stretch lays a fragment around a place, cut between words where there are
// spaces to cut at.
func stretch(text string, at int) (start, end int) {
	start = at
	for range beforeRunes {
		if start == 0 {
			break
		}
		_, n := utf8.DecodeLastRuneInString(text[:start])
		start -= n
	}
	if start > 0 {
		if space := strings.IndexFunc(text[start:at], unicode.IsSpace); space >= 0 {
			_, n := utf8.DecodeRuneInString(text[start+space:])
			start += space + n
		}
	}
	end = start
	for range fragmentRunes {
		if end == len(text) {
			return start, end
		}
		_, n := utf8.DecodeRuneInString(text[end:])
		end += n
	}
	if space := strings.LastIndexFunc(text[at:end], unicode.IsSpace); space > 0 && end < len(text) {
		end = at + space
	}
	return start, end
}
