package store

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/tracing"
)

// The bounds of the group commit: how many callers may wait, and how many sends
// go into one write.
const (
	queueLength = 4_096
	queueBatch  = 512
)

// sendQueue is a group commit: sends recorded at the same time go to the
// database as one write. It waits for nobody: a write takes whatever has queued
// while the last one ran, and each caller gets their own outcome.
type sendQueue struct {
	sends   *noun[enablement.Send]
	waiting chan *queuedSend

	mu     sync.RWMutex // held for reading while a caller enters, for writing to close
	closed bool
}

// queuedSend is a caller who waits.
type queuedSend struct {
	ctx     context.Context
	send    *enablement.Send
	outcome chan sendOutcome // of length 1: the writer never waits for a caller
}

type sendOutcome struct {
	send *enablement.Send
	err  error
}

func newSendQueue(sends *noun[enablement.Send]) *sendQueue {
	return &sendQueue{sends: sends, waiting: make(chan *queuedSend, queueLength)}
}

// record gives the send once it is stored and published or, where its id was
// there before, the first record. A caller whose context ends gets its error;
// the send may go in nevertheless.
func (q *sendQueue) record(ctx context.Context, send *enablement.Send) (*enablement.Send, error) {
	ctx, span := tracing.Start(ctx, "commit sends")
	defer span.End()
	entry := &queuedSend{ctx: ctx, send: send, outcome: make(chan sendOutcome, 1)}
	if err := q.enter(ctx, entry); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case o := <-entry.outcome:
		return o.send, o.err
	}
}

func (q *sendQueue) enter(ctx context.Context, entry *queuedSend) error {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return errClosing
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case q.waiting <- entry:
		return nil
	}
}

// close lets nobody in any more; run then ends with the last who waits.
func (q *sendQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.waiting)
}

// run writes what has queued until the queue is closed and empty.
func (q *sendQueue) run() {
	for first := range q.waiting {
		// Whoever is about to enter does so first: after a commit, those it has
		// just answered. It costs nothing where nobody is, and saves a write of one
		// between any two of many.
		runtime.Gosched()
		batch := []*queuedSend{first}
	collect:
		for len(batch) < queueBatch {
			select {
			case next, open := <-q.waiting:
				if !open {
					break collect
				}
				batch = append(batch, next)
			default:
				break collect
			}
		}
		q.commit(batch)
	}
}

// commit writes a batch and answers everyone in it.
func (q *sendQueue) commit(batch []*queuedSend) {
	ctx, cancel := detached(traceOf(batch))
	defer cancel()
	byID := make(map[string][]*queuedSend, len(batch))
	sends := make([]*enablement.Send, 0, len(batch))
	for _, entry := range batch {
		if entry.ctx.Err() != nil {
			continue // gone before anything was written
		}
		id := entry.send.ID
		if byID[id] = append(byID[id], entry); len(byID[id]) == 1 {
			sends = append(sends, entry.send)
		}
	}
	for i, o := range q.write(ctx, sends) {
		for _, entry := range byID[sends[i].ID] {
			entry.outcome <- o
		}
	}
}

// traceOf is the context that a batch is written under: that of the first caller
// whose request is recorded, so that one trace at least shows the write.
func traceOf(batch []*queuedSend) context.Context {
	for _, entry := range batch {
		if tracing.Recorded(entry.ctx) {
			return entry.ctx
		}
	}
	return context.Background()
}

// write stores sends, publishes the new ones and gives each its outcome: the
// send itself or the first record under its id.
func (q *sendQueue) write(ctx context.Context, sends []*enablement.Send) []sendOutcome {
	outcomes := make([]sendOutcome, len(sends))
	var taken []string
	for i, err := range q.sends.writeAll(ctx, sends) {
		outcomes[i] = sendOutcome{sends[i], err}
		if errors.Is(err, errTaken) {
			taken = append(taken, sends[i].ID)
		}
	}
	if len(taken) == 0 {
		return outcomes
	}
	first, err := q.firstSends(ctx, taken)
	for i, o := range outcomes {
		if !errors.Is(o.err, errTaken) {
			if o.err != nil {
				outcomes[i].send = nil
			}
			continue
		}
		outcomes[i] = sendOutcome{first[sends[i].ID], err}
	}
	return outcomes
}
