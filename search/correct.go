package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// mostCorrections is how many neighbours a misspelt word is searched as.
	mostCorrections = 3
	// mostNeighbours bounds how many neighbours of a word are looked at.
	mostNeighbours = 300
	// mostCompletions is how many words an unfinished one is searched as, out of
	// mostBegun words that begin with it.
	mostCompletions = 8
	mostBegun       = 1_000
	// Letters that a word has at least to be taken for misspelt by one and by two
	// letters.
	leastMisspelt, leastTwiceMisspelt = 4, 8
	// A word of at most mostDoubted letters that is still being typed is taken for
	// a beginning where words that begin so stand doubtfulFrom times as often.
	mostDoubted, doubtfulFrom = 5, 5
	// What an occurrence of another word counts beside the word itself.
	worthOnce, worthTwice, worthBegun = 0.7, 0.5, 0.7
)

// correct gives the words that no asset holds the words that they may be the
// beginning of, if they are still being typed, or else their nearest neighbours
// in the dictionary and in the names of the taxonomy: one letter apart from four
// letters on, two from eight. A word that an asset has is searched in any case
// (see doubt). Index.mu
// is held for reading.
func (x *Index) correct(words []word, published func() set) error {
	for i := range words {
		w := &words[i]
		if len(w.also)+len(w.tags) > 0 || !spellable(w.folded) {
			continue
		}
		held, err := x.held(w.terms)
		if err == nil && held && published != nil {
			held, err = x.inSight(&w.terms, published)
		}
		if err == nil && held {
			err = x.doubt(w)
		} else if err == nil {
			err = x.mend(w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inSight tells whether a word that assets hold is in one that a rep sees, or in a
// name. What drafts alone have is no word to reps: it would keep them from being
// understood, and tell what is in drafts.
func (x *Index) inSight(terms *[analysers]string, published func() set) (bool, error) {
	if x.names.have(terms) {
		return true, nil
	}
	df, err := x.words.frequencyOf(terms)
	if err != nil {
		return false, err
	}
	sight := published()
	if df > x.catalog.size()-sight.count() { // more than there are out of sight
		return true, nil
	}
	seen := false
	err = x.words.eachHolder(terms, func(o uint32) bool {
		seen = sight.has(o)
		return !seen
	})
	return seen, err
}

// mend finds what is meant by a word that no asset has.
func (x *Index) mend(w *word) error {
	if _, err := x.finish(w); err != nil || len(w.instead) > 0 {
		return err
	}
	return x.respell(w)
}

// doubt looks at a word that assets have, but may have by chance: the beginning
// of much more common ones, "man" of manufacturing, which German texts have; or a
// slip that another language's rules take for one of its words, "suplier", which
// French ones do.
func (x *Index) doubt(w *word) error {
	if letters := utf8.RuneCountInString(w.folded); w.unfinished && letters <= mostDoubted {
		df, err := x.words.frequencyOf(&w.terms)
		if err != nil {
			return err
		}
		begun, err := x.finish(w)
		if err != nil || begun >= doubtfulFrom*df && len(w.instead) > 0 {
			return err
		}
		w.instead = nil
	}
	return x.slip(w)
}

// misread looks at a word that has a meaning: it may be a slip for another that the
// rules of a language take for it, "spreadshet" for "spreadsheet".
func (x *Index) misread(w *word) error {
	if !spellable(w.folded) || x.meanings.words[w.folded] || len(x.meanings.byRow[english][w.terms[english]]) > 0 {
		return nil
	}
	return x.slip(w)
}

// slip respells a word that nobody has written where English has what it is respelt
// to, and the word not.
func (x *Index) slip(w *word) error {
	if held, err := x.heldBy(english, w.terms[english]); err != nil || held {
		return err
	}
	written, err := x.words.written(w.folded)
	if err != nil || written > 0 {
		return err
	}
	if err := x.respell(w); err != nil {
		return err
	}
	for i := range w.instead {
		if held, err := x.heldBy(english, w.instead[i].terms[english]); err != nil || held {
			return err
		}
	}
	w.instead, w.respelling = nil, ""
	return nil
}

// spellable tells whether a word is of letters of an alphabet.
func spellable(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) && r != '\'' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return false
		}
	}
	return w != ""
}

// held tells whether any asset, or any name of the taxonomy, has one of the
// terms.
func (x *Index) held(terms [analysers]string) (bool, error) {
	for a, term := range terms {
		if held, err := x.heldBy(analyser(a), term); err != nil || held {
			return held, err
		}
	}
	return false, nil
}

// heldBy tells the same of the term of one analysis.
func (x *Index) heldBy(a analyser, term string) (bool, error) {
	if !x.words.asks(a, term) {
		return false, nil
	}
	if len(x.names.byTerm[a][term]) > 0 {
		return true, nil
	}
	return x.words.some(a, term)
}

// neighbour is a word that may be meant in the place of another.
type neighbour struct {
	word   string
	common uint64  // how many assets have it, about
	cost   float64 // of the slips between the two
}

// likely is the larger the likelier a word was meant: common words are, and
// small slips. A slip of cost 1 outweighs a word ten times as common.
func (n neighbour) likely() float64 { return math.Log(float64(n.common)+1) - 2.3*n.cost }

// finish finds the words that begin as an unfinished one does, and gives how
// often they stand in assets.
func (x *Index) finish(w *word) (begun int, err error) {
	if !w.unfinished {
		return 0, nil
	}
	words, err := x.words.beginningWith(w.folded, mostBegun)
	if err != nil {
		return 0, err
	}
	var found []neighbour
	for _, word := range words {
		if word.folded != w.folded {
			begun += int(word.common)
		}
		found = append(found, neighbour{word: word.folded, common: word.common})
	}
	for name := range x.meanings.words {
		if strings.HasPrefix(name, w.folded) {
			found = append(found, neighbour{word: name, common: 1})
		}
	}
	return begun, x.choose(w, found, mostCompletions, worthBegun)
}

// respell finds the neighbours of a misspelt word.
func (x *Index) respell(w *word) error {
	letters := utf8.RuneCountInString(w.folded)
	for _, try := range []struct {
		distance, least int
		worth           float64
	}{{1, leastMisspelt, worthOnce}, {2, leastTwiceMisspelt, worthTwice}} {
		if letters < try.least || len(w.instead) > 0 {
			return nil
		}
		found, err := x.neighbours(w.folded, try.distance)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(n neighbour) bool { return !meaningful(n.word) || x.lexer.stopsAnywhere(n.word) }) // "cold" is not meant for "could"
		if err := x.choose(w, found, mostCorrections, try.worth); err != nil {
			return err
		}
		if len(w.instead) > 0 {
			w.respelling = w.instead[0].folded
		}
	}
	return nil
}

// neighbours finds the words of the dictionary and of names within a distance.
func (x *Index) neighbours(folded string, distance int) (found []neighbour, err error) {
	words, err := x.words.neighbouring(folded, uint8(distance), mostNeighbours)
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		found = append(found, neighbour{word.folded, word.common, slips(folded, word.folded)})
	}
	for name := range x.meanings.words {
		if within(folded, name, distance) {
			found = append(found, neighbour{name, 1, slips(folded, name)})
		}
	}
	return found, nil
}

// choose keeps the likeliest of the words found that an asset has, one of each
// stem: the form of it that is nearest to what was written.
func (x *Index) choose(w *word, found []neighbour, most int, worth float64) error {
	slices.SortFunc(found, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.likely(), a.likely()), cmp.Compare(a.word, b.word))
	})
	seen := map[string]bool{}
	for _, n := range found {
		if len(w.instead) >= most {
			break
		}
		if n.word == w.folded {
			continue
		}
		for _, a := range x.lexer.alternatives(n.word, worth) {
			if seen[a.terms[english]] {
				continue
			}
			seen[a.terms[english]] = true
			held, err := x.held(a.terms)
			if err != nil {
				return err
			}
			if held || x.meanings.words[n.word] {
				w.instead = append(w.instead, a)
			}
		}
	}
	return nil
}

// didYouMean respells a query: the whole of it, with each word that no asset
// holds replaced by its likeliest neighbour; nil where none was, or where no
// asset within the question has one of the neighbours.
func (x *Index) didYouMean(ctx context.Context, ask *question) (*string, error) {
	respelt := ask.respelt()
	if respelt == "" {
		return nil, nil
	}
	again := x.request(respelt, false)
	found, err := x.countFinds(ctx, again, ask)
	if err != nil || found == 0 {
		return nil, err
	}
	again.words = ask.respellings()
	if found, err = x.countFinds(ctx, again, ask); err != nil || found == 0 {
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
		if w.respelling == "" || w.start < end || w.end > len(text) {
			continue
		}
		b.WriteString(text[end:w.start])
		b.WriteString(w.respelling)
		end = w.end
	}
	if end == 0 {
		return ""
	}
	b.WriteString(text[end:])
	return strings.ToValidUTF8(b.String(), "")
}

// respellings are the misspelt words alone, as what they are respelt to.
func (ask *question) respellings() []word {
	var words []word
	for _, w := range ask.words {
		if w.respelling != "" {
			words = append(words, word{written: w.respelling, terms: w.instead[0].terms, tags: w.tags})
		}
	}
	return words
}

// countFinds is how many assets a request finds, within the question's tags.
func (x *Index) countFinds(ctx context.Context, r *request, ask *question) (int, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if words, err := x.readable(); words == nil {
		return 0, err
	}
	s := x.take()
	defer x.give(s)
	x.catalog.narrow(s.allowed, s.spare, narrowing{ask.Filter, ask.Only, ask.Without, ask.PublishedOnly, ask.now})
	if err := x.restrict(ctx, r, s.spare, s.allowed); err != nil {
		return 0, err
	}
	if err := x.understand(r.words, x.published(ask)); err != nil {
		return 0, err
	}
	if err := newWalk(x.catalog, x.words, x.names, x.scorer, s).run(ctx, r.words); err != nil {
		return 0, err
	}
	return len(s.hits), nil
}
