package enablement

import "strings"

// hollow words stand in the names of all kinds of industries and firms: by
// themselves they mean none.
var hollow = wordSet(`service industry company sector group business other general product solution provider firm
	corporation corp inc gmbh ag ltd llc plc holding market global international national agency organization organisation
	enterprise management branche consulting`)

// labels only say that a name is one of an industry: "Automotive Industry" is
// "Automotive". They are a part of the hollow words.
var labels = wordSet("industry sector company branche business market")

// IndustryMatch is the industry that a lead's own words mean, and how sure that
// is.
type IndustryMatch struct {
	Industry   *Industry // nil while unmapped
	Confidence float64   // 0 while unmapped
	// MatchedOn says what decided: `"Health Care" as "Healthcare"`, the lead's
	// words and the industry's own name or alias, nil while unmapped.
	MatchedOn *string
}

// industryName is a name or alias of an industry.
type industryName struct {
	industry *Industry
	name     string
}

// Industries are as sure as such matches were found right: see docs/quality.md.
const (
	confidenceNamed  = 0.99 // the words are a name or an alias
	confidenceWithin = 0.9  // a name or an alias is among the words
)

// MatchIndustry gives the industry that a lead's own words mean, IndustryFor's,
// with what decided it.
func (t *Taxonomy) MatchIndustry(raw string) IndustryMatch {
	if i, ok := t.FindIndustry(raw); ok {
		name := i.Name
		if named := t.industryByRef[canonical(raw)]; named != nil && named.industry == i {
			name = named.name
		}
		on := matchedOn(trim(raw), name)
		return IndustryMatch{Industry: i, Confidence: confidenceNamed, MatchedOn: &on}
	}
	named, from, to := t.industryWithin(raw)
	if named == nil {
		return IndustryMatch{}
	}
	places := industryPlaces(raw)
	on := matchedOn(raw[places[from].start:places[to-1].end], named.name)
	return IndustryMatch{Industry: named.industry, Confidence: confidenceWithin, MatchedOn: &on}
}

// MatchIndustry gives the lead's industry with what decided it.
func (l *Lead) MatchIndustry(taxonomy *Taxonomy) *IndustryMatch {
	m := taxonomy.MatchIndustry(l.RawIndustry)
	return &m
}

// IndustryFor gives the industry that a lead's own words mean, or nil: the one
// with that id, name or alias; else the one whose name or alias they contain
// as whole words, the longest first, then the one that stands first. "Hospital &
// Health Care Services GmbH" is Healthcare where that has the alias "Health
// Care".
func (t *Taxonomy) IndustryFor(raw string) *Industry {
	if i, ok := t.FindIndustry(raw); ok {
		return i
	}
	if named, _, _ := t.industryWithin(raw); named != nil {
		return named.industry
	}
	return nil
}

// industryWithin gives the longest name or alias among the words, and from which
// up to which of them it stands.
func (t *Taxonomy) industryWithin(raw string) (found *industryName, from, to int) {
	words := industryWords(raw)
	text := strings.Join(words, "")
	if len(words) > maxIndustryWords {
		return nil, 0, 0
	}
	longest := 0
	for i, start := 0, 0; i < len(words); start, i = start+len(words[i]), i+1 {
		telling := false
		for j, end := i, start; j < len(words); j++ {
			end += len(words[j])
			telling = telling || !hollow[words[j]]
			if telling && end-start > longest {
				if named := t.industryByWords[text[start:end]]; named != nil {
					found, longest, from, to = named, end-start, i, j+1
				}
			}
		}
	}
	return found, from, to
}

// maxIndustryWords bounds the work: what is longer is no name of an industry.
const maxIndustryWords = 40

// addIndustryName notes a name or alias, for itself and for what contains it.
func (t *Taxonomy) addIndustryName(name string, industry *Industry) {
	named := &industryName{industry, name}
	addFirst(t.industryByRef, canonical(name), named)
	var key strings.Builder
	telling := false
	for _, w := range industryWords(name) {
		if !labels[w] {
			key.WriteString(w)
		}
		telling = telling || !hollow[w]
	}
	if telling {
		addFirst(t.industryByWords, key.String(), named)
	}
}

// industryWords are the words of an industry's name, folded, in the singular,
// without the "and" between them.
func industryWords(s string) []string {
	words := foldedWords(s)
	kept := words[:0]
	for _, w := range words {
		if !joints[w] {
			kept = append(kept, singular(w))
		}
	}
	return kept
}

// stretch is a part of a text.
type stretch struct{ start, end int }

// industryPlaces are where each of industryWords stands.
func industryPlaces(raw string) []stretch {
	folded, places := foldedPlaces(raw)
	var out []stretch
	start := -1
	for i, r := range folded + " " {
		switch {
		case inWord(r):
			if start < 0 {
				start = i
			}
		case start >= 0:
			if !joints[folded[start:i]] {
				out = append(out, stretch{places[start], places[i]})
			}
			start = -1
		}
	}
	return out
}
