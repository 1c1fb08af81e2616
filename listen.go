package main

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/resolvers"
)

// listen is how HTTP is served: for whom, how much of it, and how long.
type listen struct {
	TLSCert           string        `name:"tls-cert" help:"A file with the certificate to serve TLS with, in PEM, its chain behind it; read anew when it changes." env:"QUIVER_TLS_CERT" type:"path"`
	TLSKey            string        `name:"tls-key" help:"The file with the certificate's key." env:"QUIVER_TLS_KEY" type:"path"`
	TrustedProxies    []string      `help:"Networks of proxies, as 10.0.0.0/8, that are believed where a request comes from." env:"QUIVER_TRUSTED_PROXIES" placeholder:"CIDR"`
	CORSOrigins       []string      `name:"cors-origins" help:"Web origins that may call the API from a browser; * for any." default:"*" env:"QUIVER_CORS_ORIGINS"`
	RateLimit         float64       `help:"Requests a second of one subject, whatever its tokens; twice as many at once; 0 for no limit." default:"100" env:"QUIVER_RATE_LIMIT"`
	StrangerRateLimit float64       `help:"Requests a second of one address without a valid token; twice as many at once; 0 for no limit." default:"20" env:"QUIVER_STRANGER_RATE_LIMIT"`
	RequestTimeout    time.Duration `help:"How long a query may take; a body may take twice, a mutation four times as long." default:"30s" env:"QUIVER_REQUEST_TIMEOUT"`
	MaxOperations     int           `help:"Queries, and as many mutations, that are executed at once." default:"${operations}" env:"QUIVER_MAX_OPERATIONS"`
}

// The parts of --request-timeout that a request passes through.
const (
	bodyTimes   = 2 // for the body to arrive
	answerTimes = 1 // for the answer to be read
	// headerTimeout is how long a header may take to arrive.
	headerTimeout = 5 * time.Second
	// maxHeader is the most bytes of a request's header; over it: 431.
	maxHeader = 64 << 10
)

// guards are what stands before the API.
type guards struct {
	certificate *edge.Certificate // nil: no TLS
	limiter     *edge.Limiter
	load        *edge.Load
	cors        func(http.Handler) http.Handler
}

// open checks the flags.
func (l *listen) open(log *slog.Logger) (*guards, error) {
	if l.RequestTimeout <= 0 {
		return nil, enablement.Errorf(enablement.BadUserInput, "--request-timeout: must be a time such as 30s, not %s", l.RequestTimeout)
	}
	if l.MaxOperations < 1 {
		return nil, enablement.Errorf(enablement.BadUserInput, "--max-operations: must be 1 or more, not %d", l.MaxOperations)
	}
	proxies, err := edge.ParseProxies(l.TrustedProxies)
	if err != nil {
		return nil, err
	}
	g := &guards{load: edge.NewLoad(l.MaxOperations)}
	if g.cors, err = edge.CORS(l.CORSOrigins); err != nil {
		return nil, err
	}
	g.limiter, err = edge.NewLimiter(edge.LimiterOptions{
		Subject: l.RateLimit, Stranger: l.StrangerRateLimit, Proxies: proxies, Who: auth.Subject,
	})
	if err == nil && l.TLSCert+l.TLSKey != "" {
		g.certificate, err = edge.OpenCertificate(l.TLSCert, l.TLSKey, log)
	}
	return g, err
}

// metrics registers what was turned away.
func (g *guards) metrics(registry prometheus.Registerer) {
	for reason, count := range map[string]func() int64{"rate": g.limiter.Refused, "busy": g.load.Shed} {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "quiver_requests_refused_total", Help: "Requests that were turned away: their sender sent too many (rate), or the server had too much to do (busy).",
			ConstLabels: prometheus.Labels{"reason": reason},
		}, func() float64 { return float64(count()) }))
	}
}

// server is the HTTP server, whose times follow from --request-timeout.
func (l *listen) server(handler http.Handler, log *slog.Logger) *http.Server {
	body, operation := bodyTimes*l.RequestTimeout, resolvers.MutationTimes*l.RequestTimeout
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: min(headerTimeout, body), ReadTimeout: body,
		WriteTimeout: body + operation + answerTimes*l.RequestTimeout, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// serve answers at the listener, over TLS where there is a certificate.
func (g *guards) serve(s *http.Server, at net.Listener) error {
	if g.certificate == nil {
		return s.Serve(at)
	}
	s.TLSConfig = g.certificate.Config()
	return s.ServeTLS(at, "", "")
}

// url is where a person finds the server.
func (g *guards) url(at net.Addr) string {
	if g.certificate != nil {
		return "https://" + at.String()
	}
	return "http://" + at.String()
}
