package main

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// opened gives a server whose parts are open and that does not serve yet.
func opened(t *testing.T) *server {
	t.Helper()
	s := &server{
		config: &serve{Addr: "127.0.0.1:0", Data: t.TempDir(), LeadVisibility: "all", HTTP: listen{RequestTimeout: time.Minute, MaxOperations: 1}},
		log:    slog.New(slog.DiscardHandler), out: io.Discard, began: time.Now(),
	}
	s.starting.Store(enablement.Errorf(enablement.Unavailable, "starting"))
	if err := s.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// ends gives how serve ended.
func ends(t *testing.T, ctx context.Context, s *server) error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("the server neither serves nor ends")
		return nil
	}
}

// Given a copy that cannot be filled, when the server starts, then it ends with
// the cause: a process that only looks alive helps nobody.
func TestALoadThatFailsEndsTheServer(t *testing.T) {
	s := opened(t)
	if err := s.index.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ends(t, t.Context(), s); err == nil {
		t.Error("ended without saying why")
	}
}

// Given a database that has gone away, when the server starts, then it tries
// again until it is told to stop.
func TestALoadWaitsForTheDatabase(t *testing.T) {
	s := opened(t)
	if err := s.store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	if err := ends(t, ctx, s); err != nil {
		t.Errorf("gave up: %v", err)
	}
}
