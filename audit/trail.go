package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/quiverhq/quiver/enablement"
)

// MaxChanges is how many changes are kept in memory; the older ones stay in the
// database and are not listed any more.
const MaxChanges = 1_000_000

// Log is the whole audit log, in any order: package store's.
type Log interface {
	EachAuditEntry(ctx context.Context) iter.Seq2[*enablement.AuditEntry, error]
}

// Trail is the keys of the audit log. Safe for concurrent use.
type Trail struct {
	log     Log
	most    int
	seed    maphash.Seed
	reading singleflight.Group
	read    atomic.Bool // all of the log is here

	mu      sync.RWMutex
	follows bool              // what is written is taken
	entries []entry           // by id, which is by time
	changes int               // items of all entries
	names   map[string]uint32 // subjects and actions -> their number
	early   map[entryID][]int // what did not go in of entries that have yet to come
	since   time.Time         // of the oldest entry kept; zero: none was dropped
}

type entryID [16]byte

// entry is what is known of one entry of the log.
type entry struct {
	id              entryID
	at              int64 // milliseconds
	subject, action uint32
	items           []item
}

// item is what is known of one change. The id's hash stands for the id: of a
// million, two share one with a chance of one in thirty million.
type item struct {
	hash      uint64
	noun      uint8
	unwritten bool
}

// New makes a trail of a log that keeps at most so many changes. It reads nothing
// yet.
func New(log Log, most int) *Trail {
	return &Trail{log: log, most: most, seed: maphash.MakeSeed(), names: map[string]uint32{}, early: map[entryID][]int{}}
}

// Append takes entries that are written now, in any order; one that is there
// already changes nothing. Until somebody has asked for a page they are left in
// the log.
func (t *Trail) Append(entries []*enablement.AuditEntry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.follows {
		t.take(entries)
	}
}

// readLog reads the log where that is yet to be done, once for all who ask. Who
// asks and goes away leaves it to be read for the next.
func (t *Trail) readLog(ctx context.Context) error {
	if t.read.Load() {
		return nil
	}
	done := t.reading.DoChan("", func() (any, error) { return nil, t.readAll(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return ctx.Err()
	case result := <-done:
		return result.Err
	}
}

// batch is how many entries are taken under one hold of the lock, behind which
// writes wait.
const batch = 100

func (t *Trail) readAll(ctx context.Context) error {
	t.mu.Lock()
	t.follows = true // from before the first is read: none falls between
	t.mu.Unlock()
	some := make([]*enablement.AuditEntry, 0, batch)
	for e, err := range t.log.EachAuditEntry(ctx) {
		if err != nil {
			return err
		}
		if some = append(some, e); len(some) == batch {
			t.Append(some)
			some = some[:0]
		}
	}
	t.Append(some)
	t.read.Store(true)
	return nil
}

// take adds entries with mu held.
func (t *Trail) take(entries []*enablement.AuditEntry) {
	for _, e := range entries {
		if e.Void != "" {
			t.void(e)
		} else {
			t.add(e)
		}
	}
	t.drop()
}

func (t *Trail) add(e *enablement.AuditEntry) {
	id, ok := parseID(e.ID)
	if !ok {
		return
	}
	at, found := t.find(id)
	if found || at == 0 && !t.since.IsZero() { // known, or older than what is kept
		return
	}
	new := entry{id: id, at: e.At.UnixMilli(), subject: t.number(e.Subject), action: t.number(e.Action), items: make([]item, len(e.Items))}
	for i, it := range e.Items {
		new.items[i] = item{hash: t.hash(it.ID), noun: nounNumber(it.Noun)}
	}
	for _, i := range t.early[id] {
		new.strike(i)
	}
	delete(t.early, id)
	t.entries = slices.Insert(t.entries, at, new)
	t.changes += len(new.items)
}

// void notes what of an entry did not go in.
func (t *Trail) void(e *enablement.AuditEntry) {
	id, ok := parseID(e.Void)
	if !ok {
		return
	}
	at, found := t.find(id)
	if !found {
		if t.since.IsZero() || at > 0 {
			t.early[id] = append(t.early[id], e.Voided...)
		}
		return
	}
	for _, i := range e.Voided {
		t.entries[at].strike(i)
	}
}

func (e *entry) strike(i int) {
	if i >= 0 && i < len(e.items) {
		e.items[i].unwritten = true
	}
}

// drop forgets the oldest entries beyond the most that are kept.
func (t *Trail) drop() {
	n := 0
	for ; t.changes > t.most && n < len(t.entries)-1; n++ {
		t.changes -= len(t.entries[n].items)
	}
	if n > 0 {
		clear(t.entries[:n])
		t.entries = t.entries[n:] // the next growth leaves them behind: moving all for each would take longer
		t.since = time.UnixMilli(t.entries[0].at).UTC()
	}
}

// find gives the place of an entry, or the place that it would have.
func (t *Trail) find(id entryID) (int, bool) {
	return slices.BinarySearchFunc(t.entries, id, func(e entry, id entryID) int { return bytes.Compare(e.id[:], id[:]) })
}

func (t *Trail) number(name string) uint32 {
	n, known := t.names[name]
	if !known {
		n = uint32(len(t.names))
		t.names[strings.Clone(name)] = n
	}
	return n
}

func (t *Trail) hash(id string) uint64 { return maphash.String(t.seed, id) }

func nounNumber(n enablement.AuditNoun) uint8 { return uint8(slices.Index(enablement.AuditNouns(), n)) }

func parseID(id string) (out entryID, ok bool) {
	text, ok := strings.CutPrefix(id, enablement.AuditPrefix)
	if !ok || len(text) != 2*len(out) {
		return out, false
	}
	_, err := hex.Decode(out[:], []byte(text))
	return out, err == nil
}

func (id entryID) String() string { return enablement.AuditPrefix + hex.EncodeToString(id[:]) }
