package demo

import (
	"errors"
	"fmt"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Catalog is the demo's taxonomy and assets without a store, for measuring
// search and recommendations. Ids are the external ids and the names. Errors
// are faults of the demo's own files.
func Catalog(now time.Time) (*enablement.Taxonomy, []*enablement.Asset, error) {
	c, err := read()
	if err != nil {
		return nil, nil, fmt.Errorf("read the demo's files: %w", err)
	}
	taxonomy := c.taxonomy()
	assets := make([]*enablement.Asset, 0, len(c.Assets))
	for _, in := range c.assetInputs(now) {
		a := &enablement.Asset{ID: *in.ExternalID, Version: 1, CreatedAt: *in.PublishedAt, UpdatedAt: *in.PublishedAt}
		if faults := errors.Join(enablement.Invalid(in.Check()), enablement.Invalid(in.Apply(a, taxonomy))); faults != nil {
			return nil, nil, fmt.Errorf("asset %s: %w", a.ID, faults)
		}
		assets = append(assets, a)
	}
	return taxonomy, assets, nil
}

// Synonyms is the demo's synonyms without a store. Ids are their first terms.
// Errors are faults of the demo's own files.
func Synonyms() ([]*enablement.Synonyms, error) {
	c, err := read()
	if err != nil {
		return nil, fmt.Errorf("read the demo's files: %w", err)
	}
	var sets []*enablement.Synonyms
	for _, in := range c.synonymsInputs() {
		s := &enablement.Synonyms{ID: in.Terms[0]}
		if err := enablement.Invalid(append(in.Check(), in.Apply(s)...)); err != nil {
			return nil, fmt.Errorf("synonyms of %s: %w", s.ID, err)
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// taxonomy is what saveTaxonomy saves, with names for ids.
func (c *company) taxonomy() *enablement.Taxonomy {
	var personas []*enablement.Persona
	for _, p := range c.Personas {
		personas = append(personas, &enablement.Persona{
			ID: p.Name, Name: p.Name, Description: p.Description, JobTitles: p.JobTitles, Goals: p.Goals, PainPoints: p.PainPoints,
		})
	}
	var industries []*enablement.Industry
	byKey := map[string]*enablement.Industry{}
	for _, i := range c.Industries {
		industry := &enablement.Industry{ID: i.Name, Name: i.Name, Aliases: i.Aliases}
		if parent := byKey[i.Parent]; parent != nil {
			industry.ParentID = parent.ID
		}
		byKey[i.Key] = industry
		industries = append(industries, industry)
	}
	return enablement.NewTaxonomy(personas, industries)
}
