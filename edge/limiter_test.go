package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// desk is a limiter with a clock of its own; a sender gives its name in the
// header Subject.
type desk struct {
	*Limiter
	handler http.Handler
	now     time.Time
}

type subjectKey struct{}

func newDesk(t testing.TB, o LimiterOptions) *desk {
	t.Helper()
	d := &desk{now: noon}
	o.Now = func() time.Time { return d.now }
	o.Who = func(ctx context.Context) string { s, _ := ctx.Value(subjectKey{}).(string); return s }
	var err error
	if d.Limiter, err = NewLimiter(o); err != nil {
		t.Fatal(err)
	}
	d.handler = d.Limiter.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	return d
}

func (d *desk) ask(subject, address string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.RemoteAddr = address
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), subjectKey{}, subject)))
	return w
}

func TestASenderIsHeldToItsRate(t *testing.T) {
	d := newDesk(t, LimiterOptions{Subject: 2, Stranger: 1})
	for i, step := range []struct {
		after            time.Duration
		subject, address string
		status           int
		limit            string
		retry            string
	}{
		{0, "ann", "192.0.2.1:1", 200, `"subject";r=3;t=1`, ""},
		{0, "ann", "192.0.2.2:1", 200, `"subject";r=2;t=1`, ""}, // wherever she sits
		{0, "ann", "192.0.2.3:1", 200, `"subject";r=1;t=2`, ""},
		{0, "ann", "192.0.2.1:1", 200, `"subject";r=0;t=2`, ""},
		{0, "ann", "192.0.2.1:1", 429, `"subject";r=0;t=2`, "1"},
		{0, "bob", "192.0.2.1:1", 200, `"subject";r=3;t=1`, ""}, // another person
		{0, "", "192.0.2.1:1", 200, `"address";r=1;t=1`, ""},
		{0, "", "192.0.2.1:2", 200, `"address";r=0;t=2`, ""}, // another port
		{0, "", "192.0.2.1:1", 429, `"address";r=0;t=2`, "1"},
		{0, "", "192.0.2.9:1", 200, `"address";r=1;t=1`, ""},
		{0, "", "[2001:db8:1:1::1]:1", 200, `"address";r=1;t=1`, ""},
		{0, "", "[2001:db8:1:1:ffff::2]:1", 200, `"address";r=0;t=2`, ""}, // of one network
		{0, "", "[2001:db8:1:1:eeee::3]:1", 429, `"address";r=0;t=2`, "1"},
		{0, "", "[2001:db8:1:2::1]:1", 200, `"address";r=1;t=1`, ""},
		{0, "", "[::ffff:192.0.2.1]:1", 429, `"address";r=0;t=2`, "1"}, // IPv4 in other clothes
		{500 * time.Millisecond, "ann", "192.0.2.1:1", 200, `"subject";r=0;t=2`, ""},
		{0, "ann", "192.0.2.1:1", 429, `"subject";r=0;t=2`, "1"},
		{time.Hour, "ann", "192.0.2.1:1", 200, `"subject";r=3;t=1`, ""},
	} {
		d.now = d.now.Add(step.after)
		w := d.ask(step.subject, step.address)
		if w.Code != step.status || w.Header().Get("RateLimit") != step.limit || w.Header().Get("Retry-After") != step.retry {
			t.Errorf("step %d, %q at %s: %d, RateLimit %s, Retry-After %q; want %+v", i, step.subject, step.address, w.Code, w.Header().Get("RateLimit"), w.Header().Get("Retry-After"), step)
		}
		policy := `"subject";q=4;w=2`
		if step.subject == "" {
			policy = `"address";q=2;w=2`
		}
		if got := w.Header().Get("RateLimit-Policy"); got != policy {
			t.Errorf("step %d: RateLimit-Policy %s, want %s", i, got, policy)
		}
	}
	if got := d.Refused(); got != 5 {
		t.Errorf("%d refused, want 5", got)
	}
}

func TestARefusalIsAGraphQLAnswer(t *testing.T) {
	d := newDesk(t, LimiterOptions{Subject: 0.1})
	d.ask("ann", "192.0.2.1:1")
	for accept, media := range map[string]string{
		"": "application/json", "application/json": "application/json",
		"application/graphql-response+json, application/json;q=0.9": "application/graphql-response+json",
	} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), subjectKey{}, "ann")))
		var body struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || len(body.Errors) != 1 {
			t.Fatalf("%v: %s", err, w.Body)
		}
		if e := body.Errors[0]; e.Extensions.Code != "RATE_LIMITED" || !strings.Contains(e.Message, "10 s") || w.Header().Get("Retry-After") != "10" {
			t.Errorf("%+v, Retry-After %s", e, w.Header().Get("Retry-After"))
		}
		if got := w.Header().Get("Content-Type"); got != media+"; charset=utf-8" {
			t.Errorf("accepting %q: %s", accept, got)
		}
	}
}

func TestARateOfZeroIsNoLimit(t *testing.T) {
	d := newDesk(t, LimiterOptions{})
	for range 1000 {
		for _, subject := range []string{"ann", ""} {
			if w := d.ask(subject, "192.0.2.1:1"); w.Code != 200 || w.Header().Get("RateLimit") != "" {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
		}
	}
}

func TestARateThatIsNoneNamesItsFlag(t *testing.T) {
	nan := 0.0
	for _, bad := range []float64{-1, 1e300, nan / nan} {
		for flag, o := range map[string]LimiterOptions{"--rate-limit": {Subject: bad}, "--stranger-rate-limit": {Stranger: bad}} {
			if _, err := NewLimiter(o); err == nil || !strings.Contains(err.Error(), flag) {
				t.Errorf("%s %v: %v", flag, bad, err)
			}
		}
	}
}

// A flood from ever new addresses neither fills the memory nor outlives itself.
func TestAFloodOfAddressesIsForgotten(t *testing.T) {
	b := newBuckets[netip.Addr]("address", 1)
	address := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range 3 * shards * remembered {
		b.deal(address(i), noon, take)
	}
	if got, most := b.size(), shards*remembered; got > most || got < most/2 {
		t.Errorf("%d senders are remembered at once, want at most %d", got, most)
	}
	for i := range 2000 { // some for every shard
		b.deal(address(1<<20+i), noon.Add(2*b.refill), take)
	}
	if got := b.size(); got > 2000 {
		t.Errorf("%d senders are remembered once all the former buckets are full again, want the 2000 new ones", got)
	}
}

// However requests come, no sender gets more through in a span of time than a
// full bucket and what flowed in; one who keeps to the rate is never refused.
func TestNobodyGetsMoreThanTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perSecond := rapid.Float64Range(0.5, 50).Draw(t, "rate")
		b := newBuckets[string]("subject", perSecond)
		now, passed := noon, 0
		for _, pause := range rapid.SliceOfN(rapid.Int64Range(0, int64(1.5e9/perSecond)), 100, 300).Draw(t, "pauses") {
			now = now.Add(time.Duration(pause))
			q, ok := b.deal("ann", now, take)
			if ok {
				passed++
			}
			if ok != (q.after == 0) || q.left < 0 || q.full > b.refill+time.Millisecond {
				t.Fatalf("%v %+v", ok, q)
			}
			if !ok {
				if _, ok := b.deal("ann", now.Add(q.after+time.Microsecond), take); !ok {
					t.Fatalf("refused after the pause of %v that was asked for", q.after)
				}
				now, passed = now.Add(q.after+time.Microsecond), passed+1
			}
		}
		if most := float64(b.burst) + now.Sub(noon).Seconds()*perSecond + 0.01; float64(passed) > most {
			t.Fatalf("%d passed in %v, at most %.1f may", passed, now.Sub(noon), most)
		}
	})
}

func TestManyAtOnceShareOneBucket(t *testing.T) {
	b := newBuckets[string]("subject", 50)
	var passed atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				if _, ok := b.deal("ann", noon, take); ok {
					passed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if passed.Load() != 100 {
		t.Errorf("%d passed, want the burst of 100", passed.Load())
	}
}

// What the limit adds to a request.
func BenchmarkLimiter(b *testing.B) {
	for name, o := range map[string]LimiterOptions{"off": {}, "on": {Subject: 1e9, Stranger: 1e9}} {
		for sender, subject := range map[string]string{"subject": "rep-7", "address": ""} {
			b.Run(fmt.Sprint(sender, " ", name), func(b *testing.B) {
				d := newDesk(b, o)
				r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
				r = r.WithContext(context.WithValue(r.Context(), subjectKey{}, subject))
				b.ReportAllocs()
				b.RunParallel(func(pb *testing.PB) {
					header := http.Header{}
					for pb.Next() {
						d.deal(header, r, take)
					}
				})
			})
		}
	}
}

// What is dear is paid later: who is in debt waits, and owes no more than a full
// bucket holds.
func TestADearRequestIsPaidLater(t *testing.T) {
	b := newBuckets[string]("subject", 10) // 20 at once
	deal := func(after time.Duration, do dealing) bool {
		_, ok := b.deal("ann", noon.Add(after), do)
		return ok
	}
	if !deal(0, take) || !deal(0, takeMore(29)) {
		t.Fatal("a full bucket does not pay for one dear request")
	}
	if deal(0, take) || deal(0, takeMore(1)) {
		t.Error("who is in debt is let through")
	}
	if deal(199*time.Millisecond, take) {
		t.Error("it is let through before the debt is paid")
	}
	if !deal(2*time.Second, take) {
		t.Error("it is held up when the debt is paid")
	}
	for range 100 {
		deal(2*time.Second, owe(1000))
	}
	if deal(4*time.Second, take) || !deal(4*time.Second+101*time.Millisecond, take) {
		t.Error("20 are owed for long answers, want two seconds for them and a tenth for one more")
	}
}
