package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// question is one kind of request: its body differs from request to request.
type question struct {
	name, aim string
	paced     bool // also asked at half the rate that the clients reach without a pause
	token     string
	server    *subject
	body      func(client, n int) []byte // a GraphQL request in JSON
	// of gives the question that is asked as a client's nth, where several are
	// asked in turn; nil: this one.
	of func(client, n int) *question
}

// outcome is what the clients saw together.
type outcome struct {
	requests  int
	asked     int // the warm-up's too
	perSecond float64
	latencies []time.Duration // sorted
	cpu       time.Duration   // of the server, for each request; 0: unknown
}

func (o outcome) percentile(p float64) time.Duration {
	if len(o.latencies) == 0 {
		return 0
	}
	return o.latencies[int(p*float64(len(o.latencies)-1))]
}

// drive has each client ask one question after the other over a connection of
// its own, for the duration, after a warm-up of a tenth of it. A wrong answer
// ends it.
//
// The client writes and reads HTTP on the bare connection: on a machine that
// it shares with the server, a richer one would measure itself.
//
// pause is the time from one question of a client to its next, 0 for none. A
// question that has to wait for the one before is timed from when it was due.
//
// The server's processor time is told with it: its share of the collector is in
// it, and what other processes of the machine do at the time makes it hardly
// larger, whereas it makes every latency so.
func drive(ctx context.Context, q question, clients int, duration, pause time.Duration) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, duration+duration/10+30*time.Second)
	defer cancel()
	var mu sync.Mutex
	var all outcome
	var failed error
	var group sync.WaitGroup
	used := q.server.cpu()
	from := time.Now().Add(duration / 10)
	until := from.Add(duration)
	for client := range clients {
		group.Go(func() {
			first := time.Now().Add(time.Duration(client) * pause / time.Duration(clients))
			latencies, asked, err := askFor(ctx, q, client, from, until, first, pause)
			mu.Lock()
			defer mu.Unlock()
			all.asked += asked
			all.latencies = append(all.latencies, latencies...)
			if err != nil {
				failed = err
			}
		})
	}
	group.Wait()
	if all.asked > 0 {
		all.cpu = (q.server.cpu() - used) / time.Duration(all.asked)
	}
	slices.Sort(all.latencies)
	all.requests = len(all.latencies)
	all.perSecond = float64(all.requests) / duration.Seconds()
	return all, failed
}

func askFor(ctx context.Context, q question, client int, from, until, due time.Time, pause time.Duration) (latencies []time.Duration, asked int, err error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", q.server.addr)
	if err != nil {
		return nil, 0, err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	in := bufio.NewReaderSize(conn, 64<<10)
	latencies = make([]time.Duration, 0, 1<<12)
	var answer bytes.Buffer
	for ; ; asked++ {
		one := &q
		if q.of != nil {
			one = q.of(client, asked)
		}
		request := wire(one, client, asked)
		began := time.Now()
		if pause > 0 {
			time.Sleep(time.Until(due))
			began, due = due, due.Add(pause)
		}
		if _, err := conn.Write(request); err != nil {
			return nil, asked, err
		}
		response, err := http.ReadResponse(in, nil)
		if err != nil {
			return nil, asked, err
		}
		answer.Reset()
		if _, err := io.Copy(&answer, response.Body); err != nil {
			return nil, asked, err
		}
		took := time.Since(began)
		if err := check(response, answer.Bytes(), asked == 0); err != nil {
			return nil, asked, fmt.Errorf("%s: %w", one.name, err)
		}
		if began.After(until) {
			return latencies, asked, nil
		}
		if began.After(from) {
			latencies = append(latencies, took)
		}
	}
}

// wire is a request as bytes.
func wire(q *question, client, n int) []byte {
	body := q.body(client, n)
	b := make([]byte, 0, len(body)+1024)
	b = append(b, "POST /graphql HTTP/1.1\r\nHost: "...)
	b = append(b, q.server.addr...)
	b = append(b, "\r\nContent-Type: application/json\r\nAuthorization: Bearer "...)
	b = append(b, q.token...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(body)), 10)
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
}

// check makes sure that an answer is one: decoded in full for a client's first
// request, and searched for errors for all.
func check(response *http.Response, answer []byte, whole bool) error {
	if response.StatusCode != http.StatusOK || bytes.Contains(answer[:min(len(answer), 200)], []byte(`"errors"`)) {
		return fmt.Errorf("answered %s %.300s", response.Status, answer)
	}
	if whole && !json.Valid(answer) {
		return fmt.Errorf("answered no JSON: %.300s", answer)
	}
	return nil
}
