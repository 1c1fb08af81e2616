package resolvers

import (
	"context"
	"runtime"
)

// newCounting makes the turns of counted: one for each processor, as counting
// waits for nothing else.
func newCounting() chan struct{} { return make(chan struct{}, runtime.GOMAXPROCS(0)) }

// counted counts in a ledger when it is this field's turn. The fields of a
// document start all at once and a ledger looks at no context: without turns,
// hundreds of them would be half done when the request's time is over, and all
// go on. So those that wait are not begun.
func counted[T any](ctx context.Context, r *Resolver, count func() T) (result T, err error) {
	select {
	case r.counting <- struct{}{}:
		defer func() { <-r.counting }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return result, err
	}
	return count(), nil
}
