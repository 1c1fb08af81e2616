package search

import "github.com/quiverhq/quiver/enablement"

// names finds personas and industries by the words of their names. The words
// are looked up when a query arrives, so renaming one indexes nothing anew.
type names struct {
	taxonomy *enablement.Taxonomy
	byTerm   [analysers]map[string][]tagKey
}

func newNames(l *lexer, taxonomy *enablement.Taxonomy) *names {
	n := &names{taxonomy: taxonomy}
	for a := range n.byTerm {
		n.byTerm[a] = map[string][]tagKey{}
	}
	if taxonomy == nil {
		return n
	}
	for _, p := range taxonomy.Personas() {
		n.add(l, tagKey{byPersona, p.ID}, p.Name)
	}
	for _, i := range taxonomy.Industries() {
		n.add(l, tagKey{byIndustry, i.ID}, append([]string{i.Name}, i.Aliases...)...)
	}
	return n
}

func (n *names) add(l *lexer, tag tagKey, spellings ...string) {
	for a := range analyser(analysers) {
		seen := map[string]bool{}
		for _, s := range spellings {
			for _, t := range l.analyse(s, a) {
				term := string(t.Term)
				if seen[term] || t.End <= len(s) && l.stop(s[t.Start:t.End], false) {
					continue
				}
				seen[term] = true
				n.byTerm[a][term] = append(n.byTerm[a][term], tag)
			}
		}
	}
}

// label is what a person calls a tag.
func (n *names) label(t tag) string {
	if n.taxonomy != nil {
		switch t.kind {
		case byPersona:
			if p := n.taxonomy.Persona(t.value); p != nil {
				return p.Name
			}
		case byIndustry:
			if i := n.taxonomy.Industry(t.value); i != nil {
				return i.Name
			}
		}
	}
	return t.value
}
