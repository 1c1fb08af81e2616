package store

import (
	"context"
	"time"
)

// attempts is how often an operation that may be repeated is tried in all,
// beside the driver's own retries, which a standalone server does not have.
const attempts = 3

// retry runs an operation again after a transient error, after 50 and 100 ms.
// Only for what may be done twice: reads, and writes that name their ids.
func retry(ctx context.Context, operation func() error) error {
	wait := 50 * time.Millisecond
	for try := 1; ; try++ {
		err := operation()
		if err == nil || try == attempts || ctx.Err() != nil || !worthRepeating(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
			wait *= 2
		}
	}
}
