package store

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// testDatabase names the database that a test works on: a directory of its own
// for the embedded engine or, where MONGODB_URI is set, a fresh database there.
func testDatabase(t testing.TB) Options {
	t.Helper()
	o := Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler), RetryEvery: 5 * time.Millisecond, TailEvery: 20 * time.Millisecond}
	if uri := os.Getenv("MONGODB_URI"); uri != "" {
		o.URI = withDatabase(t, uri, "quiver_test_"+strings.ReplaceAll(uuid.NewString(), "-", "")[:12])
	}
	return o
}

// withDatabase puts a database's name into a connection string.
func withDatabase(t testing.TB, uri, name string) string {
	t.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		t.Fatalf("MONGODB_URI: %v", err)
	}
	hosts := strings.Join(parsed.Hosts, ",")
	before, after, found := strings.Cut(uri, hosts)
	if !found {
		t.Fatalf("MONGODB_URI: cannot find the hosts %q in it", hosts)
	}
	_, query, _ := strings.Cut(after, "?")
	if query != "" {
		query = "?" + query
	}
	return before + hosts + "/" + name + query
}

// openStore opens a store over its own database, loaded, followed by followers.
func openStore(t testing.TB, o Options, followers ...Follower) *Store {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, o)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(ctx); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	for _, f := range followers {
		s.Follow(f)
	}
	if err := s.Load(ctx, nil, nil, nil, nil, nil); err != nil {
		t.Fatalf("load: %v", err)
	}
	return s
}

// reopen closes the store and opens the same database again, loaded.
func reopen(t testing.TB, s *Store) *Store {
	t.Helper()
	if err := s.Close(context.Background()); err != nil {
		t.Fatalf("close the store: %v", err)
	}
	return openStore(t, s.options)
}

// eventually polls until the condition holds, or fails the test after a while.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

func ptr[T any](v T) *T { return &v }
