package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// industryIndexes: the name tells industries apart without regard to case;
// updatedAt is for the tail.
var industryIndexes = []index{{field: "name", unique: true, foldCase: true}, {field: "updatedAt"}}

// SaveIndustry adds an industry or, given an id, changes it. NOT_FOUND for the
// id; BAD_USER_INPUT for wrong fields and for a name or an alias that means
// another industry already.
func (s *Store) SaveIndustry(ctx context.Context, id *string, in enablement.IndustryInput) (*enablement.Industry, error) {
	if err := enablement.Invalid(in.Check()); err != nil {
		return nil, err
	}
	return edit(ctx, &s.taxonomy, func() (*enablement.Industry, error) {
		ind, err := s.editIndustry(id, in)
		if err != nil {
			return nil, err
		}
		if before := s.Taxonomy().Industry(ind.ID); before != nil && sameIndustry(before, ind) {
			return before, nil
		}
		return s.writeIndustry(ctx, ind)
	})
}

// editIndustry gives the industry as the input wants it, not yet stored.
func (s *Store) editIndustry(id *string, in enablement.IndustryInput) (*enablement.Industry, error) {
	ind := &enablement.Industry{ID: newID(enablement.IndustryPrefix), Aliases: []string{}}
	if id != nil {
		before := s.Taxonomy().Industry(*id)
		if before == nil {
			return nil, enablement.Missing("industry", *id)
		}
		copied := *before
		ind = &copied
	}
	faults := in.Apply(ind, s.Taxonomy())
	faults = append(faults, s.takenNames(ind)...)
	return ind, enablement.Invalid(faults)
}

// takenNames names every name and alias that another industry goes by.
func (s *Store) takenNames(ind *enablement.Industry) []enablement.FieldError {
	var faults []enablement.FieldError
	check := func(path, name string) {
		if other, taken := s.Taxonomy().FindIndustry(name); taken && other.ID != ind.ID {
			faults = append(faults, enablement.FieldError{Path: path, Message: fmt.Sprintf("%q is a name or an alias of the industry %q already", name, other.Name)})
		}
	}
	check("name", ind.Name)
	for i, alias := range ind.Aliases {
		check(fmt.Sprintf("aliases[%d]", i), alias)
	}
	return faults
}

// writeIndustry stores the next revision and shows it to everyone.
func (s *Store) writeIndustry(ctx context.Context, ind *enablement.Industry) (*enablement.Industry, error) {
	now := enablement.Instant(s.now())
	ind.Revision, ind.UpdatedAt = ind.Revision+1, now
	if ind.Revision == 1 {
		ind.CreatedAt = now
	}
	err := s.industries.writeAudited(ctx, s.trail, auditedIndustry, ind, s.Taxonomy().Industry(ind.ID))
	if err != nil {
		return nil, err
	}
	t := s.Taxonomy()
	others := slices.DeleteFunc(slices.Clone(t.Industries()), func(o *enablement.Industry) bool { return o.ID == ind.ID })
	s.adoptTaxonomy(ctx, enablement.NewTaxonomy(t.Personas(), append(others, ind)))
	return s.Taxonomy().Industry(ind.ID), nil
}

func sameIndustry(a, b *enablement.Industry) bool {
	return a.Name == b.Name && a.ParentID == b.ParentID && slices.Equal(a.Aliases, b.Aliases)
}
