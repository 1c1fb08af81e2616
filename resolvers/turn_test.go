package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

// Given more counting than the request's time allows, then what has begun is
// answered, the rest says that it was stopped, and nothing goes on afterwards.
func TestCountingEndsWithTheRequest(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	ledger := usage.New(func() time.Time { return now })
	sends := make([]*enablement.Send, 100_000)
	for i := range sends {
		sends[i] = &enablement.Send{
			ID: fmt.Sprintf("snd_%d", i), LeadID: fmt.Sprintf("led_%d", i%5000), AssetIDs: []string{fmt.Sprintf("ast_%d", i%1000)},
			RepID: fmt.Sprintf("usr_%d", i%100), SentAt: now.Add(-time.Duration(i) * time.Minute), LifecycleStage: "LEAD",
		}
	}
	ledger.Append(sends)
	r := &Resolver{Ledger: ledger, Now: func() time.Time { return now }}
	handler := NewHandler(r, HandlerOptions{
		Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(prometheus.NewRegistry()), Ready: func() error { return nil }, Timeout: 20 * time.Millisecond,
	})
	var document strings.Builder
	for i := range 300 { // some milliseconds each
		fmt.Fprintf(&document, ` a%d: by(dimension: TEAM, first: 1) { key }`, i)
	}
	body, _ := json.Marshal(map[string]string{"query": `{ usage {` + document.String() + ` } }`})
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, request.WithContext(auth.WithViewer(t.Context(), &enablement.User{ID: "usr_1", Role: enablement.RoleMarketer})))
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code enablement.Code }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Errors) == 0 {
		t.Fatalf("all of it was counted: %v %.300s", err, w.Body)
	}
	for _, e := range answer.Errors {
		if e.Extensions.Code != enablement.Unavailable || e.Message != "the request took too long and was stopped" {
			t.Fatalf("%+v", e)
		}
	}
	if len(r.counting) > 0 {
		t.Errorf("%d still count", len(r.counting))
	}
}

// After the request's time the rest of a list of mutations is not begun.
func TestNoFieldBeginsAfterTheRequestsTime(t *testing.T) {
	ctx := graphql.WithFieldContext(t.Context(), &graphql.FieldContext{Object: "Query"})
	ctx, end := context.WithCancel(auth.WithViewer(ctx, &enablement.User{Role: enablement.RoleAdmin}))
	ran := 0
	next := func(context.Context) (any, error) { ran++; return nil, nil }
	if _, err := HasRole(ctx, nil, next, enablement.RoleRep); err != nil || ran != 1 {
		t.Fatalf("%v, ran %d times", err, ran)
	}
	end()
	if _, err := HasRole(ctx, nil, next, enablement.RoleRep); !errors.Is(err, context.Canceled) || ran != 1 {
		t.Errorf("%v, ran %d times", err, ran)
	}
}

// No more count at once than there are processors, and who waits is not begun
// once the request's time is over.
func TestCountingTakesTurns(t *testing.T) {
	r := &Resolver{counting: newCounting()}
	ctx, end := context.WithCancel(t.Context())
	var at, most, stopped atomic.Int64
	hold := make(chan struct{})
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := counted(ctx, r, func() int64 { most.Store(max(most.Load(), at.Add(1))); <-hold; return at.Add(-1) }); err != nil {
				stopped.Add(1)
			}
		})
	}
	turns := int64(cap(r.counting))
	soon := func(n *atomic.Int64, want int64) {
		for range 2000 {
			if n.Load() < want {
				time.Sleep(time.Millisecond)
			}
		}
	}
	soon(&at, turns)
	end()
	soon(&stopped, 50-turns)
	close(hold)
	group.Wait()
	if most.Load() != turns || turns != int64(runtime.GOMAXPROCS(0)) || stopped.Load() != 50-turns {
		t.Errorf("%d counted at once and %d were stopped, want %d and %d", most.Load(), stopped.Load(), turns, 50-turns)
	}
}
