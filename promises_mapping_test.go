package main

import (
	"fmt"
	"testing"
)

// A marketer reads which job titles nobody claims, and maps all who have one by
// one edit; a persona that a person chose stays.
func TestOneEditMapsEveryLeadOfAJobTitle(t *testing.T) {
	c := newCatalog(t)
	other := at(c.marketer.must(`mutation { savePersona(input: {name: "Brewer", jobTitles: ["Brewmaster"]}) { id } }`, nil), "savePersona", "id")
	var leads []any
	for _, email := range []string{"a@example.com", "b@example.com", "c@example.com"} {
		leads = append(leads, c.rep.saveLead(object{"email": email, "jobTitle": "Zymologist"}))
	}
	byHand := c.rep.saveLead(object{"email": "d@example.com", "jobTitle": "Zymologist", "persona": other})

	const unmapped = `{ unmapped { withoutPersona jobTitles { text leads } } }`
	before := c.marketer.must(unmapped, nil)
	equal(t, "what nobody claims", at(before, "unmapped", "jobTitles"), list{object{"text": "Zymologist", "leads": 3.0}})

	claimed := at(c.marketer.must(`mutation { savePersona(input: {name: "Ferment", jobTitles: ["Zymologist"]}) { id } }`, nil), "savePersona", "id")
	after := c.marketer.must(unmapped, nil)
	equal(t, "what nobody claims any more", at(after, "unmapped", "jobTitles"), list{})
	persona := func(id any) any {
		return at(c.rep.must(`query($id: ID!) { lead(id: $id) { persona { id } } }`, object{"id": id}), "lead", "persona", "id")
	}
	for _, id := range leads {
		equal(t, "the persona", persona(id), claimed)
	}
	equal(t, "the persona chosen by hand", persona(byHand), other)
	c.rep.refused("FORBIDDEN", unmapped, nil)
}

// Of three hundred imported leads the unmapped list says what to claim first;
// claiming it maps them all in the same moment, each saying why, and leaves
// those alone whose persona a person chose.
func TestClaimingWhatIsUnmappedMapsThreeHundredLeadsAtOnce(t *testing.T) {
	q := newServer(t)
	marketer := q.marketer("ines")
	brewer := at(marketer.must(`mutation { savePersona(input: {name: "Brewer", jobTitles: ["Brewmaster"]}) { id } }`, nil), "savePersona", "id")
	var rows list
	for i := range 300 {
		row := object{"externalId": fmt.Sprint("crm-", i), "jobTitle": "Zymologist", "industry": "Fermented Goods"}
		switch {
		case i < 20:
			row["persona"] = brewer
		case i < 110:
			row["jobTitle"], row["industry"] = "Affineur", "Affinage"
		case i < 150:
			row["jobTitle"], row["industry"] = "", ""
		case i < 170:
			row["jobTitle"] = "ZYMOLOGIST"
		}
		rows = append(rows, row)
	}
	marketer.must(`mutation($rows: [LeadInput!]!) { importLeads(rows: $rows) { created } }`, object{"rows": rows})

	const unmapped = `{ unmapped { leads withoutPersona withoutIndustry blankJobTitles blankIndustries jobTitles { text leads } industries { text leads } } }`
	equal(t, "what nobody claims", at(marketer.must(unmapped, nil), "unmapped"), any(object{
		"leads": 300.0, "withoutPersona": 280.0, "withoutIndustry": 300.0, "blankJobTitles": 40.0, "blankIndustries": 40.0,
		"jobTitles":  list{object{"text": "Zymologist", "leads": 150.0}, object{"text": "Affineur", "leads": 90.0}},
		"industries": list{object{"text": "Fermented Goods", "leads": 170.0}, object{"text": "Affinage", "leads": 90.0}},
	}))

	claimed := at(marketer.must(`mutation { savePersona(input: {name: "Ferment", jobTitles: ["Zymologist"]}) { id } }`, nil), "savePersona", "id")
	marketer.must(`mutation { saveIndustry(input: {name: "Fermentation", aliases: ["Fermented Goods"]}) { id } }`, nil)
	equal(t, "what nobody claims any more", at(marketer.must(unmapped, nil), "unmapped"), any(object{
		"leads": 300.0, "withoutPersona": 130.0, "withoutIndustry": 130.0, "blankJobTitles": 40.0, "blankIndustries": 40.0,
		"jobTitles": list{object{"text": "Affineur", "leads": 90.0}}, "industries": list{object{"text": "Affinage", "leads": 90.0}},
	}))

	const of = `query($personas: [ID!]) { leads(filter: {personas: $personas}, first: 1) { totalCount nodes {
		personaMatch { persona { name } confidence matchedOn } industryMatch { industry { name } confidence matchedOn } } } }`
	mapped := marketer.must(of, object{"personas": list{claimed}})
	equal(t, "leads with the title", at(mapped, "leads", "totalCount"), any(150.0))
	industry := object{"industry": object{"name": "Fermentation"}, "confidence": 0.99, "matchedOn": `"Fermented Goods" as "Fermented Goods"`}
	equal(t, "why they are mapped", at(mapped, "leads", "nodes", 0, "industryMatch"), any(industry))
	equal(t, "how sure that is", at(mapped, "leads", "nodes", 0, "personaMatch", "confidence"), any(0.99))
	byHand := marketer.must(of, object{"personas": list{brewer}})
	equal(t, "leads with the persona chosen by hand", at(byHand, "leads", "totalCount"), any(20.0))
	equal(t, "why they have it", at(byHand, "leads", "nodes", 0, "personaMatch"),
		any(object{"persona": object{"name": "Brewer"}, "confidence": 1.0, "matchedOn": "set by hand"}))

	nobody := marketer.must(`query { leads(filter: {query: "Affineur"}, first: 1) { nodes { persona { id } personaMatch { persona { id } confidence matchedOn } } } }`, nil)
	equal(t, "a lead that nobody claims", at(nobody, "leads", "nodes", 0),
		any(object{"persona": nil, "personaMatch": object{"persona": nil, "confidence": 0.0, "matchedOn": nil}}))
}

// Two personas may claim one job title; who saves the second hears of it.
func TestAJobTitleThatAnotherPersonaClaimsIsWarnedOf(t *testing.T) {
	marketer := newServer(t).marketer("ines")
	const save = `mutation($in: PersonaInput!) { savePersona(input: $in) { id } }`
	for _, step := range []struct {
		name  string
		title string
		warns []string
	}{
		{"Brewer", "Brewmaster", []string{}},
		{"Cellar master", "Zymologist", []string{}},
		{"Fermenter", "brewmaster", []string{`savePersona: the persona "Brewer" claims the job title "brewmaster" too; leads with it are of "Brewer"`}},
	} {
		equal(t, "warnings of "+step.name, warnings(t, marketer.ask(save, object{"in": object{"name": step.name, "jobTitles": list{step.title}}})), step.warns)
	}
}
