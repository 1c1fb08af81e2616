package usage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

// shelf takes what a log writes, unless it is shut.
type shelf struct {
	mu     sync.Mutex
	shut   bool
	events []string
}

func (s *shelf) record(_ context.Context, events []*enablement.SearchEvent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return errors.New("the database is away")
	}
	for _, e := range events {
		s.events = append(s.events, strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.RepID, " ", e.Term, e.AssetID)))
	}
	return nil
}

func (s *shelf) set(shut bool) { s.mu.Lock(); s.shut = shut; s.mu.Unlock() }

func (s *shelf) holds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.events...)
}

// hands is a clock that a test moves.
type hands struct{ at atomic.Int64 }

func (h *hands) now() time.Time                    { return epoch.Add(time.Duration(h.at.Load())) }
func (h *hands) move(by time.Duration)             { h.at.Add(int64(by)) }
func searchFor(text string) *enablement.AssetQuery { return &enablement.AssetQuery{Text: text} }

func answer(ids ...string) *enablement.AssetConnection {
	c := &enablement.AssetConnection{TotalCount: len(ids)}
	for _, id := range ids {
		c.Nodes = append(c.Nodes, &enablement.Asset{ID: id})
	}
	return c
}

func newLog(t *testing.T, s *shelf, clock func() time.Time) *usage.SearchLog {
	t.Helper()
	return usage.NewSearchLog(usage.SearchLogOptions{Record: s.record, Now: clock, Logger: slog.New(slog.DiscardHandler), Every: time.Millisecond})
}

func becomes(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

func TestASearchIsRememberedWhenItsAnswerStood(t *testing.T) {
	s, clock := &shelf{}, &hands{}
	l := newLog(t, s, clock.now)
	ann := &enablement.User{ID: "ann"}
	l.Asked(ann, searchFor("au"), answer("a", "b"))
	l.Asked(ann, searchFor("audit"), answer("a"))
	l.Asked(&enablement.User{ID: "bob"}, searchFor(" *** "), answer("a"))
	l.Asked(&enablement.User{ID: "bob"}, searchFor(""), answer("a"))
	becomes(t, "the queue is empty", func() bool { return l.Stats().Queued == 0 })
	if held := s.holds(); len(held) != 0 {
		t.Errorf("remembered before any answer stood: %q", held)
	}
	clock.move(3 * time.Second)
	becomes(t, "the search is written", func() bool { return len(s.holds()) == 1 })
	l.Opened(ann, "a")
	l.Sent(ann, &enablement.Send{AssetIDs: []string{"a", "c"}, RecordedAt: clock.now()})
	l.Asked(ann, searchFor("pending"), answer())
	l.Close()
	want := []string{"ASKED ann audit", "OPENED ann a", "SENT ann a", "ASKED ann pending"}
	if diff := cmp.Diff(want, s.holds()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	if st := l.Stats(); st != (usage.SearchLogStats{Remembered: 4}) {
		t.Errorf("stats %+v", st)
	}
}

// While the database is away searches wait, up to so many; nobody who searches
// waits, however much comes.
func TestSearchesWaitForTheDatabase(t *testing.T) {
	s, clock := &shelf{shut: true}, &hands{}
	l := newLog(t, s, clock.now)
	for i := range 20 {
		l.Asked(&enablement.User{ID: fmt.Sprint("rep", i)}, searchFor("audit"), answer("a"))
	}
	becomes(t, "the queue is empty", func() bool { return l.Stats().Queued == 0 })
	clock.move(3 * time.Second)
	becomes(t, "the searches wait", func() bool { return l.Stats().Queued == 20 })
	s.set(false)
	becomes(t, "the searches are written", func() bool { return len(s.holds()) == 20 && l.Stats().Queued == 0 })
	l.Close()
}

func TestWhatDoesNotFitIsDroppedAndCounted(t *testing.T) {
	gate := make(chan struct{})
	var written atomic.Int64
	clock := &hands{}
	l := usage.NewSearchLog(usage.SearchLogOptions{Now: clock.now, Logger: slog.New(slog.DiscardHandler), Every: time.Millisecond,
		Record: func(_ context.Context, events []*enablement.SearchEvent) error {
			<-gate
			written.Add(int64(len(events)))
			return nil
		}})
	l.Asked(&enablement.User{ID: "first"}, searchFor("audit"), answer("a"))
	becomes(t, "the queue is empty", func() bool { return l.Stats().Queued == 0 })
	clock.move(3 * time.Second)
	l.Opened(&enablement.User{ID: "first"}, "a") // the writer stands at the gate from now on, or from its next tick
	const many = 5_000
	becomes(t, "something is dropped", func() bool {
		for i := range many {
			l.Asked(&enablement.User{ID: fmt.Sprint("rep", i)}, searchFor("audit"), answer("a"))
		}
		return l.Stats().Dropped > 0
	})
	close(gate)
	l.Close()
	if st := l.Stats(); st.Remembered != int(written.Load()) || st.Queued != 0 || st.Remembered == 0 {
		t.Errorf("%d written, stats %+v", written.Load(), st)
	}
}

func TestALogThatIsSwitchedOffRemembersNothing(t *testing.T) {
	var l *usage.SearchLog
	ann := &enablement.User{ID: "ann"}
	l.Asked(ann, searchFor("audit"), answer("a"))
	l.Opened(ann, "a")
	l.Sent(ann, &enablement.Send{AssetIDs: []string{"a"}})
	l.Close()
	if l.Remembers() || l.Stats() != (usage.SearchLogStats{}) {
		t.Errorf("stats %+v", l.Stats())
	}
}

// BenchmarkHandOver is what a search pays for being remembered, while the log
// takes everything in and with a queue that is full.
func BenchmarkHandOver(b *testing.B) {
	viewers := make([]*enablement.User, 64)
	for i := range viewers {
		viewers[i] = &enablement.User{ID: fmt.Sprint("usr_", i)}
	}
	page := answer("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	for name, record := range map[string]func(context.Context, []*enablement.SearchEvent) error{
		"taken": func(context.Context, []*enablement.SearchEvent) error { return nil },
		"full":  func(ctx context.Context, _ []*enablement.SearchEvent) error { <-b.Context().Done(); return nil },
	} {
		b.Run(name, func(b *testing.B) {
			l := usage.NewSearchLog(usage.SearchLogOptions{Record: record, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Every: time.Millisecond})
			if name == "full" {
				l.Asked(viewers[0], searchFor("audit"), page)
				l.Opened(viewers[0], "a")
				time.Sleep(20 * time.Millisecond)
			}
			q := &enablement.AssetQuery{Text: "audit trail for banks", First: 10}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				l.Asked(viewers[i%len(viewers)], q, page)
				i++
			}
			b.ReportMetric(float64(l.Stats().Dropped)/float64(b.N), "dropped/op")
		})
	}
}
