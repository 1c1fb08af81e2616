package enablement

import "slices"

// What synonyms may amount to. All sets are in memory, and a query is searched
// as every synonym of its words.
const (
	MaxSynonymSets = 1_000
	MaxSynonyms    = 20  // terms of a set, and as many instead
	MaxSynonym     = 100 // characters of each
)

// SynonymsInput is what saveSynonyms takes. Instead stays as it is where nil.
type SynonymsInput struct {
	Terms   []string
	Instead []string

	// Cleared names the fields that the client set to null: a set whose instead
	// is null works both ways.
	Cleared []string
}

// Check names every wrong field of the input, whatever is stored.
func (in SynonymsInput) Check() []FieldError {
	var f faults
	f.synonyms("terms", in.Terms)
	f.synonyms("instead", in.Instead)
	return f
}

// synonyms checks a list of words and phrases.
func (f *faults) synonyms(path string, terms []string) {
	if len(terms) > MaxSynonyms {
		f.add(path, "has %d entries; give at most %d: make several sets of them", len(terms), MaxSynonyms)
	}
	for i, term := range terms {
		found := len(*f)
		f.line(at(path, i), term, 1, MaxSynonym)
		if len(*f) == found && len(foldedWords(term)) == 0 {
			f.add(at(path, i), "%q has neither letters nor digits, so that no search is for it", clip(term))
		}
	}
}

// Apply writes the input into a set and names what the two then lack together.
func (in SynonymsInput) Apply(s *Synonyms) []FieldError {
	s.Terms = distinctTerms(in.Terms)
	if in.Instead != nil || slices.Contains(in.Cleared, "instead") {
		s.Instead = distinctTerms(in.Instead)
	}
	var f faults
	for i, term := range in.Terms {
		if hasTerm(s.Instead, term) {
			f.add(at("terms", i), "%q is among instead as well: a word finds itself anyway", clip(squeeze(term)))
		}
	}
	switch {
	case len(s.Terms) == 0:
		f.add("terms", "must have a word or a phrase")
	case len(s.Terms) == 1 && len(s.Instead) == 0:
		f.add("terms", "must have two different words or phrases at least that find one another; or say with instead what the one finds")
	}
	return f
}
