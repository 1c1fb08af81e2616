package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	segmenter "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"golang.org/x/text/unicode/norm"
)

// analyser is a way to cut a text into terms. An asset is indexed by the one
// of its language; a query is cut in every way and asks each in its own terms.
type analyser uint8

const (
	english   analyser = iota // words, case and accents folded, possessives off, stemmed
	plain                     // words, case and accents folded
	bigrams                   // as plain, with ideographs, kana and hangul in overlapping pairs
	analysers = 3
)

// suffix ends the names of the fields that an analyser fills.
func (a analyser) suffix() string { return [analysers]string{"en", "xx", "cjk"}[a] }

// analyserFor chooses by the primary subtag of a language tag. A text of
// unknown language is taken for English, as the schema's default is.
func analyserFor(language string) analyser {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "en", "":
		return english
	case "zh", "ja", "ko":
		return bigrams
	default:
		return plain
	}
}

// longestTerm, in characters: what is longer is no word and would only weigh
// on the dictionary.
const longestTerm = 64

// lexer cuts texts. It holds no state and may be shared.
type lexer struct {
	words analysis.Tokenizer
	after [analysers][]analysis.TokenFilter
	stops analysis.TokenMap
}

func newLexer() *lexer {
	stops := analysis.NewTokenMap()
	if err := stops.LoadBytes(en.EnglishStopWords); err != nil {
		stops = analysis.NewTokenMap() // a list compiled in: cannot fail
	}
	return &lexer{
		words: segmenter.NewUnicodeTokenizer(),
		stops: stops,
		after: [analysers][]analysis.TokenFilter{
			english: {en.NewPossessiveFilter(), porter.NewPorterStemmer()},
			plain:   nil,
			bigrams: {hangul{}, cjk.NewCJKBigramFilter(false)},
		},
	}
}

// cut gives the words of a text, folded, as they stand.
func (l *lexer) cut(text string) analysis.TokenStream {
	return folded(l.words.Tokenize([]byte(text)))
}

// folded folds words in place and drops those that nothing is left of.
func folded(tokens analysis.TokenStream) analysis.TokenStream {
	kept := tokens[:0]
	for _, t := range tokens {
		if t.Term = fold(t.Term); len(t.Term) > 0 {
			kept = append(kept, t)
		}
	}
	return kept
}

// terms turns folded words into the terms of an analyser. It changes the
// tokens given.
func (l *lexer) terms(words analysis.TokenStream, a analyser) analysis.TokenStream {
	for _, f := range l.after[a] {
		words = f.Filter(words)
	}
	kept := words[:0]
	for _, t := range words {
		if len(t.Term) > 0 {
			kept = append(kept, t)
		}
	}
	return kept
}

// analyse is cut and terms in one.
func (l *lexer) analyse(text string, a analyser) analysis.TokenStream {
	return l.terms(l.cut(text), a)
}

// stop tells whether a written word says nothing by itself. In capitals within
// a query that is not, such a word is a name: IT, US, WHO; but AND, OR and NOT
// are what people write who expect operators.
func (l *lexer) stop(written string, shouting bool) bool {
	if !l.stops[string(fold([]byte(written)))] {
		return false
	}
	switch written {
	case "AND", "OR", "NOT":
		return true
	}
	return shouting || utf8.RuneCountInString(written) < 2 || written != strings.ToUpper(written)
}

// foldText folds a whole text, spaces and all: the key that titles are sorted
// by and names are compared with.
func foldText(s string) string { return string(foldRunes([]byte(s))) }

// fold gives a word without case and accents, compatibility forms (full-width,
// ligatures) resolved, cut to longestTerm. The input stays as it is.
func fold(word []byte) []byte {
	out := foldRunes(word)
	if len(out) <= longestTerm {
		return out
	}
	runes := []rune(string(out))
	return []byte(string(runes[:min(len(runes), longestTerm)]))
}

func foldRunes(word []byte) []byte {
	ascii := true
	for _, c := range word {
		ascii = ascii && c < utf8.RuneSelf
	}
	out := make([]byte, 0, len(word))
	if ascii {
		for _, c := range word {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			out = append(out, c)
		}
		return out
	}
	for _, r := range string(norm.NFKD.Bytes(word)) {
		switch {
		case r >= 0x300 && r <= 0x36f || r == utf8.RuneError: // combining accents
		case r == '’' || r == '＇':
			out = append(out, '\'')
		default:
			out = appendLower(out, r)
		}
	}
	return norm.NFC.Bytes(out)
}

// appendLower adds a letter in lower case, and those that no decomposition
// takes apart as they are written without their stroke.
func appendLower(out []byte, r rune) []byte {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		return append(out, "ss"...)
	case 'æ':
		return append(out, "ae"...)
	case 'œ':
		return append(out, "oe"...)
	case 'ø':
		return append(out, 'o')
	case 'đ', 'ð':
		return append(out, 'd')
	case 'ł':
		return append(out, 'l')
	case 'ı':
		return append(out, 'i')
	default:
		return utf8.AppendRune(out, r)
	}
}

// hangul marks Korean words, whose particles are written on to them, for the
// bigram filter, which otherwise pairs ideographs and kana alone.
type hangul struct{}

// Filter marks the words in place.
func (hangul) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		if r, _ := utf8.DecodeRune(t.Term); unicode.Is(unicode.Hangul, r) {
			t.Type = analysis.Ideographic
		}
	}
	return tokens
}
