package usage

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// The bounds of a SearchLog: what may wait to be looked at, the events that go
// into one write, and those that wait for a database that does not answer.
const (
	searchQueue   = 4_096
	searchBatch   = 500
	mostUnwritten = 10_000
)

// SearchLog remembers what people search for, open and send, behind their
// backs: a call hands over and returns. What does not fit into the queue is
// dropped and counted, for no search may wait for its own record. A nil
// SearchLog remembers nothing.
type SearchLog struct {
	options SearchLogOptions
	queue   chan handed
	closing chan struct{}
	closed  chan struct{}

	// Of the goroutine alone.
	settler *settler
	events  []*enablement.SearchEvent // to be written
	failing bool

	remembered, dropped, unwritten atomic.Int64
}

// SearchLogOptions say where a SearchLog writes to.
type SearchLogOptions struct {
	// Record writes events. What it has written already does no harm: after an
	// error the same events come again.
	Record func(context.Context, []*enablement.SearchEvent) error
	Now    func() time.Time
	Logger *slog.Logger
	Every  time.Duration // how often the queue is looked at; 0: every quarter of a second
}

// handed is what a call hands over.
type handed struct {
	kind enablement.SearchEventKind
	asking
	further bool // a page behind another
	shown   []*enablement.Asset
	asset   string
	send    *enablement.Send
}

// NewSearchLog makes a log and starts what writes it, until Close.
func NewSearchLog(o SearchLogOptions) *SearchLog {
	if o.Every <= 0 {
		o.Every = 250 * time.Millisecond
	}
	l := &SearchLog{
		options: o, queue: make(chan handed, searchQueue), settler: newSettler(),
		closing: make(chan struct{}), closed: make(chan struct{}),
	}
	go l.run()
	return l
}

// Remembers tells whether searches are remembered at all.
func (l *SearchLog) Remembers() bool { return l != nil }

// Asked hands over the answer to a search. The query and the page are read
// later: they must not change any more.
func (l *SearchLog) Asked(viewer *enablement.User, q *enablement.AssetQuery, page *enablement.AssetConnection) {
	if l == nil || q.Text == "" {
		return
	}
	l.hand(handed{
		kind: enablement.SearchAsked, further: q.After != "", shown: page.Nodes,
		asking: asking{viewer: viewer, text: q.Text, filter: q.Filter, hits: page.TotalCount, at: l.options.Now()},
	})
}

// Opened hands over that a person read an asset.
func (l *SearchLog) Opened(viewer *enablement.User, assetID string) {
	if l != nil {
		l.hand(handed{kind: enablement.SearchOpened, asking: asking{viewer: viewer, at: l.options.Now()}, asset: assetID})
	}
}

// Sent hands over a send that a person recorded. A repetition of an older one
// counts where that one did.
func (l *SearchLog) Sent(viewer *enablement.User, send *enablement.Send) {
	if l != nil {
		l.hand(handed{kind: enablement.SearchSent, asking: asking{viewer: viewer, at: send.RecordedAt}, send: send})
	}
}

func (l *SearchLog) hand(h handed) {
	select {
	case l.queue <- h:
	default:
		l.dropped.Add(1)
	}
}

// SearchLogStats is how much a SearchLog has done, for metrics.
type SearchLogStats struct {
	Remembered int // events written
	Dropped    int // what did not fit in
	Queued     int // what waits to be looked at or written
}

// Stats counts since the start. Called when metrics are read.
func (l *SearchLog) Stats() SearchLogStats {
	if l == nil {
		return SearchLogStats{}
	}
	return SearchLogStats{
		Remembered: int(l.remembered.Load()), Dropped: int(l.dropped.Load()), Queued: len(l.queue) + int(l.unwritten.Load()),
	}
}

// Close counts every answer as read and returns when all is written, or could
// not be. What is handed over from then on is not remembered.
func (l *SearchLog) Close() {
	if l != nil {
		close(l.closing)
		<-l.closed
	}
}

// run looks at the queue from time to time. It does not wait at it: a search
// that woke somebody would pay for that.
func (l *SearchLog) run() {
	defer close(l.closed)
	ticker := time.NewTicker(l.options.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.drain()
			l.settler.settle(l.options.Now())
			l.write()
		case <-l.closing:
			l.drain()
			l.settler.finish()
			l.write()
			return
		}
	}
}

// drain takes what is in the queue now.
func (l *SearchLog) drain() {
	for range len(l.queue) {
		l.take(<-l.queue)
	}
}

// take looks at what was handed over.
func (l *SearchLog) take(h handed) {
	switch h.kind {
	case enablement.SearchAsked:
		if !l.settler.ask(h.asking, h.shown, h.further) {
			l.dropped.Add(1)
		}
	case enablement.SearchOpened:
		l.settler.use(h.kind, h.viewer.ID, h.asset, h.at)
	case enablement.SearchSent:
		for _, asset := range h.send.AssetIDs {
			l.settler.use(h.kind, h.viewer.ID, asset, h.at)
		}
	}
}

// write writes what has been settled. What cannot be written waits for the next
// time, the oldest giving way where it becomes too much.
func (l *SearchLog) write() {
	l.events = append(l.events, l.settler.take()...)
	for len(l.events) > 0 {
		batch := l.events[:min(len(l.events), searchBatch)]
		err := l.options.Record(context.Background(), batch)
		l.tell(err)
		if err != nil {
			break
		}
		l.remembered.Add(int64(len(batch)))
		l.events = l.events[len(batch):]
	}
	if over := len(l.events) - mostUnwritten; over > 0 {
		l.dropped.Add(int64(over))
		l.events = l.events[over:]
	}
	l.unwritten.Store(int64(len(l.events)))
}

// tell logs when writing begins to fail and when it goes on.
func (l *SearchLog) tell(err error) {
	if (err != nil) != l.failing {
		l.failing = err != nil
		l.options.Logger.Warn("remembering searches", "failing", l.failing, "error", err)
	}
}
