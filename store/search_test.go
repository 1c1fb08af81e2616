package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// searched collects what followers and loads are given, event by event.
type searched struct {
	mu    sync.Mutex
	times map[string]int
}

func (s *searched) take(events []*enablement.SearchEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		s.times = map[string]int{}
	}
	for _, e := range events {
		s.times[fmt.Sprint(e.Kind, " ", e.RepID, " ", e.Term, e.AssetID)]++
	}
	return nil
}

func (s *searched) follower() Follower {
	return Follower{Name: "searches", Searches: func(_ context.Context, events []*enablement.SearchEvent) error { return s.take(events) }}
}

func (s *searched) held() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := map[string]int{}
	for key, n := range s.times {
		held[key] = n
	}
	return held
}

// aSearch is a search with something opened of it.
func aSearch(rep, text string, at time.Time) []*enablement.SearchEvent {
	search := enablement.NewSearch(&enablement.User{ID: rep, Role: enablement.RoleRep}, text,
		&enablement.AssetFilter{Personas: []string{"per_1"}}, 3, at)
	return []*enablement.SearchEvent{search, search.Used(enablement.SearchOpened, "ast_1", at), search.Used(enablement.SearchOpened, "ast_2", at), search.Used(enablement.SearchSent, "ast_2", at)}
}

func TestSearchesAreRecordedOnceAndLoadedAgain(t *testing.T) {
	ctx := context.Background()
	followed := &searched{}
	s := openStore(t, testDatabase(t), followed.follower())
	now := time.Now()
	odd := `"odd" $where.x \ ' 審計 🙂 ` + strings.Repeat("ß", 300)
	events := append(aSearch("usr_1", "SOC 2", now), aSearch("usr_1", odd, now.Add(time.Second))...)
	for range 2 { // as after an answer that was lost
		if err := s.RecordSearches(ctx, events); err != nil {
			t.Fatal(err)
		}
	}
	_, term := enablement.SearchTerm(odd)
	want := map[string]int{"ASKED usr_1 soc 2": 1, "OPENED usr_1 ast_1": 2, "OPENED usr_1 ast_2": 2, "SENT usr_1 ast_2": 2, "ASKED usr_1 " + term: 1}
	if diff := cmp.Diff(want, followed.held()); diff != "" {
		t.Errorf("followed (-want +got):\n%s", diff)
	}
	stored, err := gather(s.EachSearch(ctx))
	if err != nil || len(stored) != 8 {
		t.Fatalf("%d events are stored, %v; want 8", len(stored), err)
	}
	for _, e := range stored {
		if e.Term == "soc 2" && (e.Typed != "SOC 2" || e.Hits != 3 || e.Role != enablement.RoleRep || len(e.Filters) != 1 || e.Filters[0] != "personas:per_1" || !e.AskedAt.Equal(enablement.Instant(now))) {
			t.Errorf("stored: %+v", e)
		}
	}
	loaded := &searched{}
	again, err := reopened(t, s, loaded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, loaded.held()); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	if n := again.Stats().Searches; n != 8 {
		t.Errorf("stats tell of %d events, want 8", n)
	}
}

// reopened closes a store and loads another over the same database, searches
// and all.
func reopened(t *testing.T, s *Store, loaded *searched) (*Store, error) {
	t.Helper()
	ctx := context.Background()
	if err := s.Close(ctx); err != nil {
		return nil, err
	}
	again, err := Open(ctx, s.options)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { again.Close(ctx) })
	return again, again.Load(ctx, nil, nil, nil, nil, loaded.take)
}

// What nobody counts any more is not kept either.
func TestSearchesThatAreTooOldAreRemovedAtTheStart(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	limit := time.Now().Add(-enablement.SearchesKept)
	const many = 3 * replaceBatch
	var events []*enablement.SearchEvent
	for i := range many {
		events = append(events, aSearch("usr_1", fmt.Sprint("old ", i), limit.Add(-time.Duration(i+1)*time.Hour))...)
	}
	events = append(events, aSearch("usr_1", "young", limit.Add(time.Hour))...)
	if err := s.RecordSearches(ctx, events); err != nil {
		t.Fatal(err)
	}
	loaded := &searched{}
	again, err := reopened(t, s, loaded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"ASKED usr_1 young": 1, "OPENED usr_1 ast_1": 1, "OPENED usr_1 ast_2": 1, "SENT usr_1 ast_2": 1}, loaded.held()); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	eventually(t, "the old ones are removed", func() bool {
		stored, err := gather(again.EachSearch(ctx))
		return err == nil && len(stored) == 4 && stored[0].RepID == "usr_1"
	})
}
