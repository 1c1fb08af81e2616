package search

import "github.com/quiverhq/quiver/enablement"

// names finds personas and industries by single words of their names: "bank"
// finds what was made for Retail Banking, if less so than the whole name does
// (see meanings).
type names struct {
	taxonomy *enablement.Taxonomy
	byTerm   [analysers]map[string][]tagKey
}

const (
	// formWorth puts the assets of a form or in a language that a query names before
	// those that only talk of it: who asks for case studies wants no e-mail about them.
	formWorth = 20
	// nameWorth is what the whole name of a persona or an industry counts: as much
	// as a title that has it twice.
	nameWorth = 6
	// belowWorth is what the whole name of an industry counts for the assets of one
	// below it: "healthcare" finds what was made for hospitals.
	belowWorth = 3
	// besideWorth is what a name counts at most where the query has other words:
	// those say what is wanted, the name whose or in which form.
	besideWorth = 2
)

// form is a form of collateral with what people call it, the first for one to
// read. OTHER has no name.
type form struct {
	of        enablement.AssetType
	spellings []string
}

func forms() []form {
	return []form{
		{"CASE_STUDY", []string{"case study", "study", "success story", "customer story", "customer reference",
			"Fallstudie", "étude de cas", "caso de éxito", "caso de estudio", "estudio de caso", "estudo de caso"}},
		{"WHITE_PAPER", []string{"white paper", "paper", "livre blanc", "libro blanco"}},
		{"EBOOK", []string{"e-book", "ebook"}},
		{"BLOG_POST", []string{"blog post", "blog", "article"}},
		{"VIDEO", []string{"video"}},
		{"WEBINAR", []string{"webinar"}},
		{"DATA_SHEET", []string{"data sheet", "spec sheet", "Datenblatt", "fiche technique", "ficha técnica"}},
		{"PRODUCT_BRIEF", []string{"product brief", "brief"}},
		{"PRESENTATION", []string{"presentation", "slides", "slide deck", "deck", "Präsentation", "presentación"}},
		{"INFOGRAPHIC", []string{"infographic"}},
		{"BATTLE_CARD", []string{"battle card", "competitor", "competition"}},
		{"EMAIL_TEMPLATE", []string{"email template", "e-mail template", "template"}},
		{"ROI_CALCULATOR", []string{"ROI calculator", "calculator"}},
	}
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
	for a := range analysers {
		seen := map[string]bool{}
		for _, s := range spellings {
			for _, t := range l.analyse(s, a) {
				term := string(t.Term)
				if seen[term] || t.End <= len(s) && (l.stop(s[t.Start:t.End], english, true) || l.stop(s[t.Start:t.End], a, true)) {
					continue
				}
				seen[term] = true
				n.byTerm[a][term] = append(n.byTerm[a][term], tag)
			}
		}
	}
}

// have tells whether one of the names has one of a word's terms.
func (n *names) have(terms *[analysers]string) bool {
	for a, term := range terms {
		if term != "" && len(n.byTerm[a][term]) > 0 {
			return true
		}
	}
	return false
}

// addNames adds the names of forms, languages, personas and industries, and the
// job titles of personas: "CFO" finds what was made for the persona that has it.
func (m *meanings) addNames(l *lexer, taxonomy *enablement.Taxonomy) {
	name := func(kind tagKind, value string, worth float64, spellings ...string) {
		meant := &meaning{tags: []naming{{tagKey: tagKey{kind, value}, worth: worth}}}
		for _, s := range spellings {
			m.add(l.read(s), meant)
			m.add(l.read(closed(s)), meant)
		}
	}
	for _, f := range forms() {
		name(byType, string(f.of), formWorth, f.spellings...)
	}
	for code, called := range enablement.Languages() {
		name(byLanguage, code, formWorth, called...)
	}
	if taxonomy == nil {
		return
	}
	for _, p := range taxonomy.Personas() {
		name(byPersona, p.ID, nameWorth, append([]string{p.Name}, p.JobTitles...)...)
	}
	for _, i := range taxonomy.Industries() {
		name(byIndustry, i.ID, nameWorth, append([]string{i.Name}, i.Aliases...)...)
		for _, above := range i.Lineage()[1:] {
			name(byIndustry, i.ID, belowWorth, append([]string{above.Name}, above.Aliases...)...)
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
