package store

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

func TestUserIsKnownFromTheFirstToken(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	who := enablement.Identity{Subject: "Rep-7", Name: "Rep\x00 Seven", Email: "Seven@Example.com", Team: "EMEA", Role: enablement.RoleRep}
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() {
			if _, err := s.EnsureUser(ctx, who); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	first, err := s.EnsureUser(ctx, who)
	if err != nil || first.Revision != 1 || first.Name != "Rep Seven" {
		t.Fatalf("first: %+v, %v", first, err)
	}
	moved, err := s.EnsureUser(ctx, enablement.Identity{Subject: "Rep-7", Team: "AMER", Role: enablement.RoleMarketer})
	if err != nil || moved.ID != first.ID || moved.Revision != 2 || moved.Team != "AMER" || moved.Name != "Rep Seven" {
		t.Fatalf("moved: %+v, %v", moved, err)
	}
	s = reopen(t, s)
	if diff := cmp.Diff([]*enablement.User{moved}, s.Users()); diff != "" {
		t.Errorf("after a restart:\n%s", diff)
	}
	for _, subject := range []string{"", "  ", "a\x00b", strings.Repeat("x", 201)} {
		_, err := s.EnsureUser(ctx, enablement.Identity{Subject: subject})
		wantCode(t, err, enablement.Unauthenticated)
	}
	_, err = s.User(ctx, "usr_none")
	wantCode(t, err, enablement.NotFound)
}

func TestTokenAdoptsTheUserWhomAnImportNamedByEmail(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	imported, err := s.users.add(ctx, "Bo@Example.com")
	if err != nil || imported.Role != enablement.RoleRep {
		t.Fatalf("imported: %+v, %v", imported, err)
	}
	adopted, err := s.EnsureUser(ctx, enablement.Identity{Subject: "bo", Name: "Bo", Email: "bo@example.com", Role: enablement.RoleMarketer})
	if err != nil || adopted.ID != imported.ID || adopted.Subject != "bo" || adopted.Name != "Bo" {
		t.Fatalf("adopted: %+v, %v; want id %s", adopted, err, imported.ID)
	}
	other, err := s.EnsureUser(ctx, enablement.Identity{Subject: "impostor", Email: "bo@example.com", Role: enablement.RoleRep})
	if err != nil || other.ID == imported.ID {
		t.Errorf("a second subject with the email became the same user: %+v, %v", other, err)
	}
}

// Subjects are compared to the letter (RFC 7519, section 4.1.2): whoever gets a
// token for "REP-1" is not rep-1.
func TestSubjectsThatDifferInCaseAreTwoUsers(t *testing.T) {
	s := openStore(t, testDatabase(t))
	small, err := s.EnsureUser(t.Context(), enablement.Identity{Subject: "rep-1", Role: enablement.RoleRep})
	if err != nil {
		t.Fatal(err)
	}
	large, err := s.EnsureUser(t.Context(), enablement.Identity{Subject: "REP-1", Role: enablement.RoleRep})
	if err != nil {
		t.Fatal(err)
	}
	if small.ID == large.ID {
		t.Errorf("both are %s", small.ID)
	}
}
