package search

import (
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// synonymWorth is what an occurrence of a synonym counts beside the word
// itself: what a person wrote comes first.
const synonymWorth = 0.8

// meanings tells what else to look for where a query has certain words in a
// row: by the terms of the row without stop words, joined by spaces.
type meanings struct {
	byTerms [analysers]map[string][]*meaning
	longest int // words
}

// meaning is what one word or phrase also stands for.
type meaning struct {
	also []alternative
}

// alternative is a word or a phrase that serves in the place of one of the
// query. A term with spaces in it is a phrase: its parts stand side by side.
type alternative struct {
	folded string
	terms  [analysers]string
	worth  float64 // of an occurrence, beside the word itself
}

func newMeanings(l *lexer, synonyms []*enablement.Synonyms) *meanings {
	m := &meanings{}
	for a := range m.byTerms {
		m.byTerms[a] = map[string][]*meaning{}
	}
	for _, s := range synonyms {
		if s.Removed {
			continue
		}
		for _, t := range s.Terms {
			also := make([]alternative, 0, len(s.Terms))
			for _, other := range s.For(t) {
				if o := l.alternative(other, synonymWorth); o.terms != [analysers]string{} {
					also = append(also, o)
				}
			}
			m.add(l, t, &meaning{also})
		}
	}
	return m
}

// add notes what a text means, in every analysis.
func (m *meanings) add(l *lexer, text string, meant *meaning) {
	words := l.parse(text)
	m.longest = max(m.longest, len(words))
	for a := range analyser(analysers) {
		if key := rowOf(words, a); key != "" {
			m.byTerms[a][key] = append(m.byTerms[a][key], meant)
		}
	}
}

// rowOf joins the terms of words; empty: one of them has none.
func rowOf(words []word, a analyser) string {
	if len(words) == 1 {
		return words[0].terms[a]
	}
	terms := make([]string, len(words))
	for i, w := range words {
		if terms[i] = w.terms[a]; terms[i] == "" {
			return ""
		}
	}
	return strings.Join(terms, " ")
}

// alternative analyses a word or a phrase, stop words and all: in a text they
// stand between the others.
func (l *lexer) alternative(text string, worth float64) alternative {
	out := alternative{folded: foldText(text), worth: worth}
	for a := range analyser(analysers) {
		out.terms[a] = phraseOf(l.analyse(text, a))
	}
	return out
}

// expand adds to the words of a query what they also mean.
func (m *meanings) expand(words []word) {
	for i := range words {
		for n := 1; n <= min(m.longest, len(words)-i); n++ {
			for _, meant := range m.of(words[i : i+n]) {
				for j := i; j < i+n; j++ {
					words[j].also = append(words[j].also, meant.also...)
				}
			}
		}
	}
}

// of gives what a row of words means, in any analysis.
func (m *meanings) of(row []word) (found []*meaning) {
	for a := range analyser(analysers) {
		for _, meant := range m.byTerms[a][rowOf(row, a)] {
			if !slices.Contains(found, meant) {
				found = append(found, meant)
			}
		}
	}
	return found
}

// SetSynonyms takes the synonyms that queries are searched with from now on.
// They change what a query finds, not what is indexed.
func (x *Index) SetSynonyms(synonyms []*enablement.Synonyms) {
	m := newMeanings(x.lexer, synonyms)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.meanings = m
}
