package enablement

import (
	"slices"
	"testing"
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
