package search

import (
	"maps"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"

	"github.com/quiverhq/quiver/enablement"
)

// meanings tells what else to look for where a query has certain words in a
// row: synonyms, and the assets of what the words name. It is read when a query
// arrives, so that renaming an industry indexes nothing anew.
type meanings struct {
	byRow   [analysers]map[string][]*meaning // by the row's terms without stop words, joined by spaces
	longest int                              // words
	words   map[string]bool                  // folded: what a misspelt word may be meant for
}

// meaning is what one word or a row of words stands for.
type meaning struct {
	also []*alternative // shared by the terms of a set
	tags []naming
	// ahead and behind are the stop words that must stand next to it, as without
	// them another thing would be meant: "no decision". Empty: none.
	ahead, behind string
}

// in tells whether the words of a query mean it, stop words included.
func (m *meaning) in(row []word) bool {
	return (m.ahead == "" || m.ahead == row[0].ahead) && (m.behind == "" || m.behind == row[len(row)-1].behind)
}

// naming is a tag that words name, and what it is worth: the frequency that it
// gives the assets that carry it, as if they held the words so often.
type naming struct {
	tagKey
	worth float64
	// near: another word of the name stands before this one.
	near bool
}

func newMeanings(l *lexer, taxonomy *enablement.Taxonomy, synonyms thesaurus) *meanings {
	m := &meanings{words: map[string]bool{}}
	for a := range m.byRow {
		m.byRow[a] = map[string][]*meaning{}
	}
	m.addNames(l, taxonomy)
	named := m.byRow
	for a := range named {
		named[a] = maps.Clone(named[a]) // of names alone: what stands for a synonym's synonym is not looked for
	}
	for _, e := range synonyms {
		for _, t := range e.terms {
			meant := *t.meant
			for _, other := range t.others {
				for a, row := range other.rows {
					for _, name := range named[a][row] {
						meant.name(name.tags)
					}
				}
			}
			m.add(t.reading, &meant)
		}
	}
	return m
}

// name has a meaning stand for tags too.
func (m *meaning) name(tags []naming) {
	for _, t := range tags {
		if !slices.Contains(m.tags, t) {
			m.tags = append(m.tags, t)
		}
	}
}

// reading is a text as every analysis reads it.
type reading struct {
	rows   [analysers]string // the terms without stop words, joined by spaces
	length int               // words
	words  []string          // folded: those that a misspelt one may be meant for
	// ahead and behind are the stop words next to the others.
	ahead, behind string
}

func (l *lexer) read(text string) reading {
	words := l.parse(text)
	r := reading{rows: rowOf(words, upTo(len(words))), length: len(words)}
	if len(words) > 0 {
		r.ahead, r.behind = words[0].ahead, words[len(words)-1].behind
	}
	for _, w := range words {
		if spellable(w.folded) && !w.stop {
			r.words = append(r.words, w.folded)
		}
	}
	return r
}

// add notes what a text means, in every analysis.
func (m *meanings) add(text reading, meant *meaning) {
	m.longest = max(m.longest, text.length)
	for _, w := range text.words {
		m.words[w] = true
	}
	for a, key := range text.rows {
		if key != "" && !slices.Contains(m.byRow[a][key], meant) {
			m.byRow[a][key] = append(m.byRow[a][key], meant)
		}
	}
}

func upTo(n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	return at
}

// alternatives analyses a word or a phrase, stop words and all: in a text they
// stand between the others. A text that is joined is found as one word too.
func (l *lexer) alternatives(text string, worth float64) []alternative {
	text = clipBytes(text, mostQueryBytes)
	cut := l.cut(text)
	phrase := alternative{folded: foldText(text), worth: worth}
	whole := phrase
	for a := range analysers {
		var parts analysis.TokenStream
		for _, t := range l.terms(copied(cut), a) {
			switch {
			case !isJoined(t):
				parts = append(parts, t)
			case strings.TrimSpace(text) == text[t.Start:t.End]:
				whole.terms[a] = string(t.Term)
			}
		}
		phrase.terms[a] = phraseOf(parts)
	}
	return slices.DeleteFunc([]alternative{phrase, whole}, func(o alternative) bool { return o.terms == [analysers]string{} })
}

// expand adds to the words of a query what they also mean.
func (m *meanings) expand(words []word) {
	for i := range words {
		for n := 1; n <= min(m.longest, len(words)-i); n++ {
			for _, meant := range m.of(words[i : i+n]) {
				for j := i; j < i+n; j++ {
					words[j].add(meant.also)
					for _, tag := range meant.tags {
						tag.near = j > i && n == len(words)
						if n < len(words) {
							tag.worth = min(tag.worth, besideWorth)
						}
						words[j].tags = append(words[j].tags, tag)
					}
				}
			}
		}
	}
}

// add adds alternatives that the word does not have yet, up to mostAlso.
func (w *word) add(also []*alternative) {
	for _, a := range also {
		if len(w.also) >= mostAlso {
			return
		}
		if !slices.Contains(w.also, *a) {
			w.also = append(w.also, *a)
		}
	}
}

// expandMeant adds to the words of a query what they also mean with the words in
// their places that they were most likely meant for. had is what was searched
// with each before expand.
func (m *meanings) expandMeant(words []word, had [][]alternative) {
	meant := slices.Clone(words)
	for i := range meant {
		meant[i].also, meant[i].tags = nil, nil
		if len(words[i].instead) > 0 {
			meant[i].terms = words[i].instead[0].terms
		}
	}
	m.expand(meant)
	for i := range words {
		words[i].also, words[i].tags = append(slices.Clip(had[i]), meant[i].also...), meant[i].tags
	}
}

// of gives what a row of words means, in any analysis.
func (m *meanings) of(row []word) (found []*meaning) {
	for a, key := range rowOf(row, upTo(len(row))) {
		for _, meant := range m.byRow[a][key] {
			if meant.in(row) && !slices.Contains(found, meant) {
				found = append(found, meant)
			}
		}
	}
	return found
}

// closed is a name written as one word: "casestudy".
func closed(name string) string { return strings.Join(strings.Fields(name), "") }
