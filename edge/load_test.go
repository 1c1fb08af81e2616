package edge

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestOperationsTakeTurns(t *testing.T) {
	l := NewLoad(2)
	var at, most, done atomic.Int64
	var group sync.WaitGroup
	for range 10 { // 2 at once and 8 that wait
		group.Go(func() {
			leave, ok := l.Enter(t.Context(), false)
			if !ok {
				t.Error("turned away although there was room to wait")
				return
			}
			defer leave()
			n := at.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(5 * time.Millisecond)
			at.Add(-1)
			done.Add(1)
		})
	}
	group.Wait()
	if most.Load() != 2 || done.Load() != 10 || l.Shed() != 0 {
		t.Errorf("%d at once, %d done, %d shed", most.Load(), done.Load(), l.Shed())
	}
}

func TestWhoWaitsInVainIsTurnedAway(t *testing.T) {
	l := NewLoad(1)
	leave, _ := l.Enter(t.Context(), false)
	if leave, ok := l.Enter(t.Context(), true); !ok {
		t.Error("a mutation waits for a query")
	} else {
		leave()
	}
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	var waiting sync.WaitGroup
	for range waitingPerTurn {
		waiting.Go(func() {
			if _, ok := l.Enter(ctx, false); ok {
				t.Error("two at once")
			}
		})
	}
	for l.queries.waiting.Load() < waitingPerTurn {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	if _, ok := l.Enter(t.Context(), false); ok || time.Since(began) > patience/2 {
		t.Errorf("one too many to wait: %t after %v", ok, time.Since(began))
	}
	giveUp()
	waiting.Wait()
	began = time.Now()
	if _, ok := l.Enter(t.Context(), false); ok || time.Since(began) < patience {
		t.Errorf("one who waits: %t after %v", ok, time.Since(began))
	}
	leave()
	if leave, ok := l.Enter(t.Context(), false); !ok {
		t.Error("no turn although there is nobody")
	} else {
		leave()
	}
	if l.queries.waiting.Load() != 0 {
		t.Error("somebody waits for ever")
	}
}

func TestBodiesHaveSoMuchRoom(t *testing.T) {
	read := func(l *Load, known bool, size int64) (*Body, error) {
		b := l.Body(known)
		_, err := io.Copy(io.Discard, b.Reader(io.LimitReader(endless{}, size)))
		return b, err
	}
	l := NewLoad(1)
	var imports []*Body
	for range 50 {
		b, err := read(l, true, 8<<20)
		if err != nil {
			b.Close()
			break
		}
		imports = append(imports, b)
	}
	if got, want := len(imports), (knownBodies-smallBodies)/(8<<20); got != want {
		t.Errorf("%d imports of 8 MB at once, want %d", got, want)
	}
	if _, err := read(l, true, smallBody); err != nil {
		t.Errorf("a query has no room beside imports: %v", err)
	}
	if _, err := read(l, false, smallBody); err != nil {
		t.Errorf("a stranger has no room beside imports: %v", err)
	}
	for _, b := range imports {
		b.Close()
		b.Close()
	}
	for range strangersBodies / smallBody {
		read(l, false, smallBody)
	}
	if _, err := read(l, false, smallBody); !errors.Is(err, ErrBusy) {
		t.Errorf("one stranger too many: %v", err)
	}
	if _, err := read(l, true, 16<<20); err != nil {
		t.Errorf("strangers leave no room: %v", err)
	}
	if l.Shed() < 2 {
		t.Errorf("%d shed, want the import and the stranger", l.Shed())
	}
}

// Whoever is refused gives back what was taken until then.
func TestARefusedBodyGivesItsRoomBack(t *testing.T) {
	l := NewLoad(1)
	for range 2 {
		b := l.Body(false)
		if _, err := io.Copy(io.Discard, b.Reader(io.LimitReader(endless{}, strangersBodies+1))); !errors.Is(err, ErrBusy) {
			t.Fatal(err)
		}
		b.Close()
	}
	if held := l.strangers.held.Load(); held != 0 {
		t.Errorf("%d bytes are held", held)
	}
}

// Answers that nobody reads do not fill the memory, and leave room for short ones.
func TestUnreadAnswersHaveSoMuchRoom(t *testing.T) {
	l := NewLoad(1)
	var held []*Answer
	for range 100 {
		if a := l.Answer(); a.Made(10 << 20) {
			held = append(held, a)
		} else {
			a.Close()
		}
	}
	if most := (unreadAnswers - smallAnswers) / (10 << 20); len(held) != most || l.Shed() != int64(100-most) {
		t.Errorf("%d answers of 10 MB have room, %d were shed, want %d", len(held), l.Shed(), most)
	}
	if !l.Answer().Made(1 << 10) {
		t.Error("a short one has none")
	}
	refused := l.Answer()
	if err := refused.Text(10 << 20); !errors.Is(err, ErrBusy) {
		t.Errorf("one is made that will have none: %v", err)
	}
	refused.Close()
	held[0].Close()
	if !l.Answer().Made(10 << 20) {
		t.Error("one that was read gives no room")
	}
	if a := (*Load)(nil).Answer(); !a.Made(1<<40) || a.Text(1<<40) != nil {
		t.Error("without a load there is a bound")
	}
}

// Texts are counted once, when they are put into the answer, and given back with it.
func TestTheTextsOfOneAnswerHaveSoMuchRoom(t *testing.T) {
	l := NewLoad(1)
	a := l.Answer()
	for range 4 {
		if err := a.Text(MaxTexts / 4); err != nil {
			t.Fatal(err)
		}
	}
	if !a.Made(MaxTexts+100) || l.answers.held.Load() != MaxTexts+100 {
		t.Errorf("%d bytes are held, want %d", l.answers.held.Load(), MaxTexts+100)
	}
	if err := a.Text(1); !errors.Is(err, ErrLongAnswer) {
		t.Errorf("one text too many: %v", err)
	}
	a.Close()
	a.Close()
	if held := l.answers.held.Load(); held != 0 {
		t.Errorf("%d bytes are held", held)
	}
}

func TestWithoutALoadNothingIsBound(t *testing.T) {
	var l *Load
	if leave, ok := l.Enter(t.Context(), true); !ok {
		t.Error("turned away")
	} else {
		leave()
	}
	b := l.Body(true)
	if text, err := io.ReadAll(b.Reader(strings.NewReader("all"))); string(text) != "all" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	b.Close()
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func BenchmarkEnter(b *testing.B) {
	l := NewLoad(DefaultOperations)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			leave, _ := l.Enter(context.Background(), false)
			leave()
		}
	})
}
