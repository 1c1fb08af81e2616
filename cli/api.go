package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// requestTimeout is how long one request may take: an import of 1,000 long
// rows on a busy server stays far below it.
const requestTimeout = 2 * time.Minute

// maxResponse bounds what is read of one response, in bytes.
const maxResponse = 256 << 20

// Server is the pair of flags by which a command finds the API.
type Server struct {
	Server string `help:"Address of the Quiver server." default:"http://127.0.0.1:8080" env:"QUIVER_SERVER" placeholder:"URL"`
	Token  string `help:"Token of a MARKETER or ADMIN, for a backup of an ADMIN; see quiver token." env:"QUIVER_TOKEN" placeholder:"JWT"`
	CAFile string `name:"ca-file" help:"A file with the certificates, in PEM, that the server's is signed by, where the system does not know them." env:"QUIVER_CA_FILE" type:"path" placeholder:"FILE"`

	wait func(ctx context.Context, d time.Duration) error // nil: sleep
}

// api is a client of the GraphQL API.
type api struct {
	endpoint string
	token    string
	http     *http.Client
	// wait passes the time between two attempts, or ends early with ctx.
	wait func(ctx context.Context, d time.Duration) error
	// retrying is told of every attempt that is to be repeated.
	retrying func(cause error, in time.Duration)
}

// open checks the flags and makes a client. Without a token it says how to make
// one of the role.
func (s Server) open(role enablement.Role, retrying func(error, time.Duration)) (*api, error) {
	if strings.Contains(s.Server, "@") { // and is not repeated: there may be a password in it
		return nil, unable("--server: leave user and password out of the address; the token says who you are")
	}
	u, err := url.Parse(s.Server)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, unable("--server: %q is not an address such as http://127.0.0.1:8080", s.Server)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/graphql"
	}
	token := strings.TrimSpace(s.Token)
	if token == "" {
		return nil, unable("no token: give --token or set QUIVER_TOKEN; quiver token --role %s --subject YOU makes one", role)
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, unable("--token: a token has no spaces and no line breaks in it")
	}
	transport, err := s.transport()
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Timeout:   requestTimeout,
		Transport: transport,
		// A redirected POST would lose its body: the refusal names the place instead.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	a := &api{endpoint: u.String(), token: token, http: client, wait: s.wait, retrying: retrying}
	if a.wait == nil {
		a.wait = sleep
	}
	return a, nil
}

// transport trusts the certificates of --ca-file beside the system's.
func (s Server) transport() (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if s.CAFile == "" {
		return transport, nil
	}
	text, err := os.ReadFile(s.CAFile)
	if err != nil {
		return nil, unable("--ca-file: %w", err)
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		trusted = x509.NewCertPool() // a system without any
	}
	if !trusted.AppendCertsFromPEM(text) {
		return nil, unable("--ca-file: %s holds no certificate in PEM", s.CAFile)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
	return transport, nil
}

// call posts one operation and decodes its data into result. It gives a
// *refusal where the server answered otherwise, and the transport's error
// where it did not answer.
func (a *api) call(ctx context.Context, query string, variables, result any) error {
	body, err := encodeRequest(query, variables)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
	response, err := a.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err != nil {
		return fmt.Errorf("read response: %w", err)
	}
	return decodeResponse(response, text, result)
}

// callPatiently is call, repeated while the failure is one that passes.
// repeated tells that an attempt before the last may have been carried out
// although nobody heard of it.
func (a *api) callPatiently(ctx context.Context, query string, variables, result any) (repeated bool, err error) {
	// The request itself is not cut off: a batch is in or it is not.
	whole := context.WithoutCancel(ctx)
	var held time.Duration // by the server's rate limit
	for attempt := 0; ; attempt++ {
		err = a.call(whole, query, variables, result)
		pause, again := backoff(err, attempt)
		if !again || ctx.Err() != nil {
			return repeated, err
		}
		repeated = repeated || ambiguous(err)
		if tooFast(err) && held < longestHeld { // it is done when there is room: no attempt is lost
			held += pause
			attempt--
		}
		a.retrying(err, pause)
		if a.wait(ctx, pause) != nil {
			return repeated, err
		}
	}
}

func encodeRequest(query string, variables any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{"query": query, "variables": variables})
	return b.Bytes(), err
}

func decodeResponse(response *http.Response, text []byte, result any) error {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphError    `json:"errors"`
	}
	err := json.Unmarshal(text, &answer)
	if err == nil && len(answer.Errors) > 0 {
		return refusalOf(response, answer.Errors)
	}
	if err != nil || response.StatusCode != http.StatusOK || len(answer.Data) == 0 {
		return foreign(response)
	}
	if err := json.Unmarshal(answer.Data, result); err != nil {
		return fmt.Errorf("decode response: %w", err)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// explain turns a failed call into what the person at the command line can do.
func (a *api) explain(err error, need string) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return unable("the server at %s cannot be reached: %w (is it running? --server says where)", a.endpoint, err)
	}
	if r.Code == enablement.Forbidden && r.Message == enablement.TrustedAlone { // whatever the role
		return unable("the server answers trusted documents alone, whatever the token; --server must name one that runs without --trusted-only")
	}
	switch r.kind() {
	case refusedToken:
		return unable("the server does not accept the token (%s); quiver token makes a new one", r.Message)
	case refusedRole:
		return unable("the token's role does not suffice (%s); %s", r.Message, need)
	case notQuiver:
		return unable("%s: %w", a.endpoint, r)
	default:
		return unable("the server refuses the request: %w", r)
	}
}
