package edge

import (
	"context"
	"math"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// The headers RateLimit-Policy and RateLimit as http.Header has them.
const (
	policyHeader = "Ratelimit-Policy"
	limitHeader  = "Ratelimit"
)

// LimiterOptions say how many requests a sender may make.
type LimiterOptions struct {
	// Subject is the requests a second of one who has shown a valid token, over
	// all of its tokens and addresses; twice as many may come at once. 0: any.
	Subject float64
	// Stranger is that of one address without a valid token; of IPv6 the network
	// of 64 bits counts, which is what one customer gets. 0: any.
	Stranger float64
	// Proxies are those whose word on the sender's address is taken.
	Proxies Proxies
	// Who gives the subject of the valid token that the request came with, or "".
	Who func(context.Context) string
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Limiter holds every sender to its rate. It may be used by many goroutines.
type Limiter struct {
	options   LimiterOptions
	subjects  *buckets[string]
	strangers *buckets[netip.Addr]
	refused   atomic.Int64
}

// NewLimiter makes a limiter. A rate that is negative, or no number, is an error
// that names its flag.
func NewLimiter(o LimiterOptions) (*Limiter, error) {
	for flag, perSecond := range map[string]float64{"--rate-limit": o.Subject, "--stranger-rate-limit": o.Stranger} {
		if !(perSecond >= 0 && perSecond <= math.MaxInt32) {
			return nil, enablement.Errorf(enablement.BadUserInput, "%s: must be requests a second, 0 for no limit, not %v", flag, perSecond)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Limiter{options: o, subjects: newBuckets[string]("subject", o.Subject), strangers: newBuckets[netip.Addr]("address", o.Stranger)}, nil
}

// Handler lets through what keeps to its sender's rate and answers the rest with
// 429. Every answer says what is left, by the headers RateLimit-Policy and
// RateLimit (draft-ietf-httpapi-ratelimit-headers-10).
func (l *Limiter) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q, ok := l.deal(w.Header(), r, take); !ok {
			l.refused.Add(1)
			refuse(w, r, http.StatusTooManyRequests, q.after,
				enablement.Errorf(enablement.RateLimited, "too many requests; try again in %d s", wholeSeconds(q.after)))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Charge takes so many more requests out of the sender's bucket for one that was
// let through, which may leave it in debt. Not ok: it was in debt already, by
// others that came at the same time, and has to wait. The header says what is left.
func (l *Limiter) Charge(header http.Header, r *http.Request, requests int) (after time.Duration, ok bool) {
	q, ok := l.deal(header, r, takeMore(requests))
	if !ok {
		l.refused.Add(1)
	}
	return q.after, ok
}

// Owe does so for one that was answered already.
func (l *Limiter) Owe(header http.Header, r *http.Request, requests int) {
	l.deal(header, r, owe(requests))
}

// deal does something with the bucket of the request's sender and says in the
// header what is left in it.
func (l *Limiter) deal(header http.Header, r *http.Request, do dealing) (quota, bool) {
	if subject := l.options.Who(r.Context()); subject != "" {
		return dealWith(l.subjects, subject, do, header, l.options.Now)
	}
	if l.strangers == nil {
		return quota{}, true
	}
	return dealWith(l.strangers, network(l.options.Proxies.Client(r)), do, header, l.options.Now)
}

func dealWith[K comparable](b *buckets[K], sender K, do dealing, header http.Header, now func() time.Time) (quota, bool) {
	if b == nil {
		return quota{}, true
	}
	q, ok := b.deal(sender, now(), do)
	header[policyHeader], header[limitHeader] = b.policy, []string{b.describe(q)}
	return q, ok
}

// Refused is how many requests were answered with 429.
func (l *Limiter) Refused() int64 { return l.refused.Load() }

// network is an address, of IPv6 its network of 64 bits: within one, an address
// is whatever its owner likes.
func network(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
