package recommend

import (
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// Profile is what is known about a person, in the terms that assets are tagged
// with: what Rank measures candidates against.
type Profile struct {
	Persona *enablement.Persona // nil: unknown
	// JobTitle is what the persona was derived from; empty where a person chose it.
	JobTitle   string
	Industries []*enablement.Industry // the person's and those above it, nearest first
	Lifecycle  enablement.LifecycleStage
	Stage      enablement.FunnelStage // that serves Lifecycle; empty: any
	Because    string                 // why Stage serves Lifecycle; see LifecycleStage.FunnelStage
	// Texts is what is known in words: pain points and notes. Not the job title,
	// which is the persona signal or else says nothing ("Assistant to the CTO");
	// nor the company, whose name says who they are, not what they need.
	Texts []enablement.ProfileText
	// Languages are those that the texts ask for; none: they do not say.
	Languages []string
	// Known: something is known, whether or not an asset could match it.
	Known bool
	// General: what is known matches nothing, so what suits anybody is looked for.
	General bool
}

// ProfileOf is the profile of a lead, or of a prospect.
func ProfileOf(lead *enablement.Lead) Profile {
	p := Profile{Persona: lead.Persona, Industries: lead.Industry.Lineage(), Lifecycle: lead.LifecycleStage}
	if p.Persona != nil && p.Persona.ID != lead.PersonaByHand {
		p.JobTitle = lead.JobTitle
	}
	p.Stage, p.Because = lead.LifecycleStage.FunnelStage()
	p.addText("pain points", strings.Join(lead.PainPoints, "\n"))
	p.addText("notes", lead.Notes)
	p.Languages = enablement.LanguagesWanted(append(slices.Clone(lead.PainPoints), lead.Notes)...)
	p.Known = !p.Empty() || len(p.Languages) > 0 || lead.JobTitle+lead.RawIndustry+lead.Company != "" ||
		p.Stage != "" && lead.LifecycleStage != enablement.StageLead // which every lead begins with
	return p
}

// Empty tells whether nothing is known that an asset could match. The stage
// alone does not count: half the catalog serves it.
func (p *Profile) Empty() bool {
	return p.Persona == nil && len(p.Industries) == 0 && len(p.Texts) == 0
}

// wordsAlone tells whether texts are all that is known.
func (p *Profile) wordsAlone() bool {
	return p.Persona == nil && len(p.Industries) == 0 && len(p.Texts) > 0
}

// query asks for the assets that may suit the person.
func (p *Profile) query() enablement.CandidateQuery {
	q := enablement.CandidateQuery{
		PersonaID: p.personaID(), FunnelStage: p.Stage, Texts: p.Texts, General: p.General || p.Empty(), Limit: maxCandidates,
	}
	for _, industry := range p.Industries {
		q.IndustryIDs = append(q.IndustryIDs, industry.ID)
	}
	return q
}

func (p *Profile) personaID() string {
	if p.Persona == nil {
		return ""
	}
	return p.Persona.ID
}

func (p *Profile) industryID() string {
	if len(p.Industries) == 0 {
		return ""
	}
	return p.Industries[0].ID
}

// generation is how many steps above the person's industry the one with this
// id lies, or -1 where it is none of them.
func (p *Profile) generation(industryID string) int {
	for up, industry := range p.Industries {
		if industry.ID == industryID {
			return up
		}
	}
	return -1
}

func (p *Profile) addText(source, text string) {
	if text = strings.TrimSpace(enablement.WithoutLanguageWishes(text)); text != "" {
		p.Texts = append(p.Texts, enablement.ProfileText{Source: source, Text: text})
	}
}
