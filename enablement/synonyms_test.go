package enablement

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatSynonymsFind(t *testing.T) {
	both := Synonyms{Terms: []string{"SOC 2", "service organization controls", "audit report"}}
	if got := both.For("SOC 2"); !slices.Equal(got, []string{"service organization controls", "audit report"}) {
		t.Errorf("one of a set that works both ways finds %v", got)
	}
	oneWay := Synonyms{Terms: []string{"Acme Vault"}, Instead: []string{"key management"}}
	if got := oneWay.For("Acme Vault"); !slices.Equal(got, []string{"key management"}) {
		t.Errorf("one that works one way finds %v", got)
	}
}

func TestSynonymsAreTheSameInAnyOrderAndSpelling(t *testing.T) {
	excel := Synonyms{Terms: []string{"Excel", "spreadsheet", "résumé"}}
	for _, test := range []struct {
		story string
		other Synonyms
		same  bool
	}{
		{"another order, case and accents", Synonyms{Terms: []string{"Resume", "SPREADSHEET", "excel"}}, true},
		{"one more", Synonyms{Terms: []string{"excel", "spreadsheet", "resume", "workbook"}}, false},
		{"one other", Synonyms{Terms: []string{"excel", "spreadsheet", "workbook"}}, false},
		{"one way", Synonyms{Terms: excel.Terms, Instead: []string{"workbook"}}, false},
	} {
		if got := excel.Same(&test.other); got != test.same {
			t.Errorf("%s: same is %v", test.story, got)
		}
	}
}

func TestSynonymsNameEveryFaultAtOnce(t *testing.T) {
	long := strings.Repeat("é", MaxSynonym)
	for _, test := range []struct {
		story string
		in    SynonymsInput
		want  []string
	}{
		{"two words", SynonymsInput{Terms: []string{"excel", long}}, nil},
		{"one way", SynonymsInput{Terms: []string{"Acme Vault"}, Instead: []string{"key management"}}, nil},
		{"nothing", SynonymsInput{}, []string{"terms"}},
		{"one word", SynonymsInput{Terms: []string{"excel"}}, []string{"terms"}},
		{"one word in two spellings", SynonymsInput{Terms: []string{"Resume", " résumé "}}, []string{"terms"}},
		{"one word that finds nothing instead", SynonymsInput{Terms: []string{"excel"}, Instead: []string{}}, []string{"terms"}},
		{"nothing that finds something", SynonymsInput{Instead: []string{"excel"}}, []string{"terms"}},
		{"a word that finds itself", SynonymsInput{Terms: []string{"excel", "calc"}, Instead: []string{"sheet", "CALC"}}, []string{"terms[1]"}},
		{"no words", SynonymsInput{Terms: []string{"excel", "?!", "", "two\nlines", long + "é"}, Instead: []string{"--", "sheet"}},
			[]string{"terms[1]", "terms[2]", "terms[3]", "terms[4]", "instead[0]"}},
		{"too many", SynonymsInput{Terms: numbered("term", MaxSynonyms+1), Instead: numbered("other", MaxSynonyms+1)}, []string{"terms", "instead"}},
	} {
		var s Synonyms
		if got := paths(append(test.in.Check(), test.in.Apply(&s)...)); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults in %q, want %q", test.story, got, test.want)
		}
	}
}

func numbered(word string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = word + " " + strconv.Itoa(i)
	}
	return out
}

func TestAChangeOfTheTermsKeepsWhatTheyFindInstead(t *testing.T) {
	s := Synonyms{Terms: []string{"vault"}, Instead: []string{"keys"}}
	for _, step := range []struct {
		story string
		in    SynonymsInput
		want  []string
	}{
		{"absent", SynonymsInput{Terms: []string{"vault", " Acme   Vault "}}, []string{"keys"}},
		{"null", SynonymsInput{Terms: []string{"vault", "Acme Vault"}, Cleared: []string{"instead"}}, []string{}},
		{"given", SynonymsInput{Terms: []string{"vault", "Acme Vault"}, Instead: []string{"key", "Key"}}, []string{"key"}},
		{"empty", SynonymsInput{Terms: []string{"vault", "Acme Vault"}, Instead: []string{}}, []string{}},
	} {
		if faults := step.in.Apply(&s); len(faults) > 0 || !slices.Equal(s.Instead, step.want) || s.Terms[1] != "Acme Vault" {
			t.Errorf("instead %s: %+v, %v", step.story, s, faults)
		}
	}
}

// A set that was accepted is accepted again as it was kept, and says the same.
func TestWhatIsKeptOfSynonymsCanBeSavedAgain(t *testing.T) {
	word := rapid.StringMatching(`[ a-cA-CéÉ?-]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		in := SynonymsInput{Terms: rapid.SliceOfN(word, 0, 5).Draw(t, "terms"), Instead: rapid.SliceOfN(word, 0, 3).Draw(t, "instead")}
		var first, second Synonyms
		if len(append(in.Check(), in.Apply(&first)...)) > 0 {
			return
		}
		again := SynonymsInput{Terms: first.Terms, Instead: first.Instead}
		if faults := append(again.Check(), again.Apply(&second)...); len(faults) > 0 || !first.Same(&second) || !slices.Equal(first.Terms, second.Terms) {
			t.Fatalf("%+v is kept as %+v, then as %+v, %v", in, first, second, faults)
		}
	})
}
