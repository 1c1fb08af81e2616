package auth

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/quiverhq/quiver/enablement"
)

// provisioned is how long a user that the store has told is taken as current.
const provisioned = time.Minute

// Users knows people by what their tokens say. The store is one.
type Users interface {
	// EnsureUser gives the user with the identity's subject: made from the
	// identity the first time, brought up to date with it later.
	EnsureUser(ctx context.Context, id enablement.Identity) (*enablement.User, error)
}

// Middleware puts the viewer into the context of each request, by its header
// Authorization: Bearer. It answers nothing itself: a request without a token
// goes on as nobody's, and one with a token that does not hold goes on with
// the reason, which Viewer reports where a viewer is asked for.
func Middleware(v *Verifier, users Users, next http.Handler) http.Handler {
	known, err := lru.New[enablement.Identity, acquaintance](remembered)
	if err != nil {
		panic(err) // remembered is a positive constant
	}
	g := &gate{verifier: v, users: users, known: known}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if values := r.Header["Authorization"]; len(values) > 0 {
			r = r.WithContext(withCaller(r.Context(), g.caller(r.Context(), values)))
		}
		next.ServeHTTP(w, r)
	})
}

// gate turns Authorization headers into callers.
type gate struct {
	verifier *Verifier
	users    Users
	known    *lru.Cache[enablement.Identity, acquaintance]
}

// acquaintance is a caller whom the store has told, and until when that holds.
type acquaintance struct {
	caller *caller
	until  time.Time
}

func (g *gate) caller(ctx context.Context, header []string) *caller {
	token, err := bearer(header)
	if err != nil {
		return &caller{err: err}
	}
	id, err := g.verifier.Verify(token)
	if err != nil {
		return &caller{err: err}
	}
	now := g.verifier.options.Now()
	if a, ok := g.known.Get(id); ok && now.Before(a.until) {
		return a.caller
	}
	user, err := g.user(ctx, id)
	if err != nil {
		return &caller{subject: id.Subject, err: err}
	}
	c := &caller{subject: id.Subject, user: user}
	g.known.Add(id, acquaintance{caller: c, until: now.Add(provisioned)})
	return c
}

// user asks the store for the identity's user. The role is the token's own,
// whatever another token of the same person said since: a token never gains
// rights.
func (g *gate) user(ctx context.Context, id enablement.Identity) (*enablement.User, error) {
	user, err := g.users.EnsureUser(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("look up the viewer: %w", err)
	}
	if user.Role != id.Role {
		copied := *user
		copied.Role = id.Role
		user = &copied
	}
	return user, nil
}

// bearer takes the token out of the header (RFC 6750, section 2.1). The
// scheme's case does not matter.
func bearer(header []string) (string, error) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header[0]), " ")
	token = strings.TrimSpace(token)
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " ,") {
		return "", unauthenticated("the header Authorization must be: Bearer <token>, once")
	}
	return token, nil
}
