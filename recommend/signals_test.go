package recommend

import (
	"math"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

func TestWeightsAddUpToOne(t *testing.T) {
	sum, seen := 0.0, map[enablement.RecommendationSignal]bool{}
	for _, s := range signals {
		sum += s.weight
		seen[s.signal] = true
		if whole := s.weight * steps; math.Abs(whole-math.Round(whole)) > 1e-9 {
			t.Errorf("the weight of %s is no whole number of steps, so that rounding could carry a score over 1", s.signal)
		}
	}
	if math.Abs(sum-1) > 1e-9 || len(seen) != signalCount {
		t.Errorf("the weights of %d signals add up to %v, want those of %d and 1", len(seen), sum, signalCount)
	}
}

func signalNamed(t *testing.T, name enablement.RecommendationSignal) signal {
	t.Helper()
	for _, s := range signals {
		if s.signal == name {
			return s
		}
	}
	t.Fatalf("no signal is called %s", name)
	return signal{}
}

func TestSignals(t *testing.T) {
	saver, stranger, byHand, undecided := banker(), banker(), banker(), banker()
	saver.Industry = savings
	stranger.Persona, stranger.Industry, stranger.PainPoints, stranger.Notes = nil, nil, nil, ""
	byHand.PersonaByHand = cto.ID
	undecided.LifecycleStage = "OTHER"
	buyer := banker()
	buyer.Persona = &enablement.Persona{ID: "per_b", Name: "Economic Buyer Persona"}
	buyer.JobTitle = ""
	named := banker()
	named.JobTitle = "cto"
	nobody := &enablement.Lead{LifecycleStage: "LEAD"}

	const (
		persona   = enablement.SignalPersona
		industry  = enablement.SignalIndustry
		stage     = enablement.SignalFunnelStage
		text      = enablement.SignalText
		track     = enablement.SignalTrackRecord
		freshness = enablement.SignalFreshness
	)
	const open, match = enablement.FitOpen, enablement.FitMatch
	type candidate = enablement.Candidate
	type record = enablement.TrackRecord
	matches := []enablement.TextMatch{
		{Source: "pain points", Words: []string{"audit trail", "cost", "a", "b"}}, {Source: "notes", Words: []string{`"SAP"`}}, {Source: "job title"},
	}
	tests := []struct {
		signal enablement.RecommendationSignal
		given  string
		lead   *enablement.Lead
		c      candidate
		r      record
		most   int
		score  float64
		detail string // of a score above 0
	}{
		{persona, "a persona from the job title", banker(), candidate{Persona: match}, record{}, 0, 1,
			`Written for the CTO persona, which the job title "VP of Eng" falls under`},
		{persona, "a persona set by hand", byHand, candidate{Persona: match}, record{}, 0, 1, "Written for the CTO persona"},
		{persona, "a job title that is the persona's name", named, candidate{Persona: match}, record{}, 0, 1, "Written for the CTO persona"},
		{persona, "a persona that is called one", buyer, candidate{Persona: match}, record{}, 0, 1, "Written for the Economic Buyer Persona"},
		{persona, "an asset for others", banker(), candidate{}, record{}, 0, 0, ""},
		{persona, "an asset for nobody in particular", banker(), candidate{Persona: open}, record{}, 0, 0.6, "Written for no persona in particular"},
		{persona, "an unknown persona", stranger, candidate{Persona: match}, record{}, 0, 0, ""},

		{industry, "the industry itself", banker(), candidate{Industry: match, IndustryID: "ind_bank"}, record{}, 0, 1, "Made for Banking"},
		{industry, "the one above", banker(), candidate{Industry: match, IndustryID: "ind_fin"}, record{}, 0, 0.8, "Made for Financial Services, the field that Banking belongs to"},
		{industry, "two above", saver, candidate{Industry: match, IndustryID: "ind_fin"}, record{}, 0, 0.64, "Made for Financial Services, the field that Savings banks belongs to"},
		{industry, "the one below", banker(), candidate{}, record{}, 0, 0, ""},
		{industry, "an asset of no industry", banker(), candidate{Industry: open}, record{}, 0, 0.6, "Made for no industry in particular"},
		{industry, "an unknown industry", stranger, candidate{Industry: match, IndustryID: "ind_bank"}, record{}, 0, 0, ""},

		{stage, "an asset for the stage", banker(), candidate{FunnelStage: match}, record{}, 0, 1,
			"Serves the decision stage: an opportunity has a deal on the table and needs proof, price and security answers"},
		{stage, "an asset for no stage", banker(), candidate{FunnelStage: open}, record{}, 0, 0.6, "Made for no stage in particular"},
		{stage, "an asset for another stage", banker(), candidate{}, record{}, 0, 0, ""},
		{stage, "a stage that says nothing", undecided, candidate{FunnelStage: match}, record{}, 0, 0, ""},

		{text, "words of two texts", banker(), candidate{Text: 0.4, Matches: matches}, record{}, 0, 0.4,
			`Matches "audit trail", "cost" and "a" in the pain points, and "'SAP'" in the notes`},
		{text, "words that nobody named", banker(), candidate{Text: 0.4}, record{}, 0, 0.4, "Matches words of the pain points and notes"},
		{text, "no words known", nobody, candidate{Text: 0.4}, record{}, 0, 0, ""},

		{track, "never sent", banker(), candidate{}, record{}, 100, 0, ""},
		{track, "sent to all, to the persona and the industry", banker(), candidate{},
			record{Sends: 41, PersonaSends: 20, IndustrySends: 5, LastSentAt: *daysAgo(21)}, 41, 0.5*0.5 + 0.3*0.2 + 0.2*41.0/61,
			"Sent 41 times, of which 20 to the persona CTO and 5 to Banking; the last time 3 weeks ago"},
		{track, "sent once", banker(), candidate{}, record{Sends: 1, PersonaSends: 1, IndustrySends: 1}, 41, 0.5/21 + 0.3/21 + 0.2/21*math.Log1p(1)/math.Log1p(41),
			"Sent once, to the persona CTO and to Banking"},
		{track, "sent to one persona alone", banker(), candidate{}, record{Sends: 2, PersonaSends: 2, IndustrySends: 1}, 41, 0.5*2/22 + 0.3/21 + 0.2*2/22*math.Log1p(2)/math.Log1p(41),
			"Sent twice, both to the persona CTO and 1 to Banking"},
		{track, "sent to one industry alone", banker(), candidate{}, record{Sends: 3, IndustrySends: 3}, 41, 0.3*3/23 + 0.2*3/23*math.Log1p(3)/math.Log1p(41),
			"Sent 3 times, all to Banking"},
		{track, "sent to others alone", banker(), candidate{}, record{Sends: 20}, 20, 0.2 * 0.5, "Sent 20 times"},
		{track, "nothing known but words", &enablement.Lead{Notes: "SAP"}, candidate{}, record{Sends: 20}, 20, 0.5, "Sent 20 times"},
		{track, "nothing known at all", nobody, candidate{}, record{Sends: 20}, 20, 0.5,
			"Nothing is known of this person yet; of 2 general pieces none was sent more often: 20 times"},

		{freshness, "published today", banker(), candidate{PublishedAt: &now}, record{}, 0, 1, "New: published today and not sent so far"},
		{freshness, "published lately, and sent a little", banker(), candidate{PublishedAt: daysAgo(2)}, record{Sends: 19}, 19, 0.992, "New: published 2 days ago and sent 19 times so far"},
		{freshness, "published lately, and sent enough", banker(), candidate{PublishedAt: daysAgo(2)}, record{Sends: 20}, 20, 0.992, "Published 2 days ago"},
		{freshness, "published long ago, verified lately", banker(), candidate{PublishedAt: daysAgo(800), VerifiedAt: daysAgo(182)}, record{}, 0, 0.5, "Verified 5 months ago, published 2 years ago"},
		{freshness, "verified, no date", banker(), candidate{VerifiedAt: daysAgo(182)}, record{}, 0, 0.5, "Verified 5 months ago"},
		{freshness, "verified before it was published", banker(), candidate{PublishedAt: daysAgo(182), VerifiedAt: daysAgo(364)}, record{}, 0, 0.5, "Published 5 months ago"},
		{freshness, "published half a year ago", banker(), candidate{PublishedAt: daysAgo(182)}, record{}, 0, 0.5, "Published 5 months ago"},
		{freshness, "published a year ago", banker(), candidate{PublishedAt: daysAgo(364)}, record{}, 0, 0.25, "Published 11 months ago"},
		{freshness, "dated far ahead", banker(), candidate{PublishedAt: daysAgo(-40)}, record{}, 0, 1, "Published on 2026-07-25"},
		{freshness, "published long ago", banker(), candidate{PublishedAt: daysAgo(800)}, record{}, 0, 0, ""},
		{freshness, "published ahead of our clock", banker(), candidate{PublishedAt: daysAgo(-1)}, record{Sends: 20}, 20, 1, "Published today"},
		{freshness, "no date", banker(), candidate{}, record{}, 0, 0, ""},
	}
	for _, test := range tests {
		t.Run(string(test.signal)+"/"+test.given, func(t *testing.T) {
			s := signalNamed(t, test.signal)
			p := profileOf(test.lead)
			f := &facts{
				setting:   &setting{profile: p, now: now, mostSends: test.most, general: p.Empty(), ranked: 2, bestSends: test.r.Sends},
				candidate: &test.c, record: &test.r,
			}
			score := s.score(f)
			if test.signal == track && !p.Empty() {
				test.score *= habitShare // no outcome is known in these
			}
			if math.Abs(score-test.score) > 1e-3 {
				t.Errorf("score %v, want %v", score, test.score)
			}
			if score > 0 {
				if detail := s.explain(f); detail != test.detail {
					t.Errorf("says %q,\nwant %q", detail, test.detail)
				}
			}
		})
	}
}

func TestThreeLuckySendsNeverBeatAProvenPiece(t *testing.T) {
	for _, most := range []int{60, 500, 20_000} {
		score := func(r enablement.TrackRecord) float64 {
			return scoreTrackRecord(&facts{setting: &setting{profile: profileOf(banker()), mostSends: most}, record: &r})
		}
		lucky := score(enablement.TrackRecord{Sends: 3, PersonaSends: 3, IndustrySends: 3})
		proven := score(enablement.TrackRecord{Sends: 60, PersonaSends: 12, IndustrySends: 6})
		if lucky >= proven {
			t.Errorf("with %d sends of the most-sent piece, three lucky sends score %v, a proven piece %v", most, lucky, proven)
		}
	}
}

func TestAgoAndTimes(t *testing.T) {
	for days, want := range map[int]string{
		-40: "on 2026-07-25", -1: "today",
		0: "today", 1: "yesterday", 2: "2 days ago", 13: "13 days ago", 14: "2 weeks ago", 60: "8 weeks ago",
		61: "2 months ago", 365: "11 months ago", 730: "23 months ago", 731: "2 years ago", 1_500: "4 years ago",
	} {
		if got := ago(*daysAgo(days), now); got != want {
			t.Errorf("%d days ago reads %q, want %q", days, got, want)
		}
	}
	for n, want := range map[int]string{1: "once", 2: "twice", 3: "3 times"} {
		if got := times(n); got != want {
			t.Errorf("%d reads %q, want %q", n, got, want)
		}
	}
}
