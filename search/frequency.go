package search

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// frequencies remembers how many assets hold a word, counted over the segments,
// until the index changes.
type frequencies struct {
	mu sync.Mutex
	of map[frequencyKey]int
}

// frequencyKey is what was counted: the assets with a term of an analyser.
type frequencyKey struct {
	count count
	by    analyser
	term  string
}

// count is a way to count the assets that hold a term.
type count byte

const (
	countHeld    count = iota // in any field
	countSome                 // in one of the fields, whichever
	countWidest               // in the field that most hold it in
	countWritten              // a folded word, in whatever language
)

const mostFrequencies = 50_000

// get gives what was counted before, or else counts.
func (f *frequencies) get(key frequencyKey, count func() (int, error)) (int, error) {
	f.mu.Lock()
	n, ok := f.of[key]
	f.mu.Unlock()
	if ok {
		return n, nil
	}
	n, err := count()
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil || len(f.of) >= mostFrequencies {
		f.of = map[frequencyKey]int{}
	}
	f.of[key] = n
	return n, nil
}

func (f *frequencies) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.of)
}

// frequencyOf is how many assets hold a word in any of its terms.
func (w *wordIndex) frequencyOf(terms *[analysers]string) (int, error) {
	return w.sum(terms, w.held)
}

// sum adds up how many assets hold each of a word's terms: an asset is of one
// analyser. It asks for those alone that assets are indexed by.
func (w *wordIndex) sum(terms *[analysers]string, of func(analyser, string) (int, error)) (df int, err error) {
	for a, term := range terms {
		if !w.asks(analyser(a), term) {
			continue
		}
		n, err := of(analyser(a), term)
		if err != nil {
			return 0, err
		}
		df += n
	}
	return df, nil
}

// held is how many assets hold a term of an analyser, or a phrase.
func (w *wordIndex) held(by analyser, term string) (int, error) {
	return w.counted.get(frequencyKey{countHeld, by, term}, func() (df int, err error) {
		if isPhrase(term) {
			var phrase [analysers]string
			phrase[by] = term
			err = w.eachHolder(&phrase, func(uint32) bool {
				df++
				return true
			})
			return df, err
		}
		for _, s := range w.segments {
			n, err := w.holding(s, by, term)
			if err != nil {
				return 0, err
			}
			df += n
		}
		return df, nil
	})
}

// holding is how many assets of a segment hold a term, by the sets of documents
// in its dictionaries: the postings, which say how often and where, are not read.
func (w *wordIndex) holding(s *segment, by analyser, term string) (n int, err error) {
	defer w.reading(&err, debug.SetPanicOnFault(true), s)
	var all roaring.Bitmap
	for _, f := range fieldTable() {
		list, err := postingsList(s, f.Name+"_"+by.suffix(), term, nil)
		if err != nil {
			return 0, err
		}
		set, ok := list.(interface{ OrInto(*roaring.Bitmap) })
		if !ok {
			return 0, fmt.Errorf("count postings: a %T has no set of documents", list)
		}
		set.OrInto(&all)
	}
	if s.deleted != nil {
		all.AndNot(s.deleted)
	}
	return int(all.GetCardinality()), nil
}

// some tells whether any asset holds a term of an analyser, or a phrase. It reads no
// postings but those of a phrase.
func (w *wordIndex) some(by analyser, term string) (bool, error) {
	if isPhrase(term) {
		df, err := w.held(by, term)
		return df > 0, err
	}
	df, err := w.counted.get(frequencyKey{countSome, by, term}, func() (df int, err error) {
		defer w.reading(&err, debug.SetPanicOnFault(true), w.segments...)
		for _, f := range fieldTable() {
			if df, err = w.listed(f.Name+"_"+by.suffix(), term); err != nil || df > 0 {
				return df, err
			}
		}
		return 0, nil
	})
	return df > 0, err
}

// widest is how many assets hold a term in the field that most hold it in;
// unlike held it reads no postings.
func (w *wordIndex) widest(by analyser, term string) (int, error) {
	return w.counted.get(frequencyKey{countWidest, by, term}, func() (widest int, err error) {
		defer w.reading(&err, debug.SetPanicOnFault(true), w.segments...)
		for _, f := range fieldTable() {
			df, err := w.listed(f.Name+"_"+by.suffix(), term)
			if err != nil {
				return 0, err
			}
			widest = max(widest, df)
		}
		return widest, nil
	})
}

// written is how many assets have a folded word, in any language.
func (w *wordIndex) written(folded string) (int, error) {
	return w.counted.get(frequencyKey{count: countWritten, term: folded}, func() (df int, err error) {
		defer w.reading(&err, debug.SetPanicOnFault(true), w.segments...)
		return w.listed(dictionaryField, folded)
	})
}

// listed is how many assets have a term in a field.
func (w *wordIndex) listed(field, term string) (df int, err error) {
	for _, s := range w.segments {
		list, err := postingsList(s, field, term, s.deleted)
		if err != nil {
			return 0, err
		}
		df += int(list.Count())
	}
	return df, nil
}
