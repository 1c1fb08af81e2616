package store

import (
	"context"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/quiverhq/quiver/enablement"
)

// clock is the time of the database, as well as this server knows it: servers
// that share a database date their writes by it, so that each finds the others'
// whatever the clocks of their machines say or jump to. Between two looks it runs
// by the machine's monotonic clock, which nobody can set.
type clock struct {
	// ask gives the database's time of now.
	ask func(context.Context) (time.Time, error)

	mu      sync.Mutex
	at      time.Time // the database's time ...
	learned time.Time // ... at this moment of the monotonic clock
}

// now is the database's time. Called after the first set.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Add(time.Since(c.learned))
}

// set looks at the database's clock. The answer was true at some moment between
// question and answer (Cristian, Probabilistic clock synchronization, 1989):
// what agrees with that stays, so that a slow line moves nothing.
func (c *clock) set(ctx context.Context) error {
	asked := time.Now()
	at, err := c.ask(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	answered := time.Now()
	took := answered.Sub(asked)
	if off := c.at.Add(answered.Sub(c.learned)).Sub(at); c.learned.IsZero() || off < -clockStep || off > took+clockStep {
		c.at, c.learned = at.Add(took/2), answered
	}
	return nil
}

// clockStep is what a clock in milliseconds may be wrong by.
const clockStep = 5 * time.Millisecond

// databaseTime asks a database for its time, which every MongoDB tells in its
// answer to hello.
func databaseTime(database *mongo.Database) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		ctx, cancel := context.WithTimeout(ctx, operationTimeout)
		defer cancel()
		var hello struct {
			LocalTime time.Time `bson:"localTime"`
		}
		err := database.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
		if err == nil && hello.LocalTime.IsZero() {
			err = enablement.Errorf(enablement.Internal, "the database does not tell its time (localTime of hello)")
		}
		return hello.LocalTime, coded(ctx, "ask for the database's time", err)
	}
}

// restamped is how old the date of a document may be when it is written: one that
// waited longer, behind others or for a retry, is dated anew, so that no tail has
// passed it by.
const restamped = time.Second

// date brings the dates that the tail of other servers goes by up to now. The
// documents are not shared yet.
func (c *collection[T]) date(docs ...*T) {
	if c.sole || c.dated == nil {
		return
	}
	now := enablement.Instant(c.now())
	for _, doc := range docs {
		if at := c.dated(doc); now.Sub(*at) > restamped {
			*at = now
		}
	}
}
