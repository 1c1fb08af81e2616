package enablement

import "slices"

// Fit is how an asset is tagged for a person in one respect: persona, industry
// or funnel stage.
type Fit uint8

// The fits, the worst first.
const (
	// FitOther: it is tagged for others alone.
	FitOther Fit = iota
	// FitOpen: it is tagged for nobody in particular, or nothing is known of the person.
	FitOpen
	// FitMatch: it is tagged for the person.
	FitMatch
)

// FitOf holds an asset's tags against what is known of a person, any of which
// will do; empty values are none.
func FitOf[T comparable](tags []T, known ...T) Fit {
	var none T
	fit := FitOpen
	for _, k := range known {
		switch {
		case k == none || len(tags) == 0:
		case slices.Contains(tags, k):
			return FitMatch
		default:
			fit = FitOther
		}
	}
	return fit
}

// Expectation is how often a send of an asset to a person succeeds by its tags
// alone, against one to whom tags say nothing. It is what the asset's successes
// are measured by: a piece that is mostly sent to whom it was written for must
// do better than one that is sent to everybody to count as good as that.
//
// The factors were chosen on replays (docs/quality.md): milder ones find less,
// and a catalog whose tags say less is misjudged by little.
func Expectation(persona, industry, stage Fit) float64 {
	return [...]float64{0.5, 1, 1.75}[persona] * [...]float64{0.5, 1, 1.75}[industry] * [...]float64{0.7, 1, 1.3}[stage]
}
