package scalar

import (
	"math"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/enablement"
)

// MarshalInt writes GraphQL's Int.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads GraphQL's Int: a whole number of 32 bits. Anything else is
// BAD_USER_INPUT.
func UnmarshalInt(v any) (int, error) {
	n, err := graphql.UnmarshalInt64(v)
	if _, text := v.(string); text || err != nil || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, enablement.Errorf(enablement.BadUserInput, "must be a whole number from %d to %d", math.MinInt32, math.MaxInt32)
	}
	return int(n), nil
}
