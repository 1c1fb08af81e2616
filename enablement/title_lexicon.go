package enablement

import (
	"slices"
	"strings"
	"sync"
)

// lexicon is the tables of title_words.go and title_languages.go, ready to be
// looked up by the first word of a row.
type lexicon struct {
	short map[string][]expansion
	rows  map[string][]entry
	slips slips
}

type expansion struct{ from, to []word }

type entry struct {
	words       []word
	means, also []string
	kind        wordKind
}

// wordKind is the table that a row comes from.
type wordKind int

const (
	aField wordKind = iota
	aRank
	aPosition
	aHelper
)

// titleLexicon is compiled from the tables once, at the first taxonomy: a
// constant that the language cannot write down.
var titleLexicon = sync.OnceValue(newLexicon)

func newLexicon() *lexicon {
	lex := &lexicon{short: map[string][]expansion{}, rows: map[string][]entry{}}
	lex.abbreviate(append(translations(), abbreviations...))
	for kind, table := range [][]meaning{aField: fields, aRank: ranks, aPosition: positions, aHelper: helpers} {
		for _, m := range table {
			lex.add(wordKind(kind), m.words, m.means, m.also)
		}
	}
	lex.addChiefs()
	for _, rows := range lex.rows {
		slices.SortStableFunc(rows, func(a, b entry) int { return len(b.words) - len(a.words) })
	}
	lex.slips = newSlips(lex)
	return lex
}

// abbreviate adds rows of words that stand for others. What they stand for may
// have words of other rows in it.
func (lex *lexicon) abbreviate(rows [][2]string) {
	for _, row := range rows {
		from := splitTitle(row[0])
		lex.short[from[0].text] = append(lex.short[from[0].text], expansion{from, splitTitle(row[1])})
	}
	for _, rows := range lex.short {
		slices.SortStableFunc(rows, func(a, b expansion) int { return len(b.from) - len(a.from) })
	}
	for _, rows := range lex.short {
		for i := range rows {
			rows[i].to = lex.expand(rows[i].to)
		}
	}
}

func (lex *lexicon) add(kind wordKind, words, means, also string) {
	e := entry{words: lex.expand(splitTitle(words)), means: strings.Fields(means), also: strings.Fields(also), kind: kind}
	lex.rows[e.words[0].text] = append(lex.rows[e.words[0].text], e)
}

func (lex *lexicon) addChiefs() {
	letters := map[string]string{}
	for i, c := range chiefs {
		name := chiefNotion(i)
		letters[c.letters] += " " + name + " " + c.also
		for _, field := range c.fields {
			lex.add(aPosition, "chief "+field, name, "chief "+c.also)
			lex.add(aPosition, "chief "+field+" officer", name, "chief "+c.also)
			lex.add(aPosition, "vorstand "+field, name, "chief "+c.also)
			lex.add(aPosition, field+" vorstand", name, "chief "+c.also)
		}
	}
	for abbreviation, also := range letters {
		lex.add(aPosition, abbreviation, abbreviation, "chief "+also)
	}
}

// chiefNotion names what row i of chiefs stands for: its letters, and the field
// where the letters stand for several.
func chiefNotion(i int) string {
	for j, other := range chiefs {
		if j != i && other.letters == chiefs[i].letters {
			return chiefs[i].letters + ":" + chiefs[i].fields[0]
		}
	}
	return chiefs[i].letters
}

// expand writes abbreviations and the words of other languages out, and mends
// slips.
func (lex *lexicon) expand(words []word) []word {
	out := make([]word, 0, len(words)+8)
	for i := range words {
		if right := lex.slips.mend(words[i].text); right != "" {
			words[i].text, words[i].slip = right, true
		}
	}
	for i := 0; i < len(words); {
		n := 1
		at := len(out)
		for _, row := range lex.short[words[i].text] {
			if begins(words[i:], row.from) {
				out, n = append(out, row.to...), len(row.from)
				break
			}
		}
		if at == len(out) {
			out = append(out, words[i])
		}
		last := &words[i+n-1]
		for j := range out[at:] {
			out[at+j].token, out[at+j].slip = words[i].token, slices.ContainsFunc(words[i:i+n], func(w word) bool { return w.slip })
			out[at+j].tokens = uint8(last.token-words[i].token) + last.tokens
		}
		out[at].opens = words[i].opens
		i += n
	}
	return out
}

// entryAt gives the longest row that begins at the first of some words.
func (lex *lexicon) entryAt(words []word) (*entry, bool) {
	rows := lex.rows[words[0].text]
	for i := range rows {
		if begins(words, rows[i].words) {
			return &rows[i], true
		}
	}
	return nil, false
}

func begins(words, row []word) bool {
	if len(row) > len(words) {
		return false
	}
	for i := range row {
		if words[i].text != row[i].text || i > 0 && words[i].opens {
			return false
		}
	}
	return true
}
