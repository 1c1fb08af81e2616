package enablement

// titleRules maps job titles to personas.
type titleRules struct{}

func newTitleRules(personas []*Persona) titleRules { return titleRules{} }

// canonical is a name without what does not tell names apart.
func canonical(s string) string { return lower(squeeze(s)) }

// PersonaFor gives the persona that a job title belongs to, or nil.
func (t *Taxonomy) PersonaFor(jobTitle string) *Persona { return nil }

// IndustryFor gives the industry that a lead's own words mean, or nil.
func (t *Taxonomy) IndustryFor(raw string) *Industry {
	i, _ := t.FindIndustry(raw)
	return i
}
