package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Scene is the demo in memory, for whoever plays its history back without a
// store. Ids are the external ids, the subjects and the names, as in Catalog.
type Scene struct {
	Taxonomy *enablement.Taxonomy
	Assets   []*enablement.Asset
	Leads    []*enablement.Lead
	Sends    []*enablement.Send    // oldest first
	Outcomes []*enablement.Outcome // by their time
}

// HistorySends is how many sends the demo loads.
const HistorySends = 1_500

// Stage sets the scene as of now with so many sends over the half year before.
// HistorySends gives the demo as it is loaded; for each further as many the past
// contacts are there once more under names of their own, so that each lead gets
// no more than a person would. What becomes of the sends is drawn from Truth.
func Stage(now time.Time, sends int) (*Scene, error) {
	c, err := read()
	if err != nil {
		return nil, fmt.Errorf("read the demo's files: %w", err)
	}
	c.multiplyPast((sends + HistorySends - 1) / HistorySends)
	scene := &Scene{Taxonomy: c.taxonomy()}
	rows := c.history(scene.Taxonomy, now, sends)
	assets, leads := c.documents(scene.Taxonomy, now)
	for i := range c.Assets {
		scene.Assets = append(scene.Assets, assets[c.Assets[i].ExternalID])
	}
	for _, l := range c.allLeads() {
		scene.Leads = append(scene.Leads, leads[l.ExternalID])
	}
	reps := map[string]*enablement.User{}
	for _, r := range c.reps() {
		reps[r.Subject] = &enablement.User{ID: r.Subject, Name: r.Name, Team: r.Team, Role: r.Role}
	}
	byID := make(map[string]*enablement.Send, len(rows))
	for _, row := range rows {
		ids := make([]string, len(row.Assets))
		for i, id := range row.Assets {
			ids[i] = assets[id].ID
		}
		send := enablement.NewSend(leads[row.Lead], reps[row.Rep], ids, row.Channel, row.Message, &row.SentAt, now)
		send.ID, send.ExternalID = row.ExternalID, &row.ExternalID
		byID[row.ExternalID] = send
		scene.Sends = append(scene.Sends, send)
	}
	slices.SortStableFunc(scene.Sends, func(a, b *enablement.Send) int { return a.SentAt.Compare(b.SentAt) })
	for _, row := range c.outcomes(scene.Taxonomy, now, rows) {
		asset := ""
		if row.Asset != nil {
			asset = assets[*row.Asset].ID
		}
		o, _ := enablement.NewOutcome(byID[row.Send], asset, row.Kind, &row.At, now)
		o.ID = strings.Join([]string{row.Send, asset, string(row.Kind)}, ".")
		scene.Outcomes = append(scene.Outcomes, o)
	}
	slices.SortStableFunc(scene.Outcomes, func(a, b *enablement.Outcome) int { return a.At.Compare(b.At) })
	return scene, nil
}

// multiplyPast has every past contact there so many times.
func (c *company) multiplyPast(times int) {
	past := c.Past
	for i := 2; i <= times; i++ {
		for _, l := range past {
			l.ExternalID = fmt.Sprintf("%s-%d", l.ExternalID, i)
			l.Email = fmt.Sprintf("%d.%s", i, l.Email)
			c.Past = append(c.Past, l)
		}
	}
}
