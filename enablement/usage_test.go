package enablement

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestIntervalStart(t *testing.T) {
	tokyo := time.FixedZone("+09:00", 9*3600)
	tests := []struct {
		given    string
		interval Interval
		at       time.Time
		want     string
	}{
		{"the end of a day", Day, time.Date(2026, 3, 31, 23, 59, 59, 999, time.UTC), "2026-03-31"},
		{"another day in UTC", Day, time.Date(2026, 4, 1, 8, 0, 0, 0, tokyo), "2026-03-31"},
		{"a Sunday", Week, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), "2026-02-23"},
		{"a Monday", Week, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), "2026-03-02"},
		{"a week over the new year", Week, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "2026-12-28"},
		{"the last of a month", Month, time.Date(2028, 2, 29, 5, 0, 0, 0, time.UTC), "2028-02-01"},
	}
	for _, test := range tests {
		if got := test.interval.Start(test.at).Format(time.DateOnly); got != test.want {
			t.Errorf("%s: %s of %v starts on %s, want %s", test.given, test.interval, test.at, got, test.want)
		}
	}
}

func TestIntervalsFollowEachOtherWithoutGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval := rapid.SampledFrom(Intervals()).Draw(t, "interval")
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "second"), 0)
		start := interval.Start(at)
		next := interval.Next(start)
		if at.Before(start) || !at.Before(next) {
			t.Fatalf("%v lies outside of its %s, %v to %v", at, interval, start, next)
		}
		if interval.Start(next) != next || interval.Start(next.Add(-1)) != start {
			t.Fatalf("the %s from %v does not end where the next starts, %v", interval, start, next)
		}
	})
}

func TestTimeRange(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	to := now.AddDate(0, 0, -1)
	tests := []struct {
		given    string
		r        *TimeRange
		from, to time.Time
		fault    string
	}{
		{"none: the last 30 days", nil, now.AddDate(0, 0, -30), now, ""},
		{"no end: until now", &TimeRange{From: to}, to, now, ""},
		{"both ends", &TimeRange{From: to.Add(-time.Hour), To: &to}, to.Add(-time.Hour), to, ""},
		{"empty", &TimeRange{From: to, To: &to}, to, to, "range.to"},
		{"backwards", &TimeRange{From: now, To: &to}, now, to, "range.to"},
		{"before any record", &TimeRange{From: time.Time{}}, time.Time{}, now, "range.from"},
	}
	for _, test := range tests {
		if from, to := test.r.Span(now); from != test.from || to != test.to {
			t.Errorf("%s: spans %v to %v", test.given, from, to)
		}
		faults := FaultsOf(test.r.Check("range"))
		if (test.fault == "") != (len(faults) == 0) || test.fault != "" && faults[0].Path != test.fault {
			t.Errorf("%s: faults %v, want one of %q", test.given, faults, test.fault)
		}
	}
}

func TestRangesAndDatesOfFiltersAreNamedByTheirPath(t *testing.T) {
	early, late := time.Time{}, noon
	tests := []struct {
		given string
		err   error
		want  []string
	}{
		{"no filter of assets", (*AssetFilter)(nil).Check(), []string{}},
		{"published in a year that there was", (&AssetFilter{PublishedAfter: &late, PublishedBefore: &late}).Check(), []string{}},
		{"published in a year that there was not", (&AssetFilter{PublishedAfter: &early, PublishedBefore: &early}).Check(),
			[]string{"filter.publishedAfter", "filter.publishedBefore"}},
		{"the audit log of all time", (&AuditFilter{}).Check(), []string{}},
		{"the audit log of a range that is none", (&AuditFilter{Range: &TimeRange{From: early}}).Check(), []string{"filter.range.from"}},
		{"the audit log backwards", (&AuditFilter{Range: &TimeRange{From: late, To: &late}}).Check(), []string{"filter.range.to"}},
	}
	for _, test := range tests {
		if got := paths(FaultsOf(test.err)); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults in %q, want %q", test.given, got, test.want)
		}
	}
}
