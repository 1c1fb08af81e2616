package edge

import (
	"fmt"
	"hash/maphash"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

const (
	// burstSeconds is how many seconds' worth of requests may come at once: a
	// page opens many queries, and then none for a while.
	burstSeconds = 2
	// shards keep senders from waiting for each other's bookkeeping.
	shards = 64
	// remembered is how many senders are known in one shard: some 16,000 in
	// all, 4 MB. The one that was quiet for longest makes room for another.
	remembered = 256
)

// buckets are token buckets, one for each sender of late. A sender whose bucket
// is full again is forgotten: it has what a new one gets.
type buckets[K comparable] struct {
	name   string // of the quota, in the answer's headers
	limit  rate.Limit
	burst  int
	refill time.Duration // from empty to full
	policy []string      // the header RateLimit-Policy, for every answer
	seed   maphash.Seed
	shards [shards]shard[K]
}

type shard[K comparable] struct {
	mu     sync.Mutex
	recent *simplelru.LRU[K, *bucket]
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

// quota is what is left of a sender's bucket.
type quota struct {
	left  float64       // requests
	after time.Duration // until there is one more; 0: there is one now
	full  time.Duration // until the bucket is full
}

// newBuckets makes buckets that fill by so many requests a second; nil where
// that is 0, for no limit.
func newBuckets[K comparable](name string, perSecond float64) *buckets[K] {
	if perSecond == 0 {
		return nil
	}
	b := &buckets[K]{name: name, limit: rate.Limit(perSecond), burst: int(math.Ceil(burstSeconds * perSecond)), seed: maphash.MakeSeed()}
	b.refill = seconds(float64(b.burst) / perSecond)
	b.policy = []string{fmt.Sprintf("%q;q=%d;w=%d", name, b.burst, wholeSeconds(b.refill))}
	for i := range b.shards {
		recent, err := simplelru.NewLRU[K, *bucket](remembered, nil)
		if err != nil {
			panic(err) // remembered is a positive constant
		}
		b.shards[i].recent = recent
	}
	return b
}

// dealing is what is done with a sender's bucket; false: the sender has to wait.
type dealing func(own *bucket, now time.Time) bool

// take takes one request out of it.
func take(own *bucket, now time.Time) bool { return own.AllowN(now, 1) }

// takeMore takes further requests for one that was let through, into debt where
// they are more than there are, but not where there is debt already.
func takeMore(requests int) dealing {
	return func(own *bucket, now time.Time) bool {
		return own.TokensAt(now) >= 0 && own.ReserveN(now, min(requests, own.Burst())).OK()
	}
}

// owe takes further requests for one that was answered, whatever there is.
func owe(requests int) dealing {
	return func(own *bucket, now time.Time) bool {
		most := own.TokensAt(now) + float64(own.Burst()) // what is owed is at most what a full bucket holds
		own.ReserveN(now, max(0, min(requests, own.Burst(), int(most))))
		return true
	}
}

// deal finds the sender's bucket, or fills one, and tells what is left in it.
func (b *buckets[K]) deal(sender K, now time.Time, do dealing) (quota, bool) {
	s := &b.shards[maphash.Comparable(b.seed, sender)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	own, known := s.recent.Get(sender)
	if !known {
		s.forget(now.Add(-2 * b.refill)) // a debt is at most as much again
		own = &bucket{Limiter: rate.NewLimiter(b.limit, b.burst)}
		s.recent.Add(sender, own)
	}
	own.used = now
	ok := do(own, now)
	left := own.TokensAt(now)
	q := quota{left: max(0, left), full: seconds((float64(b.burst) - left) / float64(b.limit))}
	if !ok {
		q.after = seconds((1 - left) / float64(b.limit))
	}
	return q, ok
}

// forget drops the senders that were quiet since before, for their buckets are
// full.
func (s *shard[K]) forget(before time.Time) {
	for {
		_, oldest, found := s.recent.GetOldest()
		if !found || oldest.used.After(before) {
			return
		}
		s.recent.RemoveOldest()
	}
}

// size is how many senders are remembered.
func (b *buckets[K]) size() (n int) {
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		n += s.recent.Len()
		s.mu.Unlock()
	}
	return n
}

// describe writes the header RateLimit.
func (b *buckets[K]) describe(q quota) string {
	text := make([]byte, 0, 32)
	text = strconv.AppendQuote(text, b.name)
	text = strconv.AppendInt(append(text, ";r="...), int64(q.left), 10)
	return string(strconv.AppendInt(append(text, ";t="...), wholeSeconds(q.full), 10))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// wholeSeconds rounds up: who comes back on the second must not be too early.
func wholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
