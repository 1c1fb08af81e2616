package main

import "testing"

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
