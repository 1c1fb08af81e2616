package store

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// heard is a follower that counts how often it was handed each send and keeps
// the newest version of each asset.
type heard struct {
	mu    sync.Mutex
	times map[string]int
	at    map[string]int
}

func (h *heard) follower() Follower {
	return Follower{Name: "heard", Sends: func(_ context.Context, sends []*enablement.Send) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, s := range sends {
			h.times[s.ID]++
		}
		return nil
	}, Assets: func(_ context.Context, assets []*enablement.Asset) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, a := range assets {
			h.at[a.ID] = a.Version
		}
		return nil
	}}
}

// tailed is two servers that write, one that follows, and the clocks of all four
// machines, which a property turns.
type tailed struct {
	t       testing.TB
	writers []*Store
	stale   []bool // the writer has not looked at the database's clock since that jumped
	reader  *tailer
	heard   *heard
	rep     *enablement.User
	lead    *enablement.Lead
	shelf   []*enablement.Asset

	mu    sync.Mutex
	jump  time.Duration   // of the database's clock
	local []time.Duration // of the writers'

	prompt, late map[string]int // id -> version that the next poll, or the next sweep, must bring
}

func newTailed(t testing.TB) *tailed {
	o := sharedDatabase(t)
	o.TailEvery = time.Hour // the property polls
	x := &tailed{t: t, heard: &heard{times: map[string]int{}, at: map[string]int{}}, local: make([]time.Duration, 2), stale: make([]bool, 2),
		prompt: map[string]int{}, late: map[string]int{}}
	database := func(context.Context) (time.Time, error) {
		x.mu.Lock()
		defer x.mu.Unlock()
		return time.Now().Add(x.jump), nil
	}
	for i := range x.local {
		o.Now = func() time.Time {
			x.mu.Lock()
			defer x.mu.Unlock()
			return time.Now().Add(x.local[i])
		}
		w := openStore(t, o)
		w.clock.ask = database
		x.writers = append(x.writers, w)
	}
	reader := openStore(t, o, x.heard.follower())
	reader.clock.ask = database
	x.reader = &tailer{store: reader, watermark: reader.now()}
	var asset *enablement.Asset
	x.rep, asset, x.lead = someone(t, x.writers[0])
	x.shelf = []*enablement.Asset{asset}
	return x
}

// begin sets all clocks right and follows what an example before has left.
func (x *tailed) begin(t *rapid.T) {
	x.turn(&x.jump, 0)
	for i, w := range x.writers {
		x.turn(&x.local[i], 0)
		if err := w.clock.set(context.Background()); err != nil {
			t.Fatal(err)
		}
		x.stale[i] = false
	}
	clear(x.prompt)
	clear(x.late)
	x.poll(t, true)
}

// due notes what a poll must bring.
func (x *tailed) due(writer int, id string, version int, late time.Duration) {
	if late > operationTimeout || x.stale[writer] {
		x.late[id] = version
		return
	}
	x.prompt[id] = version
}

func (x *tailed) write(t *rapid.T) {
	writer := rapid.IntRange(0, 1).Draw(t, "writer")
	s, ctx := x.writers[writer], context.Background()
	if rapid.Bool().Draw(t, "edit") {
		i := rapid.IntRange(0, len(x.shelf)-1).Draw(t, "asset")
		a, err := s.UpdateAsset(ctx, x.shelf[i].ID, nil, enablement.AssetPatch{Title: ptr(fmt.Sprint("title ", x.shelf[i].Version+1))})
		if err != nil {
			t.Fatal(err)
		}
		x.shelf[i] = a
		x.due(writer, a.ID, a.Version, 0)
		return
	}
	send, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: x.lead.ID, Assets: []string{x.shelf[0].ID}}, x.rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	x.due(writer, send.ID, 0, 0)
}

// land is a write that lands later than it was dated: its server stood still in
// between.
func (x *tailed) land(t *rapid.T) {
	writer := rapid.IntRange(0, 1).Draw(t, "writer")
	late := time.Duration(rapid.IntRange(0, 50*60).Draw(t, "late")) * time.Second
	s := x.writers[writer]
	send := enablement.NewSend(x.lead, x.rep, []string{x.shelf[0].ID}, enablement.ChannelEmail, nil, nil, s.now().Add(-late))
	send.ID = newID(enablement.SendPrefix)
	if _, err := s.sends.docs.mongo.InsertOne(context.Background(), send); err != nil {
		t.Fatal(err)
	}
	x.due(writer, send.ID, 0, late)
}

func (x *tailed) turn(of *time.Duration, to time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	*of = to
}

func (x *tailed) poll(t *rapid.T, sweep bool) {
	if sweep {
		x.reader.swept = time.Time{}
	}
	swept := x.reader.swept
	if err := x.reader.poll(context.Background()); err != nil {
		t.Fatal(err)
	}
	x.seen(t, x.prompt)
	if sweep = x.reader.swept != swept; sweep {
		x.seen(t, x.late)
	}
}

// seen insists that the reader has what was due.
func (x *tailed) seen(t *rapid.T, due map[string]int) {
	x.heard.mu.Lock()
	defer x.heard.mu.Unlock()
	for id, version := range due {
		if strings.HasPrefix(id, enablement.SendPrefix) {
			if n := x.heard.times[id]; n != 1 {
				t.Fatalf("the send %s was followed %d times, want once", id, n)
			}
		} else if at := x.heard.at[id]; at < version {
			t.Fatalf("the asset %s is followed at version %d, want %d", id, at, version)
		}
	}
	clear(due)
}

// once insists that no send was ever handed on again.
func (x *tailed) once(t *rapid.T) {
	x.heard.mu.Lock()
	defer x.heard.mu.Unlock()
	for id, n := range x.heard.times {
		if n != 1 {
			t.Fatalf("the send %s was followed %d times, want once", id, n)
		}
	}
}

// Whatever the clocks say and however late a write lands: every change is
// followed, once, by the next poll where nothing was late and by the next sweep
// at the latest.
func TestTheTailMissesNothing(t *testing.T) {
	x := newTailed(t)
	minutes := rapid.SampledFrom([]time.Duration{-30 * time.Minute, -5 * time.Second, 0, 5 * time.Second, 30 * time.Minute})
	hours := rapid.SampledFrom([]time.Duration{-time.Hour, -5 * time.Second, 0, 5 * time.Second, time.Hour})
	examples, most := 0, 12 // QUIVER_FAULTS=long: all that rapid makes
	if os.Getenv("QUIVER_FAULTS") == "long" {
		most = math.MaxInt
	}
	rapid.Check(t, func(t *rapid.T) {
		if examples++; examples > most {
			return
		}
		x.begin(t)
		t.Repeat(map[string]func(*rapid.T){
			"write": x.write,
			"land":  x.land,
			"a machine's clock jumps": func(t *rapid.T) {
				x.turn(&x.local[rapid.IntRange(0, 1).Draw(t, "writer")], hours.Draw(t, "to"))
			},
			"the database's clock jumps": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
					return
				}
				x.turn(&x.jump, minutes.Draw(t, "to"))
				x.stale = []bool{true, true}
				maps.Copy(x.late, x.prompt) // dated by a clock that the reader may never have seen
				clear(x.prompt)
			},
			"look at the clock": func(t *rapid.T) {
				for i, w := range x.writers {
					if err := w.clock.set(context.Background()); err != nil {
						t.Fatal(err)
					}
					x.stale[i] = false
				}
			},
			"poll":       func(t *rapid.T) { x.poll(t, false) },
			"poll again": func(t *rapid.T) { x.poll(t, false) },
		})
		x.poll(t, true)
		x.once(t)
	})
}

// A write that waited, for others or for a retry, is dated when it is written.
func TestAWriteIsDatedWhenItIsWritten(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, sharedDatabase(t))
	rep, asset, lead := someone(t, s)
	old := enablement.Instant(s.now().Add(-time.Minute))
	edited := asset.Clone()
	edited.Version, edited.UpdatedAt = 2, old
	alone := asset.Clone()
	alone.Version, alone.UpdatedAt = 3, old
	added := asset.Clone()
	added.ID, added.ExternalID, added.Version, added.UpdatedAt = newID(enablement.AssetPrefix), nil, 1, old
	send := enablement.NewSend(lead, rep, []string{asset.ID}, enablement.ChannelEmail, nil, nil, old)
	send.ID = newID(enablement.SendPrefix)
	if err := s.assets.writeAll(ctx, []*enablement.Asset{edited, added}); err[0] != nil || err[1] != nil {
		t.Fatal(err)
	}
	if err := s.assets.write(ctx, alone); err != nil {
		t.Fatal(err)
	}
	if _, err := s.queue.record(ctx, send); err != nil {
		t.Fatal(err)
	}
	for what, at := range map[string]time.Time{"an edit among many": edited.UpdatedAt, "an edit": alone.UpdatedAt, "an addition": added.UpdatedAt, "a send": send.RecordedAt} {
		if late := s.now().Sub(at); late > 5*time.Second {
			t.Errorf("%s was dated %v before it was written", what, late)
		}
	}
}

func TestServersOnOneDatabaseSaveTheSameSynonymsOnce(t *testing.T) {
	o := sharedDatabase(t)
	o.TailEvery = time.Hour // each knows only what it has read itself
	here, there := openStore(t, o), openStore(t, o)
	for round := range 10 {
		var saved [4]*enablement.Synonyms
		var group sync.WaitGroup
		for i := range saved {
			s, words := here, []string{fmt.Sprint("Excel", round), "spreadsheet"}
			if i%2 == 1 {
				s, words = there, []string{"Spreadsheet", fmt.Sprint("excel", round)}
			}
			group.Go(func() {
				saved[i], _ = s.SaveSynonyms(context.Background(), nil, enablement.SynonymsInput{Terms: words})
			})
		}
		group.Wait()
		for _, set := range saved {
			if set == nil || saved[0] == nil || set.ID != saved[0].ID || !set.CreatedAt.Equal(saved[0].CreatedAt) || set.Terms[0] != saved[0].Terms[0] {
				t.Fatalf("one set said twice became %+v and %+v", saved[0], set)
			}
		}
	}
	stored, err := here.readSynonyms(context.Background())
	if err != nil || len(stored.sets) != 10 {
		t.Errorf("%d sets are stored, %v; want 10", len(stored.sets), err)
	}
}

// What a sweep cannot meet again is not remembered for it, of whatever noun: each
// would grow with every document for as long as the server runs.
func TestASweepForgetsWhatItCannotMeetAgain(t *testing.T) {
	o := sharedDatabase(t)
	o.TailEvery = time.Hour
	s := openStore(t, o)
	now := s.now()
	old, young := now.Add(-3*sweepReach), now.Add(-sweepReach)
	remembered := map[string]recent{
		"sends": s.sends.recent, "outcomes": s.outcomes.recent, "searches": s.searches.recent, "the audit log": s.audit.recent,
	}
	for _, recent := range remembered {
		recent.add("old", old)
		recent.add("young", young)
	}
	if err := (&tailer{store: s, watermark: now}).poll(context.Background()); err != nil {
		t.Fatal(err)
	}
	for of, recent := range remembered {
		if recent.has("old") {
			t.Errorf("of %s a document is remembered that no sweep meets", of)
		}
		if !recent.has("young") {
			t.Errorf("of %s a document is forgotten that a sweep may meet", of)
		}
	}
}

// After a large import a sweep counts what it knows, and reads it again only for
// what landed late.
func TestASweepReadsNothingAgainThatIsKnown(t *testing.T) {
	o := sharedDatabase(t)
	o.TailEvery = time.Hour
	h := &heard{times: map[string]int{}, at: map[string]int{}}
	writer := openStore(t, o)
	hourAgo := enablement.Instant(writer.now().Add(-time.Hour))
	land := func(from, to int) {
		var sends []any
		for i := from; i < to; i++ {
			sends = append(sends, &enablement.Send{ID: fmt.Sprint("snd_", i), LeadID: "led_1", AssetIDs: []string{"ast_1"}, SentAt: hourAgo, RecordedAt: hourAgo})
		}
		if _, err := writer.sends.docs.mongo.InsertMany(t.Context(), sends); err != nil {
			t.Fatal(err)
		}
	}
	const imported = 1_500
	land(0, imported)
	s := openStore(t, o, h.follower())
	tail := &tailer{store: s, watermark: s.now()}
	sweep := func() (reads float64) {
		tail.swept = time.Time{}
		before := measured(t, s)
		if err := tail.poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		return measured(t, s)["quiver_database_command_seconds getMore"] - before["quiver_database_command_seconds getMore"]
	}
	if n := sweep(); n > 0 {
		t.Errorf("a sweep that has nothing to find reads on %v times", n)
	}
	land(imported, imported+3)
	if n := sweep(); n == 0 {
		t.Error("a sweep that has something to find reads nothing: the test shows nothing")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range imported + 3 {
		want := 0 // loaded
		if i >= imported {
			want = 1
		}
		if n := h.times[fmt.Sprint("snd_", i)]; n != want {
			t.Fatalf("send %d was followed %d times, want %d", i, n, want)
		}
	}
}
