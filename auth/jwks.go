package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
)

// The defaults of JWKSOptions.
const (
	defaultRefreshEvery = 15 * time.Minute
	defaultRefreshLimit = 5 * time.Second // half of fetchTimeout, which waiting for a turn is part of
	fetchTimeout        = 10 * time.Second
)

// JWKSOptions tune how an identity provider's keys are fetched. The zero value
// is right for most.
type JWKSOptions struct {
	// Log hears of fetches that fail later on; nil: nobody does.
	Log *slog.Logger
	// Transport makes the requests; nil: http.DefaultTransport.
	Transport http.RoundTripper
	// RefreshEvery is how often the keys are fetched anew, so that withdrawn
	// ones go; 0: 15 minutes.
	RefreshEvery time.Duration
	// RefreshLimit is the least time between fetches that tokens with unknown
	// keys cause; 0: 5 seconds.
	RefreshLimit time.Duration
}

// Issuer is the set of public keys that an identity provider publishes.
type Issuer struct {
	set keyfunc.Keyfunc
	// lookups joins concurrent look-ups of one key, so that the many requests
	// that bring a new key's first tokens share its one fetch.
	lookups singleflight.Group
}

// JWKS fetches an identity provider's keys (a JSON Web Key Set, RFC 7517) from
// url and keeps them current until ctx ends: on a schedule, and when a token
// names a key that is not known yet. A provider that cannot be reached now, or
// that has no key to verify with, is an error; one that fails later leaves the
// keys as they are.
func JWKS(ctx context.Context, address string, options JWKSOptions) (*Issuer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("the JWKS URL must be a web address such as https://id.example.com/.well-known/jwks.json")
	}
	set, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{address}, options.override())
	if err != nil {
		return nil, fmt.Errorf("the signing keys at %s cannot be fetched, so no token could be verified: %s",
			u.Redacted(), strings.ReplaceAll(err.Error(), address, u.Redacted()))
	}
	return &Issuer{set: set}, nil
}

func (o JWKSOptions) override() keyfunc.Override {
	report := func(string) func(context.Context, error) {
		return func(ctx context.Context, err error) {
			if o.Log != nil {
				o.Log.WarnContext(ctx, "the identity provider's keys could not be fetched; the ones at hand stay in use", "error", err)
			}
		}
	}
	every, limit, failAtStart := o.RefreshEvery, o.RefreshLimit, false
	if every <= 0 {
		every = defaultRefreshEvery
	}
	if limit <= 0 {
		limit = defaultRefreshLimit
	}
	return keyfunc.Override{
		Client:                    &http.Client{Timeout: fetchTimeout, Transport: keySetTransport{orDefault(o.Transport)}},
		HTTPTimeout:               fetchTimeout,
		NoErrorReturnFirstHTTPReq: &failAtStart,
		// Also the deadline of the fetch; a token that would have to wait longer
		// for its turn is refused at once.
		RateLimitWaitMax:        fetchTimeout,
		RefreshErrorHandlerFunc: report,
		RefreshInterval:         every,
		RefreshUnknownKID:       rate.NewLimiter(rate.Every(limit), 1),
	}
}

func orDefault(t http.RoundTripper) http.RoundTripper {
	if t == nil {
		return http.DefaultTransport
	}
	return t
}

func (i *Issuer) algorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

func (i *Issuer) key(token *jwt.Token) (any, error) {
	id, named := token.Header["kid"].(string)
	if !named {
		if _, present := token.Header["kid"]; present {
			return nil, unauthenticated("the token's header has a kid that is not a string")
		}
		return i.set.Keyfunc(token) // every key is tried
	}
	key, err, _ := i.lookups.Do(token.Method.Alg()+" "+id, func() (any, error) { return i.set.Keyfunc(token) })
	if err != nil {
		return nil, unauthenticated("the token's key (kid) is not among those that the identity provider publishes")
	}
	return key, nil
}
