package recommend

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// shown is a ranked asset as a client sees it.
type shown struct {
	ID      string
	Score   float64
	Sent    bool
	Reasons []enablement.RecommendationReason
}

func show(ranked []Ranked) []shown {
	out := []shown{}
	for i := range ranked {
		s := shown{ID: ranked[i].AssetID, Score: ranked[i].Score, Sent: ranked[i].AlreadySent}
		for _, r := range ranked[i].Reasons() {
			s.Reasons = append(s.Reasons, *r)
		}
		out = append(out, s)
	}
	return out
}

func TestRankKeepsItsPromisesWhateverTheCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profile := drawProfile(t)
		candidates, past := drawCandidates(t)
		ranked := show(Rank(profile, candidates, past, now))
		for i, r := range ranked {
			sum, last := 0.0, math.Inf(1)
			for _, reason := range r.Reasons {
				if reason.Contribution <= 0 || reason.Contribution > last {
					t.Fatalf("contributions are not positive and falling: %+v", r.Reasons)
				}
				if reason.Detail == "" {
					t.Fatalf("%s gives no detail", reason.Signal)
				}
				sum, last = sum+reason.Contribution, reason.Contribution
			}
			if math.Abs(sum-r.Score) > 1e-9 || r.Score <= 0 || r.Score > 1 {
				t.Fatalf("the score is %v, the contributions add up to %v", r.Score, sum)
			}
			if _, sent := past.Sent[r.ID]; sent != r.Sent || sent && !past.IncludeSent {
				t.Fatalf("%s was sent: %t; is marked so: %t; may be there: %t", r.ID, sent, r.Sent, past.IncludeSent)
			}
			if i > 0 && (ranked[i-1].Score < r.Score || ranked[i-1].Score == r.Score && ranked[i-1].ID >= r.ID) {
				t.Fatalf("%s (%v) stands before %s (%v)", ranked[i-1].ID, ranked[i-1].Score, r.ID, r.Score)
			}
		}
	})
}

func TestRankDoesNotDependOnTheOrderOfTheCandidates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profile := drawProfile(t)
		candidates, past := drawCandidates(t)
		order := make([]int, len(candidates))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		shuffled, records := make([]enablement.Candidate, len(order)), make([]enablement.TrackRecord, len(order))
		for to, from := range order {
			shuffled[to], records[to] = candidates[from], past.Records[from]
		}
		before := show(Rank(profile, candidates, past, now))
		past.Records = records
		if diff := cmp.Diff(before, show(Rank(profile, shuffled, past, now))); diff != "" {
			t.Fatalf("another order of the candidates gives another ranking:\n%s", diff)
		}
	})
}

func TestRankRecommendsOnlyWhatSomethingSpeaksFor(t *testing.T) {
	const open, match = enablement.FitOpen, enablement.FitMatch
	candidates := []enablement.Candidate{
		{AssetID: "persona", Persona: match},
		{AssetID: "industry", Industry: match, IndustryID: "ind_fin"},
		{AssetID: "text", Text: 0.5},
		{AssetID: "stage and date alone", FunnelStage: match, PublishedAt: &now},
		{AssetID: "another industry", Persona: open},
		{AssetID: "for anybody", Persona: open, Industry: open, FunnelStage: match},
		{AssetID: "for anybody, and it works", Persona: open, Industry: open},
		{AssetID: "for others, and it works", Persona: open},
	}
	past := Past{MostSends: 900, Records: make([]enablement.TrackRecord, len(candidates)), Overall: usual}
	past.Records[3] = enablement.TrackRecord{Sends: 900, PersonaSends: 900, IndustrySends: 900}
	for i := 5; i < 8; i++ {
		past.Records[i] = *everywhere(100, float64(20+20*min(1, i-5)))
	}
	var got []string
	for _, r := range Rank(profileOf(banker()), candidates, past, now) {
		got = append(got, r.AssetID)
	}
	slices.Sort(got)
	if want := []string{"for anybody, and it works", "industry", "persona", "text"}; !slices.Equal(got, want) {
		t.Errorf("recommends %q, want %q", got, want)
	}
}

// Of equals what the person can read comes first: a language that the notes ask
// for, then the usual one, then another.
func TestRankPutsWhatCanBeReadFirst(t *testing.T) {
	candidates := []enablement.Candidate{
		{AssetID: "french", Persona: enablement.FitMatch, Language: "fr"},
		{AssetID: "english", Persona: enablement.FitMatch, Language: "en", Usual: true},
		{AssetID: "german", Persona: enablement.FitMatch, Language: "de-at"},
	}
	order := func(notes string) (got []string) {
		lead := banker()
		lead.PainPoints, lead.Notes = nil, notes
		for _, r := range Rank(profileOf(lead), candidates, Past{}, now) {
			got = append(got, r.AssetID)
		}
		return got
	}
	for notes, want := range map[string][]string{
		"Speaks German only.":                {"german", "english", "french"},
		"The German parent decides.":         {"english", "french", "german"},
		"Die Prüfung ist nicht vor dem Mai.": {"german", "english", "french"},
	} {
		if got := order(notes); !slices.Equal(got, want) {
			t.Errorf("to %q recommends %q, want %q", notes, got, want)
		}
	}
}

func TestRankPutsTheMostSentFirstWhereNothingIsKnown(t *testing.T) {
	candidates := []enablement.Candidate{
		{AssetID: "fresh", PublishedAt: &now, FunnelStage: enablement.FitMatch}, {AssetID: "never"}, {AssetID: "most"},
	}
	past := Past{MostSends: 400, Records: []enablement.TrackRecord{{Sends: 3}, {}, {Sends: 41}}}
	got := show(Rank(profileOf(&enablement.Lead{LifecycleStage: "LEAD"}), candidates, past, now))
	want := []shown{
		{ID: "most", Reasons: []enablement.RecommendationReason{{
			Signal: enablement.SignalTrackRecord,
			Detail: "Nothing is known of this person yet; of 2 general pieces none was sent more often: 41 times",
		}}},
		{ID: "fresh", Reasons: []enablement.RecommendationReason{{
			Signal: enablement.SignalTrackRecord, Detail: "Nothing is known of this person yet; this general piece was sent 3 times",
		}}},
	}
	numbers := cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".Score" || p.Last().String() == ".Contribution"
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, numbers); diff != "" {
		t.Errorf("ranking of general pieces (-want +got):\n%s", diff)
	}
}

// Nobody of whom something is known is told that nothing is, whether or not a
// piece can match it; neither who gets general pieces nor who asks for another.
func TestWhatIsKnownIsNotDenied(t *testing.T) {
	for name, c := range map[string]struct {
		lead  enablement.Lead
		known bool
	}{
		"nothing":                      {enablement.Lead{}, false},
		"a new lead":                   {enablement.Lead{FirstName: "Ana", LifecycleStage: "LEAD"}, false},
		"a stage that says nothing":    {enablement.Lead{LifecycleStage: "OTHER"}, false},
		"a stage":                      {enablement.Lead{LifecycleStage: "OPPORTUNITY"}, true},
		"a title of nobody":            {enablement.Lead{JobTitle: "Barista"}, true},
		"an industry that is not":      {enablement.Lead{RawIndustry: "Zoo"}, true},
		"a company":                    {enablement.Lead{Company: "Acme", LifecycleStage: "LEAD"}, true},
		"the language of what to send": {enablement.Lead{Notes: "German documents"}, true},
	} {
		past := Past{MostSends: 3, Records: []enablement.TrackRecord{{Sends: 3}}}
		ranked := Rank(profileOf(&c.lead), []enablement.Candidate{{AssetID: "a"}}, past, now)
		begins := "Nothing is known of this "
		if c.known {
			begins = "Nothing that is known of this "
		}
		if detail := show(ranked)[0].Reasons[0].Detail; !strings.HasPrefix(detail, begins+"person") {
			t.Errorf("%s: says %q", name, detail)
		}
		if detail := nothingInCommon(&c.lead); !strings.HasPrefix(detail, begins+"lead") {
			t.Errorf("%s: asked about another piece says %q", name, detail)
		}
	}
}

func BenchmarkRank200(b *testing.B) {
	var candidates []enablement.Candidate
	past := Past{MostSends: 400, Sent: map[string]time.Time{"ast_007": now}}
	for i := range 200 {
		candidates = append(candidates, enablement.Candidate{
			AssetID: fmt.Sprintf("ast_%03d", i*71%200), Persona: enablement.Fit(2 * (i % 2)), IndustryID: []string{"ind_bank", "ind_fin", ""}[i%3],
			FunnelStage: enablement.Fit(i % 3), Text: float64(i%10) / 10, PublishedAt: daysAgo(i * 5),
			Matches: []enablement.TextMatch{{Source: "notes", Words: []string{"SAP", "audit trail"}}},
		})
		past.Records = append(past.Records, enablement.TrackRecord{Sends: i * 2, PersonaSends: i, IndustrySends: i / 3, LastSentAt: now})
	}
	profile := profileOf(banker())
	b.ReportAllocs()
	for b.Loop() {
		ranked := Rank(profile, candidates, past, now)
		for i := range ranked[:5] {
			ranked[i].Reasons()
		}
	}
}
