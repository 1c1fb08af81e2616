package enablement

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"slices"
)

// The page sizes that the API accepts.
const (
	MaxPage            = 100
	MaxRecommendations = 50
	MaxUsageRows       = 1_000
	MaxImportRows      = 1_000
)

// PageInfo is Relay's: where a page begins and ends and whether there is more.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// CheckFirst gives the page size that a client asked for, the given default
// where it asked for none, or a BAD_USER_INPUT that names the limit: never
// silently less.
func CheckFirst(first *int, otherwise, most int) (int, error) {
	if first == nil {
		return otherwise, nil
	}
	if *first < 1 || *first > most {
		return 0, InvalidField("first", "must be from 1 to %d, not %d", most, *first)
	}
	return *first, nil
}

// OtherFilter is what a list answers to a cursor whose Question is not its own.
func OtherFilter() error {
	return InvalidField("after", "is a cursor of another filter; begin this list without after")
}

// questionOf is a number for what a list is asked.
func questionOf(asked ...any) uint64 {
	h := fnv.New64a()
	_ = json.NewEncoder(h).Encode(asked) // texts and times: cannot fail
	return h.Sum64()
}

// sorted gives the values of a list whose order says nothing; nil for an empty
// one, which narrows nothing.
func sorted[T cmp.Ordered](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(values))
}
