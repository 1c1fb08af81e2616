package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/quiverhq/quiver/enablement"
)

// A lead's texts are long and mostly say nothing about what to send. So only
// the few most telling words are searched: the rarest in the catalog.
const (
	// mostPicked is how many words are searched, which must fit a mask; those after
	// the first fewPicked only while all together stand in mostRead assets: the last
	// ones are the commonest, and in a large catalog cost more than all before.
	mostPicked, fewPicked = 16, 10
	mostRead              = 10_000
	// fullMatch is how many of the most telling picked words make a full text
	// match: no asset holds all that a person ever said.
	fullMatch = 3
	// mentioned is how slowly occurrences saturate, search's K1: what an asset is
	// about, its title says or its text again and again. A word that it holds once
	// is there by chance more often than in a search.
	mentioned = 5
	// tooLittle is the share of a full match that means nothing.
	tooLittle = 0.1
	// mostProfileWords bounds how many different words are weighed.
	mostProfileWords = 400
)

// commonFrom is how many of n assets hold a word that is too common to search:
// more than half. In a tiny catalog three assets are not many.
func commonFrom(n int) int { return max(3, n/2) }

// pick is a word of a person's texts.
type pick struct {
	word
	at  []mention
	df  int
	idf float64
}

// mention is a place of a word: in which of the texts, and as written there.
type mention struct {
	source  string
	written string
}

// profileWords cuts the texts into their different words, those that could say
// something.
func (x *Index) profileWords(texts []enablement.ProfileText) []pick {
	var picks []pick
	at := map[[analysers]string]int{}
	for _, t := range texts {
		for _, w := range x.lexer.parseAll(t.Text) {
			if w.stop || slices.Contains(w.stops[:], true) || !meaningful(w.folded) {
				continue
			}
			i, ok := at[w.terms]
			if !ok {
				if len(picks) == mostProfileWords {
					continue
				}
				i = len(picks)
				at[w.terms] = i
				picks = append(picks, pick{word: w})
			}
			if m := (mention{t.Source, w.written}); !slices.ContainsFunc(picks[i].at, func(n mention) bool { return n.source == m.source }) {
				picks[i].at = append(picks[i].at, m)
			}
		}
	}
	return picks
}

// fillers are words that notes are full of and that say nothing about what a
// person needs, however rare they are in a catalog.
const fillers = " want wants wanted see seen saw know knows knew next took take takes taken start starts started half full need needs needed " +
	"ask asks asked asking look looks looked looking tell tells told say says said get gets got give gives gave send sends sent " +
	"meet meets met talk talks talked call calls called week weeks month months day days year years today yesterday tomorrow " +
	"monday tuesday wednesday thursday friday summer autumn winter spring top story table good bad new old long short soon later " +
	"first second last back side one two three four five six ten twice also already still only even just much many more most less " +
	"end ends every may might must can could put puts us within without about around before after into onto upon " +
	"very really quite maybe likes like liked thinks think thought hope hopes wait waits waiting same other another people person "

// meaningful leaves out numbers, single letters and fillers. A single ideograph
// is a word, but its pairs say more and are there too.
func meaningful(folded string) bool {
	if utf8.RuneCountInString(folded) < 2 || strings.Contains(fillers, " "+folded+" ") {
		return false
	}
	for _, r := range folded {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// readTexts searches the most telling words and leaves score and mask for the
// assets that hold some, and those that hold enough in matched.
func (p *profile) readTexts(ctx context.Context, x *Index, picks []pick) error {
	clear(p.matched)
	if words, err := x.readable(); words == nil || len(picks) == 0 {
		return err
	}
	k := newWalk(x.catalog, x.words, &names{}, x.scorer, p.scratch)
	picks, err := p.choose(k, picks)
	if err != nil {
		return err
	}
	p.picked = picks
	for i := range picks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := k.gather(&picks[i].word); err != nil {
			return err
		}
		for _, o := range k.touched {
			if k.held[o] == 0 {
				p.found = append(p.found, o)
			}
			k.held[o] += picks[i].idf
			k.score[o] += picks[i].idf * k.frequency[o] / (mentioned + k.frequency[o])
			p.mask[o] |= 1 << i
		}
		k.forget()
		if i < fullMatch {
			p.reach += picks[i].idf
		}
	}
	for _, o := range p.found {
		if p.text(o) > 0 {
			p.matched.add(o)
		}
	}
	return nil
}

// choose keeps the most telling words, the rarest first; as written first
// where they are equally rare.
func (p *profile) choose(k *walk, picks []pick) ([]pick, error) {
	n := p.catalog.size()
	kept := picks[:0]
	for _, w := range picks {
		df, err := k.words.frequencyOf(&w.terms)
		if err != nil {
			return nil, err
		}
		if df == 0 || df > commonFrom(n) {
			continue
		}
		w.df, w.idf = df, k.scorer.idf(n, df)
		kept = append(kept, w)
	}
	slices.SortStableFunc(kept, func(a, b pick) int { return cmp.Compare(a.df, b.df) })
	return affordable(kept), nil
}

// affordable leaves of words, the rarest first, as many as are searched.
func affordable(picks []pick) []pick {
	read := 0
	for i, w := range picks {
		if read += w.df; i == mostPicked || i >= fewPicked && read > mostRead {
			return picks[:i]
		}
	}
	return picks
}

// matches lists the picked words in a mask by source, in the order of the
// texts, each as written there.
func (p *profile) matches(mask uint16) []enablement.TextMatch {
	var out []enablement.TextMatch
	for _, t := range p.Texts {
		if slices.ContainsFunc(out, func(m enablement.TextMatch) bool { return m.Source == t.Source }) {
			continue
		}
		if words := p.written(mask, t.Source); len(words) > 0 {
			out = append(out, enablement.TextMatch{Source: t.Source, Words: words})
		}
	}
	return out
}

// written gives the picked words in a mask that a source has, the most telling
// first.
func (p *profile) written(mask uint16, source string) []string {
	var words []string
	for i, w := range p.picked {
		if mask&(1<<i) == 0 {
			continue
		}
		for _, m := range w.at {
			if m.source == source {
				words = append(words, m.written)
			}
		}
	}
	return words
}
