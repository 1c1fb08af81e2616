// Package scalar holds the scalars of the GraphQL API that are not GraphQL's
// own. It knows nothing of the nouns.
package scalar

import (
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/enablement"
)

// MarshalTime writes a moment as RFC 3339 in UTC.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var buf [len(time.RFC3339Nano) + 2]byte
		b := append(buf[:0], '"')
		b = t.UTC().AppendFormat(b, time.RFC3339Nano)
		w.Write(append(b, '"'))
	})
}

// UnmarshalTime reads a moment written as RFC 3339, with any offset. Anything
// else is BAD_USER_INPUT.
func UnmarshalTime(v any) (time.Time, error) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, enablement.Errorf(enablement.BadUserInput, "must be a time such as 2026-03-31T09:00:00Z")
	}
	return t.UTC(), nil
}
