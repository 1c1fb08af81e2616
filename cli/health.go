package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// healthTimeout is how long Health waits for an answer: less than container
// engines wait for a health check.
const healthTimeout = 4 * time.Second

// Health asks a server how it is, for health checks where there is no curl.
type Health struct {
	Addr   string `help:"Where the server listens on this machine." default:"127.0.0.1:8080" env:"QUIVER_ADDR"`
	Server string `help:"Address of a server elsewhere, or of one with TLS." env:"QUIVER_SERVER" placeholder:"URL"`
	Live   bool   `help:"Ask whether the process lives, not whether it answers operations."`
}

// Run prints the server's own word and ends with 0 when it is well, 1 when it
// says that it is not, 2 when it does not answer.
func (h Health) Run(ctx context.Context, streams Streams) error {
	at, err := h.url()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return unable("ask %s: %w", at, err)
	}
	response, err := (&http.Client{Transport: transportTo(at.Hostname())}).Do(request)
	if err != nil {
		return unable("%s does not answer: is the server running, and is --addr right? %w", at, err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return unable("%s broke off: %w", at, err)
	}
	word := strings.TrimSpace(string(said))
	if response.StatusCode != http.StatusOK {
		return &ExitError{Code: ExitDiffers, Err: fmt.Errorf("%s answers %d: %s", at, response.StatusCode, word)}
	}
	_, err = fmt.Fprintln(streams.Out, word)
	return err
}

// url is what is asked: on the server's own address where no other is given.
func (h Health) url() (*url.URL, error) {
	path := "/readyz"
	if h.Live {
		path = "/healthz"
	}
	if h.Server != "" {
		u, err := url.Parse(h.Server)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, unable("--server: %q is not an address such as https://127.0.0.1:8443", h.Server)
		}
		return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
	}
	host, port, err := net.SplitHostPort(h.Addr)
	if err != nil || port == "" {
		return nil, unable("--addr: %q is not an address such as 127.0.0.1:8080 or :8080", h.Addr)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // who listens everywhere listens there
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: path}, nil
}

// transportTo asks without a proxy. A certificate is for the name that clients
// use: on this machine itself there is none to hold it against.
func transportTo(host string) *http.Transport {
	ip := net.ParseIP(host)
	here := host == "localhost" || ip != nil && ip.IsLoopback()
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: here}}
}
