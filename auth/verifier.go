package auth

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/quiverhq/quiver/enablement"
)

const (
	// maxToken is the most bytes of a token: room for the claims of a company
	// directory, too little to make parsing a burden.
	maxToken = 8 << 10
	// maxLeeway is the most that clocks may differ.
	maxLeeway     = time.Minute
	defaultLeeway = 30 * time.Second
	// remembered is how many verified tokens are kept: about 200 bytes each.
	remembered = 10_000
	// trusted is how long a verified token is taken at its word. After that its
	// signature is checked again, so that a key that was withdrawn stops
	// working while its tokens still run.
	trusted = 5 * time.Minute
)

// Options say what a token must hold beside a signature.
type Options struct {
	// Issuer is what the claim iss must be; empty: anything.
	Issuer string
	// Audience is what the claim aud must contain; empty: anything.
	Audience string
	// Leeway is how far the clocks of the signer and this server may differ: at
	// most 60 s, 0 for the default of 30 s.
	Leeway time.Duration
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Verifier tells whether a token holds and whose it is. It may be used by many
// goroutines at once.
type Verifier struct {
	keys    Keys
	options Options
	parser  *jwt.Parser
	// verified remembers tokens by their hash, never by themselves.
	verified *lru.Cache[[sha256.Size]byte, verdict]
}

// verdict is what was found of a token that holds.
type verdict struct {
	identity enablement.Identity
	expires  time.Time // the token's own end, without leeway
	recheck  time.Time // when the signature is due again
}

// NewVerifier makes a verifier for tokens signed with the keys. It refuses a
// leeway that is negative or over a minute.
func NewVerifier(keys Keys, options Options) (*Verifier, error) {
	if options.Leeway < 0 || options.Leeway > maxLeeway {
		return nil, fmt.Errorf("the leeway for token times must be from 0 to %s, not %s", maxLeeway, options.Leeway)
	}
	if options.Leeway == 0 {
		options.Leeway = defaultLeeway
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	verified, err := lru.New[[sha256.Size]byte, verdict](remembered)
	if err != nil {
		return nil, fmt.Errorf("make the cache of tokens: %w", err)
	}
	return &Verifier{
		keys:     keys,
		options:  options,
		verified: verified,
		parser:   jwt.NewParser(jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()),
	}, nil
}

// Verify gives the identity that a token carries. A token that does not hold
// is UNAUTHENTICATED, with a message that says why and never repeats the
// token. A token that was verified before costs a hash and a look-up.
func (v *Verifier) Verify(token string) (enablement.Identity, error) {
	if len(token) > maxToken {
		return enablement.Identity{}, unauthenticated("the token has %d bytes; at most %d are accepted", len(token), maxToken)
	}
	now := v.options.Now()
	hash := sha256.Sum256([]byte(token))
	if known, ok := v.verified.Get(hash); ok && now.Before(known.recheck) {
		if !now.Before(known.expires.Add(v.options.Leeway)) {
			return enablement.Identity{}, expired(known.expires)
		}
		return known.identity, nil
	}
	found, err := v.verify(token, now)
	if err != nil {
		v.verified.Remove(hash)
		return enablement.Identity{}, err
	}
	v.verified.Add(hash, found)
	return found.identity, nil
}

func (v *Verifier) verify(token string, now time.Time) (verdict, error) {
	claims := jwt.MapClaims{}
	if _, err := v.parser.ParseWithClaims(token, claims, v.key); err != nil {
		return verdict{}, v.refusal(err)
	}
	expires, err := v.options.checkTerms(claims, now)
	if err != nil {
		return verdict{}, err
	}
	id, err := identity(claims)
	if err != nil {
		return verdict{}, err
	}
	return verdict{identity: id, expires: expires, recheck: now.Add(trusted)}, nil
}

// key finds the key for a token, after the header has been held against what
// the source of keys allows.
func (v *Verifier) key(token *jwt.Token) (any, error) {
	if !slices.Contains(v.keys.algorithms(), token.Method.Alg()) {
		return nil, v.wrongAlgorithm()
	}
	// RFC 7515, section 4.1.11: who does not understand what crit names refuses.
	if _, critical := token.Header["crit"]; critical {
		return nil, unauthenticated("the token's header has crit, which this server does not understand")
	}
	return v.keys.key(token)
}

func (v *Verifier) wrongAlgorithm() error {
	return unauthenticated("the token must be signed with %s", strings.Join(v.keys.algorithms(), ", "))
}

// refusal turns what the parser found wrong into what the bearer may read:
// nothing of the token is in it. The cause goes along for the log.
func (v *Verifier) refusal(err error) error {
	if coded, ok := errors.AsType[*enablement.Error](err); ok {
		return coded
	}
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return unauthenticated("the token is not a JSON Web Token: three base64url parts with dots between them")
	case errors.Is(err, jwt.ErrTokenUnverifiable): // alg is missing or unknown
		return v.wrongAlgorithm()
	}
	return unauthenticated("the token's signature does not verify: it was made with another key, or the token was changed since")
}
