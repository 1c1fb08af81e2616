package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// few is how many finds are so few that another spelling is worth a try.
	few = 3
	// mostCorrections is how many neighbours a misspelt word is searched as.
	mostCorrections = 3
	// mostNeighbours bounds how many neighbours of a word are looked at.
	mostNeighbours = 300
)

// correct gives the words that no asset holds their nearest neighbours: one
// letter apart from four letters on, two from eight. A word that an asset has
// stays as it is. Index.mu is held for reading.
func (x *Index) correct(words []word) error {
	for i := range words {
		w := &words[i]
		w.instead = nil
		letters := utf8.RuneCountInString(w.folded)
		if letters < 4 || !spellable(w.folded) {
			continue
		}
		if len(w.also) > 0 {
			continue
		}
		held, err := x.held(w.terms)
		if err != nil {
			return err
		}
		if held {
			continue
		}
		if err := x.neighbours(w, 1, 0.7); err != nil {
			return err
		}
		if len(w.instead) == 0 && letters >= 8 {
			if err := x.neighbours(w, 2, 0.5); err != nil {
				return err
			}
		}
	}
	return nil
}

// spellable tells whether a word is of letters of an alphabet.
func spellable(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) && r != '\'' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return false
		}
	}
	return true
}

// held tells whether any asset, or any name of the taxonomy, has one of the
// terms.
func (x *Index) held(terms [analysers]string) (bool, error) {
	for a, term := range terms {
		if term == "" {
			continue
		}
		if len(x.names.byTerm[a][term]) > 0 {
			return true, nil
		}
		for _, s := range x.words.segments {
			list, err := x.words.postings(s, analyser(a), term)
			if err != nil {
				return false, err
			}
			for _, p := range list {
				if x.words.docs[p.ordinal].home == s.id {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// neighbours finds the words of the dictionary within a distance and keeps
// those that most assets hold.
func (x *Index) neighbours(w *word, distance int, worth float64) error {
	dictionary, err := x.words.reader.FieldDictFuzzy(dictionaryField, w.folded, distance, "")
	if err != nil {
		return fmt.Errorf("look for neighbours of a word: %w", err)
	}
	defer func() { _ = dictionary.Close() }()
	type neighbour struct {
		word string
		df   int
	}
	var found []neighbour
	for range mostNeighbours {
		entry, err := dictionary.Next()
		if err != nil {
			return fmt.Errorf("look for neighbours of a word: %w", err)
		}
		if entry == nil {
			break
		}
		df, err := x.words.documentFrequency(entry.Term)
		if err != nil {
			return err
		}
		if df > 0 && entry.Term != w.folded {
			found = append(found, neighbour{entry.Term, df})
		}
	}
	slices.SortFunc(found, func(a, b neighbour) int { return cmp.Or(cmp.Compare(b.df, a.df), cmp.Compare(a.word, b.word)) })
	for _, n := range found[:min(len(found), mostCorrections)] {
		c := alternative{folded: n.word, worth: worth}
		for a := range analyser(analysers) {
			if t := x.lexer.analyse(n.word, a); len(t) == 1 {
				c.terms[a] = string(t[0].Term)
			}
		}
		w.instead = append(w.instead, c)
	}
	return nil
}

// documentFrequency is how many assets have a folded word, in any language.
func (w *wordIndex) documentFrequency(folded string) (int, error) {
	df := 0
	for _, s := range w.segments {
		list, err := postingsList(s, dictionaryField, folded, s.deleted)
		if err != nil {
			return 0, err
		}
		df += int(list.Count())
	}
	return df, nil
}

// didYouMean respells a query whose words as written find little: the whole
// query with each word that no asset holds replaced by its best neighbour; nil
// where that finds no more.
func (x *Index) didYouMean(ctx context.Context, ask *question) (*string, error) {
	respelt := ask.respelt()
	if respelt == "" {
		return nil, nil
	}
	asWritten := slices.Clone(ask.words)
	for i := range asWritten {
		asWritten[i].instead = nil
	}
	before, err := x.countFinds(ctx, asWritten, ask)
	if err != nil || before >= few {
		return nil, err
	}
	after, err := x.countFinds(ctx, x.lexer.parse(respelt), ask)
	if err != nil || after <= before {
		return nil, err
	}
	return &respelt, nil
}

// respelt is the query's text with the misspelt words replaced; empty: there
// are none.
func (ask *question) respelt() string {
	text := clipBytes(strings.TrimSpace(ask.Text), mostQueryBytes)
	var b strings.Builder
	end := 0
	for _, w := range ask.words {
		if len(w.instead) == 0 || w.start < end || w.end > len(text) {
			continue
		}
		b.WriteString(text[end:w.start])
		b.WriteString(w.instead[0].folded)
		end = w.end
	}
	if end == 0 {
		return ""
	}
	b.WriteString(text[end:])
	return b.String()
}

// countFinds is how many assets words find, within the question's tags.
func (x *Index) countFinds(ctx context.Context, words []word, ask *question) (int, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.words == nil {
		return 0, nil
	}
	s := x.take()
	defer x.give(s)
	x.catalog.narrow(s.allowed, s.spare, narrowing{ask.Filter, ask.Only, ask.Without, ask.PublishedOnly, ask.now})
	if err := newWalk(x.catalog, x.words, x.names, x.scorer, s).run(ctx, words); err != nil {
		return 0, err
	}
	return len(s.hits), nil
}
