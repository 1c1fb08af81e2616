package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// schema reads the project's schema.
func schema(t *testing.T) *ast.Schema {
	t.Helper()
	names, err := filepath.Glob("graph/schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	s, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainest writes the smallest document that calls a root field.
func plainest(s *ast.Schema, root string, field *ast.FieldDefinition) string {
	var args []string
	for _, arg := range field.Arguments {
		if arg.Type.NonNull && arg.DefaultValue == nil {
			args = append(args, arg.Name+": "+plainestValue(s, arg.Type))
		}
	}
	call := field.Name
	if len(args) > 0 {
		call += "(" + strings.Join(args, ", ") + ")"
	}
	if def := s.Types[field.Type.Name()]; def.IsCompositeType() {
		call += " { __typename }"
	}
	return root + " { " + call + " }"
}

func plainestValue(s *ast.Schema, typ *ast.Type) string {
	if typ.Elem != nil {
		return "[" + plainestValue(s, typ.Elem) + "]"
	}
	def := s.Types[typ.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		var fields []string
		for _, field := range def.Fields {
			if field.Type.NonNull {
				fields = append(fields, field.Name+": "+plainestValue(s, field.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case def.Name == "Time":
		return `"2026-01-01T00:00:00Z"`
	default:
		return `"x"`
	}
}

func rootFields(s *ast.Schema, visit func(document, name string, role enablement.Role)) {
	for root, def := range map[string]*ast.Definition{"query": s.Query, "mutation": s.Mutation} {
		for _, field := range def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			role := enablement.Role(field.Directives.ForName("hasRole").Arguments.ForName("role").Value.Raw)
			visit(plainest(s, root, field), field.Name, role)
		}
	}
}

// Whoever may not call a field is told so before anything else is looked at,
// whatever the field.
func TestEveryRootFieldIsClosedToWhoeverMayNotCallIt(t *testing.T) {
	q := newServer(t)
	text, secret := keyOf(t, q)
	claims := jwt.MapClaims{"sub": "eve", "role": "ADMIN", "exp": time.Now().Add(time.Hour).Unix()}
	sign := func(method jwt.SigningMethod, key any, changes ...func(jwt.MapClaims)) string {
		changed := maps.Clone(claims)
		for _, change := range changes {
			change(changed)
		}
		token, err := jwt.NewWithClaims(method, changed).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	valid := q.token(enablement.RoleAdmin, "ann")
	unsigned := valid[:strings.LastIndex(valid, ".")+1]
	strangers := map[string]string{
		"no token":                          "",
		"no JWT at all":                     "let-me-in",
		"expired":                           expired(t, q),
		"alg none":                          sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType),
		"signature cut off":                 unsigned,
		"signed with another secret":        sign(jwt.SigningMethodHS256, []byte(strings.Repeat("k", 32))),
		"signed with the key file's text":   sign(jwt.SigningMethodHS256, text),
		"signed with a key of its own":      sign(jwt.SigningMethodEdDSA, edKey),
		"without an end":                    sign(jwt.SigningMethodHS256, secret, func(c jwt.MapClaims) { delete(c, "exp") }),
		"a role that does not exist":        sign(jwt.SigningMethodHS256, secret, func(c jwt.MapClaims) { c["role"] = "ROOT" }),
		"without a role":                    sign(jwt.SigningMethodHS256, secret, func(c jwt.MapClaims) { delete(c, "role") }),
		"another's claims, valid signature": swapClaims(t, valid, claims),
	}
	rep, marketer, admin := q.token(enablement.RoleRep, "r"), q.token(enablement.RoleMarketer, "m"), valid
	rootFields(schema(t), func(document, name string, role enablement.Role) {
		for who, token := range strangers {
			t.Run(name+"/"+who, func(t *testing.T) { q.as(token).refused("UNAUTHENTICATED", document, nil) })
		}
		for who, token := range map[enablement.Role]string{enablement.RoleRep: rep, enablement.RoleMarketer: marketer, enablement.RoleAdmin: admin} {
			t.Run(fmt.Sprintf("%s/%s", name, who), func(t *testing.T) {
				a := q.as(token).ask(document, nil)
				code := ""
				if len(a.Errors) > 0 {
					code = a.Errors[0].Extensions.Code
				}
				if who.Allows(role) == (code == "FORBIDDEN") || code == "UNAUTHENTICATED" || code == "INTERNAL" {
					t.Errorf("%s as %s, which needs %s: %s", document, who, role, a.text)
				}
			})
		}
	})
}

// keyOf reads a server's own key: the file's text and the secret in it.
func keyOf(t *testing.T, q *quiver) (text, secret []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(q.data, "jwt.key"))
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ K string }
	if err := json.Unmarshal(text, &key); err != nil {
		t.Fatal(err)
	}
	secret, err = base64.RawURLEncoding.DecodeString(key.K)
	if err != nil {
		t.Fatal(err)
	}
	return text, secret
}

// expired is a token of the server's own that ran out an hour ago.
func expired(t *testing.T, q *quiver) string {
	t.Helper()
	key, err := auth.LocalKey(filepath.Join(q.data, "jwt.key"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := key.Sign(enablement.Identity{Subject: "old", Role: enablement.RoleAdmin}, time.Hour, time.Now().Add(-2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// swapClaims keeps a token's header and signature and puts other claims in.
func swapClaims(t *testing.T, token string, claims jwt.MapClaims) string {
	t.Helper()
	parts := strings.Split(token, ".")
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
}

// With keys from a JWKS, the public key is everybody's: signing with it as an
// HS256 secret must not open the door.
func TestThePublicKeyOfAKeySetIsNoSecret(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"keys": []map[string]any{{
			"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig",
			"n": base64.RawURLEncoding.EncodeToString(private.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(private.E)).Bytes()),
		}}})
	}))
	defer keys.Close()
	q := newServer(t, "--jwks-url", keys.URL, "--jwt-issuer", "https://issuer.example", "--jwt-audience", "quiver")

	sign := func(method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
		claims := jwt.MapClaims{"sub": "ann", "role": "REP", "exp": time.Now().Add(time.Hour).Unix(), "iss": "https://issuer.example", "aud": []string{"quiver", "crm"}}
		change(claims)
		token := jwt.NewWithClaims(method, claims)
		token.Header["kid"] = "one"
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	asIs := func(jwt.MapClaims) {}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})

	q.as(sign(jwt.SigningMethodRS256, private, asIs)).must(`{viewer{name role}}`, nil)
	for what, token := range map[string]string{
		"HS256 with the public key": sign(jwt.SigningMethodHS256, public, asIs),
		"HS256 with its DER":        sign(jwt.SigningMethodHS256, der, asIs),
		"none":                      sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, asIs),
		"another issuer":            sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { c["iss"] = "https://evil.example" }),
		"another audience":          sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { c["aud"] = "crm" }),
		"no issuer":                 sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { delete(c, "iss") }),
		"no end":                    sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { delete(c, "exp") }),
		"not yet":                   sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { c["nbf"] = time.Now().Add(time.Hour).Unix() }),
		"no subject":                sign(jwt.SigningMethodRS256, private, func(c jwt.MapClaims) { delete(c, "sub") }),
	} {
		t.Run(what, func(t *testing.T) { q.as(token).refused("UNAUTHENTICATED", `{viewer{name}}`, nil) })
	}
}

// A server whose key set cannot be reached at the start says so and does not
// start: it could let nobody in.
func TestAKeySetThatCannotBeReachedStopsTheStart(t *testing.T) {
	out := newTranscript()
	code := runFor(t, out, "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--jwks-url", "http://127.0.0.1:1/keys")
	if code != 2 || !strings.Contains(out.String(), "127.0.0.1:1") {
		t.Errorf("exit code %d, said:\n%s", code, out)
	}
}
