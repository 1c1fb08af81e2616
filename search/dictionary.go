package search

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	segments "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
)

// Bleve looks through the dictionaries of its segments in goroutines of its own,
// where a file that was cut short under them ends the process: nobody can catch a
// fault of memory there. So they are looked through here, under reading.

// listedWord is a word of the dictionary with how many documents have it, those
// that have moved on among them.
type listedWord struct {
	folded string
	common uint64
}

// beginningWith gives the first words of the dictionary that begin with a text, up
// to most.
func (w *wordIndex) beginningWith(prefix string, most int) ([]listedWord, error) {
	return w.wordsLike(nil, []byte(prefix), []byte(prefix+"\xff"), most) // a byte that no word has
}

// editsWithin are what tells the words within one edit of another, or two; neighbouring
// letters in each other's place are one.
var editsWithin = sync.OnceValues(func() (builders [2]*levenshtein.LevenshteinAutomatonBuilder, err error) {
	for i := range builders {
		if builders[i], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true); err != nil {
			return builders, fmt.Errorf("prepare to look for neighbours of words: %w", err)
		}
	}
	return builders, nil
})

// neighbouring gives the first words of the dictionary within 1 or 2 edits of
// another, up to most.
func (w *wordIndex) neighbouring(folded string, distance uint8, most int) ([]listedWord, error) {
	builders, err := editsWithin()
	if err != nil {
		return nil, err
	}
	like, err := builders[distance-1].BuildDfa(folded, distance)
	if err != nil {
		return nil, fmt.Errorf("look for neighbours of a word: %w", err)
	}
	return w.wordsLike(like, nil, nil, most)
}

// wordsLike gives the first words of the dictionary that an automaton takes, nil for
// all, from one on and before another, up to most.
func (w *wordIndex) wordsLike(like segments.Automaton, from, to []byte, most int) (list []listedWord, err error) {
	defer w.reading(&err, debug.SetPanicOnFault(true), w.segments...)
	common := map[string]uint64{}
	for _, s := range w.segments {
		dictionary, err := s.data.Dictionary(dictionaryField)
		if err != nil {
			return nil, fmt.Errorf("open dictionary: %w", err)
		}
		words := dictionary.AutomatonIterator(like, from, to)
		for range most {
			word, err := words.Next()
			if err != nil {
				return nil, fmt.Errorf("look through the dictionary: %w", err)
			}
			if word == nil {
				break
			}
			common[word.Term] += word.Count
		}
	}
	first := slices.Sorted(maps.Keys(common))
	for _, word := range first[:min(len(first), most)] {
		list = append(list, listedWord{word, common[word]})
	}
	return list, nil
}
