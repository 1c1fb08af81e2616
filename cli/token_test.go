package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

func TestATokenHoldsForTheKeyOfTheDataDirectory(t *testing.T) {
	dir := t.TempDir()
	got := quiver(t, t.Context(), "", "token", "--role", "REP", "--subject", "rep-7", "--name", "Rep Seven",
		"--email", "seven@example.com", "--team", "EMEA", "--data", dir)
	token, rest, _ := strings.Cut(got.Out, "\n")
	if got.Code != 0 || rest != "" || got.Err != "" {
		t.Fatalf("%+v", got)
	}
	key, err := auth.LocalKey(filepath.Join(dir, "jwt.key"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(enablement.Identity{
		Subject: "rep-7", Name: "Rep Seven", Email: "seven@example.com", Team: "EMEA", Role: enablement.RoleRep,
	}, verified(t, key, auth.Options{Now: time.Now}, token)); diff != "" {
		t.Error(diff)
	}
}

func TestATokenBySharedSecretNamesIssuerAndAudience(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(strings.Repeat("s", 40)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := quiver(t, t.Context(), "", "token", "--role", "ADMIN", "--subject", "me", "--jwt-secret-file", file,
		"--jwt-issuer", "https://id.example", "--jwt-audience", "quiver")
	if got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	key, err := auth.SecretFile(file)
	if err != nil {
		t.Fatal(err)
	}
	options := auth.Options{Issuer: "https://id.example", Audience: "quiver", Now: time.Now}
	if who := verified(t, key, options, strings.TrimSpace(got.Out)); who.Subject != "me" {
		t.Errorf("%+v", who)
	}
}

// verified asks the verifier that servers use.
func verified(t *testing.T, key auth.Keys, options auth.Options, token string) enablement.Identity {
	t.Helper()
	verifier, err := auth.NewVerifier(key, options)
	if err != nil {
		t.Fatal(err)
	}
	who, err := verifier.Verify(token)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestATokenThatNoServerWouldTakeIsNotMade(t *testing.T) {
	dir := t.TempDir()
	cases := []struct {
		name      string
		arguments []string
		want      string
	}{
		{"an unknown role", []string{"--role", "BOSS", "--subject", "x"}, `--role must be one of "REP","MARKETER","ADMIN"`},
		{"a blank subject and no time", []string{"--role", "REP", "--subject", " ", "--ttl", "0s"}, "--subject: is required: it says who the bearer is\n--ttl: must be at least one second"},
		{"no data directory", []string{"--role", "REP", "--subject", "x", "--data", filepath.Join(dir, "none")}, "there is no data directory"},
		{"no secret", []string{"--role", "REP", "--subject", "x", "--jwt-secret-file", filepath.Join(dir, "none")}, "read the JWT secret"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := quiver(t, t.Context(), "", append([]string{"token", "--data", dir}, c.arguments...)...)
			if got.Code == 0 || got.Out != "" || !strings.Contains(got.Message, c.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}
