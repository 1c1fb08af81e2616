package resolvers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// Nobody is whose requests carry no valid token, in Bounds.
const Nobody enablement.Role = "NOBODY"

// Bound is the most that one document may ask for.
type Bound struct {
	// Tokens is the most tokens of the document, 100 to 65,536 (a document has
	// 64 KB at most).
	Tokens int
	// Depth is how deep fields may be nested, 1 to 50.
	Depth int
	// Cost is the most that the document may cost, about a microsecond a unit;
	// see costs. 1 to 999,999,999.
	Cost int
}

// Bounds are the bounds of each role and of Nobody.
type Bounds map[enablement.Role]Bound

// DefaultBounds are several times what a page that shows all it can asks for;
// of a stranger, who gets nothing but the schema, what reads that once.
func DefaultBounds() Bounds {
	known := Bound{Tokens: 20_000, Depth: 15, Cost: 200_000}
	return Bounds{
		enablement.RoleRep: known, enablement.RoleMarketer: known, enablement.RoleAdmin: known,
		Nobody: {Tokens: 2_000, Depth: 15, Cost: 60_000},
	}
}

// boundRange is what a bound may be set to.
type boundRange struct {
	field       func(*Bound) *int
	least, most int
}

// boundRanges are the bounds that can be set, by name.
func boundRanges() map[string]boundRange {
	return map[string]boundRange{
		"tokens": {func(b *Bound) *int { return &b.Tokens }, 100, defaultMaxDocument},
		"depth":  {func(b *Bound) *int { return &b.Depth }, 1, 50},
		"cost":   {func(b *Bound) *int { return &b.Cost }, 1, endless - 1},
	}
}

// With gives the bounds with those of one kind (tokens, depth or cost) set for
// the roles that are named, in any case. What is wrong is told with what would be
// right.
func (b Bounds) With(kind string, values map[string]string) (Bounds, error) {
	of, ok := boundRanges()[kind]
	if !ok {
		return nil, fmt.Errorf("bounds are set of tokens, depth and cost, not of %s", kind)
	}
	out := maps.Clone(b)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		role := enablement.Role(strings.ToUpper(strings.TrimSpace(name)))
		bound, known := out[role]
		if !known {
			return nil, fmt.Errorf("the greatest %s is set by role: %q is none of REP, MARKETER, ADMIN, NOBODY (who has no valid token)", kind, name)
		}
		value, err := strconv.Atoi(strings.TrimSpace(values[name]))
		if err != nil || value < of.least || value > of.most {
			return nil, fmt.Errorf("the greatest %s of %s must be a whole number from %d to %d, not %q", kind, role, of.least, of.most, values[name])
		}
		*of.field(&bound) = value
		out[role] = bound
	}
	return out, nil
}

// of gives the bound of who sent the request, and, where that is nobody, why.
func (b Bounds) of(ctx context.Context) (Bound, error) {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return b[Nobody], err
	}
	return b[viewer.Role], nil
}
