package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// balancer shares requests out among servers, to each in turn, as long as its
// /readyz says 200.
type balancer struct {
	*httptest.Server
	backends []*backend
	turn     atomic.Int64
}

type backend struct {
	address string
	proxy   *httputil.ReverseProxy
	healthy atomic.Bool
}

// probeEvery is how often /readyz is asked: load balancers take seconds.
const probeEvery = 50 * time.Millisecond

func newBalancer(t *testing.T, addresses ...string) *balancer {
	t.Helper()
	b := &balancer{}
	for _, address := range addresses {
		target, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 32}
		proxy.ErrorLog = log.New(io.Discard, "", 0) // a failed request is counted by who sent it
		b.backends = append(b.backends, &backend{address: address, proxy: proxy})
	}
	stop := make(chan struct{})
	var probing sync.WaitGroup
	for _, to := range b.backends {
		to.probe()
		probing.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(probeEvery):
					to.probe()
				}
			}
		})
	}
	b.Server = httptest.NewServer(b)
	t.Cleanup(func() { close(stop); probing.Wait(); b.Close() })
	return b
}

func (to *backend) probe() { to.healthy.Store(status(to.address+"/readyz") == http.StatusOK) }

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for range b.backends {
		to := b.backends[int(b.turn.Add(1))%len(b.backends)]
		if to.healthy.Load() {
			to.proxy.ServeHTTP(w, r)
			return
		}
	}
	http.Error(w, "no server is ready", http.StatusServiceUnavailable)
}

// status is what an address answers a GET with; 0: nothing.
func status(address string) int {
	response, err := (&http.Client{Timeout: 5 * time.Second}).Get(address)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}
