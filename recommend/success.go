package recommend

import (
	"math"

	"github.com/quiverhq/quiver/enablement"
)

// backOff is how many successes one must have been promised by people like one
// person to weigh as much as what is known of people less like them: the
// strength of the Gamma prior, whose mean is what the next coarser cell kept.
// With 4, three successes of three sends that promised a fifth each show 1.5
// times the usual, before fewSends.
const backOff = 4

// promiseKept is how many times more often an asset succeeds with a person than
// its tags promise (enablement.Expectation), 1 being the usual: the mean of a
// Gamma distribution for each cell, from all assets over the asset, its persona
// and its industry, both together, to their stage as well. Where a cell was
// promised little, the coarser one speaks (empirical Bayes; Gelman et al.: Bayesian Data Analysis, 3rd
// edition, 2013, chapters 2.7 and 5). Each send counts once, in the finest cell
// that holds it. Successes are held against the promise, not against the number
// of sends, for else a piece would seem good for being sent to the right people.
//
// overall must hold a promise and a success.
func promiseKept(r *enablement.TrackRecord, overall enablement.Evidence) float64 {
	rate := overall.Successes / overall.Promise
	smooth := func(e enablement.Evidence, prior float64) float64 {
		return (e.Successes + backOff*prior) / (e.Promise*rate + backOff)
	}
	kept := smooth(minus(plus(r.Anybody, r.PersonaIndustry), plus(r.Persona, r.Industry)), 1)
	kept = smooth(plus(minus(r.Persona, r.PersonaIndustry), minus(r.Industry, r.PersonaIndustry)), kept)
	kept = smooth(minus(r.PersonaIndustry, r.Cell), kept)
	kept = smooth(r.Cell, kept)
	if kept > 1 {
		kept = math.Pow(kept, float64(r.Sends)/float64(r.Sends+fewSends))
	}
	return kept
}

// fewSends is how many sends hold back half of what speaks for an asset, on the
// scale of lift: with three sends, whatever became of them, it keeps at most 1.33
// times the usual. What speaks against it is not held back.
const fewSends = 3

func plus(a, b enablement.Evidence) enablement.Evidence {
	return enablement.Evidence{Promise: a.Promise + b.Promise, Successes: a.Successes + b.Successes}
}

// minus takes a part off, never below nothing: sums of floats may differ in the
// last bit.
func minus(a, part enablement.Evidence) enablement.Evidence {
	return enablement.Evidence{Promise: max(0, a.Promise-part.Promise), Successes: max(0, a.Successes-part.Successes)}
}

// What a promise kept can count at the most and at the least: four times the
// usual, and half of it. What is bad is not recommended for being a little less
// bad, and what nobody knows yet, the usual, is then no reason before others.
const (
	mostKept  = 4
	leastKept = 0.5
)

// lift turns what was kept of a promise into 0 to 1 by its logarithm, a third for
// the usual: so the score adds up what chances multiply, as the tags' scores do.
func lift(kept float64) float64 {
	return math.Log2(max(leastKept, min(mostKept, kept))/leastKept) / math.Log2(mostKept/leastKept)
}
