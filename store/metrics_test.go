package store

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// measured gathers what a store counts, by metric and command; of a histogram,
// how much was observed.
func measured(t *testing.T, s *Store) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Metrics()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, family := range families {
		for _, m := range family.Metric {
			name := family.GetName()
			for _, label := range m.Label {
				name += " " + label.GetValue()
			}
			switch {
			case m.Histogram != nil:
				all[name] = float64(m.Histogram.GetSampleCount())
			case m.Counter != nil:
				all[name] = m.Counter.GetValue()
			default:
				all[name] = m.Gauge.GetValue()
			}
		}
	}
	return all
}

func TestCommandsAndConnectionsAreCounted(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	before := measured(t, s)
	someone(t, s) // a user, an asset and a lead
	after := measured(t, s)
	// Each has its entry in the audit log.
	if n := after["quiver_database_command_seconds insert"] - before["quiver_database_command_seconds insert"]; n != 6 {
		t.Errorf("%v inserts were timed, want 6", n)
	}
	if n, there := after["quiver_database_command_errors_total insert"]; n != 0 || !there {
		t.Errorf("%v failed inserts, there: %v; want 0 from the first insert on", n, there)
	}
	if n := after["quiver_database_checkout_seconds"] - before["quiver_database_checkout_seconds"]; n < 3 {
		t.Errorf("%v waits for a connection were timed, want 3 or more", n)
	}
	if n := after["quiver_database_connections"]; n < 1 {
		t.Errorf("%v connections, want one or more", n)
	}
	eventually(t, "no connection is in use", func() bool { return measured(t, s)["quiver_database_connections_in_use"] == 0 })
	if err := s.connection.database.RunCommand(ctx, bson.D{{Key: "noSuchCommand", Value: 1}}).Err(); err == nil {
		t.Fatal("an unknown command went well")
	}
	if n := measured(t, s)["quiver_database_command_errors_total noSuchCommand"]; n != 1 {
		t.Errorf("%v failures were counted, want 1", n)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.connection.client.Ping(gone, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("a ping of somebody gone: %v", err)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if n := measured(t, s)["quiver_database_connections"]; n != 0 {
		t.Errorf("%v connections are counted after the end, want 0", n)
	}
}

func TestTailLagGrowsWhileTheTailDoesNotGetThrough(t *testing.T) {
	var later atomic.Int64
	o := sharedDatabase(t)
	o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	s := openStore(t, o)
	slow := o
	slow.TailEvery = time.Hour
	beginning := openStore(t, slow)
	alone := openStore(t, testDatabase(t))

	later.Store(int64(time.Hour))
	eventually(t, "a poll closes the gap", func() bool { return s.Stats().TailLag < time.Minute })
	if lag := beginning.Stats().TailLag; lag < time.Hour {
		t.Errorf("an hour after the load and before the first poll the lag is %v", lag)
	}
	s.stop() // it polls no more
	later.Store(int64(2 * time.Hour))
	if lag := s.Stats().TailLag; lag < time.Hour {
		t.Errorf("an hour after the last poll the lag is %v", lag)
	}
	if lag := alone.Stats().TailLag; alone.sole && lag != 0 {
		t.Errorf("a store that follows nobody lags by %v", lag)
	}
}
