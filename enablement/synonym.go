package enablement

import "time"

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
