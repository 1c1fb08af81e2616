package main

import (
	"syscall"
	"testing"
	"time"
)

// readyWithin waits until a server answers again and gives how long that took.
func readyWithin(t *testing.T, q *quiver, within time.Duration) time.Duration {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if status(q.address+"/readyz") == 200 {
			return time.Since(began)
		}
		if time.Since(began) > within {
			t.Fatalf("not ready %v after the fault was over", within)
		}
	}
}

// progress waits until the traffic has moved on by some acknowledged writes.
func (tr *traffic) progress(writes int64) {
	tr.t.Helper()
	goal := tr.wishes.Load() + writes
	eventually(tr.t, "writes are acknowledged", func() bool { return tr.wishes.Load() >= goal })
}

// The database goes away under load, in each way that it can, and comes back:
// what was acknowledged is there, once; the rest is refused as UNAVAILABLE, in
// bounded time; nobody has to do anything.
func TestTheDatabaseGoesAwayAndReturns(t *testing.T) {
	t.Parallel()
	away := atLength(time.Second, 10*time.Second)
	for name, fault := range map[string]struct {
		begin, end func(*engine, *line)
	}{
		"killed":     {func(e *engine, _ *line) { e.kill() }, func(e *engine, _ *line) { e.start() }},
		"paused":     {func(e *engine, _ *line) { e.signal(syscall.SIGSTOP) }, func(e *engine, _ *line) { e.signal(syscall.SIGCONT) }},
		"cut":        {func(_ *engine, l *line) { l.be(cut) }, func(_ *engine, l *line) { l.be(passing) }},
		"blackholed": {func(_ *engine, l *line) { l.be(swallowing) }, func(_ *engine, l *line) { l.be(passing) }},
	} {
		t.Run(name, func(t *testing.T) {
			db := newEngine(t)
			wire := newLine(t, db.address)
			p := spawn(t, t.TempDir(), "--mongodb-uri", wire.uri())
			tr := newTraffic(p.quiver, p.address)
			tr.start(3)
			tr.progress(30)
			fault.begin(db, wire)
			time.Sleep(away) // the length of the fault is the variable of this test
			fault.end(db, wire)
			back := readyWithin(t, p.quiver, 15*time.Second)
			tr.progress(30)
			tr.stop()
			tr.only("UNAVAILABLE", "ROWS")
			same := tr.holds(p.quiver, db, 10*time.Second)
			t.Logf("ready %v after it was back, copies equal %v later; %v refused, longest wait %v", back, same, tr.refused, tr.longest)
			checked(t, p, "--mongodb-uri", db.uri())
		})
	}
}

// A database that takes 2 s longer for everything is waited for: nothing fails.
func TestASlowDatabaseIsWaitedFor(t *testing.T) {
	t.Parallel()
	db := newEngine(t)
	wire := newLine(t, db.address)
	p := spawn(t, t.TempDir(), "--mongodb-uri", wire.uri())
	tr := newTraffic(p.quiver, p.address)
	tr.start(3)
	tr.progress(30)
	wire.slowDown(2 * time.Second)
	time.Sleep(atLength(3*time.Second, 20*time.Second)) // the length of the fault is the variable of this test
	wire.slowDown(0)
	tr.progress(30)
	tr.stop()
	tr.only() // nothing
	tr.holds(p.quiver, db, 10*time.Second)
	if tr.longest < 2*time.Second {
		t.Errorf("the longest answer took %v: nothing was slow", tr.longest)
	}
	checked(t, p, "--mongodb-uri", db.uri())
}
