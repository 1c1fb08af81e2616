package auth

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/quiverhq/quiver/enablement"
)

// minSecret is the least size of an HS256 secret in bytes: that of the hash,
// as RFC 7518, section 3.2 demands.
const minSecret = 32

// maxKeyFile is the most that a file with one key is read for, in bytes.
const maxKeyFile = 16 << 10

// Secret is a symmetric key: whoever has it verifies tokens and signs them.
type Secret struct {
	bytes            []byte
	issuer, audience string
}

// SecretFile reads an HS256 secret that Quiver shares with whatever signs the
// tokens. The file's bytes are the secret, a line break at the end aside; it
// has at least 32 of them. The file's mode is not checked, for secrets that a
// container platform mounts are often readable by all within the container.
func SecretFile(path string) (*Secret, error) {
	content, err := readKeyFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the JWT secret: %w", err)
	}
	secret := bytes.TrimRight(content, "\r\n")
	if len(secret) < minSecret {
		return nil, fmt.Errorf("the JWT secret in %s has %d bytes; HS256 needs at least %d (openssl rand -base64 48 makes one)",
			path, len(secret), minSecret)
	}
	return &Secret{bytes: secret}, nil
}

// As gives the same key, signing tokens that name an issuer and an audience;
// an empty one is left out. Called where the verifier's Options ask for them.
func (s *Secret) As(issuer, audience string) *Secret {
	return &Secret{bytes: s.bytes, issuer: issuer, audience: audience}
}

// Sign makes a token for the identity that holds from now on for ttl. An
// identity that Verify would refuse, or a ttl under one second, is
// BAD_USER_INPUT. Called by the token command and by tests.
func (s *Secret) Sign(id enablement.Identity, ttl time.Duration, now time.Time) (string, error) {
	faults := checkIdentity(id)
	if ttl < time.Second {
		faults = append(faults, enablement.FieldError{Path: "ttl", Message: "must be at least one second"})
	}
	if err := enablement.Invalid(faults); err != nil {
		return "", err
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, s.claims(id, ttl, now)).SignedString(s.bytes)
	if err != nil {
		return "", fmt.Errorf("sign the token: %w", err)
	}
	if len(token) > maxToken {
		return "", enablement.InvalidField("subject", "the token would have %d bytes; at most %d are accepted", len(token), maxToken)
	}
	return token, nil
}

func (s *Secret) claims(id enablement.Identity, ttl time.Duration, now time.Time) jwt.MapClaims {
	claims := jwt.MapClaims{
		claimSubject: id.Subject,
		claimRole:    string(id.Role),
		claimIssued:  now.Unix(),
		claimExpires: now.Add(ttl).Unix(),
	}
	optional := map[string]string{
		claimName: id.Name, claimEmail: id.Email, claimTeam: id.Team,
		claimIssuer: s.issuer, claimAudience: s.audience,
	}
	for name, value := range optional {
		if value != "" {
			claims[name] = value
		}
	}
	return claims
}

func (s *Secret) algorithms() []string { return []string{jwt.SigningMethodHS256.Alg()} }

func (s *Secret) key(*jwt.Token) (any, error) { return s.bytes, nil }

// readKeyFile reads a small file whole.
func readKeyFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxKeyFile {
		return nil, fmt.Errorf("%s has more than %d bytes, so it is not a key", path, maxKeyFile)
	}
	return content, nil
}
