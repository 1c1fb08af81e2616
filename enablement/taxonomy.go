package enablement

import (
	"cmp"
	"slices"
)

// Taxonomy is every persona and industry at one moment, with the rules that
// map a lead's words to them. It never changes; the store makes a new one when
// a persona or an industry does.
type Taxonomy struct {
	personas   []*Persona  // by name
	industries []*Industry // by name

	personaByID   map[string]*Persona
	industryByID  map[string]*Industry
	personaByName map[string]*Persona      // canonical name
	industryByRef map[string]*industryName // canonical name or alias; a name wins over an alias

	industryByWords map[string]*industryName // see IndustryFor

	titles titleRules
}

// NewTaxonomy makes a taxonomy of copies of the given personas and industries.
func NewTaxonomy(personas []*Persona, industries []*Industry) *Taxonomy {
	t := &Taxonomy{
		personaByID: map[string]*Persona{}, personaByName: map[string]*Persona{},
		industryByID: map[string]*Industry{}, industryByRef: map[string]*industryName{},
		industryByWords: map[string]*industryName{},
	}
	for _, p := range personas {
		c := *p
		t.personas = append(t.personas, &c)
	}
	for _, i := range industries {
		c := *i
		c.Parent = nil
		t.industries = append(t.industries, &c)
	}
	slices.SortFunc(t.personas, func(a, b *Persona) int {
		return cmp.Or(cmp.Compare(lower(a.Name), lower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(t.industries, func(a, b *Industry) int {
		return cmp.Or(cmp.Compare(lower(a.Name), lower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range t.personas {
		t.personaByID[p.ID] = p
		addFirst(t.personaByName, canonical(p.Name), p)
	}
	for _, i := range t.industries {
		t.industryByID[i.ID] = i
		t.addIndustryName(i.Name, i)
	}
	for _, i := range t.industries {
		i.setParent(t.industryByID[i.ParentID])
		for _, alias := range i.Aliases {
			t.addIndustryName(alias, i)
		}
	}
	t.titles = newTitleRules(t.personas)
	return t
}

// Personas lists every persona by name.
func (t *Taxonomy) Personas() []*Persona { return t.personas }

// Industries lists every industry by name.
func (t *Taxonomy) Industries() []*Industry { return t.industries }

// Persona gives the persona with an id, or nil.
func (t *Taxonomy) Persona(id string) *Persona { return t.personaByID[id] }

// Industry gives the industry with an id, or nil.
func (t *Taxonomy) Industry(id string) *Industry { return t.industryByID[id] }

// FindPersona gives the persona with an id or a name, without regard to case,
// accents, spaces and punctuation.
func (t *Taxonomy) FindPersona(ref string) (*Persona, bool) {
	if p := t.personaByID[trim(ref)]; p != nil {
		return p, true
	}
	p, ok := t.personaByName[canonical(ref)]
	return p, ok
}

// FindIndustry gives the industry with an id, a name or an alias, without
// regard to case, accents, spaces and punctuation.
func (t *Taxonomy) FindIndustry(ref string) (*Industry, bool) {
	if i := t.industryByID[trim(ref)]; i != nil {
		return i, true
	}
	if named := t.industryByRef[canonical(ref)]; named != nil {
		return named.industry, true
	}
	return nil, false
}

func addFirst[T any](m map[string]T, key string, value T) {
	if _, taken := m[key]; !taken && key != "" {
		m[key] = value
	}
}
