package search

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// cursor is a place in a list: the number or text that the row was sorted by,
// and its id. A page begins after the place, whether or not the row is still
// there. It says of which question it is: in the list of another it means
// nothing.
type cursor struct {
	order    enablement.AssetOrder
	question uint64
	key      string
	id       string
}

func (c cursor) encode() string {
	parts := []string{string(c.order), strconv.FormatUint(c.question, 36), c.key, c.id}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x00")))
}

// decodeCursor reads a cursor that a client gave back. Errors: BAD_USER_INPUT
// on "after" for one that is not ours or is of another order or question.
func decodeCursor(s string, order enablement.AssetOrder, question uint64) (cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.SplitN(string(b), "\x00", 4)
	if err != nil || len(parts) != 4 {
		return cursor{}, enablement.InvalidField("after", "is not a cursor of this list; take one from pageInfo or an edge")
	}
	c := cursor{enablement.AssetOrder(parts[0]), question, parts[2], parts[3]}
	if c.order != order {
		return cursor{}, enablement.InvalidField("after", "is a cursor of the order %q; this list has the order %s", clipBytes(parts[0], 40), order)
	}
	if parts[1] != strconv.FormatUint(question, 36) {
		return cursor{}, enablement.InvalidField("after", "is a cursor of other words or another filter; begin this list without after")
	}
	if order != enablement.OrderTitle {
		if _, err := strconv.ParseUint(c.key, 16, 64); err != nil {
			return cursor{}, enablement.InvalidField("after", "is not a cursor of this list; take one from pageInfo or an edge")
		}
	}
	return c, nil
}

// Keys are kept bit by bit: a score read back is the score written.

func keyOfInt(n int64) string     { return strconv.FormatUint(uint64(n), 16) }
func keyOfFloat(f float64) string { return strconv.FormatUint(math.Float64bits(f), 16) }

func (c cursor) int() int64 {
	n, _ := strconv.ParseUint(c.key, 16, 64) // checked by decodeCursor
	return int64(n)
}

func (c cursor) float() float64 {
	n, _ := strconv.ParseUint(c.key, 16, 64) // checked by decodeCursor
	return math.Float64frombits(n)
}
