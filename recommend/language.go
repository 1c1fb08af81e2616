package recommend

import (
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// What is left of the score of a piece in a language that the person did not
// ask for.
const (
	// inAnother: it is not the catalog's usual one either. Few can read it.
	inAnother = 0.7
	// inUsual: another was asked for, and this is the usual one. Most can read it.
	inUsual = 0.8
)

// legible is what the language of an asset leaves of its score.
func (f *facts) legible() float64 {
	wanted := f.profile.Languages
	switch {
	case f.candidate.Language == "", slices.Contains(wanted, enablement.LanguageOf(f.candidate.Language)):
		return 1
	case !f.candidate.Usual:
		return inAnother
	case len(wanted) > 0:
		return inUsual
	}
	return 1
}
