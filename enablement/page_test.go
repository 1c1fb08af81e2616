package enablement

import (
	"testing"
	"time"
)

// A cursor is told from those of other lists by the question that it is of.
func TestQuestionsAreTheSameWhereTheListIs(t *testing.T) {
	ranged := func(days int) *TimeRange { return &TimeRange{From: noon.Add(time.Duration(days) * 24 * time.Hour)} }
	tests := []struct {
		given string
		a, b  interface{ Question() uint64 }
		same  bool
	}{
		{"another page and order", AssetQuery{First: 1}, AssetQuery{First: 9, After: "x", Order: OrderTitle}, true},
		{"other spaces around the words", AssetQuery{Text: " a b"}, AssetQuery{Text: "a b "}, true},
		{"other words", AssetQuery{Text: "a"}, AssetQuery{Text: "b"}, false},
		{"a list in another order", AssetQuery{Filter: AssetFilter{Topics: []string{"a", "b"}}}, AssetQuery{Filter: AssetFilter{Topics: []string{"b", "a"}}}, true},
		{"an empty list", AssetQuery{Filter: AssetFilter{Topics: []string{}}}, AssetQuery{}, true},
		{"values of another list", AssetQuery{Filter: AssetFilter{Personas: []string{"a"}}}, AssetQuery{Filter: AssetFilter{Topics: []string{"a"}}}, false},
		{"other assets alone", AssetQuery{Only: []string{"a"}}, AssetQuery{}, false},

		{"no words for leads", LeadQuery{First: 1, Filter: LeadFilter{Query: ptr(" ")}}, LeadQuery{First: 2, After: "x"}, true},
		{"other words for leads", LeadQuery{Filter: LeadFilter{Query: ptr("a")}}, LeadQuery{Filter: LeadFilter{Query: ptr("b")}}, false},
		{"owners in another order", LeadQuery{Filter: LeadFilter{Owners: []string{"a", "b"}}}, LeadQuery{Filter: LeadFilter{Owners: []string{"b", "a"}}}, true},
		{"personas for owners", LeadQuery{Filter: LeadFilter{Owners: []string{"a"}}}, LeadQuery{Filter: LeadFilter{Personas: []string{"a"}}}, false},

		{"another page of sends", SendQuery{Lead: "a", Range: ranged(1), First: 1}, SendQuery{Lead: "a", Range: ranged(1), First: 2, After: "x"}, true},
		{"a rep for a lead", SendQuery{Lead: "a"}, SendQuery{Rep: "a"}, false},
		{"another range", SendQuery{Range: ranged(1)}, SendQuery{Range: ranged(2)}, false},

		{"another page of the audit log", AuditQuery{First: 1}, AuditQuery{First: 2, After: "x"}, true},
		{"actions in another order", AuditQuery{Filter: AuditFilter{Actions: []string{"a", "b"}}}, AuditQuery{Filter: AuditFilter{Actions: []string{"b", "a"}}}, true},
		{"ids for subjects", AuditQuery{Filter: AuditFilter{Subjects: []string{"a"}}}, AuditQuery{Filter: AuditFilter{Ids: []string{"a"}}}, false},
	}
	for _, test := range tests {
		if same := test.a.Question() == test.b.Question(); same != test.same {
			t.Errorf("%s: same is %v, want %v", test.given, same, test.same)
		}
	}
}
