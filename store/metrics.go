package store

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/v2/event"
)

// metrics counts and times what goes to the database, as the driver tells it:
// commands by their name, which the driver alone chooses, and the pool of
// connections. Heartbeats are not among the commands.
type metrics struct {
	seconds *prometheus.HistogramVec
	errors  *prometheus.CounterVec
	byName  sync.Map // command name -> commandMetrics

	open, inUse    prometheus.Gauge
	checkouts      prometheus.Histogram
	checkoutErrors prometheus.Counter
}

// commandMetrics are those of one command: found by one look-up, and there at
// zero from its first use.
type commandMetrics struct {
	seconds prometheus.Observer
	errors  prometheus.Counter
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.CounterOpts { return prometheus.CounterOpts{Name: name, Help: help} }
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	histogram := func(name, help string) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Name: name, Help: help, Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 2.5, 10}}
	}
	return &metrics{
		seconds: prometheus.NewHistogramVec(histogram("quiver_database_command_seconds", "How long database commands took, without the wait for a connection."), []string{"command"}),
		errors:  prometheus.NewCounterVec(counter("quiver_database_command_errors_total", "Database commands that failed, each try of a retried one counted."), []string{"command"}),
		open:    gauge("quiver_database_connections", "Connections to the database, those that are being opened included."),
		inUse:   gauge("quiver_database_connections_in_use", "Connections to the database that a command holds."),
		checkouts: prometheus.NewHistogram(histogram("quiver_database_checkout_seconds",
			"How long commands waited for a connection: high where the pool is too small.")),
		checkoutErrors: prometheus.NewCounter(counter("quiver_database_checkout_errors_total", "Commands that got no connection.")),
	}
}

// Metrics are what the store counts of the database, to be registered once.
func (s *Store) Metrics() []prometheus.Collector {
	m := s.connection.metrics
	return []prometheus.Collector{m.seconds, m.errors, m.open, m.inUse, m.checkouts, m.checkoutErrors}
}

// commands is what the driver calls after each command. It asks for no start:
// the driver would copy every command for it.
func (m *metrics) commands() *event.CommandMonitor {
	return &event.CommandMonitor{
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
			m.of(e.CommandName).seconds.Observe(e.Duration.Seconds())
		},
		Failed: func(_ context.Context, e *event.CommandFailedEvent) {
			c := m.of(e.CommandName)
			c.seconds.Observe(e.Duration.Seconds())
			c.errors.Inc()
		},
	}
}

func (m *metrics) of(command string) commandMetrics {
	if c, ok := m.byName.Load(command); ok {
		return c.(commandMetrics)
	}
	c, _ := m.byName.LoadOrStore(command, commandMetrics{m.seconds.WithLabelValues(command), m.errors.WithLabelValues(command)})
	return c.(commandMetrics)
}

// pool is what the driver calls as connections come and go.
func (m *metrics) pool() *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		switch e.Type {
		case event.ConnectionCreated:
			m.open.Inc()
		case event.ConnectionClosed:
			m.open.Dec()
		case event.ConnectionCheckedOut:
			m.inUse.Inc()
			m.checkouts.Observe(e.Duration.Seconds())
		case event.ConnectionCheckedIn:
			m.inUse.Dec()
		case event.ConnectionCheckOutFailed:
			m.checkoutErrors.Inc()
		}
	}}
}
