package edge

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issue writes a certificate of its own, named name, and its key.
func issue(t *testing.T, dir, name string, until time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
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
	certFile, keyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	write(t, certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return certFile, keyFile
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// name is whose certificate a client is shown now; what was looked at is looked
// at again.
func (c *Certificate) name(t *testing.T) string {
	t.Helper()
	c.looked = time.Time{}
	pair, err := c.Config().GetCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf.Subject.CommonName
}

func TestACertificateIsRenewedWhileItServes(t *testing.T) {
	dir, next := t.TempDir(), t.TempDir()
	later := time.Now().Add(time.Hour)
	certFile, keyFile := issue(t, dir, "first", later)
	var said bytes.Buffer
	c, err := OpenCertificate(certFile, keyFile, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	is := func(step, want string) {
		t.Helper()
		if got := c.name(t); got != want {
			t.Errorf("%s: the certificate is %s, want %s", step, got, want)
		}
	}
	is("at the start", "first")
	newCert, newKey := issue(t, next, "second, a little longer", later)
	write(t, certFile, read(t, newCert))
	is("half renewed", "first")
	is("still half renewed", "first")
	if n := strings.Count(said.String(), "cannot be renewed"); n != 1 {
		t.Errorf("a half renewal is told %d times:\n%s", n, &said)
	}
	write(t, keyFile, read(t, newKey))
	is("renewed", "second, a little longer")
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	is("without a file", "second, a little longer")
	thirdCert, thirdKey := issue(t, t.TempDir(), "third", later)
	for from, to := range map[string]string{thirdCert: certFile, thirdKey: keyFile} { // as certbot does, by another file
		os.Remove(to)
		if err := os.Symlink(from, to); err != nil {
			t.Fatal(err)
		}
	}
	is("by links", "third")
	if strings.Contains(said.String(), "PRIVATE") {
		t.Error("the key is in the log")
	}
}

func TestAPairThatIsNoneIsRefused(t *testing.T) {
	later := time.Now().Add(time.Hour)
	cert, key := issue(t, t.TempDir(), "one", later)
	_, otherKey := issue(t, t.TempDir(), "other", later)
	text := filepath.Join(t.TempDir(), "text")
	write(t, text, []byte("hunter2"))
	for name, c := range map[string]struct{ cert, key, says string }{
		"a key of another":  {cert, otherKey, "does not match"},
		"no key":            {cert, "", "give both"},
		"no certificate":    {"", key, "give both"},
		"one the other way": {key, cert, "no pair"},
		"a file not there":  {cert, key + "x", "no such file"},
		"a file of no PEM":  {cert, text, "no pair"},
		"the cert as a key": {cert, cert, "no pair"},
		"a directory":       {filepath.Dir(cert), key, "directory"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenCertificate(c.cert, c.key, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "--tls-cert") || !strings.Contains(err.Error(), "--tls-key") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnExpiredCertificateIsToldOf(t *testing.T) {
	cert, key := issue(t, t.TempDir(), "old", time.Now().Add(-time.Minute))
	var said bytes.Buffer
	if _, err := OpenCertificate(cert, key, slog.New(slog.NewTextHandler(&said, nil))); err != nil || !strings.Contains(said.String(), "expired") {
		t.Errorf("%v, %s", err, &said)
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	cert, key := issue(t, t.TempDir(), "one", time.Now().Add(time.Hour))
	c, err := OpenCertificate(cert, key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		near, far := net.Pipe()
		go tls.Server(far, c.Config()).Handshake()
		client := tls.Client(near, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if err := client.Handshake(); (err == nil) != want {
			t.Errorf("%s: %v, want it to be spoken: %t", tls.VersionName(version), err, want)
		}
		near.Close()
	}
}
