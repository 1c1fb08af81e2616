package recommend

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	// sameFrom is the share of common word sequences from which two assets are
	// taken for versions of one thing: who has read one has read half of the other.
	sameFrom = 0.5
	// versionShare is what is left of the score of a version of something that
	// stands before it.
	versionShare = 0.5
)

// standBack lets versions of what stands among the first stand back, so that
// five recommendations are not five versions of one thing. overlap tells how
// much two assets say the same, 0 to 1.
func standBack(ranked []Ranked, first int, overlap func(a, b string) float64) {
	for i := 0; i < min(first, len(ranked)); {
		r := &ranked[i]
		above := sameAs(r, ranked[:i], overlap)
		if above < 0 || r.versionOf != "" {
			i++
			continue
		}
		lowered := *r
		lowered.versionOf = ranked[above].AssetID
		for s := range lowered.parts {
			lowered.parts[s] = int(math.Round(versionShare * float64(lowered.parts[s])))
		}
		lowered.sum()
		rest := ranked[i+1:]
		to, _ := slices.BinarySearchFunc(rest, lowered, byScore)
		copy(ranked[i:], rest[:to])
		ranked[i+to] = lowered
	}
}

// sameAs is the place of what says nearly the same as an asset, or -1.
func sameAs(r *Ranked, among []Ranked, overlap func(a, b string) float64) int {
	return slices.IndexFunc(among, func(other Ranked) bool { return overlap(other.AssetID, r.AssetID) >= sameFrom })
}

// byScore is the order of a ranking: the best first, ties by id.
func byScore(a, b Ranked) int {
	return cmp.Or(cmp.Compare(b.total, a.total), strings.Compare(a.AssetID, b.AssetID))
}
