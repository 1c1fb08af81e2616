package search

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/quiverhq/quiver/enablement"
)

// The fields that words are found in.
const (
	fieldTitle = iota
	fieldTopics
	fieldSummary
	fieldBody
	fields
)

// field is one searchable field: its name in the index, how much a word in it
// counts beside a word in the body, and where its text comes from. A change of
// name or text changes the fingerprint; a weight does not.
type field struct {
	Name   string
	weight float64
	text   func(*enablement.Asset) string
}

// fieldTable lists the fields by their constants. The weight of the title is
// what MEDLINE and CACM answer best with; the others lie between it and 1.
func fieldTable() [fields]field {
	return [fields]field{
		fieldTitle:   {"title", DefaultScoring().Title, func(a *enablement.Asset) string { return a.Title }},
		fieldTopics:  {"topics", 2, func(a *enablement.Asset) string { return strings.Join(a.Topics, string(gap)) }},
		fieldSummary: {"summary", 1.5, func(a *enablement.Asset) string { return a.Summary }},
		fieldBody:    {"body", 1, func(a *enablement.Asset) string { return a.Body }},
	}
}

const (
	// dictionaryField holds every folded word once per asset: what spelling is
	// checked against and how common a word is, in whatever language.
	dictionaryField = "words"
	// stateField keeps each asset's version and field lengths beside its words.
	stateField = "state"
	// vectorField keeps the terms that each asset says most: what feedback reads.
	vectorField = "vector"
	// documentVersion grows when the same mapping fills the index otherwise:
	// another analyser, another way to join topics.
	documentVersion = 3
)

// fingerprint names the directory of an index: two binaries that would fill it
// differently give different names.
func fingerprint() string {
	var names [analysers]string
	for a := range names {
		names[a] = analyser(a).suffix()
	}
	described, err := json.Marshal(struct {
		Version           int
		Fields            [fields]field
		Analysers         [analysers]string
		Dictionary, State string
		Vector            string
		LongestTerm       int
		VectorTerms       int
	}{documentVersion, fieldTable(), names, dictionaryField, stateField, vectorField, longestTerm, mostVectorTerms})
	if err != nil {
		described = []byte(err.Error()) // strings and numbers: cannot fail
	}
	sum := sha256.Sum256(described)
	return hex.EncodeToString(sum[:8])
}

// lengths is how many words each field of an asset holds.
type lengths [fields]uint32

// wordState is what the inverted index knows of an asset beside its words.
type wordState struct {
	version int
	by      analyser
	lengths lengths
}

func (s wordState) encode() []byte {
	b := binary.AppendUvarint(nil, uint64(s.version))
	b = append(b, byte(s.by))
	for _, n := range s.lengths {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

var errState = errors.New("the state of a document cannot be read")

func decodeState(b []byte) (wordState, error) {
	version, n := binary.Uvarint(b)
	if n <= 0 || n >= len(b) || b[n] >= byte(analysers) {
		return wordState{}, errState
	}
	s := wordState{version: int(version), by: analyser(b[n])}
	b = b[n+1:]
	for f := range s.lengths {
		length, n := binary.Uvarint(b)
		if n <= 0 {
			return wordState{}, errState
		}
		s.lengths[f], b = uint32(length), b[n:]
	}
	return s, nil
}

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
func (f *indexedField) Size() int                                        { return len(f.value) + f.terms.Size() }

// documentOf is an asset as the inverted index takes it.
func documentOf(l *lexer, a *enablement.Asset) (*document.Document, wordState) {
	doc := document.NewDocument(a.ID)
	state := wordState{version: a.Version, by: l.analyserFor(a.Language)}
	const options = index.IndexField | index.IncludeTermVectors
	dictionary := map[string]bool{}
	var vector tally
	for i, f := range fieldTable() {
		text := f.text(a)
		words := l.cut(text)
		if len(words) == 0 {
			continue
		}
		note(dictionary, words)
		terms := l.terms(words, state.by)
		for _, t := range terms {
			if !isJoined(t) {
				state.lengths[i]++
			}
		}
		vector.add(l, text, asWritten(text, terms), state.by)
		doc.AddField(&indexedField{
			name: f.Name + "_" + state.by.suffix(), options: options,
			length: int(state.lengths[i]), terms: analysis.TokenFrequency(terms, nil, options),
		})
	}
	doc.AddField(dictionaryOf(dictionary))
	doc.AddField(&indexedField{name: stateField, options: index.StoreField, value: state.encode()})
	doc.AddField(&indexedField{name: vectorField, options: index.StoreField, value: vector.encode()})
	return doc, state
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

// note adds words to those of a dictionary; of joined ones those of letters
// alone, and behind an article that is written on to it the word as well.
func note(dictionary map[string]bool, words analysis.TokenStream) {
	for _, w := range words {
		if dictionary[string(w.Term)] {
			continue
		}
		term := string(w.Term)
		if isJoined(w) && !spellable(term) {
			continue
		}
		dictionary[term] = true
		if _, bare, ok := strings.Cut(term, "'"); ok && len(bare) > 2 {
			dictionary[bare] = true
		}
	}
}

func dictionaryOf(words map[string]bool) *indexedField {
	const options = index.IndexField | index.SkipFreqNorm
	tokens := make(analysis.TokenStream, 0, len(words))
	for w := range words {
		tokens = append(tokens, &analysis.Token{Term: []byte(w), Position: len(tokens) + 1})
	}
	return &indexedField{
		name: dictionaryField, options: options, length: len(tokens), terms: analysis.TokenFrequency(tokens, nil, options),
	}
}
