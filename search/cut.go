package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// Words are written in several ways: "SOC 2", "SOC-2" and "SOC2", "e-book" and
// "ebook", "R.O.I." and "ROI". A text is therefore cut into its smallest parts,
// and what may as well be written as one word is there as one word too, at the
// place of its last part: "SOC-2" gives soc, 2 and soc2.

const (
	// longestTerm, in characters: what is longer is no word and would only weigh
	// on the dictionary.
	longestTerm = 64
	// mostParts is how many parts are joined at most.
	mostParts = 5
	// mostDigits is how many digits a number has at most that is said with a word.
	mostDigits = 5
	// gap is a character that no text holds; gapPlaces how far apart the words on
	// its sides stand, so that nothing reaches from one topic into the next.
	gap       = '\x1e'
	gapPlaces = 100
)

// joinedType marks tokens that are several parts in one.
const joinedType = analysis.Shingle

func isJoined(t *analysis.Token) bool { return t.Type == joinedType }

// cut gives the words of a text, folded, as they stand, and the joined ones.
func (l *lexer) cut(text string) analysis.TokenStream {
	raw := l.words.Tokenize([]byte(text))
	c := cutter{text: text, out: make(analysis.TokenStream, 0, len(raw)+len(raw)/8)}
	for i := 0; i < len(raw); {
		n := 1
		for i+n < len(raw) && c.joins(raw[i+n-1], raw[i+n]) {
			n++
		}
		c.cluster(raw[i : i+n])
		i += n
	}
	return c.out
}

// cutter is a text on its way to its words.
type cutter struct {
	text  string
	out   analysis.TokenStream
	place int
	last  *analysis.Token // the last part
	parts []*analysis.Token
}

// between is the text between two places.
func (c *cutter) between(end, start int) string {
	if end > start || start > len(c.text) {
		return ""
	}
	return c.text[end:start]
}

// joins tells whether two words are written as one, with a sign between them.
func (c *cutter) joins(a, b *analysis.Token) bool {
	if a.Type == analysis.Ideographic || b.Type == analysis.Ideographic {
		return false
	}
	between := c.between(a.End, b.Start)
	return between != "" && len(between) <= 3 && strings.Contains("-/&+._‐‑–", between)
}

// cluster adds the parts of words that are written as one, and the one.
func (c *cutter) cluster(words []*analysis.Token) {
	c.parts = c.parts[:0]
	for _, w := range words {
		c.split(w)
	}
	if len(c.parts) == 0 {
		return
	}
	if c.last != nil && strings.ContainsRune(c.between(c.last.End, c.parts[0].Start), gap) {
		c.place += gapPlaces
	}
	c.number()
	for _, p := range c.parts {
		c.place++
		p.Position = c.place
		c.out = append(c.out, p)
	}
	c.join()
	c.last = c.parts[len(c.parts)-1]
}

// number joins a word with the number behind it: "SOC 2", "Flow 3.2". A year
// belongs to no word, and a long number says enough by itself.
func (c *cutter) number() {
	if c.last == nil || !isNumber(c.parts[0].Term) || len(c.parts[0].Term) > mostDigits || !isWord(c.last.Term) {
		return
	}
	between := c.between(c.last.End, c.parts[0].Start)
	if between != " " && between != "\u00a0" || isYear(c.parts[0].Term) || len(c.last.Term) > 16 {
		return
	}
	c.out = append(c.out, &analysis.Token{
		Term: slices.Concat(c.last.Term, c.parts[0].Term), Start: c.last.Start, End: c.parts[0].End,
		Position: c.place + 1, Type: joinedType,
	})
}

// join adds the parts as one word, where people write them so.
func (c *cutter) join() {
	if len(c.parts) < 2 || len(c.parts) > mostParts {
		return
	}
	var whole []byte
	digits, short := 0, 0
	for _, p := range c.parts {
		whole = append(whole, p.Term...)
		if isNumber(p.Term) {
			digits++
		}
		if utf8.RuneCount(p.Term) <= 4 {
			short++
		}
	}
	first, last := c.parts[0], c.parts[len(c.parts)-1]
	written := c.between(first.Start, last.End)
	spelt := digits > 0 || short == len(c.parts) || !strings.ContainsAny(written, "/&+.'’")
	if digits == len(c.parts) || !spelt || len(whole) > longestTerm {
		return
	}
	c.out = append(c.out, &analysis.Token{Term: whole, Start: first.Start, End: last.End, Position: c.place, Type: joinedType})
}

// split adds the parts of one word: letters and digits apart, "node" and "js".
// Initials with dots are one word, and the 's of a genitive is none.
func (c *cutter) split(w *analysis.Token) {
	if plain := !mixed(w.Term); plain || w.Type == analysis.Ideographic {
		if plain && len(w.Term) <= longestTerm { // in place, as cut has a copy of the text to itself
			w.Term, _ = appendLowerASCII(w.Term[:0:len(w.Term)], w.Term)
		} else {
			w.Term = fold(w.Term)
		}
		if len(w.Term) > 0 {
			c.parts = append(c.parts, w)
		}
		return
	}
	term := string(w.Term)
	if whole, ok := initials(term); ok {
		w.Term = fold([]byte(whole))
		c.parts = append(c.parts, w)
		return
	}
	had := len(c.parts)
	for start := 0; start < len(term); {
		end := start + partLength(term[start:])
		if part := fold([]byte(strings.Trim(trimGenitive(term[start:end]), signs))); len(part) > 0 {
			c.parts = append(c.parts, &analysis.Token{Term: part, Start: w.Start + start, End: w.Start + end, Type: w.Type})
		}
		start = end
	}
	long := func(p *analysis.Token) bool { return isNumber(p.Term) && len(p.Term) > mostDigits }
	if len(c.parts) > had+mostParts || len(c.parts) > had+1 && slices.ContainsFunc(c.parts[had:], long) { // a key, a part number
		w.Term = fold(w.Term)
		c.parts = append(c.parts[:had], w)
	}
}

// signs stand within words of the segmenter and are no part of any.
const signs = "._:·'’"

// mixed tells whether a word may have parts: it is not of plain letters alone,
// nor of digits alone.
func mixed(word []byte) bool {
	letters, digits := false, false
	for _, c := range word {
		switch {
		case '0' <= c && c <= '9':
			digits = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			letters = true
		default:
			return true
		}
	}
	return letters && digits
}

// partLength is the length of the first part of a word: up to a sign between
// letters, or to where letters and digits meet. Signs within numbers, and
// apostrophes, part nothing.
func partLength(s string) int {
	var before rune
	for i, r := range s {
		switch {
		case i == 0:
		case r == '_' || r == ':' || r == '·':
			return i + utf8.RuneLen(r)
		case r == '.' && !unicode.IsDigit(before):
			return i + 1
		case unicode.IsLetter(r) && unicode.IsDigit(before), unicode.IsDigit(r) && unicode.IsLetter(before):
			return i
		}
		before = r
	}
	return len(s)
}

// initials takes the dots out of "R.O.I".
func initials(s string) (string, bool) {
	letters := strings.Split(s, ".")
	for _, l := range letters {
		if r, n := utf8.DecodeRuneInString(l); n == 0 || n != len(l) || !unicode.IsLetter(r) {
			return "", false
		}
	}
	return strings.Join(letters, ""), len(letters) > 1
}

func trimGenitive(s string) string {
	for _, end := range []string{"'s", "’s", "'S", "’S", "＇s"} {
		if bare, ok := strings.CutSuffix(s, end); ok && bare != "" {
			return bare
		}
	}
	return s
}

func isNumber(term []byte) bool {
	return len(term) > 0 && !slices.ContainsFunc(term, func(c byte) bool { return (c < '0' || c > '9') && c != '.' && c != ',' })
}

// isWord tells whether a term is of letters.
func isWord(term []byte) bool {
	r, _ := utf8.DecodeRune(term)
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func isYear(term []byte) bool {
	return len(term) == 4 && (string(term[:2]) == "19" || string(term[:2]) == "20")
}
