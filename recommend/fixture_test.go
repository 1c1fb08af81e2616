package recommend

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

var now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func daysAgo(n int) *time.Time {
	t := now.AddDate(0, 0, -n)
	return &t
}

var (
	finance = &enablement.Industry{ID: "ind_fin", Name: "Financial Services"}
	banking = &enablement.Industry{ID: "ind_bank", Name: "Banking", ParentID: "ind_fin", Parent: finance}
	savings = &enablement.Industry{ID: "ind_save", Name: "Savings banks", ParentID: "ind_bank", Parent: banking}
	cto     = &enablement.Persona{ID: "per_cto", Name: "CTO"}
)

// banker is a lead of whom everything is known.
func banker() *enablement.Lead {
	return &enablement.Lead{
		ID: "led_1", JobTitle: "VP of Eng", Company: "Acme Bank", LifecycleStage: "OPPORTUNITY", Persona: cto, Industry: banking,
		PainPoints: []string{"audit trail", "cost"}, Notes: "runs on SAP",
	}
}

func profileOf(lead *enablement.Lead) *Profile {
	p := ProfileOf(lead)
	return &p
}

var fits = rapid.SampledFrom([]enablement.Fit{enablement.FitOther, enablement.FitOpen, enablement.FitMatch})

// drawCandidates gives candidates of all kinds with a history, among them some
// that nothing speaks for.
func drawCandidates(t *rapid.T) ([]enablement.Candidate, Past) {
	n := rapid.IntRange(0, 30).Draw(t, "candidates")
	past := Past{Sent: map[string]time.Time{}, IncludeSent: rapid.Bool().Draw(t, "include sent")}
	var out []enablement.Candidate
	for i := range n {
		c := enablement.Candidate{
			AssetID:     fmt.Sprintf("ast_%02d", i),
			Persona:     fits.Draw(t, "persona"),
			Industry:    fits.Draw(t, "industry"),
			FunnelStage: fits.Draw(t, "stage"),
		}
		if c.Industry == enablement.FitMatch {
			c.IndustryID = rapid.SampledFrom([]string{"ind_bank", "ind_fin"}).Draw(t, "which industry")
		}
		if rapid.Bool().Draw(t, "has text") {
			c.Text = rapid.Float64Range(0, 1).Draw(t, "text")
		}
		if rapid.Bool().Draw(t, "dated") {
			c.PublishedAt = daysAgo(rapid.IntRange(-5, 2_000).Draw(t, "days"))
		}
		r := enablement.TrackRecord{Sends: rapid.IntRange(0, 300).Draw(t, "sends")}
		r.PersonaSends = rapid.IntRange(0, r.Sends).Draw(t, "persona sends")
		r.IndustrySends = rapid.IntRange(0, r.Sends).Draw(t, "industry sends")
		r.Anybody = enablement.Evidence{Promise: float64(r.Sends), Successes: float64(rapid.IntRange(0, r.Sends).Draw(t, "successes"))}
		past.MostSends = max(past.MostSends, r.Sends)
		if rapid.IntRange(0, 4).Draw(t, "sent") == 0 {
			past.Sent[c.AssetID] = now
		}
		out, past.Records = append(out, c), append(past.Records, r)
	}
	past.Overall = enablement.Evidence{Promise: 1000, Successes: float64(rapid.IntRange(0, 900).Draw(t, "overall successes"))}
	return out, past
}

func drawProfile(t *rapid.T) *Profile {
	lead := banker()
	if rapid.Bool().Draw(t, "no persona") {
		lead.Persona = nil
	}
	if rapid.Bool().Draw(t, "no industry") {
		lead.Industry = nil
	}
	if rapid.Bool().Draw(t, "no texts") {
		lead.PainPoints, lead.Notes, lead.JobTitle = nil, "", ""
	}
	lead.LifecycleStage = rapid.SampledFrom(enablement.LifecycleStages()).Draw(t, "lifecycle")
	return profileOf(lead)
}
