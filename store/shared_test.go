package store

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store/embedded"
)

// sharedDatabase names a database that several stores may open at once: on the
// server that MONGODB_URI names or, without, on an embedded engine reached as a
// server would be.
func sharedDatabase(t testing.TB) Options {
	t.Helper()
	o := testDatabase(t)
	if os.Getenv("MONGODB_URI") != "" {
		return o
	}
	engine, err := embedded.Start(o.Dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Stop(); err != nil {
			t.Errorf("stop the engine: %v", err)
		}
	})
	o.URI = engine.URI()
	return o
}

func TestServersOnOneDatabaseSeeEachOther(t *testing.T) {
	ctx := context.Background()
	o := sharedDatabase(t)
	m := &mirror{assets: map[string]int{}}
	var mu sync.Mutex
	sends, became, searches := map[string]int{}, map[string]int{}, &searched{}
	here := openStore(t, o)
	there := openStore(t, o, m.follower(), Follower{Name: "ledger", Sends: func(_ context.Context, all []*enablement.Send) error {
		mu.Lock()
		defer mu.Unlock()
		for _, send := range all {
			sends[send.ID]++
		}
		return nil
	}, Outcomes: func(_ context.Context, all []*enablement.Outcome) error {
		mu.Lock()
		defer mu.Unlock()
		for _, outcome := range all {
			became[outcome.SendID]++
		}
		return nil
	}}, searches.follower())
	rep, asset, lead := someone(t, here)
	if _, err := here.SavePersona(ctx, nil, enablement.PersonaInput{Name: "CFO"}); err != nil {
		t.Fatal(err)
	}
	send, err := here.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.RecordOutcome(ctx, enablement.RecordOutcomeInput{Send: send.ID, Kind: enablement.OutcomeReplied}, rep, anyLead); err != nil {
		t.Fatal(err)
	}
	search := aSearch(rep.ID, "SOC 2", time.Now())
	if err := errors.Join(here.RecordSearches(ctx, search), there.RecordSearches(ctx, search[:1])); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everything arrives", func() bool {
		n := there.Stats()
		return n.Assets == 1 && n.Leads == 1 && n.Sends == 1 && n.Outcomes == 1 && n.Searches == 4 && n.Users == 1 && n.Personas == 1
	})
	updated, err := here.UpdateAsset(ctx, asset.ID, &asset.Version, enablement.AssetPatch{Title: ptr("New")})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the update arrives", func() bool {
		a, err := there.Asset(ctx, asset.ID)
		return err == nil && a.Title == "New" && m.revision(asset.ID) == updated.Version
	})
	mu.Lock()
	defer mu.Unlock()
	if sends[send.ID] != 1 || became[send.ID] != 1 {
		t.Errorf("the send was followed %d times and its outcome %d, want once", sends[send.ID], became[send.ID])
	}
	if held := searches.held(); len(held) != 4 || held["ASKED "+rep.ID+" soc 2"] != 1 || held["OPENED "+rep.ID+" ast_1"] != 1 {
		t.Errorf("the search was followed as %v, want each event once", held)
	}
}

func TestTailBearsWithClocksThatLieApart(t *testing.T) {
	for name, skew := range map[string]time.Duration{"behind": -8 * time.Second, "ahead": 8 * time.Second} {
		t.Run(name, func(t *testing.T) {
			o := sharedDatabase(t)
			there := openStore(t, o)
			o.Now = func() time.Time { return time.Now().Add(skew) }
			here := openStore(t, o)
			eventually(t, "the tail has polled", func() bool { return there.polls.Load() > 2 })
			rep, asset, lead := someone(t, here)
			if _, err := here.RecordSend(context.Background(), enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead); err != nil {
				t.Fatal(err)
			}
			eventually(t, "everything arrives", func() bool {
				n := there.Stats()
				return n.Assets == 1 && n.Leads == 1 && n.Sends == 1 && n.Users == 1
			})
			seen := there.polls.Load()
			eventually(t, "the tail has polled again", func() bool { return there.polls.Load() > seen+2 })
			if n := there.Stats(); n.Sends != 1 {
				t.Errorf("%d sends counted, want 1", n.Sends)
			}
		})
	}
}

func TestServersOnOneDatabaseDoNotOverwriteEachOther(t *testing.T) {
	ctx := context.Background()
	o := sharedDatabase(t)
	o.TailEvery = time.Hour // each knows only what it has read itself
	here, there := openStore(t, o), openStore(t, o)
	rep, asset, lead := someone(t, here)
	if _, err := there.Asset(ctx, asset.ID); err != nil {
		t.Fatal(err)
	}
	second, err := here.UpdateAsset(ctx, asset.ID, nil, enablement.AssetPatch{Title: ptr("Two")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = there.UpdateAsset(ctx, asset.ID, &asset.Version, enablement.AssetPatch{Title: ptr("Lost")})
	wantCode(t, err, enablement.Conflict)
	third, err := there.UpdateAsset(ctx, asset.ID, &second.Version, enablement.AssetPatch{Summary: ptr("s")})
	if err != nil || third.Title != "Two" || third.Version != 3 {
		t.Errorf("third: %+v, %v", third, err)
	}
	_, err = there.CreateAsset(ctx, enablement.AssetInput{ExternalID: ptr("guide"), Title: "Again"}, nil)
	wantCode(t, err, enablement.Conflict)
	same, err := there.SaveLead(ctx, nil, enablement.LeadInput{Email: lead.Email, Notes: ptr("n")}, nil, anyLead)
	if err != nil || same.ID != lead.ID || same.Company != "Acme" {
		t.Errorf("lead by email elsewhere: %+v, %v", same, err)
	}
	r, err := here.ImportLeads(ctx, []enablement.LeadInput{{Email: lead.Email, Source: ptr("fair")}}, false)
	if err != nil || counts(r) != [4]int{0, 1, 0, 0} {
		t.Fatalf("import over a stale cache: %v, %v", counts(r), err)
	}
	if l, err := here.Lead(ctx, lead.ID); err != nil || l.Notes != "n" || l.Source != "fair" {
		t.Errorf("lead: %+v, %v; want notes of one server and source of the other", l, err)
	}
	in := enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, IdempotencyKey: ptr("k")}
	first, err := here.RecordSend(ctx, in, rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := there.RecordSend(ctx, in, rep, anyLead)
	if err != nil || elsewhere.ID != first.ID || !elsewhere.RecordedAt.Equal(first.RecordedAt) {
		t.Errorf("repeated elsewhere: %+v, %v; want the first record", elsewhere, err)
	}
	a, errA := here.EnsureUser(ctx, enablement.Identity{Subject: "new", Role: enablement.RoleRep})
	b, errB := there.EnsureUser(ctx, enablement.Identity{Subject: "new", Role: enablement.RoleRep})
	if err := errors.Join(errA, errB); err != nil || a.ID != b.ID {
		t.Errorf("one subject became %v and %v, %v", a, b, err)
	}
}

func TestUnreachableDatabaseIsSaidSoonAndWithoutCredentials(t *testing.T) {
	t.Parallel()
	started := time.Now()
	_, err := Open(context.Background(), Options{URI: "mongodb://user:sesame@127.0.0.1:1/quiver", Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Fatal("opened a database that is not there")
	}
	if took := time.Since(started); took > 8*time.Second {
		t.Errorf("took %v", took)
	}
	if text := err.Error(); !strings.Contains(text, "MongoDB at 127.0.0.1:1 does not answer") || strings.Contains(text, "sesame") {
		t.Errorf("message: %s", text)
	}
	if _, err := Open(context.Background(), Options{URI: "not a uri"}); err == nil {
		t.Error("opened nonsense")
	}
}

func TestStoreRecoversFromAnOutage(t *testing.T) {
	if os.Getenv("MONGODB_URI") != "" {
		t.Skip("cuts the line to an engine of its own")
	}
	ctx := context.Background()
	o := sharedDatabase(t)
	line := newLine(t, strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(o.URI, "mongodb://"), "/"), "%2F", "/"))
	o.URI = "mongodb://" + line.address() + "/quiver?serverSelectionTimeoutMS=500&directConnection=true"
	s := openStore(t, o)
	rep, asset, lead := someone(t, s)
	line.cut()
	_, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, IdempotencyKey: ptr("k")}, rep, anyLead)
	wantCode(t, err, enablement.Unavailable)
	if err := s.Ping(ctx); enablement.CodeOf(err) != enablement.Unavailable {
		t.Errorf("ping: %v, want UNAVAILABLE", err)
	}
	_, err = s.UpdateAsset(ctx, asset.ID, nil, enablement.AssetPatch{Title: ptr("New")})
	wantCode(t, err, enablement.Unavailable)
	if a, err := s.Asset(ctx, asset.ID); err != nil || a.Title != "Guide" {
		t.Errorf("reads from memory go on: %v, %v", a, err)
	}
	line.mend()
	eventually(t, "sends are recorded again", func() bool {
		_, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, IdempotencyKey: ptr("k")}, rep, anyLead)
		return err == nil
	})
	if n := s.Stats().Sends; n != 1 {
		t.Errorf("%d sends, want 1", n)
	}
}

// line is a telephone line to a unix socket that can be cut.
type line struct {
	listener net.Listener
	target   string
	mu       sync.Mutex
	down     bool
	open     []net.Conn
}

func newLine(t testing.TB, target string) *line {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, target: target}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.connect(conn)
		}
	}()
	return l
}

func (l *line) address() string { return l.listener.Addr().String() }

func (l *line) connect(conn net.Conn) {
	l.mu.Lock()
	engine, err := net.Dial("unix", l.target)
	if l.down || err != nil {
		conn.Close()
		if err == nil {
			engine.Close()
		}
		l.mu.Unlock()
		return
	}
	l.open = append(l.open, conn, engine)
	l.mu.Unlock()
	go func() { io.Copy(engine, conn); engine.Close() }()
	io.Copy(conn, engine)
	conn.Close()
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for _, conn := range l.open {
		conn.Close()
	}
	l.open = nil
}

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}
