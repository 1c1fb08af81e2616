package auth

import "github.com/golang-jwt/jwt/v5"

// Keys is a source of keys that tokens are verified with: a *Local, a *Secret
// or an *Issuer. Each source pins the algorithms that its keys are made for,
// so that a token cannot choose how it is checked: "none" is never among them,
// and a public key is never taken for an HMAC secret.
type Keys interface {
	// algorithms lists the values of alg that are accepted.
	algorithms() []string
	// key finds what verifies the token: a key or a jwt.VerificationKeySet. The
	// token's header is not to be trusted yet.
	key(token *jwt.Token) (any, error)
}
