package search

import (
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/quiverhq/quiver/enablement"
)

// indexedField is a field whose analysis is done: lengths are needed before the
// document is put together, and the dictionary comes from the same cut.
type indexedField struct {
	name    string
	options index.FieldIndexingOptions
	value   []byte
	length  int
	terms   index.TokenFrequencies
}

func (f *indexedField) Name() string                                     { return f.name }
func (f *indexedField) Value() []byte                                    { return f.value }
func (f *indexedField) ArrayPositions() []uint64                         { return nil }
func (f *indexedField) EncodedFieldType() byte                           { return 't' }
func (f *indexedField) Analyze()                                         {}
func (f *indexedField) Options() index.FieldIndexingOptions              { return f.options }
func (f *indexedField) AnalyzedLength() int                              { return f.length }
func (f *indexedField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }
func (f *indexedField) NumPlainTextBytes() uint64                        { return uint64(len(f.value)) }

// Size is an estimate: scorch counts with it alone, and asks of every field.
func (f *indexedField) Size() int { return len(f.value) + termBytes*len(f.terms) }

// termBytes is about what a term of a field takes in memory with its places.
const termBytes = 200

// drafter makes documents of assets, one after the other: what it needs on the
// way serves for the next. For one goroutine.
type drafter struct {
	lexer    *lexer
	vector   tally
	words    dictionary
	distinct map[string]int32 // the terms of a field, numbered as they come
	numbers  []int32          // of each token
	counts   []int32          // of each number
	found    []*index.TokenFreq
	places   *[sharedPlaces]*index.TokenFreq
}

func newDrafter(l *lexer) *drafter {
	return &drafter{lexer: l, vector: tally{at: map[string]int{}}, words: dictionary{}, distinct: map[string]int32{}, places: places()}
}

// document is an asset as the inverted index takes it.
func (d *drafter) document(a *enablement.Asset) (*document.Document, wordState) {
	doc := document.NewDocument(a.ID)
	state := wordState{version: a.Version, by: d.lexer.analyserFor(a.Language)}
	d.vector.reset()
	clear(d.words)
	for i, f := range fieldTable() {
		text := f.text(a)
		tokens := d.lexer.cut(text)
		if len(tokens) == 0 {
			continue
		}
		d.words.note(tokens)
		terms := d.lexer.terms(tokens, state.by)
		for _, t := range terms {
			if !isJoined(t) {
				state.lengths[i]++
			}
		}
		d.vector.add(d.lexer, text, asWritten(text, terms), state.by)
		doc.AddField(&indexedField{
			name: f.Name + "_" + state.by.suffix(), options: index.IndexField | index.IncludeTermVectors,
			length: int(state.lengths[i]), terms: d.placed(terms),
		})
	}
	doc.AddField(&indexedField{
		name: dictionaryField, options: index.IndexField | index.SkipFreqNorm, length: len(d.words), terms: d.words.frequencies(),
	})
	doc.AddField(&indexedField{name: stateField, options: index.StoreField, value: state.encode()})
	doc.AddField(&indexedField{name: vectorField, options: index.StoreField, value: d.vector.encode()})
	return doc, state
}

// placed gives the terms of a field with their places. It is what Bleve's
// TokenFrequency gives but for the terms themselves, which nobody reads beside
// their keys, and for where in the text each stands, which would be written for
// every place and which no query reads. So nearly all of it is the same for all
// documents: a catalog that is being indexed has some 250 terms an asset in memory.
func (d *drafter) placed(terms analysis.TokenStream) index.TokenFrequencies {
	clear(d.distinct)
	d.numbers, d.counts = d.numbers[:0], d.counts[:0]
	for _, t := range terms {
		n, ok := d.distinct[string(t.Term)]
		if !ok {
			n = int32(len(d.counts))
			d.distinct[string(t.Term)] = n
			d.counts = append(d.counts, 0)
		}
		d.numbers = append(d.numbers, n)
		d.counts[n]++
	}
	d.found = slices.Grow(d.found[:0], len(d.counts))[:len(d.counts)]
	for i, t := range terms {
		n := d.numbers[i]
		here, f := d.once(t.Position), d.found[n]
		if d.counts[n] == 1 {
			d.found[n] = here
			continue
		}
		if f == nil {
			f = &index.TokenFreq{Locations: make([]*index.TokenLocation, 0, d.counts[n])}
			d.found[n] = f
		}
		f.Locations = append(f.Locations, here.Locations...)
		f.SetFrequency(len(f.Locations))
	}
	found := make(index.TokenFrequencies, len(d.counts))
	for term, n := range d.distinct {
		found[term] = d.found[n]
	}
	clear(d.found)
	return found
}

// once is a term that stands in one place of a field. It must not be changed.
func (d *drafter) once(position int) *index.TokenFreq {
	if position < len(d.places) {
		return d.places[position]
	}
	return placedAt(position)
}

// places has what once gives for all but long texts, from the first drafter on.
var places = sync.OnceValue(func() *[sharedPlaces]*index.TokenFreq {
	var all [sharedPlaces]*index.TokenFreq
	for position := range all {
		all[position] = placedAt(position)
	}
	return &all
})

const sharedPlaces = 4096

func placedAt(position int) *index.TokenFreq {
	f := &index.TokenFreq{Locations: []*index.TokenLocation{{Position: position}}}
	f.SetFrequency(1)
	return f
}

// asWritten leaves of terms those that stand in a text as they are: "SOC2" as
// one, "SOC 2" and "follow-up" as two.
func asWritten(text string, terms analysis.TokenStream) analysis.TokenStream {
	var covered map[int]int // end by start
	for _, t := range terms {
		if isJoined(t) && t.Start < t.End && t.End <= len(text) && !strings.ContainsAny(text[t.Start:t.End], " -/\u00a0‐‑–") {
			if covered == nil {
				covered = map[int]int{}
			}
			covered[t.Start] = t.End
		}
	}
	until := 0
	return slices.DeleteFunc(slices.Clone(terms), func(t *analysis.Token) bool {
		if isJoined(t) {
			return covered[t.Start] != t.End
		}
		until = max(until, covered[t.Start])
		return t.Start < until
	})
}

// dictionary holds the words of an asset, in whatever field.
type dictionary map[string]struct{}

// note adds words; of joined ones those of letters alone, and behind an article
// that is written on to it the word as well.
func (d dictionary) note(words analysis.TokenStream) {
	for _, w := range words {
		if _, known := d[string(w.Term)]; known {
			continue
		}
		term := string(w.Term)
		if isJoined(w) && !spellable(term) {
			continue
		}
		d[term] = struct{}{}
		if _, bare, ok := strings.Cut(term, "'"); ok && len(bare) > 2 {
			d[bare] = struct{}{}
		}
	}
}

// frequencies are the words as a field has them that neither counts nor places
// them.
func (d dictionary) frequencies() index.TokenFrequencies {
	found, unplaced := make(index.TokenFrequencies, len(d)), &index.TokenFreq{}
	for w := range d {
		found[w] = unplaced
	}
	return found
}
