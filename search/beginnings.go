package search

import (
	"slices"
	"sort"
	"strings"
)

// completion is a title or topic that a search box may offer.
type completion struct {
	text   string
	folded string
}

// beginning is a completion from one of its words on.
type beginning struct {
	of     *completion
	number uint32 // the ordinal of a title's asset, or aTopic and a topic's number
	at     uint32 // where the word begins in the folded text
}

// aTopic is the bit that tells topics from titles.
const aTopic uint32 = 1 << 31

func (b beginning) isTopic() bool { return b.number&aTopic != 0 }

// key is the folded text from the word to the end.
func (b beginning) key() string { return b.of.folded[b.at:] }

// wordStarts gives where the words of a folded text begin.
func wordStarts(folded string) []uint32 {
	var starts []uint32
	word := true
	for i, r := range folded {
		letter := r != ' ' && r != '-' && r != '/' && r != '(' && r != '"'
		if letter && word {
			starts = append(starts, uint32(i))
		}
		word = !letter
	}
	return starts
}

// beginnings are sorted by their keys. New ones wait in a short list, so that a
// write need not move the long one.
type beginnings struct {
	sorted []beginning
	recent []beginning
}

const (
	mostRecent = 2_000
	// mostBeginnings bounds how much one letter may look at.
	mostBeginnings = 100_000
)

// put adds beginnings; when many have come it leaves out those that are gone.
func (b *beginnings) put(fresh []beginning, gone func(beginning) bool) {
	slices.SortStableFunc(fresh, func(a, b beginning) int { return strings.Compare(a.key(), b.key()) })
	b.recent = merge(b.recent, fresh)
	if len(b.recent) > mostRecent {
		b.settle(gone)
	}
}

func (b *beginnings) settle(gone func(beginning) bool) {
	b.sorted = slices.DeleteFunc(merge(b.sorted, b.recent), gone)
	b.recent = nil
}

// merge puts fresh beginnings among others, from the last to the first: each is
// found its place by bisection, and what lies behind it moves as it is.
func merge(others, fresh []beginning) []beginning {
	rest := len(others)
	others = append(others, fresh...)
	for i := len(fresh) - 1; i >= 0; i-- {
		key := fresh[i].key()
		place := sort.Search(rest, func(j int) bool { return others[j].key() > key })
		copy(others[place+i+1:], others[place:rest])
		others[place+i] = fresh[i]
		rest = place
	}
	return others
}

// with gives the beginnings that have a prefix, in runs. A space behind it
// leaves a word what it is: "data " is the beginning of "data" too.
func (b *beginnings) with(prefix string) [][]beginning {
	var runs [][]beginning
	word, spaced := strings.CutSuffix(prefix, " ")
	for _, list := range [][]beginning{b.sorted, b.recent} {
		if spaced {
			runs = append(runs, run(list, word, func(key string) bool { return key == word }))
		}
		all := run(list, prefix, func(key string) bool { return strings.HasPrefix(key, prefix) })
		runs = append(runs, all[:min(len(all), mostBeginnings)])
	}
	return runs
}

// run is the beginnings from a key on for which something holds.
func run(list []beginning, from string, holds func(key string) bool) []beginning {
	list = list[sort.Search(len(list), func(i int) bool { return list[i].key() >= from }):]
	return list[:sort.Search(len(list), func(i int) bool { return !holds(list[i].key()) })]
}
