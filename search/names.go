package search

import "github.com/quiverhq/quiver/enablement"

// names finds personas, industries and forms of collateral by the words of
// their names: "hospital case study" prefers the case studies. The words are
// looked up when a query arrives, so renaming one indexes nothing anew.
type names struct {
	taxonomy *enablement.Taxonomy
	byTerm   [analysers]map[string][]tagKey
}

// forms are the words that people call the forms of collateral by. OTHER has
// none.
var forms = []struct {
	of        enablement.AssetType
	spellings []string
}{
	{"CASE_STUDY", []string{"case study", "success story", "customer story"}},
	{"WHITE_PAPER", []string{"white paper", "whitepaper"}},
	{"EBOOK", []string{"ebook", "e-book"}},
	{"BLOG_POST", []string{"blog post", "article"}},
	{"VIDEO", []string{"video"}},
	{"WEBINAR", []string{"webinar"}},
	{"DATA_SHEET", []string{"data sheet", "datasheet"}},
	{"PRODUCT_BRIEF", []string{"product brief"}},
	{"PRESENTATION", []string{"presentation", "slides", "deck"}},
	{"INFOGRAPHIC", []string{"infographic"}},
	{"BATTLE_CARD", []string{"battle card", "battlecard"}},
	{"EMAIL_TEMPLATE", []string{"email template"}},
	{"ROI_CALCULATOR", []string{"roi calculator"}},
}

func newNames(l *lexer, taxonomy *enablement.Taxonomy) *names {
	n := &names{taxonomy: taxonomy}
	for a := range n.byTerm {
		n.byTerm[a] = map[string][]tagKey{}
	}
	for _, form := range forms {
		n.add(l, tagKey{byType, string(form.of)}, form.spellings...)
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
