package usage

import "github.com/quiverhq/quiver/enablement"

// stageCounts is sends by the bits of attributes.stages.
type stageCounts [8]int

// TagCounts counts all sends, asset by asset, by the lead's persona and
// industry as they were and the asset's funnel stages as they are now, for the
// coverage of the catalog. Only counts above 0 are given, in no order. What
// lacks one of the three counts nowhere.
func (l *Ledger) TagCounts() []enablement.TagCount {
	v := l.viewOfAll()
	personas, industries := v.names[personaColumn], v.names[industryColumn]
	cells := make([][]stageCounts, len(personas)) // by persona, by industry
	for _, leaf := range v.leaves {
		for _, seq := range leaf {
			persona, industry := v.table.value(seq, personaColumn), v.table.value(seq, industryColumn)
			if persona == 0 || industry == 0 {
				continue
			}
			if cells[persona] == nil {
				cells[persona] = make([]stageCounts, len(industries))
			}
			cell := &cells[persona][industry]
			for _, a := range v.table.assetsOf(seq) {
				cell.add(v.attributes.stagesOf(a))
			}
		}
	}
	return tagCounts(cells, personas, industries)
}

func (l *Ledger) viewOfAll() *view {
	l.mu.RLock()
	defer l.mu.RUnlock()
	v := l.view()
	v.leaves = l.all.all()
	return v
}

func (c *stageCounts) add(stages uint8) {
	for bit := range c {
		c[bit] += int(stages >> bit & 1)
	}
}

func tagCounts(cells [][]stageCounts, personas, industries []string) []enablement.TagCount {
	var counts []enablement.TagCount
	for p := range cells {
		for i := range cells[p] {
			for s, stage := range enablement.FunnelStages() {
				if n := cells[p][i][1+s]; n > 0 {
					counts = append(counts, enablement.TagCount{
						PersonaID: personas[p], IndustryID: industries[i], FunnelStage: stage, Count: n,
					})
				}
			}
		}
	}
	return counts
}
