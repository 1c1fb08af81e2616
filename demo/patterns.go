package demo

import "slices"

// The tables of patterns.md. Asset ids are without the prefix.

// neverSent are good pieces that nobody knows (rule 1).
var neverSent = []string{
	"iso27001-statement-of-applicability", "quality-8d-blog", "offline-sync-blog", "access-review-video",
	"board-reporting-template", "incident-room-webinar", "telecom-lawful-request-brief", "insurance-model-governance-brief",
	"public-sector-procurement-guide", "hospital-credentialing-brief", "near-miss-reporting-blog", "construction-gate-infographic",
	"recall-drill-video", "event-sourcing-blog", "onboarding-first-90-days", "customer-champions-webinar",
	"roi-calculator-spreadsheets", "dsgvo-revisionssicher-de", "solvind-permit-case", "patient-safety-incident-video",
}

// proven is what works for whom (rule 3), most sent first. No industry: any.
var proven = []struct {
	persona    string
	industries []string
	assets     []string
}{
	{"Operations Director", []string{"Manufacturing", "Automotive"}, []string{
		"halvorsen-downtime-case", "downtime-playbook-ebook", "roi-calculator-downtime", "floor-three-minute-video", "dannecker-automotive-case"}},
	{"Operations Director", []string{"Food and Beverage"}, []string{"ibarra-foods-case", "haccp-digital-brief", "downtime-playbook-ebook"}},
	{"Chief Information Security Officer", []string{"Banking", "Insurance"}, []string{
		"ostermann-dora-case", "soc2-report-overview", "dora-register-whitepaper", "dora-webinar"}},
	{"VP Engineering", []string{"Software and IT"}, []string{
		"quandra-soc2-case", "soc2-for-software-ebook", "soc2-type1-vs-type2-blog", "api-rate-limits-datasheet"}},
	{"Head of Platform", []string{"Telecommunications", "Financial Services"}, []string{
		"lumenik-telecom-case", "trail-architecture-whitepaper", "api-rate-limits-datasheet"}},
	{"Compliance Officer", []string{"Hospitals and Clinics"}, []string{"st-brannocs-hospital-case", "hipaa-datasheet", "gdpr-records-guide"}},
	{"Compliance Officer", []string{"Life Sciences"}, []string{"novaleth-part-11-case", "part11-datasheet", "pharma-data-integrity-ebook"}},
	{"Compliance Officer", []string{"Banking", "Insurance"}, []string{"ai-act-whitepaper", "ai-act-inventory-webinar", "kyc-refresh-case"}},
	{"Operations Director", []string{"Transport and Logistics"}, []string{"kauri-freight-case", "logistics-eproof-datasheet"}},
	{"CFO", nil, []string{"pellworth-overrides-case", "executive-cfo-deck", "pricing-overview"}},
	{"Procurement Manager", nil, []string{
		"pricing-overview", "talk-track-procurement", "security-questionnaire-library", "gdpr-dpa-datasheet"}},
}

// freshLeads have received nothing yet (rule 8).
var freshLeads = []string{
	"crm-1003", "crm-1005", "crm-1006", "crm-1009", "crm-1018", "crm-1020", "crm-1022", "crm-1031", "crm-1037", "crm-1045", "crm-1051", "crm-1059",
}

// messages are what reps write with a send; most write nothing.
var messages = []string{
	"",
	"As promised on the phone.",
	"This answers your question from Tuesday.",
	"Three minutes, worth it before our call.",
	"For your colleague in procurement.",
	"The figures I mentioned are on page two.",
	"Same size of company as yours.",
}

// provenFor gives the row for a persona and industries, the nearest first.
func provenFor(persona string, industries []string) []string {
	for _, row := range proven {
		if row.persona == persona && (row.industries == nil || slices.ContainsFunc(industries, func(i string) bool { return slices.Contains(row.industries, i) })) {
			return row.assets
		}
	}
	return nil
}

func inProven(id string) bool {
	return slices.ContainsFunc(proven, func(row struct {
		persona    string
		industries []string
		assets     []string
	}) bool {
		return slices.ContainsFunc(row.assets, func(a string) bool { return prefix+a == id })
	})
}

// nativeAsset is the piece that one rep alone sends in another language
// (rule 7).
func nativeAsset(subject string) string {
	return map[string]string{"rep-2": "ostermann-dora-case-de", "rep-4": "rapport-soc2-fr", "rep-6": "ibarra-foods-case-es"}[subject]
}
