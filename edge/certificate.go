package edge

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// lookAgain is how often the files of a certificate are looked at.
const lookAgain = time.Second

// Certificate is a pair of files, certificate and key, that may be renewed while
// the server runs: a handshake after that gets the new pair.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	state  [2]fileState // that pair was read from, or could not be
	looked time.Time
}

// fileState tells one content of a file from another.
type fileState struct {
	changed time.Time
	size    int64
}

// OpenCertificate reads the pair: a chain of certificates in PEM, the server's
// first, and its key. Files that are not there, or no pair, are an error that
// names the flags.
func OpenCertificate(certFile, keyFile string, log *slog.Logger) (*Certificate, error) {
	if certFile == "" || keyFile == "" {
		return nil, enablement.Errorf(enablement.BadUserInput, "--tls-cert and --tls-key: give both, or neither to serve without TLS")
	}
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log, looked: time.Now()}
	c.state = c.states()
	var err error
	if c.pair, err = c.read(); err != nil {
		return nil, err
	}
	if end := c.pair.Leaf.NotAfter; time.Now().After(end) {
		log.Warn("the TLS certificate has expired", "file", certFile, "at", end)
	}
	return c, nil
}

// Config is what a server with this certificate speaks: TLS 1.2 and newer.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.current}
}

// current gives the pair as the files have it. Of a renewal that is half done,
// or wrong, it keeps the old pair until the files change again.
func (c *Certificate) current(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= lookAgain {
		c.looked = now
		c.renew()
	}
	return c.pair, nil
}

func (c *Certificate) renew() {
	state := c.states()
	if state == c.state {
		return
	}
	c.state = state // before reading: what changes meanwhile is seen the next time
	pair, err := c.read()
	if err != nil {
		c.log.Warn("the TLS certificate cannot be renewed yet; the old one stays", "error", err)
		return
	}
	c.pair = pair
	c.log.Info("the TLS certificate was renewed", "file", c.certFile, "until", pair.Leaf.NotAfter)
}

// states looks at both files; one that is not there has the zero state.
func (c *Certificate) states() (states [2]fileState) {
	for i, name := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(name); err == nil {
			states[i] = fileState{info.ModTime(), info.Size()}
		}
	}
	return states
}

func (c *Certificate) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert %s and --tls-key %s are no pair of a certificate and its key in PEM: %w", c.certFile, c.keyFile, err)
	}
	return &pair, nil
}
