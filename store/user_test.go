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
	moved, err := s.EnsureUser(ctx, enablement.Identity{Subject: "rep-7", Team: "AMER", Role: enablement.RoleMarketer})
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
