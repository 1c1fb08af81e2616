package enablement

import (
	"cmp"
	"slices"
)

// Coverage joins the counts of assets, leads and sends into the cells that
// have any, the gaps first: leads that wait where there is no asset, then the
// cells with most leads. Tags that have left the taxonomy are passed over.
func Coverage(t *Taxonomy, assets []TagCount, leads []LeadCount, sends []TagCount) []*CoverageCell {
	type place struct {
		persona, industry string
		stage             FunnelStage
	}
	cells := map[place]*CoverageCell{}
	cell := func(persona, industry string, stage FunnelStage) *CoverageCell {
		at := place{persona, industry, stage}
		if cells[at] == nil {
			cells[at] = &CoverageCell{Persona: t.Persona(persona), Industry: t.Industry(industry), FunnelStage: stage}
		}
		return cells[at]
	}
	for _, n := range assets {
		cell(n.PersonaID, n.IndustryID, n.FunnelStage).Assets += n.Count
	}
	for _, n := range leads {
		cell(n.PersonaID, n.IndustryID, n.FunnelStage).Leads += n.Leads
	}
	for _, n := range sends {
		cell(n.PersonaID, n.IndustryID, n.FunnelStage).Sends += n.Count
	}
	out := make([]*CoverageCell, 0, len(cells))
	for _, c := range cells {
		if c.Persona != nil && c.Industry != nil && slices.Contains(FunnelStages(), c.FunnelStage) && c.Assets+c.Leads+c.Sends > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *CoverageCell) int {
		return cmp.Or(
			-cmp.Compare(a.waiting(), b.waiting()),
			-cmp.Compare(a.Leads, b.Leads),
			cmp.Compare(a.Persona.Name, b.Persona.Name),
			cmp.Compare(a.Industry.Name, b.Industry.Name),
			cmp.Compare(slices.Index(FunnelStages(), a.FunnelStage), slices.Index(FunnelStages(), b.FunnelStage)),
			cmp.Compare(a.Persona.ID+a.Industry.ID, b.Persona.ID+b.Industry.ID),
		)
	})
	return out
}

// waiting counts the leads that no asset serves.
func (c *CoverageCell) waiting() int {
	if c.Assets > 0 {
		return 0
	}
	return c.Leads
}
