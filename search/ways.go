package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// What one person writes as two words another writes as one. Which of them is
// a word, the catalog says: the others are not looked for.

const (
	// mostRespaced is the longest query, in words, whose words are tried written
	// together and apart: who types more does not type a name.
	mostRespaced = 8
	// respacedWorth is what a word counts that is written together or apart.
	respacedWorth = 0.9
	// leastPartLetters and leastSplitLetters bound what is taken apart.
	leastPartLetters  = 2
	leastSplitLetters = 6
	mostSplitLetters  = 24
)

// understand adds to the words of a query what else they may mean: how others
// write them, what they name, corrections. published gives the assets that are
// PUBLISHED where the viewer sees those alone, else it is nil.
func (x *Index) understand(words []word, published func() set) error {
	if err := x.respace(words); err != nil {
		return err
	}
	had := make([][]alternative, len(words))
	for i, w := range words {
		had[i] = w.also
	}
	x.meanings.expand(words)
	if err := x.correct(words, published); err != nil {
		return err
	}
	for i := range words {
		if w := &words[i]; len(had[i]) == 0 && len(w.also)+len(w.tags) > 0 {
			if err := x.misread(w); err != nil {
				return err
			}
		}
	}
	if slices.ContainsFunc(words, func(w word) bool { return len(w.instead) > 0 }) {
		x.meanings.expandMeant(words, had)
	}
	return nil
}

// respace adds to the words of a query what they are written together or
// apart, where assets have them so: "down time", "downtime". Index.mu is held
// for reading.
func (x *Index) respace(words []word) error {
	if len(words) > mostRespaced {
		return nil
	}
	for i := range words {
		w := &words[i]
		if err := x.together(w); err != nil {
			return err
		}
		if err := x.apart(w); err != nil {
			return err
		}
	}
	return nil
}

// together looks for a word and the one next to it as one.
func (x *Index) together(w *word) error {
	if w.joined || !spellable(w.folded) {
		return nil
	}
	if w.behind != "" && x.opens(w.folded) {
		if err := x.alsoHeld(w, w.folded+w.behind); err != nil {
			return err
		}
	}
	if w.ahead != "" && x.opens(w.ahead) {
		return x.alsoHeld(w, w.ahead+w.folded)
	}
	return nil
}

// particles are the words that say nothing by themselves and yet begin nouns:
// "downtime", "outbound".
const particles = " down up on off out back "

// opens tells whether a word may be the first of two that are one.
func (x *Index) opens(word string) bool {
	return spellable(word) && (!x.lexer.stop(word, english, true) || strings.Contains(particles, " "+word+" "))
}

// alsoHeld adds a text to what is searched with a word if an asset has it: as it
// is written there, or as English has it, for the rules of other languages take
// "audit" with the first letter of the next word for "auditeur".
func (x *Index) alsoHeld(w *word, text string) error {
	for _, a := range x.lexer.alternatives(text, respacedWorth) {
		held, err := x.heldAsOne(&a)
		if err != nil {
			return err
		}
		if held {
			w.also = append(w.also, a)
		}
	}
	return nil
}

func (x *Index) heldAsOne(a *alternative) (bool, error) {
	if strings.Contains(a.folded, " ") {
		return x.held(a.terms)
	}
	if written, err := x.words.written(a.folded); err != nil || written > 0 {
		return written > 0, err
	}
	return x.heldBy(english, a.terms[english])
}

// apart looks for a word as two that stand side by side. The second may be one
// that says nothing by itself: "signin", "followup".
func (x *Index) apart(w *word) error {
	letters := utf8.RuneCountInString(w.folded)
	if letters < leastSplitLetters || letters > mostSplitLetters || w.joined || !spellable(w.folded) {
		return nil
	}
	at := 0
	for i := range w.folded {
		if at++; at <= leastPartLetters || at > letters-leastPartLetters+1 {
			continue
		}
		first, second := w.folded[:i], w.folded[i:]
		known, err := x.bothKnown(first, second)
		if err != nil {
			return err
		}
		if !known || !x.opens(first) {
			continue
		}
		if err := x.alsoHeld(w, first+" "+second); err != nil {
			return err
		}
	}
	return nil
}

// bothKnown tells whether the dictionary has two words.
func (x *Index) bothKnown(first, second string) (bool, error) {
	for _, word := range []string{first, second} {
		df, err := x.words.written(word)
		if err != nil || df == 0 {
			return false, err
		}
	}
	return true, nil
}
