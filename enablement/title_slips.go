package enablement

import "slices"

// slips finds the word that was meant by one with a slip in it: a letter too
// many, too few, another one, or two that changed places. Only words of some
// length are mended, and never their first and last letter, which people get
// right and by which most other words differ.
type slips struct {
	known   map[string]bool
	similar map[outline][]string
}

// outline is what a word and its slip have in common.
type outline struct {
	first, last byte
	length      int
}

// leastSlip is the length from which words are mended.
const leastSlip = 6

// newSlips takes the words of a lexicon for the right ones.
func newSlips(lex *lexicon) slips {
	s := slips{known: map[string]bool{}, similar: map[outline][]string{}}
	for _, rows := range lex.rows {
		for _, row := range rows {
			s.learn(row.words)
		}
	}
	for _, rows := range lex.short {
		for _, row := range rows {
			s.learn(row.from)
			s.learn(row.to)
		}
	}
	for _, set := range []map[string]bool{bygone, fillers, joints, places} {
		for w := range set {
			s.known[w] = true
		}
	}
	for _, words := range s.similar {
		slices.Sort(words)
	}
	return s
}

func (s slips) learn(words []word) {
	for _, w := range words {
		if n := len(w.text); n >= leastSlip-1 && !s.known[w.text] {
			key := outline{w.text[0], w.text[n-1], n}
			s.similar[key] = append(s.similar[key], w.text)
		}
		s.known[w.text] = true
	}
}

// mend gives the word that was meant, or "" where the word is a known one or
// like none or like several.
func (s slips) mend(w string) string {
	n := len(w)
	if n < leastSlip || s.known[w] {
		return ""
	}
	meant := ""
	for length := n - 1; length <= n+1; length++ {
		for _, right := range s.similar[outline{w[0], w[n-1], length}] {
			if oneSlip(w, right) {
				if meant != "" {
					return ""
				}
				meant = right
			}
		}
	}
	return meant
}

// oneSlip tells whether two different words become one by adding, dropping or
// changing a letter, or by exchanging two neighbours.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return i < len(a) && (a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
}
