package enablement

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestMatchPersonaSaysWhatDecided(t *testing.T) {
	tests := []struct {
		given, title string
		persona      string
		confidence   float64
		on           string
	}{
		{"a title of the persona", "vp  engineering", "engineering", 0.99, `"vp  engineering" as "VP Engineering"`},
		{"what letters stand for", "VP of Software Eng.", "engineering", 0.95, `"VP of Software Eng." as "VP Engineering"`},
		{"all of it in other words", "Director, Finance & Administration", "finance", 0.98, `"Director, Finance" as "Finance Director"`},
		{"the words between two that match", "Director of Security (IT), EMEA", "security", 0.95, `"Director of Security (IT)" as "IT Security Director"`},
		{"another language", "Leitung Einkauf", "procurement", 0.98, `"Leitung Einkauf" as "Head of Purchasing"`},
		{"two words written as one", "Vertriebsleiterin DACH", "sales", 0.98, `"Vertriebsleiterin" as "Head of Sales"`},
		{"accents as combining marks", "\u00e9x, Directeur ge\u0301ne\u0301ral", "chief", 0.95, "\"Directeur ge\u0301ne\u0301ral\" as \"CEO\""},
		{"what is implied", "Corporate Controller", "finance", 0.95, `"Controller" as "Financial Controller"`},
		{"a near rank", "Director, Infrastructure", "platform", 0.95, `"Director, Infrastructure" as "Head of Infrastructure"`},
		{"a far rank", "Senior Marketing Manager", "marketing", 0.9, `"Marketing Manager" as "Marketing Director"`},
		{"a slip", "Enginering Manager", "engineering", 0.9, `"Enginering Manager" as "Engineering Manager"`},
		{"a post in a field of its own", "Java Developer", "developer", 0.85, `"Developer" as "Developer"`},
		{"the post that matches alone", "Chair | CFO @ Acme", "finance", 0.98, `"CFO" as "CFO"`},
		{"nothing", "Nurse", "", 0, ""},
		{"no title", "", "", 0, ""},
	}
	taxonomy := NewTaxonomy(buyers(), nil)
	for _, test := range tests {
		m := taxonomy.MatchPersona(test.title)
		if id := idOf(m.Persona); id != test.persona || m.Confidence != test.confidence || deref(m.MatchedOn) != test.on {
			t.Errorf("%s: %q is matched to %q with %v on %s", test.given, test.title, id, m.Confidence, deref(m.MatchedOn))
		}
	}
}

func idOf(p *Persona) string {
	if p == nil {
		return ""
	}
	return p.ID
}

func TestAPersonaSetByHandIsCertain(t *testing.T) {
	taxonomy := NewTaxonomy(buyers(), nil)
	m := (&Lead{JobTitle: "CTO", PersonaByHand: "finance"}).MatchPersona(taxonomy)
	if m.Persona.ID != "finance" || m.Confidence != 1 || *m.MatchedOn != "set by hand" {
		t.Errorf("by hand: %v, %v, %s", m.Persona.ID, m.Confidence, *m.MatchedOn)
	}
	if m := (&Lead{JobTitle: "CTO"}).MatchPersona(taxonomy); m.Persona.ID != "cto" || m.Confidence != 0.99 {
		t.Errorf("by the title: %v, %v", m.Persona.ID, m.Confidence)
	}
}

// Of the matches of some confidence about that share must be right.
func TestAPersonaIsMeantByItsNameOrAJobTitle(t *testing.T) {
	taxonomy := NewTaxonomy([]*Persona{
		{ID: "per_sec", Name: "Chief Information Security Officer", JobTitles: []string{"CISO", "Head of IT Security"}},
		{ID: "per_ciso", Name: "Ciso of banks", JobTitles: []string{"Security Lead"}},
	}, nil)
	for ref, want := range map[string]string{"ciso": "per_sec", "CHIEF information security officer": "per_sec", "per_ciso": "per_ciso", "Ciso of Banks": "per_ciso", "Security lead": "per_ciso"} {
		if p, ok := taxonomy.PersonaMeant(ref); !ok || p.ID != want {
			t.Errorf("%q means %v, want %s", ref, p, want)
		}
	}
	for _, ref := range []string{"", "Deputy CISO", "Chief", "security"} { // what a title would fall under is not what it is called
		if p, ok := taxonomy.PersonaMeant(ref); ok {
			t.Errorf("%q means %v", ref, p)
		}
	}
}

func TestConfidenceMeansWhatItSays(t *testing.T) {
	taxonomy := NewTaxonomy(buyers(), nil)
	counts := map[float64]*[2]tally{}
	for _, l := range listedTitles(t) {
		m := taxonomy.MatchPersona(l.title)
		if counts[m.Confidence] == nil {
			counts[m.Confidence] = &[2]tally{}
		}
		counts[m.Confidence][half(l)].add(l.right(idOf(m.Persona)))
	}
	for _, confidence := range slices.SortedFunc(maps.Keys(counts), func(a, b float64) int { return cmp.Compare(b, a) }) {
		c := counts[confidence]
		t.Logf("confidence %.2f: looked at %v, only measured %v", confidence, c[0], c[1])
		all := tally{c[0].right + c[1].right, c[0].of + c[1].of}
		if confidence > 0 && all.of >= 20 && math.Abs(all.share()-confidence) > 0.1 {
			t.Errorf("of the matches of confidence %.2f, %v are right", confidence, all)
		}
	}
}

// checkMatch holds a match against what every match keeps.
func checkMatch(t *testing.T, text string, found bool, confidence float64, on *string) {
	t.Helper()
	switch {
	case !found && (confidence != 0 || on != nil):
		t.Errorf("%q is unmapped with %v on %v", text, confidence, deref(on))
	case found && (confidence <= 0 || confidence > 1 || on == nil):
		t.Errorf("%q is mapped with %v on %v", text, confidence, deref(on))
	case found:
		words, _, _ := strings.Cut(strings.TrimPrefix(*on, `"`), `" as "`)
		if words == "" || !strings.Contains(text, words) {
			t.Errorf("%q is matched on %q, which it does not have", text, words)
		}
	}
}

func FuzzMatchPersona(f *testing.F) {
	for _, l := range listedTitles(f) {
		f.Add(l.title)
	}
	f.Add("V.P. of Eng\xff (\u0130T\u0301, R&D.")
	taxonomy := NewTaxonomy(buyers(), nil)
	f.Fuzz(func(t *testing.T, title string) {
		m := taxonomy.MatchPersona(title)
		if m.Persona != taxonomy.PersonaFor(title) {
			t.Errorf("%q is matched to %q and belongs to another", title, idOf(m.Persona))
		}
		checkMatch(t, title, m.Persona != nil, m.Confidence, m.MatchedOn)
		if folded, places := foldedPlaces(title); folded != fold(title) || len(places) != len(folded)+1 {
			t.Errorf("%q is folded to %q and to %q", title, fold(title), folded)
		}
		own := NewTaxonomy([]*Persona{{ID: "p", Name: title, JobTitles: []string{title}}}, nil).MatchPersona(title)
		checkMatch(t, title, own.Persona != nil, own.Confidence, own.MatchedOn)
	})
}

func TestJobTitlesThatTwoPersonasClaimAreTold(t *testing.T) {
	for _, test := range []struct {
		given     string
		jobTitles []string
		want      []string
	}{
		{"titles of nobody else", []string{"Chief Brewer", "Brewmaster"}, nil},
		{"one that stands first by name", []string{"Brewmaster", "cto"}, []string{`the persona "CTO" claims the job title "cto" too; leads with it are of "Aaa"`}},
		{"one in other words", []string{"Head of Talent acquisition", "Programmer"}, []string{`the persona "Developer" claims the job title "Programmer" too; leads with it are of "Aaa"`}},
		{"one that another's name is", []string{"Buyer"}, nil},
	} {
		p := &Persona{ID: "new", Name: "Aaa", JobTitles: test.jobTitles}
		if got := NewTaxonomy(append(buyers(), p), nil).ContestedTitles(p); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.given, got, test.want)
		}
	}
	taxonomy := NewTaxonomy(append(buyers(), &Persona{ID: "new", Name: "Zzz", JobTitles: []string{"HR Director"}}), nil)
	if got, want := taxonomy.ContestedTitles(taxonomy.Persona("new")), []string{`the persona "HR leader" claims the job title "HR Director" too; leads with it are of "HR leader"`}; !slices.Equal(got, want) {
		t.Errorf("one that stands last by name: %q, want %q", got, want)
	}
	for _, p := range NewTaxonomy(buyers(), nil).Personas() {
		if got := NewTaxonomy(buyers(), nil).ContestedTitles(p); len(got) > 0 {
			t.Errorf("%s: %q, though no title is listed twice", p.Name, got)
		}
	}
}
