package enablement

import "time"

// TimeRange is half open: From <= t < To. Without To it reaches until now.
type TimeRange struct {
	From time.Time
	To   *time.Time
}

// Check names what is wrong with a range that a client gave as the argument or
// field at path.
func (r *TimeRange) Check(path string) error {
	if r == nil {
		return nil
	}
	var f faults
	f.time(path+".from", &r.From)
	f.time(path+".to", r.To)
	if r.To != nil && !r.To.After(r.From) {
		f.add(path+".to", "must be after %s.from", path)
	}
	return Invalid(f)
}

// Span is the range with both ends given: the last 30 days where there is no
// range, until now where it has no end.
func (r *TimeRange) Span(now time.Time) (from, to time.Time) {
	if r == nil {
		return now.AddDate(0, 0, -30), now
	}
	if r.To == nil {
		return r.From, now
	}
	return r.From, *r.To
}

// UsageFilter narrows the record of sends down. Within one list any match
// counts; between lists all must match; a nil list narrows nothing.
type UsageFilter struct {
	Assets   []string
	Reps     []string
	Teams    []string
	Channels []Channel
	// The asset's, as it is now.
	AssetTypes   []AssetType
	FunnelStages []FunnelStage
	// The lead's, as they were at the time of the send.
	Personas   []string
	Industries []string
	Campaigns  []string
	Sources    []string
}

// UsageDimension is what usage is grouped by.
type UsageDimension string

// UsageDimensions lists every dimension, in the order of the schema.
func UsageDimensions() []UsageDimension {
	return []UsageDimension{
		ByAsset, ByAssetType, ByFunnelStage, ByRep, ByTeam, ByChannel, ByPersona, ByIndustry, ByCampaign, ByLeadSource,
	}
}

// The dimensions. Type and stage are the asset's as it is now; persona,
// industry, campaign and source the lead's as they were.
const (
	ByAsset       UsageDimension = "ASSET"
	ByAssetType   UsageDimension = "ASSET_TYPE"
	ByFunnelStage UsageDimension = "FUNNEL_STAGE"
	ByRep         UsageDimension = "REP"
	ByTeam        UsageDimension = "TEAM"
	ByChannel     UsageDimension = "CHANNEL"
	ByPersona     UsageDimension = "PERSONA"
	ByIndustry    UsageDimension = "INDUSTRY"
	ByCampaign    UsageDimension = "CAMPAIGN"
	ByLeadSource  UsageDimension = "LEAD_SOURCE"
)

// Interval is the width of a point of a timeline: UTC days, weeks from Monday
// on, calendar months.
type Interval string

// The intervals.
const (
	Day   Interval = "DAY"
	Week  Interval = "WEEK"
	Month Interval = "MONTH"
)

// Intervals lists every interval.
func Intervals() []Interval { return []Interval{Day, Week, Month} }

// Start is the beginning of the interval that t lies in.
func (i Interval) Start(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	switch i {
	case Week:
		monday := (int(t.UTC().Weekday()) + 6) % 7
		return time.Date(y, m, d-monday, 0, 0, 0, 0, time.UTC)
	case Month:
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	default:
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
}

// Next is the beginning of the interval after the one that begins at start.
func (i Interval) Next(start time.Time) time.Time {
	switch i {
	case Week:
		return start.AddDate(0, 0, 7)
	case Month:
		return start.AddDate(0, 1, 0)
	default:
		return start.AddDate(0, 0, 1)
	}
}

// UsageTotals counts sends, asset by asset: one send of three assets counts as
// three. Assets, Leads and Reps are distinct.
type UsageTotals struct {
	Sends      int
	Assets     int
	Leads      int
	Reps       int
	LastSentAt *time.Time
}

// UsageRow is one value of a dimension. Key is an id, an enum value or a text;
// what has no value counts under "".
type UsageRow struct {
	Key    string
	Label  string
	Totals *UsageTotals
}

// UsagePoint is one interval of a timeline.
type UsagePoint struct {
	Start  time.Time
	Totals *UsageTotals
}

// Usage is one range and filter of the record of sends; its fields are
// counted when they are asked for.
type Usage struct {
	Range    *TimeRange
	Filter   UsageFilter
	From, To time.Time // Range as a span, fixed when the question arrived
	// PublishedOnly keeps unpublished assets secret in Unused: a rep asks.
	PublishedOnly bool
}

// Question is a number for the range and the filter: what a cursor of Unused
// belongs to.
func (u *Usage) Question() uint64 { return questionOf("unused", u.Range, u.Filter) }

// CoverageCell counts what there is, who waits and what was sent for one
// persona, industry and stage.
type CoverageCell struct {
	Persona     *Persona
	Industry    *Industry
	FunnelStage FunnelStage
	Assets      int
	Leads       int
	Sends       int
}

// TagCount counts the assets, or the sends, of one persona, industry and
// funnel stage, for the coverage of the catalog.
type TagCount struct {
	PersonaID, IndustryID string
	FunnelStage           FunnelStage
	Count                 int
}
