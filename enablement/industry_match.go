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
	f := t.findIndustry(raw)
	if f.industryName == nil {
		return IndustryMatch{}
	}
	words, confidence := trim(raw), confidenceNamed
	if f.to > 0 {
		places := industryPlaces(raw)
		words, confidence = raw[places[f.from].start:places[f.to-1].end], confidenceWithin
	}
	on := matchedOn(words, f.name)
	return IndustryMatch{Industry: f.industry, Confidence: confidence, MatchedOn: &on}
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
	if f := t.findIndustry(raw); f.industryName != nil {
		return f.industry
	}
	return nil
}

// foundIndustry is a name or alias, and from which up to which of the words it
// stands; up to 0 where it is all of them.
type foundIndustry struct {
	*industryName
	from, to int
}

func (t *Taxonomy) findIndustry(raw string) foundIndustry {
	if i := t.industryByID[trim(raw)]; i != nil {
		return foundIndustry{industryName: &industryName{i, i.Name}}
	}
	words := foldedWords(raw)
	if named := t.industryByRef[canonicalOf(raw, words)]; named != nil {
		return foundIndustry{industryName: named}
	}
	return t.industryWithin(industryWords(words))
}

// industryWithin gives the longest name or alias among the words.
func (t *Taxonomy) industryWithin(words []string) (found foundIndustry) {
	text := strings.Join(words, "")
	if len(words) > maxIndustryWords {
		return found
	}
	longest := 0
	for i, start := 0, 0; i < len(words); start, i = start+len(words[i]), i+1 {
		telling := false
		for j, end := i, start; j < len(words); j++ {
			end += len(words[j])
			telling = telling || !hollow[words[j]]
			if telling && end-start > longest {
				if named := t.industryByWords[text[start:end]]; named != nil {
					found, longest = foundIndustry{named, i, j + 1}, end-start
				}
			}
		}
	}
	return found
}

// maxIndustryWords bounds the work: what is longer is no name of an industry.
const maxIndustryWords = 40

// addIndustryName notes a name or alias, for itself and for what contains it.
func (t *Taxonomy) addIndustryName(name string, industry *Industry) {
	named := &industryName{industry, name}
	addFirst(t.industryByRef, canonical(name), named)
	var key strings.Builder
	telling := false
	for _, w := range industryWords(foldedWords(name)) {
		if !labels[w] {
			key.WriteString(w)
		}
		telling = telling || !hollow[w]
	}
	if telling {
		addFirst(t.industryByWords, key.String(), named)
	}
}

// industryWords are the folded words of an industry's name in the singular,
// without the "and" between them. It takes the words over.
func industryWords(words []string) []string {
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
