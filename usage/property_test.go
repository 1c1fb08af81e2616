package usage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
	"pgregory.net/rapid"
)

// epoch is a Tuesday: weeks and months begin inside the ranges drawn.
var epoch = time.Date(2026, 2, 17, 9, 30, 0, 0, time.UTC)

// pick draws one of few values, none among them, so that they meet often.
func pick[T ~string](prefix string, most int) *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T {
		i := rapid.IntRange(0, most).Draw(t, prefix)
		if i == 0 {
			return ""
		}
		return T(fmt.Sprintf("%s%d", prefix, i))
	})
}

// moments are few within hours and many within weeks: ties and gaps.
var moments = rapid.Custom(func(t *rapid.T) time.Time {
	step := rapid.SampledFrom([]time.Duration{time.Millisecond, time.Hour, 24 * time.Hour}).Draw(t, "step")
	return epoch.Add(time.Duration(rapid.IntRange(-40, 40).Draw(t, "steps")) * step)
})

var sends = rapid.Custom(func(t *rapid.T) *enablement.Send {
	return &enablement.Send{
		ID:         strings.Repeat("x", rapid.IntRange(0, 3).Draw(t, "width")) + fmt.Sprint(rapid.IntRange(1, 60).Draw(t, "id")),
		LeadID:     fmt.Sprint("lead", rapid.IntRange(1, 6).Draw(t, "lead")),
		RepID:      fmt.Sprint("rep", rapid.IntRange(1, 3).Draw(t, "rep")),
		AssetIDs:   rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 8), func(i int) string { return fmt.Sprint("asset", i) }), 0, 4).Draw(t, "assets"),
		Channel:    rapid.SampledFrom(enablement.Channels()).Draw(t, "channel"),
		SentAt:     moments.Draw(t, "sentAt"),
		PersonaID:  pick[string]("persona", 2).Draw(t, "persona"),
		IndustryID: pick[string]("industry", 2).Draw(t, "industry"),
		Campaign:   pick[string]("campaign", 2).Draw(t, "campaign"),
		Source:     pick[string]("source", 2).Draw(t, "source"),
		Team:       pick[string]("team", 2).Draw(t, "team"),

		LifecycleStage: rapid.SampledFrom([]enablement.LifecycleStage{"LEAD", "OPPORTUNITY", "OTHER"}).Draw(t, "stage"),
	}
})

// outcomes are of few sends, some of which come later or never.
var outcomes = rapid.Custom(func(t *rapid.T) *enablement.Outcome {
	return &enablement.Outcome{
		SendID:  fmt.Sprint(rapid.IntRange(1, 60).Draw(t, "send")),
		AssetID: pick[string]("asset", 8).Draw(t, "asset"),
		Kind:    rapid.SampledFrom(enablement.OutcomeKinds()).Draw(t, "kind"),
	}
})

// leads were won or not, half a year before the last of moments or after.
var leads = rapid.Custom(func(t *rapid.T) *enablement.Lead {
	l := &enablement.Lead{ID: fmt.Sprint("lead", rapid.IntRange(1, 6).Draw(t, "lead"))}
	if rapid.Bool().Draw(t, "won") {
		at := moments.Draw(t, "wonAt").Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "later")) * enablement.WonWithin)
		l.WonAt = &at
	}
	return l
})

var assets = rapid.Custom(func(t *rapid.T) *enablement.Asset {
	return &enablement.Asset{
		ID:           fmt.Sprint("asset", rapid.IntRange(1, 9).Draw(t, "id")),
		Type:         rapid.SampledFrom(enablement.AssetTypes()[:4]).Draw(t, "type"),
		FunnelStages: rapid.SliceOfNDistinct(rapid.SampledFrom(enablement.FunnelStages()), 0, 3, rapid.ID).Draw(t, "stages"),
		PersonaIDs:   rapid.SliceOfN(rapid.SampledFrom([]string{"persona1", "persona2", "persona3"}), 0, 2).Draw(t, "personas"),
		IndustryIDs:  rapid.SliceOfN(rapid.SampledFrom([]string{"industry1", "industry2", "industry3"}), 0, 2).Draw(t, "industries"),
	}
})

// some draws a list of a filter: mostly none, so that some sends are left.
func some[T any](t *rapid.T, label string, g *rapid.Generator[T]) []T {
	if rapid.IntRange(0, 4).Draw(t, label+" filtered") > 0 {
		return nil
	}
	return rapid.SliceOfN(g, 0, 3).Draw(t, label)
}

var usages = rapid.Custom(func(t *rapid.T) *enablement.Usage {
	u := &enablement.Usage{From: moments.Draw(t, "from"), To: moments.Draw(t, "to")}
	u.Filter = enablement.UsageFilter{
		Assets:       some(t, "assets", pick[string]("asset", 9)),
		Reps:         some(t, "reps", pick[string]("rep", 4)),
		Teams:        some(t, "teams", pick[string]("team", 3)),
		Channels:     some(t, "channels", rapid.SampledFrom(enablement.Channels())),
		AssetTypes:   some(t, "types", rapid.SampledFrom(append(enablement.AssetTypes()[:4], ""))),
		FunnelStages: some(t, "stages", rapid.SampledFrom(append(enablement.FunnelStages(), ""))),
		Personas:     some(t, "personas", pick[string]("persona", 3)),
		Industries:   some(t, "industries", pick[string]("industry", 3)),
		Campaigns:    some(t, "campaigns", pick[string]("campaign", 3)),
		Sources:      some(t, "sources", pick[string]("source", 3)),
	}
	return u
})

// parents draws which industry belongs to which, without circles: to one with a
// smaller number.
var parents = rapid.Custom(func(t *rapid.T) map[string]string {
	up := map[string]string{}
	for i := 2; i <= 3; i++ {
		if above := rapid.IntRange(0, i-1).Draw(t, "above"); above > 0 {
			up[fmt.Sprint("industry", i)] = fmt.Sprint("industry", above)
		}
	}
	return up
})

func taxonomyOf(parents map[string]string) *enablement.Taxonomy {
	var industries []*enablement.Industry
	for i := 1; i <= 3; i++ {
		id := fmt.Sprint("industry", i)
		industries = append(industries, &enablement.Industry{ID: id, Name: id, ParentID: parents[id]})
	}
	return enablement.NewTaxonomy(nil, industries)
}

// filled draws a ledger's life, several batches of sends with duplicates and
// late ones, assets and taxonomies set between them, and the oracle that went
// through the same.
func filled(t *rapid.T) (*usage.Ledger, *oracle) {
	l, o := usage.New(func() time.Time { return epoch }), newOracle()
	for range rapid.IntRange(1, 5).Draw(t, "batches") {
		batch := rapid.SliceOfN(sends, 0, 25).Draw(t, "sends")
		l.Append(batch)
		// Of one id twice in a batch the first in time is kept, as in the ledger.
		o.append(inTime(batch))
		changed := rapid.SliceOfN(assets, 0, 3).Draw(t, "assets")
		l.SetAssets(changed)
		o.setAssets(changed)
		became := rapid.SliceOfN(outcomes, 0, 12).Draw(t, "outcomes")
		l.AppendOutcomes(became)
		o.outcomes = append(o.outcomes, became...)
		if rapid.Bool().Draw(t, "taxonomy changes") {
			o.parents = parents.Draw(t, "parents")
			l.SetTaxonomy(taxonomyOf(o.parents))
		}
		moved := rapid.SliceOfN(leads, 0, 3).Draw(t, "leads")
		l.SetLeads(moved)
		for _, lead := range moved {
			o.wonAt[lead.ID] = lead.WonAt
		}
	}
	return l, o
}

var equalEmpty = cmpopts.EquateEmpty()

func same(t *rapid.T, what string, want, got any) {
	if diff := cmp.Diff(want, got, equalEmpty); diff != "" {
		t.Fatalf("%s differs from counting one by one (-want +got):\n%s", what, diff)
	}
}

// nearly is same but for the rounding of sums.
func nearly(t *rapid.T, what string, want, got any) {
	if diff := cmp.Diff(want, got, equalEmpty, cmpopts.EquateApprox(1e-5, 1e-5)); diff != "" {
		t.Fatalf("%s differs from counting one by one (-want +got):\n%s", what, diff)
	}
}

func TestCountsAreThoseOfCountingOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, o := filled(t)
		for range 3 {
			u := usages.Draw(t, "usage")
			same(t, "Totals", o.totals(u), l.Totals(u))
			for _, dim := range enablement.UsageDimensions() {
				first := rapid.IntRange(1, 6).Draw(t, "first")
				same(t, "By "+string(dim), o.by(u, dim, first), l.By(u, dim, first))
			}
			for _, interval := range enablement.Intervals() {
				points, err := l.Timeline(u, interval)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "Timeline by "+string(interval), o.timeline(u, interval), points)
			}
			sent := map[string]bool{}
			for _, r := range o.sent(u) {
				sent[r.asset] = true
			}
			same(t, "SentAssets", sent, l.SentAssets(u))
		}
	})
}

// What was counted before is kept, and must not be told when sends came since.
func TestCountsFollowWhatIsSentBetweenTheQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, o := filled(t)
		u := &enablement.Usage{From: moments.Draw(t, "from"), To: moments.Draw(t, "to")}
		for range 3 {
			same(t, "Totals", o.totals(u), l.Totals(u))
			same(t, "By ASSET", o.by(u, enablement.ByAsset, 9), l.By(u, enablement.ByAsset, 9))
			same(t, "By ASSET_TYPE", o.by(u, enablement.ByAssetType, 9), l.By(u, enablement.ByAssetType, 9))
			points, err := l.Timeline(u, enablement.Day)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "Timeline by DAY", o.timeline(u, enablement.Day), points)
			batch := rapid.SliceOfN(sends, 0, 4).Draw(t, "sends")
			l.Append(batch)
			o.append(inTime(batch))
			if rapid.Bool().Draw(t, "the end moves") {
				u = &enablement.Usage{From: u.From.Add(time.Minute), To: u.To.Add(time.Minute)}
			}
		}
	})
}

func TestPartsAddUpToTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, _ := filled(t)
		u := usages.Draw(t, "usage")
		total := l.Totals(u).Sends
		for _, interval := range enablement.Intervals() {
			points, err := l.Timeline(u, interval)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0
			for _, p := range points {
				sum += p.Totals.Sends
			}
			same(t, "the sum of the timeline by "+string(interval), total, sum)
		}
		for _, dim := range enablement.UsageDimensions() {
			sum := 0
			for _, row := range l.By(u, dim, 1_000) {
				if row.Totals.Sends < 1 {
					t.Fatalf("row %q of %s has no send", row.Key, dim)
				}
				sum += row.Totals.Sends
			}
			if dim == enablement.ByFunnelStage {
				if sum < total {
					t.Fatalf("the rows by stage have %d sends, fewer than the %d there are", sum, total)
				}
				continue
			}
			same(t, "the sum by "+string(dim), total, sum)
		}
	})
}

func TestPagesJoinedAreTheList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, o := filled(t)
		q := enablement.SendQuery{
			Lead: pick[string]("lead", 3).Draw(t, "lead"), Asset: pick[string]("asset", 4).Draw(t, "asset"), Rep: pick[string]("rep", 4).Draw(t, "rep"),
			First: rapid.IntRange(1, 9).Draw(t, "first"),
		}
		if rapid.Bool().Draw(t, "ranged") {
			to := moments.Draw(t, "to")
			q.Range = &enablement.TimeRange{From: moments.Draw(t, "from"), To: &to}
		}
		var maySee func(string) bool
		if rapid.Bool().Draw(t, "secret") {
			hidden := fmt.Sprint("lead", rapid.IntRange(1, 6).Draw(t, "hidden"))
			maySee = func(lead string) bool { return lead != hidden }
		}
		want := o.list(q, maySee)
		got := []string{}
		for page := 0; ; page++ {
			p, err := l.Sends(q, maySee)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "total", len(want), p.Total)
			same(t, "has previous", page > 0, p.HasPrev)
			got = append(got, p.IDs...)
			same(t, "has next", len(got) < len(want), p.HasNext)
			if !p.HasNext {
				break
			}
			if len(p.IDs) != q.First {
				t.Fatalf("page %d has %d sends, not %d, though more follow", page, len(p.IDs), q.First)
			}
			q.After = p.Cursors[len(p.Cursors)-1]
		}
		same(t, "the list", want, got)
	})
}

func TestHistoriesAreThoseOfReadingEverySend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, o := filled(t)
		q := enablement.TrackQuery{
			PersonaID: pick[string]("persona", 3).Draw(t, "persona"), IndustryID: pick[string]("industry", 3).Draw(t, "industry"),
			FunnelStage: rapid.SampledFrom([]enablement.FunnelStage{"", enablement.Awareness, enablement.Decision}).Draw(t, "stage"),
		}
		var ids []string
		var want []enablement.TrackRecord
		most := 0
		for i := range 11 {
			id := fmt.Sprint("asset", i)
			ids = append(ids, id)
			r := o.trackRecord(q, id)
			want = append(want, r)
			most = max(most, r.Sends)
			same(t, "CounterOf", r.Sends, int(l.CounterOf(id).Load()))
			u := &enablement.Usage{From: moments.Draw(t, "from"), To: moments.Draw(t, "to"), Filter: enablement.UsageFilter{Assets: []string{id}}}
			same(t, "AssetTotals", o.totals(u), l.AssetTotals(id, u.From, u.To))
		}
		nearly(t, "TrackRecords", want, l.TrackRecords(q, ids))
		nearly(t, "Overall", o.overall(), l.Overall())
		same(t, "MostSends", most, l.MostSends())
		counts := map[enablement.TagCount]int{}
		for _, c := range l.TagCounts() {
			n := c.Count
			c.Count = 0
			counts[c] = n
		}
		same(t, "TagCounts", o.tagCounts(), counts)
		lead := fmt.Sprint("lead", rapid.IntRange(1, 7).Draw(t, "lead"))
		sentTo := map[string]time.Time{}
		for _, s := range o.sends {
			for _, id := range s.AssetIDs {
				if s.LeadID == lead && s.SentAt.After(sentTo[id]) {
					sentTo[id] = s.SentAt
				}
			}
		}
		same(t, "SentTo", sentTo, l.SentTo(lead))
	})
}
