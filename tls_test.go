package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issue writes a certificate for 127.0.0.1 and its key over what is there.
func issue(t *testing.T, name, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// trusting is a client that takes the certificates in a file, over a new
// connection each time.
func trusting(t *testing.T, certFile string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(certFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
}

// Given a certificate, then the API, the explorer and quiver's own commands work
// over TLS, browsers are told to stay with it, and a renewal needs no restart.
func TestTheServerSpeaksTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	issue(t, "first", cert, key)
	q := newServer(t, "--tls-cert", cert, "--tls-key", key)
	if !strings.HasPrefix(q.address, "https://") {
		t.Fatalf("it says that it is at %s", q.address)
	}
	get := func(path string) (*http.Response, string) {
		t.Helper()
		response, err := trusting(t, cert).Get(q.address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return response, string(text)
	}
	for path, want := range map[string]string{"/": "<!doctype html>", "/static/explorer.js": "GraphiQL", "/graphql?query={__typename}": `"Query"`} {
		r, text := get(path)
		if r.StatusCode != 200 || !strings.Contains(text, want) || r.ProtoMajor != 2 || r.TLS.Version < tls.VersionTLS12 {
			t.Errorf("%s: %s %s %.100s", path, r.Proto, r.Status, text)
		}
		if got := r.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s: Strict-Transport-Security %q", path, got)
		}
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}}}
	if _, err := old.Get(q.address + "/healthz"); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	plain := &quiver{t: t, address: strings.Replace(q.address, "https", "http", 1)}
	if got := plain.raw("GET /healthz HTTP/1.1\r\nHost: q\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.0 400") {
		t.Errorf("without TLS: %s", got)
	}

	leads := filepath.Join(dir, "leads.jsonl")
	if err := os.WriteFile(leads, []byte(`{"email": "lea@example.com"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	token := q.marketer("ines").token
	out := newTranscript()
	if code := runFor(t, out, "import", "leads", leads, "--server", q.address, "--ca-file", cert, "--token", token); code != 0 || !strings.Contains(out.String(), "1 created") {
		t.Errorf("import: %d %s", code, out)
	}
	says(t, 2, []string{"certificate"}, "import", "leads", leads, "--server", q.address, "--token", token)

	issue(t, "second", cert, key)
	eventually(t, "the renewed certificate is served", func() bool {
		response, err := trusting(t, cert).Get(q.address + "/healthz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.TLS.PeerCertificates[0].Subject.CommonName == "second"
	})
}

func TestAServerWithoutAPairDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	cert, key, other := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"), filepath.Join(dir, "other.key")
	issue(t, "other", cert, other)
	issue(t, "one", cert, key)
	serve := []string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data")}
	says(t, 2, []string{"--tls-cert", "--tls-key", "does not match"}, append(serve, "--tls-cert", cert, "--tls-key", other)...)
	says(t, 2, []string{"--tls-cert", "--tls-key", "both"}, append(serve, "--tls-cert", cert)...)
	says(t, 2, []string{"--tls-cert", "no such file"}, append(serve, "--tls-cert", cert+"x", "--tls-key", key)...)
}
