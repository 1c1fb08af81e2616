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
// there.
type cursor struct {
	order enablement.AssetOrder
	key   string
	id    string
}

func (c cursor) encode() string {
	return base64.RawURLEncoding.EncodeToString([]byte(string(c.order) + "\x00" + c.key + "\x00" + c.id))
}

// decodeCursor reads a cursor that a client gave back. Errors: BAD_USER_INPUT
// on "after" for one that is not ours or is of another order.
func decodeCursor(s string, order enablement.AssetOrder) (cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.SplitN(string(b), "\x00", 3)
	if err != nil || len(parts) != 3 {
		return cursor{}, enablement.InvalidField("after", "is not a cursor of this list; take one from pageInfo or an edge")
	}
	c := cursor{enablement.AssetOrder(parts[0]), parts[1], parts[2]}
	if c.order != order {
		return cursor{}, enablement.InvalidField("after", "is a cursor of the order %q; this list has the order %s", clipBytes(parts[0], 40), order)
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
