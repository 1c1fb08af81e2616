package main

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// line is a TCP line between a server and its database that can be slow, be cut
// or swallow everything without a word, as networks do.
type line struct {
	listener net.Listener
	target   string

	mu      sync.Mutex
	changed *sync.Cond // of what follows
	state   lineState
	delay   time.Duration
	open    map[net.Conn]bool
}

type lineState int

const (
	passing    lineState = iota
	cut                  // connections are closed, new ones too
	swallowing           // connections stay open and nothing gets through
)

func newLine(t *testing.T, target string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, target: target, open: map[net.Conn]bool{}}
	l.changed = sync.NewCond(&l.mu)
	t.Cleanup(func() { listener.Close(); l.be(cut) })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go l.connect(connection)
		}
	}()
	return l
}

func (l *line) uri() string {
	return "mongodb://" + l.listener.Addr().String() + "/quiver?directConnection=true"
}

// be changes what becomes of everything on the line from now on.
func (l *line) be(state lineState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = state
	if state == cut {
		for c := range l.open {
			c.Close()
		}
		clear(l.open)
	}
	l.changed.Broadcast()
}

// slowDown delays every packet to the database.
func (l *line) slowDown(by time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = by
}

func (l *line) connect(near net.Conn) {
	far, err := net.Dial("tcp", l.target)
	l.mu.Lock()
	if l.state == cut || err != nil {
		l.mu.Unlock()
		near.Close()
		if err == nil {
			far.Close()
		}
		return
	}
	l.open[near], l.open[far] = true, true
	l.mu.Unlock()
	go l.carry(near, far, false)
	l.carry(far, near, true)
}

// carry copies what comes from one end to the other until either closes.
func (l *line) carry(to, from net.Conn, delayed bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			time.Sleep(l.hold(delayed))
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}

// hold waits while the line swallows and gives how long the packet takes.
func (l *line) hold(delayed bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.state == swallowing {
		l.changed.Wait()
	}
	if delayed {
		return l.delay
	}
	return 0
}
