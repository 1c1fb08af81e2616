package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/edge"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/explorer"
	"github.com/quiverhq/quiver/recommend"
	"github.com/quiverhq/quiver/resolvers"
	"github.com/quiverhq/quiver/usage"
)

// routes joins the addresses that the server answers.
func (s *server) routes() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.gauges(registry)
	s.searchMetrics(registry)
	s.guards.metrics(registry)
	s.processMetrics(registry)
	engine := recommend.New(s.index, s.ledger, s.store, s.now)
	engine.Weigh(s.weights)
	api := resolvers.NewHandler(&resolvers.Resolver{
		Store: s.store, Search: s.index, Ledger: s.ledger, Now: s.now,
		SearchLog: s.remember, Searches: s.searches, Trail: s.trail,
		Recommend:    engine,
		OwnLeadsOnly: s.config.LeadVisibility == "owner",
	}, resolvers.HandlerOptions{
		Log: s.log, Metrics: resolvers.NewMetrics(registry), Introspection: s.config.Introspection, Ready: s.ready,
		Bounds: s.documents.bounds, Trusted: s.documents.trusted, TrustedOnly: s.config.TrustedOnly,
		Timeout: s.config.HTTP.RequestTimeout, Load: s.guards.load, Limiter: s.guards.limiter, Traced: s.traces != nil,
	})
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.traces.Handler("/graphql", inFlight(registry, s.guards.cors(auth.Middleware(s.verifier, s.store, s.guards.limiter.Handler(api))))))
	mux.Handle("/backup", auth.Middleware(s.verifier, s.store, &backupHandler{store: s.store, log: s.log}))
	mux.Handle("/", explorer.Handler(explorer.Options{Endpoint: "/graphql"}))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/readyz", s.readyz)
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	return edge.Headers(withRequestID(mux))
}

// readyz answers 200 when operations are answered and the database can be
// reached, else 503 with the reason.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := s.ready()
	if err == nil && s.leaving.Load() {
		err = enablement.Errorf(enablement.Unavailable, "the server is stopping; ask another")
	}
	if err == nil {
		err = s.store.Ping(ctx)
	}
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintln(w, "ready")
}

// gauges registers what the copies say of themselves.
func (s *server) gauges(registry prometheus.Registerer) {
	gauge := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "quiver_engine_info", Help: "Always 1; the label says which database engine is in use.",
		ConstLabels: prometheus.Labels{"engine": s.store.Engine()},
	}, func() float64 { return 1 }))
	gauge("quiver_ready", "1 when operations are answered.", func() float64 {
		if s.ready() != nil {
			return 0
		}
		return 1
	})
	gauge("quiver_assets", "Assets in the store.", func() float64 { return float64(s.store.Stats().Assets) })
	gauge("quiver_leads", "Leads in the store.", func() float64 { return float64(s.store.Stats().Leads) })
	gauge("quiver_sends", "Sends in the store.", func() float64 { return float64(s.store.Stats().Sends) })
	gauge("quiver_stale_copies", "Writes that the index or the ledger could not follow and will be told again.", s.missed)
	gauge("quiver_index_documents", "Assets in the index.", func() float64 { return float64(s.index.Stats().Documents) })
	gauge("quiver_index_pending", "Assets that the index has yet to take in: its lag.", func() float64 { return float64(s.index.Stats().Pending) })
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "quiver_index_healed_total", Help: "How often the index was opened again or built anew while running."},
		func() float64 { return float64(s.index.Stats().Healed) }))
	gauge("quiver_ledger_rows", "Assets sent, in the ledger: one row for each asset of each send.", func() float64 { return float64(s.ledger.Stats().Rows) })
	gauge("quiver_ledger_bytes", "Memory of the ledger, about.", func() float64 { return float64(s.ledger.Stats().Bytes) })
}

// searchMetrics registers what the log of searches says of itself.
func (s *server) searchMetrics(registry prometheus.Registerer) {
	counter := func(name, help string, value func(usage.SearchLogStats) int) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value(s.remember.Stats())) }))
	}
	counter("quiver_searches_remembered_total", "Searches, and what was opened and sent of them, that were written.", func(st usage.SearchLogStats) int { return st.Remembered })
	counter("quiver_searches_dropped_total", "What was searched, opened or sent and not looked at or written, for there was too much of it.", func(st usage.SearchLogStats) int { return st.Dropped })
	gauge := func(name, help string, value func() int) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) }))
	}
	gauge("quiver_searches_queued", "What was searched, opened or sent and waits to be looked at or written.", func() int { return s.remember.Stats().Queued })
	gauge("quiver_searches", "Searches that are counted.", func() int { return s.searches.Stats().Searches })
	gauge("quiver_searches_bytes", "Memory of the record of searches, about.", func() int { return s.searches.Stats().Bytes })
}

// missed counts the writes that the copies have yet to follow.
func (s *server) missed() float64 {
	missed := 0
	for _, stale := range s.store.Stats().Stale {
		missed += stale.Missed
	}
	return float64(missed)
}

// withRequestID gives every request an id, which the answer carries.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(resolvers.WithRequestID(r.Context(), id)))
	})
}
