package demo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// tallyholm is the company with its taxonomy as a store would hold it.
func tallyholm(t *testing.T) (*company, *enablement.Taxonomy) {
	t.Helper()
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return c, c.taxonomy()
}

// days to load the demo on: each weekday, a leap day, a new year.
func loadingDays() []time.Time {
	days := []time.Time{time.Date(2028, 2, 29, 0, 0, 1, 0, time.UTC), time.Date(2027, 1, 1, 23, 59, 59, 0, time.UTC)}
	for i := range 7 {
		days = append(days, time.Date(2026, 6, 1+i, 12, 0, 0, 0, time.UTC))
	}
	return days
}

func TestTheCompanyIsAsLargeAsItIsSaidToBe(t *testing.T) {
	c, _ := tallyholm(t)
	teams := map[string]int{}
	for _, r := range c.Reps {
		teams[r.Team]++
	}
	got := []int{len(c.Personas), len(c.Industries), len(c.Reps), len(teams), len(c.Past)}
	if diff := cmp.Diff([]int{8, 16, 12, 3, 180}, got); diff != "" {
		t.Errorf("personas, industries, reps, teams, past leads (-want +got):\n%s", diff)
	}
	if len(c.Assets) < 80 || len(c.Leads) < 60 {
		t.Errorf("%d assets and %d leads, want 80 and 60 at least", len(c.Assets), len(c.Leads))
	}
}

// Every row of the files would pass the API's own checks, names only what is
// there, and belongs to the demo by its id.
func TestEveryRowOfTheFilesHolds(t *testing.T) {
	c, taxonomy := tallyholm(t)
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	ids := map[string]bool{}
	once := func(id string) {
		if ids[id] {
			t.Errorf("%s is there twice", id)
		}
		ids[id] = true
	}
	for _, in := range c.assetInputs(now) {
		once(*in.ExternalID)
		if faults := append(in.Check(), in.Apply(&enablement.Asset{}, taxonomy)...); len(faults) > 0 || !strings.HasPrefix(*in.ExternalID, prefix) {
			t.Errorf("%s: %v", *in.ExternalID, faults)
		}
		if *in.Summary == "" || len(*in.Body) < 200 || len(in.Topics) == 0 || len(in.FunnelStages) == 0 {
			t.Errorf("%s says too little: %d bytes, topics %v, stages %v", *in.ExternalID, len(*in.Body), in.Topics, in.FunnelStages)
		}
	}
	owners := map[string]bool{}
	for _, rep := range c.reps() {
		owners[rep.Subject] = true
	}
	for i, in := range c.leadInputs(nil) {
		once(*in.ExternalID)
		once(*in.Email)
		if faults := append(in.CheckImported(), in.Apply(&enablement.Lead{}, taxonomy)...); len(faults) > 0 {
			t.Errorf("%s: %v", *in.ExternalID, faults)
		}
		if owner := c.allLeads()[i].OwnerSubject; owner != "" && !owners[owner] {
			t.Errorf("%s belongs to %s, who is not there", *in.ExternalID, owner)
		}
		if !strings.HasSuffix(*in.Email, ".example") && !strings.Contains(*in.Email, "example.") {
			t.Errorf("%s: %s may be somebody's address", *in.ExternalID, *in.Email)
		}
	}
	for _, in := range c.synonymsInputs() {
		once(in.Terms[0])
		if faults := append(in.Check(), in.Apply(&enablement.Synonyms{})...); len(faults) > 0 {
			t.Errorf("synonyms of %s: %v", in.Terms[0], faults)
		}
		if !slices.ContainsFunc(append(in.Terms, in.Instead...), c.says) {
			t.Errorf("the synonyms of %s find nothing", in.Terms[0])
		}
	}
	for _, tables := range [][]string{neverSent, c.provenAssets()} {
		for _, id := range tables {
			if !ids[prefix+id] {
				t.Errorf("a pattern names %s, which is no asset", id)
			}
		}
	}
	for _, id := range freshLeads {
		if !ids[id] {
			t.Errorf("a pattern names %s, who is no lead", id)
		}
	}
}

// says tells whether an asset has the words in its texts.
func (c *company) says(words string) bool {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", " ") }
	return slices.ContainsFunc(c.Assets, func(a asset) bool {
		return strings.Contains(plain(a.Title+"\n"+a.Summary+"\n"+a.Body), plain(words))
	})
}

func (*company) provenAssets() []string {
	var all []string
	for _, row := range proven {
		all = append(all, row.assets...)
	}
	return all
}

func TestTheHistoryIsTheSameForTheSameDay(t *testing.T) {
	c, taxonomy := tallyholm(t)
	morning, evening := time.Date(2026, 6, 3, 0, 0, 1, 0, time.UTC), time.Date(2026, 6, 3, 23, 0, 0, 0, time.UTC)
	if diff := cmp.Diff(c.history(taxonomy, morning, HistorySends), c.history(taxonomy, evening, HistorySends)); diff != "" {
		t.Errorf("made twice on one day:\n%.500s", diff)
	}
	other := c.history(taxonomy, evening.AddDate(0, 2, 5), HistorySends)
	for i, s := range c.history(taxonomy, evening, HistorySends) {
		if s.Lead != other[i].Lead || !slices.Equal(s.Assets, other[i].Assets) || s.Rep != other[i].Rep {
			t.Fatalf("send %d differs between two days of loading: %v, %v", i, s, other[i])
		}
	}
}

// What patterns.md promises of each send, whatever the day of loading.
func TestEverySendObeysTheRules(t *testing.T) {
	c, taxonomy := tallyholm(t)
	assets := map[string]*asset{}
	for i := range c.Assets {
		assets[c.Assets[i].ExternalID] = &c.Assets[i]
	}
	teams := map[string]string{}
	for _, r := range c.Reps {
		teams[r.Subject] = r.Team
	}
	zones := map[string]int{"EMEA": 1, "Americas": -5, "APAC": 8}
	for _, now := range loadingDays() {
		sends := c.history(taxonomy, now, HistorySends)
		if len(sends) != HistorySends {
			t.Errorf("loaded on %s: %d sends, want %d", now.Weekday(), len(sends), HistorySends)
		}
		reached := map[[2]string]int{}
		for _, s := range sends {
			bad := func(format string, args ...any) {
				t.Helper()
				t.Errorf("loaded on %s, %s to %s at %s by %s: %s", now.Format("Mon 2006-01-02"), s.ExternalID, s.Lead, s.SentAt.Format("Mon 2006-01-02 15:04"), s.Rep, fmt.Sprintf(format, args...))
			}
			if faults := s.Check(now); len(faults) > 0 {
				bad("%v", faults)
			}
			local := s.SentAt.Add(time.Duration(zones[teams[s.Rep]]) * time.Hour)
			if weekend(local) || local.Hour() < 7 || local.Hour() >= 18 {
				bad("sent at %s in the team's zone", local.Format("Mon 15:04"))
			}
			if s.SentAt.Before(daysAgo(now, historyDays+4)) || !s.SentAt.Before(now) {
				bad("outside the last %d days", historyDays)
			}
			if slices.Contains(freshLeads, s.Lead) {
				bad("to a fresh lead")
			}
			if s.Rep == "rep-8" && s.SentAt.Before(daysAgo(now, 61)) {
				bad("before rep-8 joined")
			}
			for _, id := range s.Assets {
				a := assets[id]
				if a.Status != enablement.StatusPublished || slices.Contains(neverSent, strings.TrimPrefix(id, prefix)) {
					bad("%s (%s) must not be sent", id, a.Status)
				}
				if s.SentAt.Before(daysAgo(now, a.PublishedDaysAgo)) {
					bad("%s was published %d days ago", id, a.PublishedDaysAgo)
				}
				if a.Language != "en" && prefix+nativeAsset(s.Rep) != id {
					bad("%s is in %s", id, a.Language)
				}
				most := mostTimes
				if id == ebook {
					most = ebookTimes
				}
				if reached[[2]string{s.Lead, id}]++; reached[[2]string{s.Lead, id}] > most {
					bad("%s for the %dth time", id, reached[[2]string{s.Lead, id}])
				}
			}
		}
	}
}

// share checks a proportion of the history against the rule's, within a
// tolerance in percentage points.
func share(t *testing.T, what string, part, whole int, want, tolerance float64) {
	t.Helper()
	if got := 100 * float64(part) / float64(whole); math.Abs(got-want) > tolerance {
		t.Errorf("%s: %.1f %% (%d of %d), want %.0f ± %.0f", what, got, part, whole, want, tolerance)
	}
}

// What patterns.md promises of the whole: the figures on a screen have a story.
func TestTheHistoryShowsItsPatterns(t *testing.T) {
	c, taxonomy := tallyholm(t)
	now := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	teams, campaigns := map[string]string{}, map[string]string{}
	for _, r := range c.Reps {
		teams[r.Subject] = r.Team
	}
	for _, l := range c.allLeads() {
		campaigns[l.ExternalID] = l.Campaign
	}
	count := map[string]int{}
	perRep, perLead := map[string]int{}, map[string]int{}
	sends := c.history(taxonomy, now, HistorySends)
	for _, s := range sends {
		team := teams[s.Rep]
		ago := int(now.Sub(s.SentAt).Hours() / 24)
		count[team]++
		count[team+"/"+string(s.Channel)]++
		count[fmt.Sprint("assets/", len(s.Assets))]++
		perRep[s.Rep]++
		perLead[s.Lead]++
		if slices.Contains(s.Assets, ebook) {
			count[team+"/ebook"]++
		}
		if ago < 90 {
			count["second half"]++
		}
		if ago >= 80 && ago <= 90 {
			count["holidays"]++
		}
		if ago >= 66 && ago <= 76 {
			count["after the holidays"]++
		}
		if campaigns[s.Lead] == "ai-act-readiness" && ago >= 23 && ago <= 34 {
			count["campaign"]++
			if slices.Contains(s.Assets, prefix+"ai-act-whitepaper") {
				count["campaign/whitepaper"]++
			}
		}
		for _, id := range s.Assets {
			if strings.HasPrefix(id, prefix+"battlecard") {
				count["battle cards"]++
				if s.Rep != "rep-6" {
					t.Errorf("%s sent a battle card", s.Rep)
				}
			}
		}
	}
	share(t, "sends of one asset", count["assets/1"], len(sends), 70, 5)
	share(t, "sends of two assets", count["assets/2"], len(sends), 22, 4)
	share(t, "sends of three assets", count["assets/3"], len(sends), 8, 3)
	share(t, "APAC's e-book", count["APAC/ebook"], count["APAC"], 40, 8)
	share(t, "EMEA's e-book", count["EMEA/ebook"], count["EMEA"], 2, 3)
	share(t, "the Americas' e-book", count["Americas/ebook"], count["Americas"], 2, 3)
	for channel, want := range map[string]float64{"EMEA/EMAIL": 60, "EMEA/LINK": 25, "EMEA/MEETING": 15, "Americas/LINK": 40, "Americas/EMAIL": 30,
		"Americas/CHAT": 20, "Americas/SOCIAL": 10, "APAC/MEETING": 45, "APAC/CHAT": 35, "APAC/EMAIL": 20} {
		share(t, channel, count[channel], count[channel[:strings.Index(channel, "/")]], want, 6)
	}
	if count["battle cards"] != 9 {
		t.Errorf("%d battle cards went out in error, want 9", count["battle cards"])
	}
	if count["holidays"]*3 > count["after the holidays"] {
		t.Errorf("%d sends in the holidays, %d in eleven days after", count["holidays"], count["after the holidays"])
	}
	if count["campaign"] < 70 || count["campaign"] > 120 || count["campaign/whitepaper"]*5 < count["campaign"]*2 {
		t.Errorf("the campaign: %d sends, %d of the white paper", count["campaign"], count["campaign/whitepaper"])
	}
	average := float64(len(sends)) / float64(len(c.Reps))
	for rep, want := range map[string]float64{"rep-1": 2, "rep-5": 2, "rep-12": 0.33} {
		if got := float64(perRep[rep]) / average; got < want*0.5 || got > want*1.5 {
			t.Errorf("%s sends %.2f times the average, want about %.2f", rep, got, want)
		}
	}
	past := len(sends)
	for _, l := range c.Leads {
		n := perLead[l.ExternalID]
		past -= n
		if fresh := slices.Contains(freshLeads, l.ExternalID); fresh != (n == 0) || n > mostSends || !fresh && n < 2 {
			t.Errorf("%s got %d sends, want 2 to %d", l.ExternalID, n, mostSends)
		}
	}
	share(t, "sends to past leads", past, len(sends), 80, 10)
	share(t, "sends in the second half", count["second half"], len(sends), 55, 6)
}

// Rule 3: what works for a persona in an industry is most of what its leads
// get, more of the first piece of a row than of the last.
func TestProvenPiecesAreMostOfWhatTheirLeadsGet(t *testing.T) {
	c, taxonomy := tallyholm(t)
	h := &historian{company: c, taxonomy: taxonomy}
	leads := map[string]*lead{}
	for _, l := range c.allLeads() {
		leads[l.ExternalID] = &l
	}
	fromRow, all, first, last := 0, 0, 0, 0
	for _, s := range c.history(taxonomy, time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC), HistorySends) {
		row := provenFor(h.place(leads[s.Lead]))
		if len(row) == 0 {
			continue
		}
		for _, id := range s.Assets {
			if id == ebook { // rule 2 comes before
				continue
			}
			all++
			switch place := slices.Index(row, strings.TrimPrefix(id, prefix)); {
			case place == 0:
				first++
				fromRow++
			case place == len(row)-1:
				last++
				fromRow++
			case place > 0:
				fromRow++
			}
		}
	}
	if all < 400 || first <= last {
		t.Errorf("%d assets to leads of a row, %d times the row's first and %d times its last", all, first, last)
	}
	share(t, "proven pieces", fromRow, all, 55, 12)
}
