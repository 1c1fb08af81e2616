package store

import (
	"context"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// danglingPersona tells a name that is the id of no persona: adding a persona
// that is called like an id helps nobody.
func danglingPersona(t *enablement.Taxonomy, name string) bool {
	_, found := t.PersonaMeant(name)
	return !found && strings.HasPrefix(strings.TrimSpace(name), enablement.PersonaPrefix)
}

func danglingIndustry(t *enablement.Taxonomy, name string) bool {
	_, found := t.FindIndustry(name)
	return !found && strings.HasPrefix(strings.TrimSpace(name), enablement.IndustryPrefix)
}

// newName is a name that an import adds to the taxonomy, with the first row
// that uses it.
type newName struct {
	name string
	row  int
}

// grow gives the taxonomy with every name that the rows use, added where it is
// missing, and warns of each addition. In a dry run the taxonomy given is not
// the store's, and nothing is written.
func (run *assetImport) grow(ctx context.Context, rows []int) (*enablement.Taxonomy, error) {
	s := run.store
	return edit(ctx, &s.taxonomy, func() (*enablement.Taxonomy, error) {
		t := s.Taxonomy()
		personas := run.missing(rows, func(in enablement.AssetInput) []string { return in.Personas },
			func(name string) bool { _, found := t.PersonaMeant(name); return found })
		industries := run.missing(rows, func(in enablement.AssetInput) []string { return in.Industries },
			func(name string) bool { _, found := t.FindIndustry(name); return found })
		if len(personas)+len(industries) == 0 {
			return t, nil
		}
		grown, err := run.add(ctx, personas, industries)
		if err != nil {
			return nil, err
		}
		run.warnOfNames("personas", "persona", personas)
		run.warnOfNames("industries", "industry", industries)
		return grown, nil
	})
}

// missing lists the names that cannot be found, each once.
func (run *assetImport) missing(rows []int, names func(enablement.AssetInput) []string, found func(string) bool) []newName {
	var all []newName
	seen := map[string]bool{}
	for _, row := range rows {
		for _, name := range names(run.rows[row]) {
			name = strings.Join(strings.Fields(name), " ")
			if key := strings.ToLower(name); !seen[key] && !found(name) {
				seen[key] = true
				all = append(all, newName{name, row})
			}
		}
	}
	return all
}

// add stores personas and industries of the given names and adopts the taxonomy
// with them.
func (run *assetImport) add(ctx context.Context, personaNames, industryNames []newName) (*enablement.Taxonomy, error) {
	s := run.store
	now := enablement.Instant(s.now())
	t := s.Taxonomy()
	personas, industries := slices.Clone(t.Personas()), slices.Clone(t.Industries())
	for _, n := range personaNames {
		personas = append(personas, &enablement.Persona{ID: newID(enablement.PersonaPrefix), Name: n.name,
			JobTitles: []string{}, Goals: []string{}, PainPoints: []string{}, Revision: 1, CreatedAt: now, UpdatedAt: now})
	}
	for _, n := range industryNames {
		industries = append(industries, &enablement.Industry{ID: newID(enablement.IndustryPrefix), Name: n.name,
			Aliases: []string{}, Revision: 1, CreatedAt: now, UpdatedAt: now})
	}
	grown := enablement.NewTaxonomy(personas, industries)
	if run.dryRun {
		return grown, nil
	}
	for _, p := range personas[len(t.Personas()):] {
		if err := s.personas.writeAudited(ctx, s.trail, auditedPersona, p, nil); err != nil {
			return nil, err
		}
	}
	for _, i := range industries[len(t.Industries()):] {
		if err := s.industries.writeAudited(ctx, s.trail, auditedIndustry, i, nil); err != nil {
			return nil, err
		}
	}
	s.adoptTaxonomy(ctx, grown)
	return s.Taxonomy(), nil
}

func (run *assetImport) warnOfNames(field, noun string, names []newName) {
	for _, n := range names {
		if run.dryRun {
			run.report.warn(n.row, field, "%q is not in the taxonomy; the import would add it as a new %s", n.name, noun)
			continue
		}
		run.report.warn(n.row, field, "%q was not in the taxonomy and has been added as a new %s", n.name, noun)
	}
}
