package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/quiverhq/quiver/enablement"
)

// whole is what stays in memory, and is told to its followers, as one: the
// taxonomy, the synonyms. It is never changed, only replaced.
type whole[T any] struct {
	name   string // for clients and logs: "the taxonomy"
	logger *slog.Logger
	wake   chan<- struct{} // asks for a catch-up

	read  func(context.Context) (*T, error) // from the database
	adopt func(context.Context, *T)         // makes it the current one; writing is held

	current  atomic.Pointer[T]
	writing  sync.Mutex  // held from the read of the current one to the adoption of the next
	doubtful atomic.Bool // a write of unknown outcome: read it again

	ordering  sync.Mutex // held while it is delivered
	followers []*subscription[T]
}

// open names it and says how it is read and adopted.
func (w *whole[T]) open(name string, s *Store, read func(context.Context) (*T, error), adopt func(context.Context, *T)) {
	w.name, w.logger, w.wake, w.read, w.adopt = name, s.options.Logger, s.wake, read, adopt
}

// reload adopts what other servers have written; writing is held.
func (w *whole[T]) reload(ctx context.Context) error {
	next, err := w.read(ctx)
	if err != nil {
		return err
	}
	w.adopt(ctx, next)
	return nil
}

// edit runs a change, which adopts what it has written. It runs it again, on
// what the database has, when another server's change came between.
func edit[T, D any](ctx context.Context, w *whole[T], change func() (D, error)) (D, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	for try := 1; ; try++ {
		saved, err := change()
		if !errors.Is(err, errMoved) && !errors.Is(err, errTaken) {
			if err != nil && enablement.CodeOf(err) == enablement.Unavailable {
				w.doubtful.Store(true)
				signal(w.wake)
			}
			return saved, err
		}
		if try == writeAttempts {
			return saved, enablement.Errorf(enablement.Conflict, "%s is being changed by others at the same time; try again", w.name)
		}
		if err := w.reload(ctx); err != nil {
			return saved, err
		}
	}
}

func (w *whole[T]) follow(name string, apply func(context.Context, *T) error) {
	if apply != nil {
		w.followers = append(w.followers, &subscription[T]{name: name, missed: map[string]bool{},
			apply: func(ctx context.Context, all []*T) error { return apply(ctx, all[0]) }})
	}
}

// deliver hands what is to be current to every follower.
func (w *whole[T]) deliver(ctx context.Context, next *T) {
	w.ordering.Lock()
	defer w.ordering.Unlock()
	for _, follower := range w.followers {
		w.deliverTo(ctx, follower, next)
	}
}

// deliverTo hands it to one follower and notes whether that went well.
func (w *whole[T]) deliverTo(ctx context.Context, follower *subscription[T], next *T) bool {
	if err := follower.apply(ctx, []*T{next}); err != nil {
		w.logger.Error("a follower could not take a change and will be caught up", "follower", follower.name, "of", w.name, "error", err)
		follower.miss([]string{w.name})
		signal(w.wake)
		return false
	}
	follower.caughtUp([]string{w.name})
	return true
}

// catchUp hands the current one to the followers that missed it, read anew after
// a write of unknown outcome. It tells whether nothing is left to do.
func (w *whole[T]) catchUp(ctx context.Context) bool {
	if w.doubtful.CompareAndSwap(true, false) {
		w.writing.Lock()
		err := w.reload(ctx)
		w.writing.Unlock()
		if err != nil {
			w.doubtful.Store(true)
			return false
		}
	}
	w.ordering.Lock()
	defer w.ordering.Unlock()
	done := true
	for _, follower := range w.followers {
		if missed, _ := follower.staleness(); missed > 0 {
			done = w.deliverTo(ctx, follower, w.current.Load()) && done
		}
	}
	return done
}
