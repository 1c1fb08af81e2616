package enablement

import "testing"

func TestRoleAllows(t *testing.T) {
	want := map[Role][]bool{ // REP, MARKETER, ADMIN
		RoleRep: {true, false, false}, RoleMarketer: {true, true, false}, RoleAdmin: {true, true, true},
		"": {false, false, false}, "rep": {false, false, false},
	}
	for role, allowed := range want {
		for i, least := range Roles() {
			if got := role.Allows(least); got != allowed[i] {
				t.Errorf("%q may do what %s may: %t, want %t", role, least, got, allowed[i])
			}
		}
		if role.Allows("OWNER") || role.Allows("") {
			t.Errorf("%q may do what an unknown role may", role)
		}
	}
}
