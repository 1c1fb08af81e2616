package usage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

func clock() time.Time { return at("2026-04-01T00:00:00Z") }

// march is a month of a small company: a guide for two stages, a video for one,
// a sheet that the catalog has forgotten.
func march() *usage.Ledger {
	l := usage.New(clock)
	l.SetAssets([]*enablement.Asset{
		{ID: "guide", Type: "EBOOK", FunnelStages: []enablement.FunnelStage{enablement.Awareness, enablement.Consideration}},
		{ID: "video", Type: "VIDEO", FunnelStages: []enablement.FunnelStage{enablement.Decision}},
		{ID: "unsent", Type: "WEBINAR"},
	})
	l.Append([]*enablement.Send{
		{ID: "s1", LeadID: "ana", RepID: "rita", Team: "EMEA", Channel: "EMAIL", PersonaID: "cto", IndustryID: "bank", SentAt: at("2026-03-01T09:00:00Z"), AssetIDs: []string{"guide"}},
		{ID: "s2", LeadID: "ana", RepID: "rita", Team: "EMEA", Channel: "LINK", PersonaID: "cto", IndustryID: "bank", SentAt: at("2026-03-02T09:00:00Z"), AssetIDs: []string{"guide", "video"}},
		{ID: "s3", LeadID: "bob", RepID: "sam", Channel: "EMAIL", IndustryID: "bank", Campaign: "spring", Source: "fair", SentAt: at("2026-03-31T23:59:59.999Z"), AssetIDs: []string{"guide", "sheet"}},
	})
	return l
}

func usageOf(f enablement.UsageFilter) *enablement.Usage {
	return &enablement.Usage{From: at("2026-03-01T00:00:00Z"), To: at("2026-04-01T00:00:00Z"), Filter: f}
}

func TestTotals(t *testing.T) {
	tests := []struct {
		name                       string
		filter                     enablement.UsageFilter
		sends, assets, leads, reps int
		last                       string
	}{
		{"a send of two assets counts as two", enablement.UsageFilter{}, 5, 3, 2, 2, "2026-03-31T23:59:59.999Z"},
		{"only the wanted asset of a send of two counts", enablement.UsageFilter{Assets: []string{"video"}}, 1, 1, 1, 1, "2026-03-02T09:00:00Z"},
		{"within a list any matches", enablement.UsageFilter{Assets: []string{"video", "sheet", "nowhere"}}, 2, 2, 2, 2, "2026-03-31T23:59:59.999Z"},
		{"between lists all match", enablement.UsageFilter{Reps: []string{"rita"}, Channels: []enablement.Channel{"LINK"}}, 2, 2, 1, 1, "2026-03-02T09:00:00Z"},
		{"an empty value matches those without", enablement.UsageFilter{Teams: []string{""}}, 2, 2, 1, 1, "2026-03-31T23:59:59.999Z"},
		{"an empty persona matches leads without", enablement.UsageFilter{Personas: []string{""}}, 2, 2, 1, 1, "2026-03-31T23:59:59.999Z"},
		{"an empty type matches what the catalog does not know", enablement.UsageFilter{AssetTypes: []enablement.AssetType{""}}, 1, 1, 1, 1, "2026-03-31T23:59:59.999Z"},
		{"a stage matches an asset with two", enablement.UsageFilter{FunnelStages: []enablement.FunnelStage{"CONSIDERATION"}}, 3, 1, 2, 2, "2026-03-31T23:59:59.999Z"},
		{"an empty list narrows nothing", enablement.UsageFilter{Reps: []string{}}, 5, 3, 2, 2, "2026-03-31T23:59:59.999Z"},
		{"an id that nobody has matches nothing", enablement.UsageFilter{Reps: []string{"nobody"}}, 0, 0, 0, 0, ""},
		{"an asset that nobody sent has no last send", enablement.UsageFilter{Assets: []string{"unsent"}}, 0, 0, 0, 0, ""},
	}
	l := march()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := &enablement.UsageTotals{Sends: tt.sends, Assets: tt.assets, Leads: tt.leads, Reps: tt.reps}
			if tt.last != "" {
				last := at(tt.last)
				want.LastSentAt = &last
			}
			if diff := cmp.Diff(want, l.Totals(usageOf(tt.filter))); diff != "" {
				t.Errorf("totals (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRangesAreHalfOpen(t *testing.T) {
	tests := []struct {
		name, from, to string
		sends          int
	}{
		{"from the moment of a send on: counts", "2026-03-01T09:00:00Z", "2026-03-02T00:00:00Z", 1},
		{"a nanosecond later: does not", "2026-03-01T09:00:00.000000001Z", "2026-03-02T00:00:00Z", 0},
		{"to the moment of a send: does not", "2026-03-01T00:00:00Z", "2026-03-01T09:00:00Z", 0},
		{"a nanosecond more: counts", "2026-03-01T00:00:00Z", "2026-03-01T09:00:00.000000001Z", 1},
		{"the other way round: nothing", "2026-03-31T00:00:00Z", "2026-03-01T00:00:00Z", 0},
		{"the ends of the calendar: all", "1900-01-01T00:00:00Z", "9999-12-31T00:00:00Z", 5},
	}
	l := march()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := &enablement.Usage{From: at(tt.from), To: at(tt.to)}
			if got := l.Totals(u).Sends; got != tt.sends {
				t.Errorf("%d sends, want %d", got, tt.sends)
			}
		})
	}
	if got := l.Totals(&enablement.Usage{}).Sends; got != 4 {
		t.Errorf("without any range the last 30 days before %s have %d sends, want 4", clock(), got)
	}
	if got := l.AssetTotals("guide", time.Time{}, time.Time{}).Sends; got != 3 {
		t.Errorf("with both ends open the guide has %d sends, want 3", got)
	}
}

func TestBy(t *testing.T) {
	type rows = map[string]int
	tests := []struct {
		name   string
		dim    enablement.UsageDimension
		first  int
		filter enablement.UsageFilter
		keys   []string
		sends  rows
	}{
		{"assets, the most sent first, ties by id", enablement.ByAsset, 20, enablement.UsageFilter{}, []string{"guide", "sheet", "video"}, rows{"guide": 3, "sheet": 1, "video": 1}},
		{"no more rows than asked for", enablement.ByAsset, 2, enablement.UsageFilter{}, []string{"guide", "sheet"}, rows{"guide": 3, "sheet": 1}},
		{"an asset of two stages counts in both", enablement.ByFunnelStage, 20, enablement.UsageFilter{}, []string{"AWARENESS", "CONSIDERATION", "", "DECISION"}, rows{"AWARENESS": 3, "CONSIDERATION": 3, "": 1, "DECISION": 1}},
		{"with a filter on stages these alone have rows", enablement.ByFunnelStage, 20, enablement.UsageFilter{FunnelStages: []enablement.FunnelStage{"AWARENESS"}}, []string{"AWARENESS"}, rows{"AWARENESS": 3}},
		{"what is unknown to the catalog has no type", enablement.ByAssetType, 20, enablement.UsageFilter{}, []string{"EBOOK", "", "VIDEO"}, rows{"EBOOK": 3, "": 1, "VIDEO": 1}},
		{"reps without a team count under no team", enablement.ByTeam, 20, enablement.UsageFilter{}, []string{"EMEA", ""}, rows{"EMEA": 3, "": 2}},
		{"leads without a persona count under none", enablement.ByPersona, 20, enablement.UsageFilter{}, []string{"cto", ""}, rows{"cto": 3, "": 2}},
		{"a row of the channels counts the wanted assets alone", enablement.ByChannel, 20, enablement.UsageFilter{Assets: []string{"video", "sheet"}}, []string{"EMAIL", "LINK"}, rows{"EMAIL": 1, "LINK": 1}},
		{"nothing sent, no rows", enablement.ByRep, 20, enablement.UsageFilter{Campaigns: []string{"autumn"}}, nil, rows{}},
		{"a dimension that nobody knows has no rows", "WEATHER", 20, enablement.UsageFilter{}, nil, rows{}},
	}
	l := march()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var keys []string
			sends := rows{}
			for _, row := range l.By(usageOf(tt.filter), tt.dim, tt.first) {
				keys = append(keys, row.Key)
				sends[row.Key] = row.Totals.Sends
			}
			if !slices.Equal(keys, tt.keys) {
				t.Errorf("rows %q, want %q", keys, tt.keys)
			}
			if diff := cmp.Diff(tt.sends, sends); diff != "" {
				t.Errorf("sends (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnAssetCountsAsItIsNow(t *testing.T) {
	l := march()
	l.SetAssets([]*enablement.Asset{{ID: "guide", Type: "WHITE_PAPER", FunnelStages: []enablement.FunnelStage{"RETENTION"}}})
	rows := l.By(usageOf(enablement.UsageFilter{}), enablement.ByAssetType, 1)
	if len(rows) != 1 || rows[0].Key != "WHITE_PAPER" || rows[0].Totals.Sends != 3 {
		t.Errorf("after the guide became a white paper its three sends count under %+v", rows)
	}
	if got := l.Totals(usageOf(enablement.UsageFilter{FunnelStages: []enablement.FunnelStage{"DECISION"}})).Sends; got != 1 {
		t.Errorf("the video, which was not named in the change, has %d sends in its stage, want 1", got)
	}
}

func TestTimeline(t *testing.T) {
	l := march()
	u := usageOf(enablement.UsageFilter{})
	u.From = at("2026-03-01T08:00:00Z") // a Sunday
	for _, tt := range []struct {
		interval enablement.Interval
		points   int
		start    string
		first    int
	}{
		{enablement.Day, 31, "2026-03-01T00:00:00Z", 1},
		{enablement.Week, 6, "2026-02-23T00:00:00Z", 1},
		{enablement.Month, 1, "2026-03-01T00:00:00Z", 5},
	} {
		points, err := l.Timeline(u, tt.interval)
		if err != nil {
			t.Fatal(err)
		}
		if len(points) != tt.points || !points[0].Start.Equal(at(tt.start)) || points[0].Totals.Sends != tt.first {
			t.Errorf("by %s: %d points, the first from %s with %d sends; want %d, %s and %d",
				tt.interval, len(points), points[0].Start, points[0].Totals.Sends, tt.points, tt.start, tt.first)
		}
	}
}

func TestATimelineHasAtMostSoManyPoints(t *testing.T) {
	l := march()
	u := &enablement.Usage{From: at("2020-01-01T00:00:00Z")}
	u.To = u.From.AddDate(0, 0, usage.MaxPoints)
	if points, err := l.Timeline(u, enablement.Day); err != nil || len(points) != usage.MaxPoints {
		t.Errorf("%d points, %v; want %d", len(points), err, usage.MaxPoints)
	}
	u.To = u.To.Add(time.Nanosecond)
	_, err := l.Timeline(u, enablement.Day)
	if fields := enablement.FaultsOf(err); enablement.CodeOf(err) != enablement.BadUserInput || len(fields) != 1 || fields[0].Path != "range" {
		t.Errorf("one more point: %v, want BAD_USER_INPUT on range", err)
	}
}
