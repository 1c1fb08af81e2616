package enablement

import (
	"fmt"
	"math"
)

// MaxSimilar is how many similar assets are given at most.
const MaxSimilar = 50

const (
	// NearlySame is the overlap from which on an asset says nearly what another
	// does.
	NearlySame = 0.6
	// LeastOverlap is the smallest overlap that can be asked for: below it assets
	// have a boilerplate in common rather than what they say.
	LeastOverlap = 0.5
)

// NearDuplicate is an asset that says nearly what another one does. Overlap is
// the share of the rows of four words in either that are in both, 0 to 1.
type NearDuplicate struct {
	Asset   *Asset
	Overlap float64
}

// DuplicatePair is two assets that say nearly the same, by id.
type DuplicatePair struct {
	Assets  []*Asset
	Overlap float64
}

// DuplicateQuery asks for the pairs of assets that say nearly the same.
type DuplicateQuery struct {
	First int     // 1 to 100
	Least float64 // overlap, LeastOverlap to 1
}

// CheckDuplicates makes the query that a client asks, with the defaults of the
// API, or a BAD_USER_INPUT that names everything wrong.
func CheckDuplicates(first *int, least *float64) (DuplicateQuery, error) {
	q := DuplicateQuery{Least: NearlySame}
	n, err := CheckFirst(first, 20, MaxPage)
	faults := FaultsOf(err)
	if least != nil {
		q.Least = *least
	}
	if !(q.Least >= LeastOverlap && q.Least <= 1) {
		faults = append(faults, FieldError{Path: "least", Message: fmt.Sprintf("must be from %v to 1, not %v", LeastOverlap, q.Least)})
	}
	q.First = n
	return q, Invalid(faults)
}

// Warning tells whoever writes a text of the asset that says nearly the same.
// where is how that asset is found.
func (n *NearDuplicate) Warning(where string) string {
	return fmt.Sprintf("says nearly the same as %q (%s): %.0f %% of their word sequences are in both; if it is a new version of that, update that one instead",
		clip(n.Asset.Title), where, math.Floor(100*n.Overlap))
}

// SaysTheSame tells whether two states of an asset have the same text.
func (a *Asset) SaysTheSame(b *Asset) bool {
	return a.Title == b.Title && a.Summary == b.Summary && a.Body == b.Body
}

// ChangesText tells whether a patch speaks of what the asset says.
func (p AssetPatch) ChangesText() bool { return p.Title != nil || p.Summary != nil || p.Body != nil }

// Current tells whether an asset of this status is in use or will be: neither
// past its time nor put away.
func (s AssetStatus) Current() bool { return s != StatusExpired && s != StatusArchived }
