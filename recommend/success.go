package recommend

import "github.com/quiverhq/quiver/enablement"

// backOff is how many sends to people like one person weigh as much as what is
// known of people less like them: the strength of the Beta prior, whose mean is
// the rate of the next coarser cell. With 20, three successes of three move a
// rate of 0.20 to 0.30.
const backOff = 20

// successRate is how likely a send of an asset to a person succeeds, 0 to 1: the
// mean of a Beta distribution for each cell, from all assets over the asset, its
// persona and its industry, both together, to their stage as well. Where a cell
// holds few sends, the coarser one speaks; so three lucky sends never beat a
// proven piece (empirical Bayes; Gelman et al.: Bayesian Data Analysis, 3rd
// edition, 2013, chapter 5). Each send counts once, in the finest cell that
// holds it.
func successRate(r *enablement.TrackRecord, overall enablement.Evidence) float64 {
	others := minus(plus(r.Anybody, r.PersonaIndustry), plus(r.Persona, r.Industry))
	rate := smooth(others, share(overall))
	alike := plus(minus(r.Persona, r.PersonaIndustry), minus(r.Industry, r.PersonaIndustry))
	rate = smooth(alike, rate)
	rate = smooth(minus(r.PersonaIndustry, r.Cell), rate)
	return smooth(r.Cell, rate)
}

// smooth is the share of successes, drawn to the prior where there are few sends.
func smooth(e enablement.Evidence, prior float64) float64 {
	return (e.Successes + backOff*prior) / (e.Sends + backOff)
}

func plus(a, b enablement.Evidence) enablement.Evidence {
	return enablement.Evidence{Sends: a.Sends + b.Sends, Successes: a.Successes + b.Successes}
}

// minus takes a part off, never below nothing: sums of floats may differ in the
// last bit.
func minus(a, part enablement.Evidence) enablement.Evidence {
	sends := max(0, a.Sends-part.Sends)
	return enablement.Evidence{Sends: sends, Successes: min(sends, max(0, a.Successes-part.Successes))}
}

func share(e enablement.Evidence) float64 {
	if e.Sends <= 0 {
		return 0
	}
	return e.Successes / e.Sends
}

// lift turns a rate into 0 to 1 beside the rate of all assets: a half is as good
// as any other, three quarters three times as good.
func lift(rate, overall float64) float64 {
	if rate <= 0 {
		return 0
	}
	return rate / (rate + overall)
}
