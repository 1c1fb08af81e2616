package recommend

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// unlike is of assets that have nothing in common.
func unlike(string, string) float64 { return 0 }

// oldAndNew is a ranking of ten old pieces and five new ones that are a little
// behind them.
func oldAndNew(t turn, first int) []Ranked {
	var candidates []enablement.Candidate
	for i := range 15 {
		c := enablement.Candidate{AssetID: fmt.Sprintf("ast_%02d", i), Persona: enablement.FitMatch, PublishedAt: daysAgo(300), FunnelStage: enablement.FitMatch}
		if i >= 10 {
			c.PublishedAt, c.FunnelStage = daysAgo(3), enablement.FitOpen
		}
		candidates = append(candidates, c)
	}
	ranked := Rank(profileOf(banker()), candidates, Past{}, now)
	giveTurn(ranked, first, t, unlike)
	return ranked
}

// New pieces get a place of five on one of four days of a lead, each of them as
// often as any other, and never another place than the last.
func TestNewPiecesHaveTurns(t *testing.T) {
	const people, days = 200, 30
	shown := map[string]int{}
	total := 0
	for p := range people {
		for d := range days {
			who := turn{fmt.Sprint("led_", p), now.AddDate(0, 0, d).Format(time.DateOnly)}
			ranked := oldAndNew(who, 5)
			for place, r := range ranked[:5] {
				if !r.facts.isNew() {
					continue
				}
				shown[r.AssetID]++
				total++
				if place != 4 {
					t.Fatalf("%v: a new piece stands at place %d", who, place+1)
				}
			}
			if again := oldAndNew(who, 5); again[4].AssetID != ranked[4].AssetID {
				t.Fatalf("%v: asked again, %s has the place of %s", who, again[4].AssetID, ranked[4].AssetID)
			}
		}
	}
	if share := float64(total) / (people * days); share < 0.22 || share > 0.28 {
		t.Errorf("new pieces have the place in %.3f of the cases, want about 0.25", share)
	}
	for id, n := range shown {
		if even := total / 5; n < even*8/10 || n > even*12/10 {
			t.Errorf("%s was shown %d times of %d, want about a fifth", id, n, total)
		}
	}
	if len(shown) != 5 {
		t.Errorf("%d of five new pieces were ever shown", len(shown))
	}
}

func TestNoTurnIsGiven(t *testing.T) {
	someday := turn{"led_1", ""}
	for d := 0; someday.draw("")%newTurns != 0; d++ {
		someday.day = now.AddDate(0, 0, d).Format(time.DateOnly)
	}
	if !oldAndNew(someday, 5)[4].turn {
		t.Fatal("on its day no new piece has its turn")
	}
	for _, test := range []struct {
		story string
		given bool
	}{
		{"to somebody who is no lead", oldAndNew(turn{"", someday.day}, 5)[4].turn},
		{"where two places are asked for", oldAndNew(someday, 2)[1].turn},
		{"where new pieces stand there by themselves", oldAndNew(someday, 12)[11].turn},
		{"where all are shown", oldAndNew(someday, 15)[14].turn},
	} {
		if test.given {
			t.Errorf("a turn is given %s", test.story)
		}
	}
	far := Rank(profileOf(banker()), []enablement.Candidate{
		{AssetID: "a", Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank"},
		{AssetID: "b", Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank"},
		{AssetID: "c", Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank"},
		{AssetID: "new", Text: 0.1, PublishedAt: &now},
	}, Past{}, now)
	giveTurn(far, 3, someday, unlike)
	if far[2].turn {
		t.Error("a turn is given to a piece that is far behind")
	}
}

// Whatever comes in, after turns and versions the order is that of the scores,
// contributions add up, nothing is lost and nothing doubled.
func TestTurnsAndVersionsKeepWhatRankPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates, past := drawCandidates(t)
		ranked := Rank(drawProfile(t), candidates, past, now)
		before := make([]string, len(ranked))
		for i, r := range ranked {
			before[i] = r.AssetID
		}
		first := rapid.IntRange(1, 12).Draw(t, "first")
		families := rapid.IntRange(1, 10).Draw(t, "families")
		family := func(id string) int { return int(id[len(id)-1]) % families }
		overlap := func(a, b string) float64 {
			if family(a) == family(b) {
				return 0.9
			}
			return 0.1
		}
		standBack(ranked, first, overlap)
		giveTurn(ranked, first, turn{fmt.Sprint(rapid.IntRange(0, 50).Draw(t, "lead")), ""}, overlap)
		after := make([]string, len(ranked))
		for i, r := range show(ranked) {
			after[i] = r.ID
			sum := 0.0
			for _, reason := range r.Reasons {
				sum += reason.Contribution
			}
			if d := sum - r.Score; d > 1e-9 || d < -1e-9 || r.Score > 1 {
				t.Fatalf("the score is %v, the contributions add up to %v", r.Score, sum)
			}
			if i > 0 && ranked[i-1].total < ranked[i].total {
				t.Fatalf("%s stands before %s, which scores more", ranked[i-1].AssetID, r.ID)
			}
		}
		for i, r := range ranked[:min(first, len(ranked))] {
			for _, better := range ranked[:i] {
				if family(better.AssetID) == family(r.AssetID) && r.versionOf == "" && better.versionOf == "" {
					t.Fatalf("%s and %s are versions of one thing and stand side by side", better.AssetID, r.AssetID)
				}
			}
		}
		slices.Sort(before)
		slices.Sort(after)
		if !slices.Equal(before, after) {
			t.Fatalf("was %q, is %q", before, after)
		}
	})
}
