package quality

import "github.com/quiverhq/quiver/enablement"

// learner recommends as one who knows what the truth makes of tags, and has to
// learn each piece's quality from the sends that are not hidden: successes
// against what their fit let expect, by the same empirical Bayes as Quiver's. It
// bounds what can be learned from so many sends.
func (r *replay) learner() func(*enablement.Lead) ([]string, error) {
	const prior = 2 // successes
	leads := map[string]*enablement.Lead{}
	for _, l := range r.Leads {
		leads[l.ID] = l
	}
	expected, all := map[string]float64{}, 0.0
	for _, s := range r.before {
		for _, id := range s.AssetIDs {
			if lead, asset := leads[s.LeadID], r.sources[id]; lead != nil && asset != nil {
				expected[id] += r.Fit(lead, asset)
				all += r.Fit(lead, asset)
			}
		}
	}
	ids := make([]string, len(r.Assets))
	for i, a := range r.Assets {
		ids[i] = a.ID
	}
	succeeded, sum := make([]float64, len(ids)), 0.0
	for i, o := range r.ledger.AssetOutcomes(ids) {
		succeeded[i] = float64(o.Successes)
		sum += succeeded[i]
	}
	return func(lead *enablement.Lead) ([]string, error) {
		return r.best(lead, func(i int) float64 {
			quality := (succeeded[i] + prior) / (expected[ids[i]]*sum/all + prior)
			return r.Fit(lead, r.Assets[i]) * quality
		}), nil
	}
}
