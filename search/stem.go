package search

import (
	"bytes"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/go-porterstemmer"
)

// englishStems is Bleve's filter of Porter's stemmer (M. F. Porter, An algorithm
// for suffix stripping, 1980) without memory for each word.
type englishStems struct{}

// Filter changes the words in place: no stem is longer than its word.
func (englishStems) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	letters := make([]rune, 0, longestTerm)
	for _, t := range tokens {
		letters = letters[:0]
		for _, r := range string(t.Term) {
			letters = append(letters, r)
		}
		stem := t.Term[:0]
		for _, r := range porterstemmer.StemWithoutLowerCasing(letters) {
			stem = utf8.AppendRune(stem, r)
		}
		t.Term = stem
	}
	return tokens
}

// ending writes one ending of words as another where a stemmer would miss that
// both are of one word: "soluções" without its accents is "solucoes".
type ending struct{ from, to string }

// Filter changes the words in place.
func (e ending) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		if stem, ok := bytes.CutSuffix(t.Term, []byte(e.from)); ok && len(stem) >= 2 {
			t.Term = append(stem[:len(stem):len(stem)], e.to...)
		}
	}
	return tokens
}

// dutchPlurals takes off the s of plurals that the stemmer leaves: "machines",
// "gegevens". Words like "proces" and "adres" keep theirs.
type dutchPlurals struct{}

// Filter changes the words in place.
func (dutchPlurals) Filter(tokens analysis.TokenStream) analysis.TokenStream {
	for _, t := range tokens {
		for _, end := range []string{"nes", "ies", "ges", "les", "tes", "ens"} {
			if len(t.Term) > 6 && bytes.HasSuffix(t.Term, []byte(end)) {
				t.Term = t.Term[:len(t.Term)-1]
				break
			}
		}
	}
	return tokens
}
