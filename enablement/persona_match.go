package enablement

import (
	"fmt"
	"slices"
	"strings"
)

// PersonaMatch is the persona that a job title belongs to, and how sure that
// is.
type PersonaMatch struct {
	Persona    *Persona // nil while unmapped
	Confidence float64  // 0 while unmapped, 1 where a person chose
	// MatchedOn says what decided: `"VP of Software Eng." as "VP Engineering"`,
	// the words of the title and the persona's own title, nil while unmapped.
	MatchedOn *string
}

// setByHand is what a choice of a person is matched on.
const setByHand = "set by hand"

// MatchPersona gives the persona that a job title belongs to, PersonaFor's,
// with what decided it.
func (t *Taxonomy) MatchPersona(jobTitle string) PersonaMatch {
	f, ok := t.titles.find(jobTitle)
	if !ok {
		return PersonaMatch{}
	}
	on := matchedOn(f.words(jobTitle), f.phrase.title)
	return PersonaMatch{Persona: f.phrase.persona, Confidence: f.confidence(jobTitle), MatchedOn: &on}
}

// ContestedTitles tells, a sentence for each, which job titles of a persona of the
// taxonomy another one claims too, and which of the two has the leads.
func (t *Taxonomy) ContestedTitles(p *Persona) []string {
	var all []string
	for _, title := range p.JobTitles {
		winner := t.PersonaFor(title)
		other := winner
		if winner != nil && winner.ID == p.ID {
			other = t.listing(title, p)
		}
		if other != nil {
			all = append(all, fmt.Sprintf("the persona %q claims the job title %q too; leads with it are of %q", other.Name, title, winner.Name))
		}
	}
	return all
}

// PersonaMeant gives the persona with an id or a name, or else the one that lists
// the name among its job titles: whom a catalog made elsewhere means.
func (t *Taxonomy) PersonaMeant(ref string) (*Persona, bool) {
	if p, ok := t.FindPersona(ref); ok {
		return p, true
	}
	if t.listing(ref, nil) == nil {
		return nil, false
	}
	p := t.PersonaFor(ref) // of several that list it, the one that has the leads
	return p, p != nil
}

// listing gives a persona other than p (nil: any) that lists a job title, or nil.
func (t *Taxonomy) listing(title string, p *Persona) *Persona {
	key := canonical(title)
	if key == "" {
		return nil
	}
	for _, other := range t.personas {
		if (p == nil || other.ID != p.ID) && slices.ContainsFunc(other.JobTitles, func(s string) bool { return canonical(s) == key }) {
			return other
		}
	}
	return nil
}

// MatchPersona gives the lead's persona with what decided it.
func (l *Lead) MatchPersona(taxonomy *Taxonomy) *PersonaMatch {
	if p := taxonomy.Persona(l.PersonaByHand); p != nil {
		by := setByHand
		return &PersonaMatch{Persona: p, Confidence: 1, MatchedOn: &by}
	}
	m := taxonomy.MatchPersona(l.JobTitle)
	return &m
}

// matchedOn is a text for reps: which words count as what.
func matchedOn(words, name string) string { return `"` + words + `" as "` + name + `"` }

// matchKind is in which way a title matches a persona's.
type matchKind int

const (
	matchWhole   matchKind = iota // it is the persona's title
	matchSaid                     // it says all of it
	matchImplied                  // its words imply some of it
	matchNear                     // some of it stands near what it says
	matchFar                      // a step further
	matchLoose                    // it says the post, and a field that the persona's title has not
	matchBare                     // a rank is all that they have in common
)

// confidence is the share of such matches that are right, by what was found
// among the titles looked at: see docs/quality.md.
func (f *found) confidence(jobTitle string) float64 {
	c := [...]float64{matchWhole: 0.99, matchSaid: 0.98, matchImplied: 0.95, matchNear: 0.95, matchFar: 0.9, matchLoose: 0.85, matchBare: 0.6}[f.kind(jobTitle)]
	if slices.ContainsFunc(f.phrase.demands, func(id int32) bool { return f.post.notion(id).slip }) {
		return min(c, 0.9)
	}
	return c
}

func (f *found) kind(jobTitle string) matchKind {
	furthest, fielded := said, false
	for _, id := range f.phrase.demands {
		n := f.post.notion(id)
		furthest, fielded = max(furthest, n.way), fielded || n.field
	}
	switch {
	case canonical(jobTitle) == canonical(f.phrase.title):
		return matchWhole
	case f.phrase.bare:
		return matchBare
	case furthest == said && f.phrase.literal == 0:
		return matchImplied
	case furthest == said && !fielded && slices.ContainsFunc(f.post.notions, func(n notion) bool { return n.field && n.way == said }):
		return matchLoose
	}
	return matchSaid + matchKind(furthest)
}

// words are those of the title that match, as they stand there: from the first
// up to the last.
func (f *found) words(jobTitle string) string {
	first, last := int32(MaxTitle), int32(0)
	for _, id := range f.phrase.demands {
		n := f.post.notion(id)
		first, last = min(first, n.at), max(last, n.end)
	}
	folded, places := foldedPlaces(jobTitle)
	from, to, token := 0, len(jobTitle), int32(0)
	eachToken(folded, func(start, end int) {
		if token == first {
			from = places[start]
		}
		if token++; token == last {
			to = places[end]
		}
	}, func(int, rune) {})
	return withSigns(jobTitle, from, to)
}

// withSigns is a stretch of a title with the dot of an abbreviation or the
// bracket that it ends in.
func withSigns(title string, from, to int) string {
	words := title[from:to]
	switch rest := title[to:]; {
	case strings.HasPrefix(rest, "."), strings.HasPrefix(rest, ")") && strings.Count(words, "(") > strings.Count(words, ")"):
		words = title[from : to+1]
	}
	return words
}
