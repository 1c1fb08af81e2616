package store

import (
	"log/slog"
	"time"
)

// Options says which database the store opens and how much of it stays in
// memory. The zero value of every field but Dir has a default.
type Options struct {
	URI    string           // MongoDB connection string; empty: the embedded engine in Dir
	Dir    string           // directory of the embedded engine's files, made where missing
	Logger *slog.Logger     // nil: slog.Default()
	Now    func() time.Time // nil: time.Now; servers that share a database go by that one's clock

	// Traced has spans made of database commands whose requests are recorded. The
	// driver then copies every command.
	Traced bool

	// How many documents stay in memory; 0: the defaults (100,000 assets,
	// 200,000 leads, 20,000 sends).
	CacheAssets, CacheLeads, CacheSends int

	// How often the changes of other servers are read, how far their ideas of the
	// database's time may lie apart from this one's, and how often what landed much
	// later than it was dated is looked for; 0: one second, ten, a minute. Without
	// meaning to the embedded engine, which has one owner.
	TailEvery, TailOverlap, SweepEvery time.Duration

	// How long a failed follower waits before it is caught up; 0: one second. It
	// doubles up to thirty times as long.
	RetryEvery time.Duration
}

// defaultDatabase is the database where the connection string names none.
const defaultDatabase = "quiver"

func (o Options) withDefaults() Options {
	orInt := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	orDuration := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	orInt(&o.CacheAssets, 100_000)
	orInt(&o.CacheLeads, 200_000)
	orInt(&o.CacheSends, 20_000)
	orDuration(&o.TailEvery, time.Second)
	orDuration(&o.TailOverlap, 10*time.Second)
	orDuration(&o.SweepEvery, time.Minute)
	orDuration(&o.RetryEvery, time.Second)
	return o
}
