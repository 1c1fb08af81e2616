package main

import (
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/quiverhq/quiver/cli"
)

// processMetrics registers what is known of the process as a whole: which build
// it is, the database as the store sees it, and how far the copies are behind.
func (s *server) processMetrics(registry prometheus.Registerer) {
	build := cli.ThisBuild()
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "quiver_build_info", Help: "Always 1; the labels say which build this is.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "goversion": strings.TrimPrefix(build.GoVersion, "go")},
	}, func() float64 { return 1 }))
	registry.MustRegister(s.store.Metrics()...)
	lag := func(name, help string, seconds func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, seconds))
	}
	lag("quiver_tail_lag_seconds", "How old what was last read of other servers' changes is; 0 where there is nothing to follow.",
		func() float64 { return s.store.Stats().TailLag.Seconds() })
	lag("quiver_index_lag_seconds", "How long the index has had assets to take in without a break; 0 where it has none.",
		func() float64 { return s.index.Stats().Lag.Seconds() })
}

// inFlight counts the requests to next that are under way.
func inFlight(registry prometheus.Registerer, next http.Handler) http.Handler {
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "quiver_http_requests_in_flight", Help: "Requests to /graphql that are under way."})
	registry.MustRegister(gauge)
	return promhttp.InstrumentHandlerInFlight(gauge, next)
}
