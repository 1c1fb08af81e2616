package enablement

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTaxonomyFindsByIDNameAndAlias(t *testing.T) {
	taxonomy := NewTaxonomy(buyers(), append(trades(), &Industry{ID: "x", Name: "Medical"}))
	for ref, want := range map[string]string{" cto ": "cto", "Engineering  Leader": "engineering", "HR-Leader": "people", "VP Sales": "", "": ""} {
		p, ok := taxonomy.FindPersona(ref)
		if ok != (want != "") || ok && p.ID != want {
			t.Errorf("persona %q: found %v, want %q", ref, p, want)
		}
	}
	for ref, want := range map[string]string{"fin": "fin", "finserv": "fin", "Health Care": "health", "MEDICAL": "x", "Services of banks": "", "": ""} {
		i, ok := taxonomy.FindIndustry(ref)
		if ok != (want != "") || ok && i.ID != want {
			t.Errorf("industry %q: found %v, want %q (a name wins over an alias)", ref, i, want)
		}
	}
}

func TestTaxonomyListsByNameAndKeepsItsOwnCopies(t *testing.T) {
	personas, industries := buyers(), trades()
	taxonomy := NewTaxonomy(personas, industries)
	personas[0].Name, industries[0].Name = "changed", "changed"
	for i, p := range taxonomy.Personas() {
		if i > 0 && lower(taxonomy.Personas()[i-1].Name) > lower(p.Name) {
			t.Errorf("%q stands behind %q", p.Name, taxonomy.Personas()[i-1].Name)
		}
		if p.Name == "changed" {
			t.Error("a change of a persona reached the taxonomy")
		}
	}
	if taxonomy.Industry("fin").Name == "changed" {
		t.Error("a change of an industry reached the taxonomy")
	}
	if bank := taxonomy.Industry("bank"); bank.Parent != taxonomy.Industry("fin") {
		t.Errorf("the parent of Banking is %v", bank.Parent)
	}
}

func TestTaxonomyNeverHasACircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d", "e"}
		var industries []*Industry
		for _, id := range ids {
			industries = append(industries, &Industry{ID: id, Name: id, ParentID: rapid.SampledFrom(append(ids, "", "gone")).Draw(t, "parent")})
		}
		first := NewTaxonomy(nil, industries)
		again := NewTaxonomy(nil, first.Industries()) // copies that carry parents already
		for _, taxonomy := range []*Taxonomy{first, again} {
			for _, industry := range taxonomy.Industries() {
				steps := 0
				for up := industry; up != nil; up = up.Parent {
					if taxonomy.Industry(up.ID) != up {
						t.Fatalf("%s leads to an industry of another taxonomy", industry.ID)
					}
					if steps++; steps > len(ids) {
						t.Fatalf("%s never arrives at the first level", industry.ID)
					}
				}
			}
		}
	})
}

func TestIndustryInputKeepsTheTreeATree(t *testing.T) {
	taxonomy := NewTaxonomy(nil, []*Industry{{ID: "a", Name: "A"}, {ID: "b", Name: "B", ParentID: "a"}, {ID: "c", Name: "C", ParentID: "b"}})
	parent := func(id string) *string { return &id }
	tests := []struct {
		given  string
		id     string
		in     IndustryInput
		parent string
		fault  string
	}{
		{"another parent", "c", IndustryInput{Name: "C", Parent: parent("a")}, "a", ""},
		{"nothing said of the parent", "c", IndustryInput{Name: "C"}, "b", ""},
		{"a null parent", "c", IndustryInput{Name: "C", Cleared: []string{"parent"}}, "", ""},
		{"itself", "a", IndustryInput{Name: "A", Parent: parent("a")}, "", "an industry cannot be its own parent"},
		{"one below itself", "a", IndustryInput{Name: "A", Parent: parent("c")}, "", `"C" lies below this industry already`},
		{"a parent that is not there", "c", IndustryInput{Name: "C", Parent: parent("x")}, "b", `no industry has the id "x"`},
	}
	for _, test := range tests {
		ind := *taxonomy.Industry(test.id)
		faults := test.in.Apply(&ind, taxonomy)
		said := ""
		if len(faults) > 0 {
			said = faults[0].Message
		}
		if ind.ParentID != test.parent || said != test.fault {
			t.Errorf("%s: the parent becomes %q with faults %v, want %q and %q", test.given, ind.ParentID, faults, test.parent, test.fault)
		}
	}
}
