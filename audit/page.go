package audit

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Page gives a page of the changes that the query asks for, newest first. The
// first call waits until the log is read.
//
// Errors: BAD_USER_INPUT for a cursor that is none or of another filter; the log's as they are;
// ctx.Err() as it is.
func (t *Trail) Page(ctx context.Context, q enablement.AuditQuery) (*enablement.AuditPage, error) {
	question := q.Question()
	from, err := parseCursor(q.After, question)
	if err != nil {
		return nil, err
	}
	if err := t.readLog(ctx); err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	s := t.sieve(&q.Filter)
	page := &enablement.AuditPage{Rows: []enablement.AuditRow{}, HasPrev: from != nil}
	if !t.since.IsZero() {
		since := t.since
		page.Since = &since
	}
	for i := len(t.entries) - 1; i >= 0; i-- {
		e := &t.entries[i]
		if !s.entry(e) {
			continue
		}
		for n := range e.items {
			if !s.item(&e.items[n]) {
				continue
			}
			page.Total++
			at := place{e.id, n}
			switch {
			case from != nil && !from.precedes(at):
			case len(page.Rows) < q.First:
				page.Rows = append(page.Rows, enablement.AuditRow{EntryID: e.id.String(), Item: n, Written: !e.items[n].unwritten, Cursor: at.cursor(question)})
			default:
				page.HasNext = true
			}
		}
	}
	return page, nil
}

// sieve is a filter in numbers; a nil list lets everything through.
type sieve struct {
	subjects, actions []uint32
	nouns             []uint8
	ids               []uint64
	from, to          int64
}

func (t *Trail) sieve(f *enablement.AuditFilter) *sieve {
	s := &sieve{subjects: t.numbers(f.Subjects), actions: t.numbers(f.Actions), to: 1<<63 - 1}
	for _, n := range f.Nouns {
		s.nouns = append(s.nouns, nounNumber(n))
	}
	for _, id := range f.Ids {
		s.ids = append(s.ids, t.hash(id))
	}
	if f.Range != nil {
		s.from = f.Range.From.UnixMilli()
		if f.Range.To != nil {
			s.to = f.Range.To.UnixMilli()
		}
	}
	return s
}

// numbers gives the numbers of names; a name that nobody has is one that no
// entry has.
func (t *Trail) numbers(names []string) []uint32 {
	var all []uint32
	for _, name := range names {
		n, known := t.names[name]
		if !known {
			n = 1<<32 - 1
		}
		all = append(all, n)
	}
	return all
}

func (s *sieve) entry(e *entry) bool {
	return e.at >= s.from && e.at < s.to && (s.subjects == nil || slices.Contains(s.subjects, e.subject)) &&
		(s.actions == nil || slices.Contains(s.actions, e.action))
}

func (s *sieve) item(it *item) bool {
	return (s.nouns == nil || slices.Contains(s.nouns, it.noun)) && (s.ids == nil || slices.Contains(s.ids, it.hash))
}

// place is where a change stands in the log.
type place struct {
	id   entryID
	item int
}

// cursorVersion opens every cursor, so that a later form can be told apart.
const cursorVersion = 2

// cursorHead is the version, the question and the entry's id, in bytes.
const cursorHead = 1 + 8 + 16

// cursor names the place in the list that answers a question.
func (p place) cursor(question uint64) string {
	raw := binary.BigEndian.AppendUint64([]byte{cursorVersion}, question)
	raw = append(raw, p.id[:]...)
	return base64.RawURLEncoding.EncodeToString(binary.AppendUvarint(raw, uint64(p.item)))
}

// parseCursor reads what cursor wrote; nil for the beginning of the list. Errors:
// BAD_USER_INPUT on "after" for what is no cursor, or one of another question.
func parseCursor(s string, question uint64) (*place, error) {
	if s == "" {
		return nil, nil
	}
	bad := enablement.InvalidField("after", "is not a cursor of this list; pass an endCursor as it was given")
	if len(s) > 64 {
		return nil, bad
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) <= cursorHead || raw[0] != cursorVersion {
		return nil, bad
	}
	n, read := binary.Uvarint(raw[cursorHead:])
	if read != len(raw)-cursorHead || n > enablement.MaxImportRows {
		return nil, bad
	}
	if binary.BigEndian.Uint64(raw[1:]) != question {
		return nil, enablement.OtherFilter()
	}
	return &place{entryID(raw[9:cursorHead]), int(n)}, nil
}

// precedes tells whether a change comes behind the place in the list: it is of
// an older entry, or a later item of the same.
func (p *place) precedes(other place) bool {
	if p.id != other.id {
		return string(other.id[:]) < string(p.id[:])
	}
	return other.item > p.item
}
