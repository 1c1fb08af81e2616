package auth

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// directory is a Users that keeps people as a store would.
type directory struct {
	asked atomic.Int32
	role  enablement.Role // what the store says, where it is set
	err   error
}

func (d *directory) EnsureUser(_ context.Context, id enablement.Identity) (*enablement.User, error) {
	d.asked.Add(1)
	if d.err != nil {
		return nil, d.err
	}
	user := &enablement.User{ID: "usr_" + id.Subject, Subject: id.Subject, Name: id.Name, Team: id.Team, Role: id.Role}
	if d.role != "" {
		user.Role = d.role
	}
	return user, nil
}

// served runs requests through the middleware over real HTTP.
type served struct {
	server *httptest.Server
	user   *enablement.User
	err    error
}

func serve(t *testing.T, v *Verifier, users Users) *served {
	s := &served{}
	s.server = httptest.NewServer(Middleware(v, users, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s.user, s.err = Viewer(r.Context())
	})))
	t.Cleanup(s.server.Close)
	return s
}

func (s *served) get(t *testing.T, header ...string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range header {
		r.Header.Add("Authorization", value)
	}
	s.user, s.err = nil, nil
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}

func TestTheHeaderSaysWhoTheViewerIs(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32))
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, verifierOf(t, secret, Options{Now: (&clock{noon}).Now}), &directory{})
	for name, c := range map[string]struct {
		header []string
		says   string
	}{
		"a token":                 {[]string{"Bearer " + token}, ""},
		"the scheme in lowercase": {[]string{"bearer  " + token}, ""},
		"no header":               {nil, "sign in first"},
		"an empty header":         {[]string{""}, "must be: Bearer <token>"},
		"a scheme alone":          {[]string{"Bearer"}, "must be: Bearer <token>"},
		"another scheme":          {[]string{"Basic YTpi"}, "must be: Bearer <token>"},
		"a token alone":           {[]string{token}, "must be: Bearer <token>"},
		"two headers":             {[]string{"Bearer " + token, "Bearer " + token}, "must be: Bearer <token>"},
		"two tokens":              {[]string{"Bearer " + token + ", " + token}, "must be: Bearer <token>"},
		"a bad token":             {[]string{"Bearer " + token + "x"}, "signature does not verify"},
	} {
		t.Run(name, func(t *testing.T) {
			s.get(t, c.header...)
			if c.says != "" {
				wantRefused(t, s.err, c.says, token)
				return
			}
			if s.err != nil || s.user.ID != "usr_rep-7" {
				t.Errorf("viewer %v, %v", s.user, s.err)
			}
		})
	}
}

func TestAUserIsLookedUpOncePerMinute(t *testing.T) {
	secret, c, users := secretOf(t, strings.Repeat("k", 32)), &clock{noon}, &directory{}
	s := serve(t, verifierOf(t, secret, Options{Now: c.Now}), users)
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		at   time.Duration
		want int32
	}{{0, 1}, {59 * time.Second, 1}, {60 * time.Second, 2}, {61 * time.Second, 2}} {
		c.now = noon.Add(step.at)
		s.get(t, "Bearer "+token)
		if got := users.asked.Load(); got != step.want || s.err != nil {
			t.Errorf("after %s: asked %d times (%v), want %d", step.at, got, s.err, step.want)
		}
	}
}

func TestARepsTokenStaysARepsTokenWhateverTheStoreSays(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32))
	s := serve(t, verifierOf(t, secret, Options{Now: (&clock{noon}).Now}), &directory{role: enablement.RoleAdmin})
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	s.get(t, "Bearer "+token)
	if s.err != nil || s.user.Role != enablement.RoleRep {
		t.Errorf("role %v (%v), want the token's own, REP", s.user, s.err)
	}
}

func TestAStoreThatFailsIsNotABadToken(t *testing.T) {
	secret, users := secretOf(t, strings.Repeat("k", 32)), &directory{err: enablement.Unreachable("the database", nil)}
	s := serve(t, verifierOf(t, secret, Options{Now: (&clock{noon}).Now}), users)
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	s.get(t, "Bearer "+token)
	if code := enablement.CodeOf(s.err); code != enablement.Unavailable {
		t.Errorf("error %v, want UNAVAILABLE", s.err)
	}
	users.err = nil
	if s.get(t, "Bearer "+token); s.err != nil {
		t.Errorf("the failure was remembered: %v", s.err)
	}
}

func TestWithoutAMiddlewareAViewerCanBeGiven(t *testing.T) {
	want := &enablement.User{ID: "usr_1"}
	if got, err := Viewer(WithViewer(t.Context(), want)); got != want || err != nil {
		t.Errorf("viewer %v, %v", got, err)
	}
}

func BenchmarkMiddleware(b *testing.B) {
	secret := &Secret{bytes: []byte(strings.Repeat("k", 32))}
	token, err := secret.Sign(ana, time.Hour, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	h := Middleware(verifierOf(b, secret, Options{}), &directory{}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(nil, r)
	}
}
