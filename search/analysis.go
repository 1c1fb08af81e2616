package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/token/elision"
	segmenter "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
)

// analyser is a way to turn words into terms. An asset is indexed by the one of
// its language; a query is analysed in every way and asks each in its own terms.
type analyser uint8

const (
	english analyser = iota
	plain            // of any other language: the words as they are
	bigrams          // ideographs, kana and hangul in overlapping pairs
	german
	french
	spanish
	portuguese
	italian
	dutch
	swedish
	analysers
)

// suffix ends the names of the fields that an analyser fills.
func (a analyser) suffix() string {
	return [analysers]string{"xx", "cjk", "de", "fr", "es", "pt", "it", "nl", "sv"}[a]
}

// language says how the words of a language become terms. They come folded, so
// that who types without accents finds what was written with them: every
// stemmer here is one that needs none (see TestEachLanguageFindsItsForms).
type language struct {
	subtags []string // of the language tags that it serves
	stops   []byte
	after   []analysis.TokenFilter
}

// languageTable lists the languages by their constants. A language is a row here.
func languageTable() [analysers]language {
	return [analysers]language{
		english:    {[]string{"en", ""}, en.EnglishStopWords, filters(englishStems{})},
		german:     {[]string{"de"}, de.GermanStopWords, filters(de.NewGermanNormalizeFilter(), de.NewGermanLightStemmerFilter())},
		french:     {[]string{"fr"}, fr.FrenchStopWords, filters(withoutArticles(fr.FrenchArticles), fr.NewFrenchLightStemmerFilter())},
		spanish:    {[]string{"es"}, es.SpanishStopWords, filters(ending{"ces", "z"}, es.NewSpanishStemmerFilter())},
		portuguese: {[]string{"pt"}, pt.PortugueseStopWords, filters(ending{"oes", "ao"}, ending{"aes", "ao"}, pt.NewPortugueseLightStemmerFilter())},
		italian:    {[]string{"it"}, it.ItalianStopWords, filters(withoutArticles(it.ItalianArticles), it.NewItalianStemmerFilter())},
		dutch:      {[]string{"nl"}, nl.DutchStopWords, filters(dutchPlurals{}, nl.NewDutchStemmerFilter(), ending{"v", "f"}, ending{"z", "s"}, ending{"ss", "s"})},
		swedish:    {[]string{"sv"}, sv.SwedishStopWords, filters(sv.NewSwedishStemmerFilter(), sv.NewSwedishStemmerFilter())},
		plain:      {nil, nil, nil},
		bigrams:    {[]string{"zh", "ja", "ko"}, nil, filters(pairs{cjk.NewCJKBigramFilter(false)})},
	}
}

func filters(list ...analysis.TokenFilter) []analysis.TokenFilter { return list }

func withoutArticles(list []byte) analysis.TokenFilter {
	return elision.NewElisionFilter(tokenMap(list))
}

func tokenMap(list []byte) analysis.TokenMap {
	m := analysis.NewTokenMap()
	_ = m.LoadBytes(list) // a list compiled in: cannot fail
	return m
}

// lexer cuts texts. It holds no state and may be shared.
type lexer struct {
	words analysis.Tokenizer
	after [analysers][]analysis.TokenFilter
	stops [analysers]map[string]bool // folded
	by    map[string]analyser        // by primary subtag
}

func newLexer() *lexer {
	l := &lexer{words: segmenter.NewUnicodeTokenizer(), by: map[string]analyser{}}
	for a, lang := range languageTable() {
		l.after[a], l.stops[a] = lang.after, map[string]bool{}
		for w := range tokenMap(lang.stops) {
			l.stops[a][foldText(w)] = true
		}
		for _, tag := range lang.subtags {
			l.by[tag] = analyser(a)
		}
	}
	return l
}

// analyserFor chooses by the primary subtag of a language tag. A text of
// unknown language is taken for English, as the schema's default is.
func (l *lexer) analyserFor(language string) analyser {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	if a, ok := l.by[primary]; ok {
		return a
	}
	return plain
}

// terms turns cut words into the terms of an analyser. It changes the tokens
// given.
func (l *lexer) terms(words analysis.TokenStream, a analyser) analysis.TokenStream {
	for _, f := range l.after[a] {
		words = f.Filter(words)
	}
	return slices.DeleteFunc(words, func(t *analysis.Token) bool { return len(t.Term) == 0 })
}

// analyse is cut and terms in one.
func (l *lexer) analyse(text string, a analyser) analysis.TokenStream {
	return l.terms(l.cut(text), a)
}

// stopsAnywhere tells whether a folded word says nothing by itself in one of the
// languages.
func (l *lexer) stopsAnywhere(folded string) bool {
	for a := range analysers {
		if l.stops[a][folded] {
			return true
		}
	}
	return false
}

// stop tells whether a written word says nothing by itself in a language. In
// capitals within a query that is not, such a word is a name: IT, US, WHO; but
// AND, OR and NOT are what people write who expect operators.
func (l *lexer) stop(written string, a analyser, shouting bool) bool {
	var room [longestTerm]byte // on the stack: this is asked of every word of every text
	folded, ascii := appendLowerASCII(room[:0], written)
	if !ascii {
		folded = foldRunes([]byte(written))
	}
	if !l.stops[a][string(folded)] {
		return false
	}
	switch written {
	case "AND", "OR", "NOT":
		return true
	}
	return shouting || utf8.RuneCountInString(written) < 2 || written != strings.ToUpper(written)
}

// pairs makes pairs of the characters of Chinese, Japanese and Korean. Joined
// words pass it by, for it counts places of its own.
type pairs struct{ filter analysis.TokenFilter }

// Filter gives the pairs, the words of other scripts, and the joined words at
// the places of their last parts.
func (p pairs) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	single := make(analysis.TokenStream, 0, len(tokens))
	var joined analysis.TokenStream
	for _, t := range tokens {
		// Korean particles are written on to their words: hangul goes in pairs too.
		if r, _ := utf8.DecodeRune(t.Term); unicode.Is(unicode.Hangul, r) {
			t.Type = analysis.Ideographic
		}
		if isJoined(t) {
			joined = append(joined, t)
		} else {
			single = append(single, t)
		}
	}
	out := p.filter.Filter(single)
	n := len(out)
	for _, j := range joined {
		if i := slices.IndexFunc(out[:n], func(t *analysis.Token) bool { return t.End == j.End }); i >= 0 {
			j.Position = out[i].Position
		}
	}
	return append(out, joined...)
}
