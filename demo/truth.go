package demo

import (
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"github.com/quiverhq/quiver/enablement"
)

// What Truth is made of: rule 9 of patterns.md.
const (
	baseRate     = 0.10
	provenFactor = 2.0
	unreadable   = 0.3 // in a language other than English that the lead does not ask for
	rarest       = 0.01
	surest       = 0.80
)

// fit is what an asset's tags multiply its chance by: where they match the lead,
// where it has none, where they match others alone.
type fit struct{ match, none, other float64 }

// said is what an asset's chance is multiplied by with a lead that said what it
// needs, by how well the asset answers it (Answers): not at all, fits, helps, answers.
var said = [...]float64{0.7, 1, 1.6, 2.5}

var (
	personaFit  = fit{1.6, 0.8, 0.4}
	industryFit = fit{1.5, 0.9, 0.4}
	stageFit    = fit{1.4, 1.0, 0.6}
)

// hidden is what no tag tells: well-tagged pieces that fall flat, plain ones
// that shine. The others lie between 0.7 and 1.3, each where its id says.
var hidden = map[string]float64{
	"trust-ebook": 0.15, "company-overview-deck": 0.35, // what habit sends
	"oee-webinar": 0.2, "security-architecture-deck": 0.25, "attest-product-brief": 0.25, "flow-product-brief": 0.3,
	"floor-product-brief": 0.3, "migration-from-spreadsheets-guide": 0.3, "trail-product-brief": 0.3,
	"spreadsheet-risk-infographic": 2.2, "nis2-checklist": 2.2, "email-breakup": 2.4, "webhooks-guide": 2.0,
	"shift-handover-infographic": 2.0, "data-residency-brief": 1.8,
}

// Truth is the chance, 0.01 to 0.8, that an asset of the demo succeeds with a
// lead: that it is viewed, replied to, or part of a won deal. The demo's outcomes
// are drawn from it, so that one can see how much of it is found again.
func Truth(lead *enablement.Lead, asset *enablement.Asset) float64 {
	p := Fit(lead, asset)
	var persona string
	if lead.Persona != nil {
		persona = lead.Persona.Name
	}
	var industries []string
	for _, i := range lead.Industry.Lineage() {
		industries = append(industries, i.Name)
	}
	id := ""
	if asset.ExternalID != nil {
		id = strings.TrimPrefix(*asset.ExternalID, prefix)
	}
	if slices.Contains(provenFor(persona, industries), id) {
		p *= provenFactor
	}
	return max(rarest, min(surest, p*quality(id)))
}

// Fit is what of Truth can be seen: the tags, the language, and what was said.
func Fit(lead *enablement.Lead, asset *enablement.Asset) float64 {
	var industries []string
	for _, i := range lead.Industry.Lineage() {
		industries = append(industries, i.ID)
	}
	p := baseRate * factor(industryFit, asset.IndustryIDs, industries)
	if lead.Persona != nil {
		p *= factor(personaFit, asset.PersonaIDs, []string{lead.Persona.ID})
	}
	if stage, _ := lead.LifecycleStage.FunnelStage(); stage != "" {
		p *= factor(stageFit, asset.FunnelStages, []enablement.FunnelStage{stage})
	}
	if asset.Language != "en" && !slices.Contains(enablement.LanguagesWanted(append(slices.Clone(lead.PainPoints), lead.Notes)...), asset.Language) {
		p *= unreadable
	}
	if answers := answersTo(lead); answers != nil && asset.ExternalID != nil {
		p *= said[int(answers[*asset.ExternalID])]
	}
	return p
}

// Answers says for each lead of the demo that said something, by external id, how
// well each asset answers it, by external id, as judged by hand: 3 answers what
// they said, 2 helps, 1 fits; what is absent does not.
var Answers = sync.OnceValues(func() (map[string]map[string]float64, error) {
	var rows []struct {
		Lead   string
		Grades map[string]float64
	}
	if err := readLines("answers.jsonl", &rows); err != nil {
		return nil, err
	}
	answers := make(map[string]map[string]float64, len(rows))
	for _, r := range rows {
		answers[r.Lead] = r.Grades
	}
	return answers, nil
})

// answersTo are the answers to what a lead said, nil where it said nothing. The
// past contacts of a longer history say what those they are made after said. A
// lead's id is its external id here, as in Scene.
func answersTo(lead *enablement.Lead) map[string]float64 {
	answers, err := Answers()
	if err != nil || len(lead.ID) < len(leadID) {
		return nil
	}
	return answers[lead.ID[:len(leadID)]]
}

// leadID is the length that the external ids of leads have before a number is
// put behind them; see multiplyPast.
const leadID = "crm-0000"

// factor is what an asset's tags count for a lead of which wanted is known; 1
// where nothing is.
func factor[T comparable](f fit, tags, wanted []T) float64 {
	switch {
	case len(wanted) == 0:
		return 1
	case len(tags) == 0:
		return f.none
	case slices.ContainsFunc(tags, func(tag T) bool { return slices.Contains(wanted, tag) }):
		return f.match
	}
	return f.other
}

// quality is what an asset is worth whatever it is tagged with.
func quality(id string) float64 {
	if q, ok := hidden[id]; ok {
		return q
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	return 0.7 + 0.6*float64(h.Sum32()%1000)/999
}
