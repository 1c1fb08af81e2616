package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

const (
	// mostQueryBytes and mostQueryWords bound what a query may cost. What comes
	// after is not looked for: nobody means it to be.
	mostQueryBytes = 4_096
	mostQueryWords = 48
)

// word is one word of a query with its terms in every analysis; an empty term
// means that the analysis has none that begins and ends there.
type word struct {
	written    string
	start, end int // bytes of the query
	folded     string
	terms      [analysers]string
	stop       bool
	// also holds what is searched with the word: synonyms.
	also []alternative
	// instead holds the corrections of a word that no asset has.
	instead []alternative
}

// parse cuts a query into its distinct words, in the order written, without
// stop words where there are others. Any text will do: what holds no words
// gives none.
func (l *lexer) parse(text string) []word {
	return telling(distinct(l.parseAll(clipBytes(text, mostQueryBytes))))
}

// parseAll cuts a text into all of its words.
func (l *lexer) parseAll(text string) []word {
	shouting := text == strings.ToUpper(text)
	cut := l.cut(text)
	at := make(map[[2]int]int, len(cut))
	words := make([]word, 0, len(cut))
	for a := range analyser(analysers) {
		for _, t := range l.terms(copied(cut), a) {
			if t.Start < 0 || t.End > len(text) || t.Start >= t.End {
				continue
			}
			s := [2]int{t.Start, t.End}
			i, ok := at[s]
			if !ok {
				i = len(words)
				at[s] = i
				written := strings.ToValidUTF8(text[t.Start:t.End], "")
				words = append(words, word{
					written: written, start: t.Start, end: t.End, folded: string(fold([]byte(written))), stop: l.stop(written, shouting),
				})
			}
			words[i].terms[a] = string(t.Term)
		}
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	return words
}

// copied gives tokens that an analyser may change.
func copied(tokens analysis.TokenStream) analysis.TokenStream {
	own := make([]analysis.Token, len(tokens))
	out := make(analysis.TokenStream, len(tokens))
	for i, t := range tokens {
		own[i] = *t
		out[i] = &own[i]
	}
	return out
}

// distinct keeps the first of the words with the same terms.
func distinct(words []word) []word {
	seen := map[[analysers]string]bool{}
	kept := words[:0]
	for _, w := range words {
		if !seen[w.terms] && len(kept) < mostQueryWords {
			seen[w.terms] = true
			kept = append(kept, w)
		}
	}
	return kept
}

// telling drops the stop words, unless there is nothing else to look for.
func telling(words []word) []word {
	if !slices.ContainsFunc(words, func(w word) bool { return !w.stop }) {
		return words
	}
	return slices.DeleteFunc(words, func(w word) bool { return w.stop })
}

// clipBytes cuts a text to at most n bytes, between characters.
func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
