package enablement

import (
	"slices"
	"strings"
	"time"
)

// Synonyms are words and phrases that search takes for one another, as the
// company's marketers keep them: "SOC 2" and "Service Organization Controls".
type Synonyms struct {
	ID string `bson:"_id"`
	// Terms are words or phrases. A query with one of them also finds what holds
	// Instead or, where Instead is empty, any other of Terms.
	Terms   []string `bson:"terms"`
	Instead []string `bson:"instead,omitempty"`
	// Removed synonyms mean nothing; they are kept so that other servers hear of it.
	Removed   bool      `bson:"removed,omitempty"`
	Revision  int       `bson:"revision"`
	CreatedAt time.Time `bson:"createdAt"`
	UpdatedAt time.Time `bson:"updatedAt"`
}

// For gives what a query with one of the Terms is also searched as: the others
// for a term of a set that works both ways, Instead for one that works one way.
func (s *Synonyms) For(term string) []string {
	if len(s.Instead) > 0 {
		return s.Instead
	}
	var others []string
	for _, t := range s.Terms {
		if t != term {
			others = append(others, t)
		}
	}
	return others
}

// Same tells whether two sets say the same, in whatever order and spelling.
func (s *Synonyms) Same(other *Synonyms) bool {
	return sameTerms(s.Terms, other.Terms) && sameTerms(s.Instead, other.Instead)
}

// Key is a text that two sets share if, and only if, they say the same.
func (s *Synonyms) Key() string { return termsKey(s.Terms) + "\x00\x00" + termsKey(s.Instead) }

func termsKey(terms []string) string {
	keys := make([]string, len(terms))
	for i, term := range terms {
		keys[i] = termKey(term)
	}
	slices.Sort(keys)
	return strings.Join(keys, "\x00")
}

// sameTerms compares lists that hold each term once.
func sameTerms(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(term string) bool { return !hasTerm(b, term) })
}

// hasTerm tells whether a list has a term, without regard to case and accents.
func hasTerm(terms []string, term string) bool {
	return slices.ContainsFunc(terms, func(t string) bool { return termKey(t) == termKey(term) })
}

// termKey is a term as search takes it, whatever its case and accents.
func termKey(term string) string { return fold(squeeze(term)) }

// distinctTerms trims the terms, drops the empty ones and keeps the first
// spelling of those that are one to search.
func distinctTerms(terms []string) []string {
	out, seen := make([]string, 0, len(terms)), map[string]bool{}
	for _, t := range terms {
		if key := termKey(t); key != "" && !seen[key] {
			seen[key] = true
			out = append(out, squeeze(t))
		}
	}
	return out
}
