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

// IndustryFor gives the industry that a lead's own words mean, or nil: the one
// with that id, name or alias; else the one whose name or alias they contain
// as whole words, the longest first, then the one that stands first. "Hospital &
// Health Care Services GmbH" is Healthcare where that has the alias "Health
// Care".
func (t *Taxonomy) IndustryFor(raw string) *Industry {
	if i, ok := t.FindIndustry(raw); ok {
		return i
	}
	words := industryWords(raw)
	text := strings.Join(words, "")
	if len(words) > maxIndustryWords {
		return nil
	}
	var found *Industry
	longest := 0
	for i, start := 0, 0; i < len(words); start, i = start+len(words[i]), i+1 {
		telling := false
		for j, end := i, start; j < len(words); j++ {
			end += len(words[j])
			telling = telling || !hollow[words[j]]
			if telling && end-start > longest {
				if industry := t.industryByWords[text[start:end]]; industry != nil {
					found, longest = industry, end-start
				}
			}
		}
	}
	return found
}

// maxIndustryWords bounds the work: what is longer is no name of an industry.
const maxIndustryWords = 40

// addIndustryName notes a name or alias for what contains it.
func (t *Taxonomy) addIndustryName(name string, industry *Industry) {
	var key strings.Builder
	telling := false
	for _, w := range industryWords(name) {
		if !labels[w] {
			key.WriteString(w)
		}
		telling = telling || !hollow[w]
	}
	if telling {
		addFirst(t.industryByWords, key.String(), industry)
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
