package edge

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// What the server takes on at once. What a body becomes once decoded takes
// several times its bytes.
const (
	// DefaultOperations is how many queries, and how many mutations, are
	// executed at once. They share a few cores; more only take memory.
	DefaultOperations = 256
	// patience is how long an operation waits for its turn, and waitingPerTurn
	// how many may wait for each that is executed.
	patience       = time.Second
	waitingPerTurn = 4
	// Bodies of known senders, in bytes: those over smallBody, which are
	// imports, leave some room for the others, which are queries.
	knownBodies = 96 << 20
	smallBodies = 32 << 20
	smallBody   = 64 << 10
	// Bodies of those without a valid token, each at most a small one.
	strangersBodies = 16 << 20
	// Answers that are made and not yet read, in bytes: those over smallBody leave
	// some room for the others.
	unreadAnswers = 256 << 20
	smallAnswers  = 64 << 20
	// MaxTexts is what the long texts of one answer may come to, in bytes: a page
	// of long white papers is a tenth of it.
	MaxTexts = 64 << 20
)

var (
	// ErrBusy is what a body or an answer meets when the server holds too many.
	ErrBusy = errors.New("the server is busy")
	// ErrLongAnswer is what an answer meets whose texts come to more than MaxTexts.
	ErrLongAnswer = errors.New("the answer is too long")
)

// BusyRetry is when to come back to a server that is busy.
const BusyRetry = time.Second

// Load bounds what is done at once, so that the server sheds what it cannot
// take instead of running out of memory. Nil bounds nothing. It may be used by
// many goroutines.
type Load struct {
	// Queries answer from memory while mutations wait for the database: neither
	// takes the other's turns.
	queries, mutations turns
	known, strangers   budget
	answers            budget
	shed               atomic.Int64
}

// NewLoad makes a Load for so many queries and as many mutations at once.
func NewLoad(operations int) *Load {
	return &Load{
		queries: newTurns(operations), mutations: newTurns(operations),
		known: budget{most: knownBodies, kept: smallBodies}, strangers: budget{most: strangersBodies},
		answers: budget{most: unreadAnswers, kept: smallAnswers},
	}
}

// Shed is how many requests were turned away.
func (l *Load) Shed() int64 { return l.shed.Load() }

// Enter gives an operation its turn, which ends with leave. It waits for one a
// moment where others wait too, and is not ok where that is in vain.
func (l *Load) Enter(ctx context.Context, mutation bool) (leave func(), ok bool) {
	if l == nil {
		return func() {}, true
	}
	t := &l.queries
	if mutation {
		t = &l.mutations
	}
	if !t.enter(ctx) {
		l.shed.Add(1)
		return nil, false
	}
	return t.leave, true
}

// turns is a semaphore with a short queue.
type turns struct {
	taken   chan struct{}
	waiting *atomic.Int64
}

func newTurns(n int) turns { return turns{taken: make(chan struct{}, n), waiting: new(atomic.Int64)} }

func (t turns) enter(ctx context.Context) bool {
	select {
	case t.taken <- struct{}{}:
		return true
	default:
	}
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > int64(waitingPerTurn*cap(t.taken)) {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case t.taken <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (t turns) leave() { <-t.taken }

// budget counts the bytes of the bodies that are held.
type budget struct {
	most, kept int64 // kept: for small bodies
	held       atomic.Int64
}

// Body is the account of one request's body. A nil Body counts nothing.
type Body struct {
	load *Load
	from *budget
	held int64
}

// Answer is the account of one answer, from before it is made until it is read. A
// nil Answer counts nothing. Many goroutines may put texts on it.
type Answer struct {
	mu    sync.Mutex
	body  Body
	texts int64
}

// Body opens the account of a body, of a known sender or of a stranger. Close it
// once nothing of the body is needed.
func (l *Load) Body(known bool) *Body {
	switch {
	case l == nil:
		return nil
	case known:
		return &Body{load: l, from: &l.known}
	}
	return &Body{load: l, from: &l.strangers}
}

// Answer opens the account of an answer. Close it once its client has read it.
func (l *Load) Answer() *Answer {
	if l == nil {
		return nil
	}
	return &Answer{body: Body{load: l, from: &l.answers}}
}

// Text counts a long text before it is written: ErrLongAnswer where the answer has
// too many of them, ErrBusy where clients that read slowly hold too much already.
func (a *Answer) Text(bytes int) error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.texts += int64(bytes); a.texts > MaxTexts {
		return ErrLongAnswer
	}
	if !a.body.grow(int64(bytes)) {
		return ErrBusy
	}
	return nil
}

// Made counts an answer that has come to so many bytes, its texts among them. Not
// ok: there is no room for it.
func (a *Answer) Made(bytes int) (ok bool) {
	if a == nil {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if ok = a.body.grow(max(0, int64(bytes)-a.body.held)); !ok {
		a.body.load.shed.Add(1)
	}
	return ok
}

// Close gives back the room. It may be called twice.
func (a *Answer) Close() {
	if a != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.body.Close()
	}
}

// Reader reads r and puts every byte on the account as it arrives: what is only
// announced takes nobody's room. It ends with ErrBusy where there is no room.
func (b *Body) Reader(r io.Reader) io.Reader {
	if b == nil {
		return r
	}
	return counted{b, r}
}

// Close gives back the room. It may be called twice.
func (b *Body) Close() {
	if b != nil && b.held > 0 {
		b.from.held.Add(-b.held)
		b.held = 0
	}
}

type counted struct {
	body *Body
	from io.Reader
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if !c.body.grow(int64(n)) {
		c.body.load.shed.Add(1)
		return n, ErrBusy
	}
	return n, err
}

func (b *Body) grow(n int64) bool {
	most := b.from.most
	if b.held += n; b.held > smallBody {
		most -= b.from.kept
	}
	return b.from.held.Add(n) <= most
}
