package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// The sizes of the history.
const (
	historyDays = 180
	mostTimes   = 2 // the same asset reaches the same lead no more often,
	ebookTimes  = 3 // but for the e-book of rule 2
	mostSends   = 9 // a lead to look at gets no more,
	fewestSends = 2 // and no less
	mostErrors  = 9 // battle cards of rule 3
)

// Pieces that rules name.
const (
	ebook      = prefix + "trust-ebook"
	battleCard = enablement.AssetType("BATTLE_CARD")
)

// historian makes the history by the rules of patterns.md; the rule's number
// stands where each is followed.
type historian struct {
	*company
	random   *rand.Rand
	taxonomy *enablement.Taxonomy
	now      time.Time
	assets   map[string]*asset // by external id
	leads    []lead
	reached  map[[2]string]int // lead and asset -> times
	errors   int               // battle cards that rep-6 sent in error so far
	times    map[string]int    // lead -> sends
	sent     []float64         // times, by the asset's place in Assets
}

// history is so many sends over the last half year, oldest first, the same for
// the same day of loading.
func (c *company) history(taxonomy *enablement.Taxonomy, now time.Time, size int) []enablement.ImportSendInput {
	h := &historian{
		company: c, random: rand.New(rand.NewPCG(1848, 182)), taxonomy: taxonomy, now: now,
		leads: c.allLeads(), assets: map[string]*asset{}, reached: map[[2]string]int{}, times: map[string]int{},
		sent: make([]float64, len(c.Assets)),
	}
	for i := range c.Assets {
		h.assets[c.Assets[i].ExternalID] = &c.Assets[i]
	}
	var sends []enablement.ImportSendInput
	for _, day := range h.days(size) {
		send := h.send(day)
		send.ExternalID = fmt.Sprintf("%ssend-%04d", prefix, len(sends)+1)
		sends = append(sends, send)
	}
	return sends
}

// days are the days of the sends, as days ago, the furthest first.
func (h *historian) days(size int) []int {
	weights := make([]float64, historyDays+1)
	for ago := 1; ago <= historyDays; ago++ {
		weights[ago] = 1 + float64(historyDays-ago)/historyDays/3 // grows by a third
		if ago >= 80 && ago <= 90 {                               // rule 6: holidays
			weights[ago] *= 0.15
		}
		if inCampaign(ago) { // rule 5
			weights[ago] *= 2.2
		}
	}
	days := make([]int, size)
	for i := range days {
		days[i] = h.weighted(weights)
	}
	slices.Sort(days)
	slices.Reverse(days)
	return days
}

func inCampaign(ago int) bool { return ago >= 26 && ago <= 34 }

// weighted draws an index by weight.
func (h *historian) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := h.random.Float64() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// send makes one send of a day; its ExternalID is still to be set.
func (h *historian) send(ago int) enablement.ImportSendInput {
	lead := h.lead(ago)
	rep := h.rep(lead, ago)
	team := h.Reps[rep].Team
	subject := h.Reps[rep].Subject
	var assets []string
	for n := range 1 + h.weighted([]float64{70, 22, 8}) {
		if draw := h.random.Float64(); n == 0 && (team == "APAC" && draw < 0.40 || team != "APAC" && draw < 0.02) && h.fits(ebook, lead, subject, ago) {
			assets = append(assets, ebook) // rule 2
			continue
		}
		for range 20 { // until one fits that did not reach the lead lately
			id := h.asset(lead, subject, ago)
			if id != ebook && h.fits(id, lead, subject, ago) && !slices.Contains(assets, id) {
				assets = append(assets, id)
				break
			}
		}
	}
	if len(assets) == 0 {
		assets = h.anything(lead, subject, ago)
	}
	for _, id := range assets {
		h.reached[[2]string{lead.ExternalID, id}]++
		h.sent[h.index(id)]++
		if h.assets[id].Type == battleCard {
			h.errors++
		}
	}
	h.times[lead.ExternalID]++
	message := h.message()
	return enablement.ImportSendInput{
		Lead: lead.ExternalID, Assets: assets, Rep: subject, Channel: h.channel(team), Message: &message, SentAt: h.moment(team, ago),
	}
}

// anything gives whatever fits a lead whom the usual pieces have reached.
func (h *historian) anything(l *lead, subject string, ago int) []string {
	from := h.random.IntN(len(h.Assets))
	for i := range h.Assets {
		a := &h.Assets[(from+i)%len(h.Assets)]
		if a.Type != battleCard && h.fits(a.ExternalID, l, subject, ago) {
			return []string{a.ExternalID}
		}
	}
	return nil
}

// lead draws a lead that has been sent something; fresh ones have not (rule 8).
func (h *historian) lead(ago int) *lead {
	weights := make([]float64, len(h.leads))
	for i := range h.leads {
		l := &h.leads[i]
		if slices.Contains(freshLeads, l.ExternalID) || i >= len(h.Past) && h.times[l.ExternalID] >= mostSends {
			continue
		}
		weights[i] = repWeight(l.OwnerSubject, ago)
		if i >= len(h.Past) && ago < 90 && h.times[l.ExternalID] < fewestSends {
			weights[i] *= 4
		}
		if l.Campaign == "ai-act-readiness" { // rule 5
			switch {
			case inCampaign(ago):
				weights[i] *= 7.5
			case ago <= 22 && ago > 12:
				weights[i] *= 1.5
			default:
				weights[i] *= 0.2
			}
		}
	}
	return &h.leads[h.weighted(weights)]
}

// repWeight is how busy a rep is (rule 6).
func repWeight(subject string, ago int) float64 {
	switch subject {
	case "rep-1", "rep-5":
		return 2
	case "rep-12":
		return 0.33
	case "rep-8":
		if ago > 60 {
			return 0
		}
	case "":
		return 0.3
	}
	return 1
}

// rep gives the index of who sends: the lead's owner, now and then a colleague
// of the same team.
func (h *historian) rep(l *lead, ago int) int {
	owner := slices.IndexFunc(h.Reps, func(r struct{ Subject, Name, Email, Team string }) bool { return r.Subject == l.OwnerSubject })
	if owner >= 0 && h.random.IntN(10) > 0 {
		return owner
	}
	weights := make([]float64, len(h.Reps))
	for i, r := range h.Reps {
		if owner < 0 || r.Team == h.Reps[owner].Team {
			weights[i] = repWeight(r.Subject, ago)
		}
	}
	return h.weighted(weights)
}

// asset draws what is sent, as an external id.
func (h *historian) asset(l *lead, subject string, ago int) string {
	if subject == "rep-6" && h.random.IntN(9) == 0 { // rule 3: in error
		return prefix + []string{"battlecard-ondergrid", "battlecard-do-nothing", "battlecard-build-inhouse"}[h.errors%3]
	}
	if id := nativeAsset(subject); id != "" && h.random.IntN(12) == 0 { // rule 7
		return prefix + id
	}
	if l.Campaign == "ai-act-readiness" && ago <= 34 && h.random.Float64() < 0.6 { // rule 5
		if ago <= 22 && h.random.IntN(2) == 0 {
			return prefix + "ai-act-inventory-webinar"
		}
		return prefix + "ai-act-whitepaper"
	}
	persona, industries := h.place(l)
	draw := h.random.Float64()
	if row := provenFor(persona, industries); len(row) > 0 && draw < 0.55 { // rule 3
		return prefix + row[h.weighted([]float64{5, 4, 3, 2, 1}[:len(row)])]
	}
	if draw < 0.65 {
		return prefix + "company-overview-deck"
	}
	switch { // rule 10
	case draw < 0.79:
		return h.byHabit()
	case draw < 0.95:
		return h.byTags(l, persona, industries)
	default:
		return h.Assets[h.random.IntN(len(h.Assets))].ExternalID
	}
}

// byHabit draws what was sent often.
func (h *historian) byHabit() string {
	return h.Assets[h.weighted(h.sent)].ExternalID
}

// byTags draws by how much of the lead an asset is tagged for.
func (h *historian) byTags(l *lead, persona string, industries []string) string {
	stage, _ := l.LifecycleStage.FunnelStage()
	weights := make([]float64, len(h.Assets))
	for i := range h.Assets {
		a := &h.Assets[i]
		weights[i] = 1
		if slices.Contains(a.Personas, persona) {
			weights[i] *= 4
		}
		if slices.ContainsFunc(industries, func(name string) bool { return slices.Contains(a.Industries, name) }) {
			weights[i] *= 6
		}
		if slices.Contains(a.FunnelStages, stage) {
			weights[i] *= 3
		}
	}
	return h.Assets[h.weighted(weights)].ExternalID
}

func (h *historian) index(id string) int {
	return slices.IndexFunc(h.Assets, func(a asset) bool { return a.ExternalID == id })
}

// place is the lead's persona and industries, the nearest first, by name.
func (h *historian) place(l *lead) (persona string, industries []string) {
	if p := h.taxonomy.PersonaFor(l.JobTitle); p != nil {
		persona = p.Name
	}
	for i := h.taxonomy.IndustryFor(l.Industry); i != nil; i = i.Parent {
		industries = append(industries, i.Name)
	}
	return persona, industries
}

// fits tells whether an asset may go to a lead on a day at all.
func (h *historian) fits(id string, l *lead, subject string, ago int) bool {
	a := h.assets[id]
	if a == nil || a.Status != enablement.StatusPublished || a.PublishedDaysAgo <= ago || slices.Contains(neverSent, strings.TrimPrefix(id, prefix)) {
		return false
	}
	if a.Language != "en" && prefix+nativeAsset(subject) != id { // rule 7
		return false
	}
	if a.Type == battleCard && (subject != "rep-6" || h.errors >= mostErrors) {
		return false
	}
	most := mostTimes
	if id == ebook {
		most = ebookTimes
	}
	if h.reached[[2]string{l.ExternalID, id}] >= most {
		return false
	}
	persona, _ := h.place(l)
	return a.Type == battleCard || len(a.Personas) == 0 || persona == "" || slices.Contains(a.Personas, persona) || inProven(id)
}

// moment is a time of the team's working day. What falls on a weekend goes out
// in the days after it, or before it where those have not come yet: so nothing
// but the day itself depends on when the demo is loaded.
func (h *historian) moment(team string, ago int) time.Time {
	zone := map[string]int{"EMEA": 1, "Americas": -5, "APAC": 8}[team]
	minute, later := 7*60+h.random.IntN(11*60), 2+h.random.IntN(3)
	y, m, d := h.now.UTC().Date()
	at := func(ago int) time.Time { return time.Date(y, m, d-ago, 0, minute-60*zone, 0, 0, time.UTC) }
	if weekend(daysAgo(h.now, ago)) { // the team's day, which may begin on the one before in UTC
		if ago > later {
			return at(ago - later)
		}
		return at(ago + 2)
	}
	return at(ago)
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

func (h *historian) channel(team string) enablement.Channel {
	switch team { // rule 4
	case "EMEA":
		return []enablement.Channel{"EMAIL", "LINK", "MEETING"}[h.weighted([]float64{60, 25, 15})]
	case "Americas":
		return []enablement.Channel{"LINK", "EMAIL", "CHAT", "SOCIAL"}[h.weighted([]float64{40, 30, 20, 10})]
	default:
		return []enablement.Channel{"MEETING", "CHAT", "EMAIL"}[h.weighted([]float64{45, 35, 20})]
	}
}

func (h *historian) message() string {
	return messages[h.weighted([]float64{10, 2, 2, 2, 1, 1, 1})]
}
