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
	// numberWorth is what the 2 of "SOC 2" counts where it stands without its SOC.
	numberWorth = 0.3
)

// word is one word of a query with its terms in every analysis; an empty term
// means that the analysis has none that begins and ends there, or that it says
// nothing in that language.
type word struct {
	written    string
	start, end int // bytes of the query
	folded     string
	terms      [analysers]string
	joined     bool // of several parts
	// ahead and behind are the words next to it, with a space between.
	ahead, behind string
	stop          bool            // says nothing by itself, in English
	stops         [analysers]bool // or in another language
	// also holds what is searched with the word: other ways to write it, synonyms.
	also []alternative
	// tags are what the word names, with others before or behind it.
	tags []naming
	// unfinished: the person is still typing it.
	unfinished bool
	// instead holds what is searched as no asset has the word: what it may be the
	// beginning of, or corrections; respelling is the likeliest correction.
	instead    []alternative
	respelling string
}

// barelyBegun tells whether a word is a first letter so far, which may become any
// word: it is none that little holds, though few texts have it standing alone.
func (w *word) barelyBegun() bool {
	return w.unfinished && utf8.RuneCountInString(w.folded) == 1 && spellable(w.folded)
}

// alternative is a word or a phrase that serves in the place of one of the
// query. A term with spaces in it is a phrase: its parts stand side by side.
type alternative struct {
	folded string
	terms  [analysers]string
	worth  float64 // of an occurrence, beside the word itself
}

// parse cuts a query into its distinct words, in the order written, without
// stop words where there are others. Any text will do: what holds no words
// gives none.
func (l *lexer) parse(text string) []word {
	return telling(distinct(l.parseAll(clipBytes(text, mostQueryBytes))))
}

// parseAll cuts a text into all of its words.
func (l *lexer) parseAll(text string) []word {
	return resolve(text, l.occurrences(text, l.cut(text)))
}

// occurrences gives the words cut from a text, joined ones as well, with their
// terms.
func (l *lexer) occurrences(text string, cut analysis.TokenStream) []word {
	type place struct {
		start, end int
		joined     bool
	}
	shouting := text == strings.ToUpper(text)
	at := make(map[place]int, len(cut))
	words := make([]word, 0, len(cut))
	for a := range analysers {
		for _, t := range l.terms(copied(cut), a) {
			if t.Start < 0 || t.End > len(text) || t.Start >= t.End {
				continue
			}
			p := place{t.Start, t.End, isJoined(t)}
			i, ok := at[p]
			if !ok {
				i = len(words)
				at[p] = i
				words = append(words, l.occurrence(text, t, shouting))
			}
			words[i].terms[a] = string(t.Term)
		}
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	for i := range words {
		for j := i + 1; j < len(words) && words[j].start <= words[i].end+1; j++ {
			if words[j].start == words[i].end+1 && text[words[i].end] == ' ' && !words[j].joined {
				words[i].behind, words[j].ahead = words[j].folded, words[i].folded
			}
		}
	}
	return words
}

func (l *lexer) occurrence(text string, t *analysis.Token, shouting bool) word {
	written := strings.ToValidUTF8(text[t.Start:t.End], "")
	w := word{written: written, start: t.Start, end: t.End, folded: string(fold([]byte(trimGenitive(written)))), joined: isJoined(t)}
	if !w.joined {
		for a := range analysers {
			w.stops[a] = l.stop(w.folded, a, true) && l.stop(written, a, shouting)
		}
		w.stop = w.stops[english]
	}
	return w
}

// resolve decides what a query looks for where it has words that are several
// parts in one.
//
//   - "SOC2", "soc-2", "e-book", "S/4HANA": the one word.
//   - "SOC 2": the first word, and the one word in the place of the number,
//     which says nothing by itself.
//   - "follow-up": the parts, and the one word in the place of either.
func resolve(text string, words []word) []word {
	for i := range words {
		j := &words[i]
		if !j.joined || j.written == "" {
			continue
		}
		parts := partsOf(words, j)
		if len(parts) < 2 {
			continue
		}
		last := &words[parts[len(parts)-1]]
		switch {
		case strings.ContainsAny(text[j.start:j.end], " \u00a0"):
			if !words[parts[0]].gone() && !last.gone() && len(last.folded) <= 2 || strings.Contains(last.folded, ".") {
				last.also = append(last.also, alternative{last.folded, last.terms, numberWorth})
				last.terms = j.terms
			}
			j.written = ""
		case compact(words, parts):
			j.also = []alternative{{j.folded, rowOf(words, parts), 1}}
			j.folded = j.terms[plain]
			for _, p := range parts {
				words[p].written = ""
			}
		default:
			for _, p := range parts {
				words[p].also = append(words[p].also, alternative{j.terms[plain], j.terms, 1})
			}
			j.written = ""
		}
	}
	return slices.DeleteFunc(words, func(w word) bool { return w.gone() })
}

// gone tells that another word has taken the place of this one.
func (w *word) gone() bool { return w.written == "" }

// partsOf gives the words that a joined one is made of.
func partsOf(words []word, j *word) (parts []int) {
	for i := range words {
		if w := &words[i]; !w.joined && j.start <= w.start && w.end <= j.end {
			parts = append(parts, i)
		}
	}
	return parts
}

// compact tells whether parts are too small to be looked for by themselves: a
// letter or a number is among them.
func compact(words []word, parts []int) bool {
	return slices.ContainsFunc(parts, func(p int) bool {
		return utf8.RuneCountInString(words[p].folded) == 1 || isNumber([]byte(words[p].folded))
	})
}

// rowOf joins the terms of words to phrases; empty: one of them has none.
func rowOf(words []word, at []int) (terms [analysers]string) {
	for a := range terms {
		row := make([]string, len(at))
		for i, p := range at {
			row[i] = words[p].terms[a]
		}
		if !slices.Contains(row, "") {
			terms[a] = strings.Join(row, " ")
		}
	}
	return terms
}

// copied gives tokens that an analyser may change.
func copied(tokens analysis.TokenStream) analysis.TokenStream {
	own := make([]analysis.Token, len(tokens))
	out := make(analysis.TokenStream, len(tokens))
	for i, t := range tokens {
		own[i] = *t
		own[i].Term = slices.Clone(t.Term) // stemmers write in place
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

// telling drops the stop words, unless there is nothing else to look for:
// English ones from the query, those of another language for that language.
func telling(words []word) []word {
	if slices.ContainsFunc(words, func(w word) bool { return !w.stop }) {
		words = slices.DeleteFunc(words, func(w word) bool { return w.stop })
	}
	for a := range analysers {
		if !slices.ContainsFunc(words, func(w word) bool { return !w.stops[a] }) {
			continue
		}
		for i := range words {
			if words[i].stops[a] {
				words[i].terms[a] = ""
			}
		}
	}
	return words
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
