package usage

import (
	"encoding/base64"
	"encoding/binary"
	"sort"
	"unicode/utf8"

	"github.com/quiverhq/quiver/enablement"
)

// cursor is a place in the list of sends that answers a question: behind the
// send with this time and id, whether that is there or not.
type cursor struct {
	question uint64
	sentAt   int64
	id       string
}

// cursorVersion opens every cursor, so that a later form can be told apart.
const cursorVersion = 2

// cursorHead is the version and the question, in bytes.
const cursorHead = 1 + 8

// MaxCursor is the longest cursor that is looked at, in bytes.
const MaxCursor = 1_024

func (c cursor) String() string {
	raw := binary.BigEndian.AppendUint64([]byte{cursorVersion}, c.question)
	raw = binary.AppendVarint(raw, c.sentAt)
	return base64.RawURLEncoding.EncodeToString(append(raw, c.id...))
}

// parseCursor reads what String wrote; nil for the beginning of the list. Errors:
// BAD_USER_INPUT on "after" for what is no cursor, or one of another question.
func parseCursor(s string, question uint64) (*cursor, error) {
	if s == "" {
		return nil, nil
	}
	bad := enablement.InvalidField("after", "is not a cursor of this list; pass an endCursor as it was given")
	if len(s) > MaxCursor {
		return nil, bad
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) < cursorHead || raw[0] != cursorVersion {
		return nil, bad
	}
	sentAt, n := binary.Varint(raw[cursorHead:])
	if n <= 0 || !utf8.Valid(raw[cursorHead+n:]) {
		return nil, bad
	}
	c := &cursor{question: binary.BigEndian.Uint64(raw[1:]), sentAt: sentAt, id: string(raw[cursorHead+n:])}
	if c.question != question {
		return nil, enablement.OtherFilter()
	}
	return c, nil
}

// precedes tells whether a send comes behind the cursor in the list, which is
// before it in a series.
func (c *cursor) precedes(t *table, seq uint32) bool {
	if at := t.sentAt(seq); at != c.sentAt {
		return at < c.sentAt
	}
	var id idBytes
	return string(t.appendID(id[:0], seq)) > c.id
}

func (v *view) cursorOf(seq uint32) string {
	return cursor{v.question, v.table.sentAt(seq), v.table.id(seq)}.String()
}

// page gives a page where every send of the view matches.
func (v *view) page(after *cursor, first int) *enablement.IDPage {
	page := newPage(first)
	left := size(v.leaves)
	page.Total = left
	leaf := len(v.leaves) - 1
	place := 0
	if leaf >= 0 {
		place = len(v.leaves[leaf])
	}
	if after != nil {
		for leaf >= 0 && (len(v.leaves[leaf]) == 0 || !after.precedes(&v.table, v.leaves[leaf][0])) {
			left -= len(v.leaves[leaf])
			leaf--
		}
		if leaf >= 0 {
			place = sort.Search(len(v.leaves[leaf]), func(i int) bool { return !after.precedes(&v.table, v.leaves[leaf][i]) })
			left -= len(v.leaves[leaf]) - place
		}
		page.HasPrev = left < page.Total
	}
	for ; leaf >= 0 && len(page.IDs) < first; leaf-- {
		for place--; place >= 0 && len(page.IDs) < first; place-- {
			v.list(page, v.leaves[leaf][place])
		}
		if leaf > 0 {
			place = len(v.leaves[leaf-1])
		}
	}
	page.HasNext = left > len(page.IDs)
	return page
}

// matchingPage gives a page of the sends that meet every condition.
func (v *view) matchingPage(after *cursor, first int, match []func(seq uint32) bool) *enablement.IDPage {
	page := newPage(first)
	for i := len(v.leaves) - 1; i >= 0; i-- {
		for k := len(v.leaves[i]) - 1; k >= 0; k-- {
			seq := v.leaves[i][k]
			if !meets(seq, match) {
				continue
			}
			page.Total++
			switch {
			case after != nil && !after.precedes(&v.table, seq):
				page.HasPrev = true
			case len(page.IDs) < first:
				v.list(page, seq)
			default:
				page.HasNext = true
			}
		}
	}
	return page
}

func newPage(first int) *enablement.IDPage {
	n := max(0, min(first, enablement.MaxPage))
	return &enablement.IDPage{IDs: make([]string, 0, n), Cursors: make([]string, 0, n)}
}

func (v *view) list(page *enablement.IDPage, seq uint32) {
	page.IDs = append(page.IDs, v.table.id(seq))
	page.Cursors = append(page.Cursors, v.cursorOf(seq))
}

func meets(seq uint32, conditions []func(seq uint32) bool) bool {
	for _, c := range conditions {
		if !c(seq) {
			return false
		}
	}
	return true
}
