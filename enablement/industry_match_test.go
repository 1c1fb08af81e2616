package enablement

import (
	"encoding/json"
	"math"
	"os"
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

// demoIndustries are the industries of the demo, by their keys.
func demoIndustries(t *testing.T) []*Industry {
	t.Helper()
	text, err := os.ReadFile("../demo/industries.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Key, Name, Parent string
		Aliases           []string
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	var out []*Industry
	for _, r := range rows {
		out = append(out, &Industry{ID: r.Key, Name: r.Name, Aliases: r.Aliases, ParentID: r.Parent})
	}
	return out
}

func TestIndustryForListedIndustries(t *testing.T) {
	taxonomy := NewTaxonomy(nil, demoIndustries(t))
	list := readList(t, "testdata/industries.tsv")
	accuracy := measured(t, list, func(raw string) string {
		if i := taxonomy.IndustryFor(raw); i != nil {
			return i.ID
		}
		return ""
	})
	if accuracy < 0.9 {
		t.Errorf("accuracy on the list of industries is %.3f, was at least 0.9", accuracy)
	}
	counts := map[float64]*[2]tally{}
	for _, l := range list {
		if m := taxonomy.MatchIndustry(l.title); m.Industry != nil {
			if counts[m.Confidence] == nil {
				counts[m.Confidence] = &[2]tally{}
			}
			counts[m.Confidence][half(l)].add(l.right(m.Industry.ID))
		}
	}
	for confidence, c := range counts {
		t.Logf("confidence %.2f: looked at %v, only measured %v", confidence, c[0], c[1])
		all := tally{c[0].right + c[1].right, c[0].of + c[1].of}
		if math.Abs(all.share()-confidence) > 0.1 {
			t.Errorf("of the matches of confidence %.2f, %v are right", confidence, all)
		}
	}
}

func TestMatchIndustrySaysWhatDecided(t *testing.T) {
	tests := []struct {
		given, raw string
		industry   string
		confidence float64
		on         string
	}{
		{"a name", " banking", "Banking", 0.99, `"banking" as "Banking"`},
		{"an alias", "FINSERV", "Financial Services", 0.99, `"FINSERV" as "FinServ"`},
		{"an id", "fin", "Financial Services", 0.99, `"fin" as "Financial Services"`},
		{"an alias among other words", "Acme Hospital and Health-Care Services GmbH", "Healthcare", 0.9, `"Hospital and Health-Care" as "Hospital & Health Care"`},
		{"accents as combining marks", "La sante\u0301, SA", "Healthcare", 0.9, "\"sante\u0301\" as \"Sant\u00e9\""},
		{"nothing", "Fitness", "", 0, ""},
		{"no industry", "", "", 0, ""},
	}
	taxonomy := NewTaxonomy(nil, trades())
	for _, test := range tests {
		m, name := taxonomy.MatchIndustry(test.raw), ""
		if m.Industry != nil {
			name = m.Industry.Name
		}
		if name != test.industry || m.Confidence != test.confidence || deref(m.MatchedOn) != test.on {
			t.Errorf("%s: %q is matched to %q with %v on %s", test.given, test.raw, name, m.Confidence, deref(m.MatchedOn))
		}
	}
}

func FuzzMatchIndustry(f *testing.F) {
	for _, raw := range []string{"Hospital & Health Care Services", "e-Commerce", "and Oil and and Gas\xff", "Sante\u0301", "bank"} {
		f.Add(raw)
	}
	taxonomy := NewTaxonomy(nil, trades())
	f.Fuzz(func(t *testing.T, raw string) {
		m := taxonomy.MatchIndustry(raw)
		if m.Industry != taxonomy.IndustryFor(raw) {
			t.Errorf("%q is matched to %v and belongs to another", raw, m.Industry)
		}
		checkMatch(t, raw, m.Industry != nil, m.Confidence, m.MatchedOn)
		own := NewTaxonomy(nil, []*Industry{{ID: "i", Name: raw}}).MatchIndustry(raw + " and more")
		checkMatch(t, raw+" and more", own.Industry != nil, own.Confidence, own.MatchedOn)
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
