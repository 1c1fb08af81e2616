package enablement

import (
	"testing"

	"pgregory.net/rapid"
)

func trades() []*Industry {
	return []*Industry{
		{ID: "fin", Name: "Financial Services", Aliases: []string{"Finance", "FinServ"}},
		{ID: "bank", Name: "Banking", ParentID: "fin", Aliases: []string{"Banks", "Retail Banking", "Kreditwesen"}},
		{ID: "ins", Name: "Insurance", ParentID: "fin", Aliases: []string{"Versicherung", "InsurTech"}},
		{ID: "health", Name: "Healthcare", Aliases: []string{"Hospital & Health Care", "Medical", "Santé"}},
		{ID: "tech", Name: "Technology", Aliases: []string{"Information Technology and Services", "IT", "Technolgy"}},
		{ID: "soft", Name: "Software", ParentID: "tech", Aliases: []string{"SaaS", "Computer Software"}},
		{ID: "shop", Name: "E-Commerce", ParentID: "retail"},
		{ID: "retail", Name: "Retail"},
		{ID: "oil", Name: "Oil & Gas"},
		{ID: "auto", Name: "Automotive Industry"},
		{ID: "serv", Name: "Services"},
		{ID: "jp", Name: "ソフトウェア"},
	}
}

func TestIndustryFor(t *testing.T) {
	tests := []struct{ rule, raw, want string }{
		{"by id", "bank", "bank"},
		{"by name, whatever the case", "  BANKING ", "bank"},
		{"by alias", "retail banking", "bank"},
		{"& and 'and' are one", "Oil and Gas", "oil"},
		{"a slash is as good", "Oil/Gas", "oil"},
		{"hyphens and spaces do not matter", "eCommerce", "shop"},
		{"hyphens and spaces do not matter", "health-care", "health"},
		{"accents do not matter", "SANTE", "health"},
		{"accents as combining marks", "Sante\u0301", "health"},
		{"a generic name by itself, exactly", "services", "serv"},
		{"an alias within more words", "Hospital & Health Care Services GmbH", "health"},
		{"a spelling that only an alias within holds", "Health Care Provider", "health"},
		{"the longest phrase first", "Retail Banking Software", "bank"},
		{"of equal length the first", "Medical and Banking", "health"},
		{"the plural of an alias", "Central Banks", "bank"},
		{"without 'Industry' in the name", "Automotive suppliers", "auto"},
		{"a short alias as a whole word", "Managed IT for schools", "tech"},
		{"not within a word", "Fitness", ""},
		{"not within a word", "Databanks", ""},
		{"generic words are not enough", "Consulting Services Company", ""},
		{"half a name is not enough", "Gas", ""},
		{"other scripts", "ソフトウェア", "jp"},
		{"empty", " ", ""},
		{"signs alone", "--", ""},
	}
	taxonomy := NewTaxonomy(nil, trades())
	for _, test := range tests {
		t.Run(test.rule+"/"+test.raw, func(t *testing.T) {
			got := ""
			if i := taxonomy.IndustryFor(test.raw); i != nil {
				got = i.ID
			}
			if got != test.want {
				t.Errorf("%q is %q, want %q", test.raw, got, test.want)
			}
		})
	}
}

func TestIndustryForFindsItsOwnNamesWithinOtherWords(t *testing.T) {
	taxonomy := NewTaxonomy(nil, trades())
	rapid.Check(t, func(t *rapid.T) {
		industry := rapid.SampledFrom(trades()).Draw(t, "industry")
		if industry.ID == "serv" {
			return // generic: by itself alone
		}
		raw := rapid.SampledFrom([]string{"", "Acme ", "North "}).Draw(t, "before") + industry.Name +
			rapid.SampledFrom([]string{"", " GmbH", ", Europe"}).Draw(t, "after")
		if got := taxonomy.IndustryFor(raw); got == nil || got.ID != industry.ID {
			t.Fatalf("%q is %v, want %s", raw, got, industry.ID)
		}
	})
}

func TestCanonical(t *testing.T) {
	same := [][]string{
		{"Health Care", "healthcare", "HEALTH-CARE", " health  care "},
		{"Research & Development", "research and development", "Research/Development"},
		{"Müller", "muller", "Mu\u0308ller"},
		{"Straße", "strasse"},
		{"***", " *** "},
	}
	for _, spellings := range same {
		for _, s := range spellings[1:] {
			if canonical(s) != canonical(spellings[0]) {
				t.Errorf("%q is %q, %q is %q: want one name", spellings[0], canonical(spellings[0]), s, canonical(s))
			}
		}
	}
	for _, pair := range [][2]string{{"ソフトウェア", "ハードウェア"}, {"C1", "C2"}, {"***", "**"}, {"", "-"}} {
		if canonical(pair[0]) == canonical(pair[1]) {
			t.Errorf("%q and %q are the same name %q", pair[0], pair[1], canonical(pair[0]))
		}
	}
}
