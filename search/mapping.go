package search

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

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
	documentVersion = 4
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
