package auth

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// provider is an identity provider's key set over real HTTP.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	body    string
	status  int
	fetches int
}

func newProvider(t testing.TB, keys ...map[string]any) *provider {
	t.Helper()
	p := &provider{status: http.StatusOK}
	p.publish(t, keys...)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fetches++
		w.WriteHeader(p.status)
		_, _ = w.Write([]byte(p.body))
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) publish(t testing.TB, keys ...map[string]any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	p.answer(http.StatusOK, string(body))
}

func (p *provider) answer(status int, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.body = status, body
}

func (p *provider) fetched() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches
}

func (p *provider) issuer(t testing.TB, o JWKSOptions) *Issuer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	i, err := JWKS(ctx, p.URL, o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func edKey(kid string, key ed25519.PublicKey) map[string]any {
	return map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": b64(key)}
}

func rsaPublic(kid string, key *rsa.PublicKey) map[string]any {
	return map[string]any{"kty": "RSA", "alg": "RS256", "kid": kid, "use": "sig", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}
}

func newEd(t testing.TB) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

func byKey(t testing.TB, key ed25519.PrivateKey, kid string) string {
	t.Helper()
	header := map[string]any{}
	if kid != "" {
		header["kid"] = kid
	}
	return signedWith(t, jwt.SigningMethodEdDSA, key, header)
}

func TestAProvidersKeysVerifyItsTokens(t *testing.T) {
	public, private := newEd(t)
	other, _ := newEd(t)
	_, stranger := newEd(t)
	p := newProvider(t, edKey("old", other), edKey("now", public), map[string]any{"kty": "oct", "kid": "shared", "k": b64([]byte(strings.Repeat("k", 32)))})
	v := verifierOf(t, p.issuer(t, JWKSOptions{}), Options{Now: (&clock{noon}).Now})

	for name, c := range map[string]struct{ token, says string }{
		"by kid":                      {byKey(t, private, "now"), ""},
		"without a kid: every key":    {byKey(t, private, ""), ""},
		"under another key's kid":     {byKey(t, private, "old"), "signature does not verify"},
		"a stranger's key":            {byKey(t, stranger, "now"), "signature does not verify"},
		"a stranger's, without a kid": {byKey(t, stranger, ""), "signature does not verify"},
		"kid is a number":             {signedWith(t, jwt.SigningMethodEdDSA, private, map[string]any{"kid": 7}), "kid that is not a string"},
		"kid of a symmetric key":      {signedWith(t, jwt.SigningMethodHS256, []byte(strings.Repeat("k", 32)), map[string]any{"kid": "shared"}), "must be signed with RS256"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(c.token)
			if c.says == "" && err != nil {
				t.Fatalf("refused: %v", err)
			}
			if c.says != "" {
				wantRefused(t, err, c.says, c.token)
			}
		})
	}
}

func TestARotatedKeyIsFetchedWhenItsFirstTokensArrive(t *testing.T) {
	first, firstPrivate := newEd(t)
	second, secondPrivate := newEd(t)
	p := newProvider(t, edKey("1", first))
	v := verifierOf(t, p.issuer(t, JWKSOptions{}), Options{Now: (&clock{noon}).Now})
	if _, err := v.Verify(byKey(t, firstPrivate, "1")); err != nil {
		t.Fatal(err)
	}

	p.publish(t, edKey("1", first), edKey("2", second))
	token := byKey(t, secondPrivate, "2")
	var group sync.WaitGroup
	failures := make(chan error, 20)
	for range cap(failures) {
		group.Go(func() {
			if _, err := v.Verify(token); err != nil {
				failures <- err
			}
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		t.Errorf("a token of the new key is refused: %v", err)
	}
	if n := p.fetched(); n != 2 {
		t.Errorf("%d fetches, want 2: one at the start and one for the new key", n)
	}
}

func TestUnknownKeysCauseFewFetches(t *testing.T) {
	public, _ := newEd(t)
	_, stranger := newEd(t)
	p := newProvider(t, edKey("1", public))
	v := verifierOf(t, p.issuer(t, JWKSOptions{RefreshLimit: time.Hour}), Options{Now: (&clock{noon}).Now})
	started := time.Now()
	for _, kid := range strings.Split("a b c d e f g h", " ") {
		token := byKey(t, stranger, kid)
		_, err := v.Verify(token)
		wantRefused(t, err, "not among those that the identity provider publishes", token)
	}
	if n := p.fetched(); n != 2 {
		t.Errorf("%d fetches for eight unknown keys, want 2: one at the start and one more", n)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s: refusals must not wait for their turn to fetch", took)
	}
}

func TestAnOutageKeepsTheKeysAtHand(t *testing.T) {
	public, private := newEd(t)
	for name, fail := range map[string]func(*provider){
		"the provider is gone":        func(p *provider) { p.Close() },
		"it answers 503":              func(p *provider) { p.answer(http.StatusServiceUnavailable, "") },
		"it answers with a page":      func(p *provider) { p.answer(http.StatusOK, "<html>") },
		"it answers with an object":   func(p *provider) { p.answer(http.StatusOK, `{"error":"later"}`) },
		"it answers with no keys":     func(p *provider) { p.answer(http.StatusOK, `{"keys":[]}`) },
		"it answers without an end":   func(p *provider) { p.answer(http.StatusOK, `{"keys":["`+strings.Repeat("a", maxKeySet)+`"]}`) },
		"it answers with strings":     func(p *provider) { p.answer(http.StatusOK, `{"keys":["a"]}`) },
		"it has symmetric keys alone": func(p *provider) { p.answer(http.StatusOK, `{"keys":[{"kty":"oct","k":"AAAA"}]}`) },
	} {
		t.Run(name, func(t *testing.T) {
			p, log := newProvider(t, edKey("1", public)), &strings.Builder{}
			i := p.issuer(t, JWKSOptions{Log: slog.New(slog.NewTextHandler(log, nil))})
			v := verifierOf(t, i, Options{Now: (&clock{noon}).Now})
			fail(p)
			_, err := v.Verify(byKey(t, private, "2")) // which makes it fetch
			wantRefused(t, err, "not among those", "")
			if _, err := v.Verify(byKey(t, private, "1")); err != nil {
				t.Errorf("the key at hand is gone: %v", err)
			}
			if !strings.Contains(log.String(), "could not be fetched") {
				t.Errorf("the log does not say that the fetch failed: %q", log)
			}
		})
	}
}

func TestAWithdrawnKeyStopsWorkingAlsoForRememberedTokens(t *testing.T) {
	first, firstPrivate := newEd(t)
	second, secondPrivate := newEd(t)
	p, c := newProvider(t, edKey("1", first)), &clock{noon}
	v := verifierOf(t, p.issuer(t, JWKSOptions{RefreshLimit: time.Millisecond}), Options{Now: c.Now})
	token := byKey(t, firstPrivate, "1")
	if _, err := v.Verify(token); err != nil {
		t.Fatal(err)
	}
	p.publish(t, edKey("2", second))
	if _, err := v.Verify(byKey(t, secondPrivate, "2")); err != nil { // which fetches the new set
		t.Fatal(err)
	}
	c.now = noon.Add(trusted)
	_, err := v.Verify(token)
	wantRefused(t, err, "not among those", token)
}

func TestAProviderThatCannotBeUsedAtTheStartIsAnError(t *testing.T) {
	gone := newProvider(t)
	gone.Close()
	failing := newProvider(t)
	failing.answer(http.StatusInternalServerError, "")
	empty := newProvider(t)
	for name, c := range map[string]struct{ url, says string }{
		"unreachable":    {gone.URL, "cannot be fetched"},
		"failing":        {failing.URL, "500"},
		"without keys":   {empty.URL, "no public key for signatures"},
		"no address":     {"jwks.json", "must be a web address"},
		"a file":         {"file:///etc/passwd", "must be a web address"},
		"nothing at all": {"", "must be a web address"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := JWKS(t.Context(), c.url, JWKSOptions{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}
