package search

import "runtime/debug"

// How many assets hold a word is counted over the segments, and kept until the
// index changes.

// frequencyOf is how many assets hold a word in any of its terms.
func (w *wordIndex) frequencyOf(terms *[analysers]string) (int, error) {
	df := 0
	for a, term := range terms { // an asset is of one analyser
		if !w.asks(analyser(a), term) {
			continue
		}
		n, err := w.held(analyser(a), term)
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
		for _, s := range w.segments {
			list, err := w.postings(s, by, term, false)
			if err != nil {
				return 0, err
			}
			for p := list.reader(); p.next(); {
				if w.docs[p.ordinal].home == s.id {
					df++
				}
			}
		}
		return df, nil
	})
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
