package store

import (
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// personaIndexes: the name tells personas apart without regard to case; updatedAt
// is for the tail.
var personaIndexes = []index{{field: "name", unique: true, foldCase: true}, {field: "updatedAt"}}

// SavePersona adds a persona or, given an id, changes it. NOT_FOUND for the id;
// BAD_USER_INPUT for wrong fields and for a name that another persona has.
func (s *Store) SavePersona(ctx context.Context, id *string, in enablement.PersonaInput) (*enablement.Persona, error) {
	if err := enablement.Invalid(in.Check()); err != nil {
		return nil, err
	}
	return edit(ctx, &s.taxonomy, func() (*enablement.Persona, error) {
		p, err := s.editPersona(id, in)
		if err != nil {
			return nil, err
		}
		if before := s.Taxonomy().Persona(p.ID); before != nil && samePersona(before, p) {
			return before, nil
		}
		return s.writePersona(ctx, p)
	})
}

// editPersona gives the persona as the input wants it, not yet stored.
func (s *Store) editPersona(id *string, in enablement.PersonaInput) (*enablement.Persona, error) {
	p := &enablement.Persona{ID: newID(enablement.PersonaPrefix), JobTitles: []string{}, Goals: []string{}, PainPoints: []string{}}
	if id != nil {
		before := s.Taxonomy().Persona(*id)
		if before == nil {
			return nil, enablement.Missing("persona", *id)
		}
		copied := *before
		p = &copied
	}
	in.Apply(p)
	if other, taken := s.Taxonomy().FindPersona(p.Name); taken && other.ID != p.ID {
		return nil, enablement.InvalidField("name", "there is a persona called %q already", other.Name)
	}
	return p, nil
}

// writePersona stores the next revision and shows it to everyone.
func (s *Store) writePersona(ctx context.Context, p *enablement.Persona) (*enablement.Persona, error) {
	now := enablement.Instant(s.now())
	p.Revision, p.UpdatedAt = p.Revision+1, now
	if p.Revision == 1 {
		p.CreatedAt = now
	}
	err := s.personas.writeAudited(ctx, s.trail, auditedPersona, p, s.Taxonomy().Persona(p.ID))
	if err != nil {
		return nil, err
	}
	t := s.Taxonomy()
	others := slices.DeleteFunc(slices.Clone(t.Personas()), func(o *enablement.Persona) bool { return o.ID == p.ID })
	s.adoptTaxonomy(ctx, enablement.NewTaxonomy(append(others, p), t.Industries()))
	return s.Taxonomy().Persona(p.ID), nil
}

func samePersona(a, b *enablement.Persona) bool {
	return a.Name == b.Name && a.Description == b.Description && slices.Equal(a.JobTitles, b.JobTitles) &&
		slices.Equal(a.Goals, b.Goals) && slices.Equal(a.PainPoints, b.PainPoints)
}
