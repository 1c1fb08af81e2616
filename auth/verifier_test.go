package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var ana = enablement.Identity{Subject: "rep-7", Name: "Ana Lindqvist", Email: "ana@example.com", Team: "EMEA", Role: enablement.RoleRep}

// clock is a time that a test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func secretOf(t testing.TB, content string) *Secret {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	secret, err := SecretFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func verifierOf(t testing.TB, keys Keys, o Options) *Verifier {
	t.Helper()
	v, err := NewVerifier(keys, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// good are claims that hold at noon.
func good() jwt.MapClaims {
	return jwt.MapClaims{"sub": "rep-7", "role": "REP", "exp": noon.Add(time.Hour).Unix(), "iss": "https://id.example", "aud": "quiver"}
}

func with(name string, value any) jwt.MapClaims {
	claims := good()
	if value == nil {
		delete(claims, name)
	} else {
		claims[name] = value
	}
	return claims
}

func signed(t testing.TB, secret *Secret, claims jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(secret.bytes)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func wantRefused(t *testing.T, err error, says, token string) {
	t.Helper()
	if code := enablement.CodeOf(err); err == nil || code != enablement.Unauthenticated {
		t.Fatalf("error %v with code %s, want UNAUTHENTICATED", err, code)
	}
	if !strings.Contains(err.Error(), says) {
		t.Errorf("message %q does not say %q", err, says)
	}
	if token != "" && strings.Contains(err.Error(), token) {
		t.Errorf("message %q repeats the token", err)
	}
}

func TestASignedTokenGivesTheIdentityBack(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32))
	v := verifierOf(t, secret, Options{Now: (&clock{noon}).Now})
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, round := range []string{"first time", "remembered"} {
		got, err := v.Verify(token)
		if err != nil {
			t.Fatalf("%s: %v", round, err)
		}
		if diff := cmp.Diff(ana, got); diff != "" {
			t.Errorf("%s: identity (-want +got):\n%s", round, diff)
		}
	}
}

func TestSignRefusesWhatVerifyWould(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32))
	cases := map[string]struct {
		id   enablement.Identity
		ttl  time.Duration
		path string
	}{
		"no subject":      {enablement.Identity{Role: "REP"}, time.Hour, "sub"},
		"unknown role":    {enablement.Identity{Subject: "a", Role: "BOSS"}, time.Hour, "role"},
		"endless subject": {enablement.Identity{Subject: strings.Repeat("a", 201), Role: "REP"}, time.Hour, "sub"},
		"no time to live": {ana, 0, "ttl"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := secret.Sign(c.id, c.ttl, noon)
			faults := enablement.FaultsOf(err)
			if len(faults) != 1 || faults[0].Path != c.path {
				t.Errorf("faults %v, want one at %s", faults, c.path)
			}
		})
	}
}

func TestATokenThatDoesNotHoldIsRefusedWithTheReason(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32))
	other := secretOf(t, strings.Repeat("o", 32))
	v := verifierOf(t, secret, Options{Issuer: "https://id.example", Audience: "quiver", Now: (&clock{noon}).Now})

	cases := map[string]struct {
		token string
		says  string // empty: the token holds
	}{
		"all is well":                   {signed(t, secret, good()), ""},
		"aud in a list":                 {signed(t, secret, with("aud", []string{"crm", "quiver"})), ""},
		"expired, but within leeway":    {signed(t, secret, with("exp", noon.Add(-29*time.Second).Unix())), ""},
		"not yet, but within leeway":    {signed(t, secret, with("nbf", noon.Add(29*time.Second).Unix())), ""},
		"subject of 200 characters":     {signed(t, secret, with("sub", strings.Repeat("ä", 200))), ""},
		"expired":                       {signed(t, secret, with("exp", noon.Add(-time.Minute).Unix())), "the token expired at 2026-03-02T11:59:00Z"},
		"without end":                   {signed(t, secret, with("exp", nil)), "exp is required"},
		"exp as text":                   {signed(t, secret, with("exp", "tomorrow")), "exp is required"},
		"not yet valid":                 {signed(t, secret, with("nbf", noon.Add(time.Minute).Unix())), "not valid before 2026-03-02T12:01:00Z"},
		"nbf as text":                   {signed(t, secret, with("nbf", "tomorrow")), "not valid before"},
		"issued in the future":          {signed(t, secret, with("iat", noon.Add(time.Minute).Unix())), "issued at 2026-03-02T12:01:00Z"},
		"another issuer":                {signed(t, secret, with("iss", "https://evil.example")), `iss must be "https://id.example"`},
		"no issuer":                     {signed(t, secret, with("iss", nil)), `iss must be "https://id.example"`},
		"another audience":              {signed(t, secret, with("aud", "crm")), `aud must contain "quiver"`},
		"no audience":                   {signed(t, secret, with("aud", nil)), `aud must contain "quiver"`},
		"no subject":                    {signed(t, secret, with("sub", nil)), "sub is required"},
		"blank subject":                 {signed(t, secret, with("sub", "  ")), "sub is required"},
		"subject of 201 characters":     {signed(t, secret, with("sub", strings.Repeat("ä", 201))), "sub has 201 characters"},
		"subject with a line break":     {signed(t, secret, with("sub", "a\nb")), "sub must be a single line"},
		"subject as a number":           {signed(t, secret, with("sub", 7)), "sub must be a string"},
		"name as an object":             {signed(t, secret, with("name", map[string]any{"a": 1})), "name must be a string"},
		"no role":                       {signed(t, secret, with("role", nil)), "role must be one of REP, MARKETER, ADMIN"},
		"unknown role":                  {signed(t, secret, with("role", "ROOT")), "role must be one of REP, MARKETER, ADMIN"},
		"role in another claim's case":  {signed(t, secret, func() jwt.MapClaims { c := with("role", nil); c["Role"] = "ADMIN"; return c }()), "role must be one of"},
		"another key":                   {signed(t, other, good()), "signature does not verify"},
		"payload of one, seal of other": {grafted(signed(t, secret, good()), signed(t, secret, with("role", "ADMIN"))), "signature does not verify"},
		"no signature":                  {cutSignature(signed(t, secret, good())), "signature does not verify"},
		"alg none":                      {unsigned(t, good()), "must be signed with HS256"},
		"alg None, no dots kept":        {forged(`{"alg":"None"}`, `{"sub":"a"}`, ""), "must be signed with HS256"},
		"alg HS512 with the secret":     {signedWith(t, jwt.SigningMethodHS512, secret.bytes, nil), "must be signed with HS256"},
		"no alg":                        {forged(`{"typ":"JWT"}`, `{"sub":"a"}`, "AAAA"), "must be signed with HS256"},
		"critical header":               {signedWith(t, jwt.SigningMethodHS256, secret.bytes, map[string]any{"crit": []string{"b64"}, "b64": false}), "crit"},
		"empty":                         {"", "not a JSON Web Token"},
		"a password":                    {"hunter2-hunter2", "not a JSON Web Token"},
		"four parts":                    {signed(t, secret, good()) + ".AAAA", "not a JSON Web Token"},
		"not base64":                    {"!!!.???.###", "not a JSON Web Token"},
		"header is a list":              {forged(`[]`, `{}`, "AAAA"), "not a JSON Web Token"},
		"too long":                      {strings.Repeat("a", 8193), "8193 bytes; at most 8192"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(c.token)
			if c.says == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			wantRefused(t, err, c.says, c.token)
		})
	}
}

// The classic confusion: the public key, which anyone may have, taken for an
// HMAC secret.
func TestAPublicKeyIsNeverAnHMACSecret(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	server := newProvider(t, edKey("ed", public), rsaPublic("rsa", &rsaKey.PublicKey))
	v := verifierOf(t, server.issuer(t, JWKSOptions{}), Options{Now: (&clock{noon}).Now})

	if _, err := v.Verify(signedWith(t, jwt.SigningMethodEdDSA, private, map[string]any{"kid": "ed"})); err != nil {
		t.Fatalf("the honest token is refused: %v", err)
	}
	for name, secret := range map[string][]byte{
		"raw Ed25519 key":   public,
		"RSA key as PEM":    pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"RSA key as DER":    der,
		"RSA modulus":       rsaKey.N.Bytes(),
		"base64 of Ed25519": []byte(base64.RawURLEncoding.EncodeToString(public)),
	} {
		for _, kid := range []string{"ed", "rsa"} {
			t.Run(name+" under "+kid, func(t *testing.T) {
				token := signedWith(t, jwt.SigningMethodHS256, secret, map[string]any{"kid": kid})
				_, err := v.Verify(token)
				wantRefused(t, err, "must be signed with RS256", token)
			})
		}
	}
	t.Run("one kind of key under another's name", func(t *testing.T) {
		_, err := v.Verify(signedWith(t, jwt.SigningMethodEdDSA, private, map[string]any{"kid": "rsa"}))
		wantRefused(t, err, "", "")
	})
}

func TestARememberedTokenStillEnds(t *testing.T) {
	secret, c := secretOf(t, strings.Repeat("k", 32)), &clock{noon}
	v := verifierOf(t, secret, Options{Now: c.Now, Leeway: time.Second})
	token, err := secret.Sign(ana, time.Minute, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		at    time.Duration
		holds bool
	}{{0, true}, {59 * time.Second, true}, {60 * time.Second, true}, {61 * time.Second, false}, {time.Hour, false}} {
		c.now = noon.Add(step.at)
		if _, err := v.Verify(token); (err == nil) != step.holds {
			t.Errorf("%s after it was signed for a minute: %v, want it to hold: %t", step.at, err, step.holds)
		}
	}
}

func TestTheVerifierRefusesASlackClock(t *testing.T) {
	for _, leeway := range []time.Duration{-time.Second, 61 * time.Second} {
		if _, err := NewVerifier(&Secret{}, Options{Leeway: leeway}); err == nil {
			t.Errorf("a leeway of %s is accepted", leeway)
		}
	}
}

func TestASecretSignsForAnIssuerAndAnAudience(t *testing.T) {
	secret := secretOf(t, strings.Repeat("k", 32)).As("https://id.example", "quiver")
	v := verifierOf(t, secret, Options{Issuer: "https://id.example", Audience: "quiver", Now: (&clock{noon}).Now})
	token, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(token); err != nil {
		t.Error(err)
	}
}

// FuzzVerify holds that no input is accepted unless it was signed, that
// nothing panics, and that no refusal repeats the input.
func FuzzVerify(f *testing.F) {
	secret := &Secret{bytes: []byte(strings.Repeat("k", 32))}
	honest, err := secret.Sign(ana, time.Hour, noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(honest)
	f.Add(forged(`{"alg":"none"}`, `{"sub":"a","role":"ADMIN","exp":99999999999}`, ""))
	f.Add(forged(`{"alg":"HS256"}`, `null`, "AAAA"))
	f.Add("..")
	v, err := NewVerifier(secret, Options{Now: (&clock{noon}).Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		id, err := v.Verify(token)
		if err == nil {
			if token != honest || id != ana {
				t.Fatalf("accepted %q as %v", token, id)
			}
			return
		}
		if enablement.CodeOf(err) != enablement.Unauthenticated {
			t.Fatalf("error %v, want UNAUTHENTICATED", err)
		}
		if len(token) > 20 && strings.Contains(err.Error(), token) {
			t.Fatalf("the refusal repeats the token: %v", err)
		}
	})
}

func BenchmarkVerifyRemembered(b *testing.B) {
	secret := &Secret{bytes: []byte(strings.Repeat("k", 32))}
	v := verifierOf(b, secret, Options{})
	token, err := secret.Sign(ana, time.Hour, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}

// signedWith signs good claims with any method, key and extra headers.
func signedWith(t testing.TB, method jwt.SigningMethod, key any, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, good())
	for name, value := range header {
		token.Header[name] = value
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func unsigned(t testing.TB, claims jwt.MapClaims) string {
	t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func forged(header, claims, signature string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf("%s.%s.%s", encode([]byte(header)), encode([]byte(claims)), signature)
}

func grafted(a, b string) string {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	return x[0] + "." + y[1] + "." + x[2]
}

func cutSignature(token string) string { return token[:strings.LastIndex(token, ".")+1] }
