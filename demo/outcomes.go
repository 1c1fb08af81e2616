package demo

import (
	"math/rand/v2"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// How a success shows (rule 9): always as a view, at times as more.
const (
	replyRate = 0.35
	winRate   = 0.30 // where a deal is on the table or done
)

// outcomes draws what became of sends from Truth: for each asset of each send
// whether it succeeded and, where it did, a view, and perhaps a reply and a win.
// What would happen today or later has not happened yet.
func (c *company) outcomes(taxonomy *enablement.Taxonomy, now time.Time, sends []enablement.ImportSendInput) []enablement.ImportOutcomeInput {
	random := rand.New(rand.NewPCG(1848, 9))
	assets, leads := c.documents(taxonomy, now)
	y, m, d := now.UTC().Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	var out []enablement.ImportOutcomeInput
	for i := range sends {
		send, lead := &sends[i], leads[sends[i].Lead]
		for _, id := range send.Assets {
			draw, more := random.Float64(), [2]float64{random.Float64(), random.Float64()}
			view := send.SentAt.Add(24*time.Hour + time.Duration(random.IntN(4*24*60))*time.Minute)
			reply := view.Add(time.Duration(1+random.IntN(48*60)) * time.Minute)
			win := view.AddDate(0, 0, 5+random.IntN(30))
			if draw >= Truth(lead, assets[id]) {
				continue
			}
			// What is said of a send of several is said of the piece that did it.
			whole := &id
			if len(send.Assets) == 1 {
				whole = nil
			}
			stage, _ := lead.LifecycleStage.FunnelStage()
			for _, o := range []struct {
				happens bool
				asset   *string
				kind    enablement.OutcomeKind
				at      time.Time
			}{
				{true, &id, enablement.OutcomeViewed, view},
				{more[0] < replyRate, whole, enablement.OutcomeReplied, reply},
				{more[1] < winRate && (stage == enablement.Decision || stage == enablement.Retention), whole, enablement.OutcomeWon, win},
			} {
				if o.happens && o.at.Before(today) {
					out = append(out, enablement.ImportOutcomeInput{Send: send.ExternalID, Asset: o.asset, Kind: o.kind, At: o.at})
				}
			}
		}
	}
	return out
}

// documents are the assets and leads as a store would keep them, by external id.
func (c *company) documents(taxonomy *enablement.Taxonomy, now time.Time) (map[string]*enablement.Asset, map[string]*enablement.Lead) {
	assets := make(map[string]*enablement.Asset, len(c.Assets))
	for _, in := range c.assetInputs(now) {
		a := &enablement.Asset{ID: *in.ExternalID, Version: 1, CreatedAt: *in.PublishedAt, UpdatedAt: *in.PublishedAt}
		in.Apply(a, taxonomy)
		assets[*in.ExternalID] = a
	}
	leads := make(map[string]*enablement.Lead)
	for _, in := range c.leadInputs(nil) {
		l := &enablement.Lead{ID: *in.ExternalID, Revision: 1}
		in.Apply(l, taxonomy)
		leads[*in.ExternalID] = l
	}
	return assets, leads
}
