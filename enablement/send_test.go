package enablement

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// paths of faults, in their order.
func paths(faults []FieldError) []string {
	out := []string{}
	for _, f := range faults {
		out = append(out, f.Path)
	}
	return out
}

func TestRecordSendInputCheck(t *testing.T) {
	good := func() RecordSendInput {
		return RecordSendInput{Lead: "led_1", Assets: []string{"ast_1"}, Channel: ChannelEmail}
	}
	tests := []struct {
		given  string
		change func(*RecordSendInput)
		want   []string
	}{
		{"all well", func(*RecordSendInput) {}, []string{}},
		{"a time a minute ahead", func(in *RecordSendInput) { in.SentAt = ptr(noon.Add(time.Minute)) }, []string{}},
		{"a time in the future", func(in *RecordSendInput) { in.SentAt = ptr(noon.Add(ClockLeeway + time.Second)) }, []string{"sentAt"}},
		{"no asset", func(in *RecordSendInput) { in.Assets = nil }, []string{"assets"}},
		{"as many assets as may be", func(in *RecordSendInput) { in.Assets = make([]string, MaxSendAssets) }, []string{}},
		{"one more", func(in *RecordSendInput) { in.Assets = make([]string, MaxSendAssets+1) }, []string{"assets"}},
		{"a blank key", func(in *RecordSendInput) { in.IdempotencyKey = ptr(" ") }, []string{"idempotencyKey"}},
		{"everything wrong, all at once", func(in *RecordSendInput) {
			*in = RecordSendInput{Channel: "FAX", Message: ptr(strings.Repeat("x", MaxText+1)), IdempotencyKey: ptr("a\nb")}
		}, []string{"assets", "channel", "message", "lead", "idempotencyKey"}},
	}
	for _, test := range tests {
		in := good()
		test.change(&in)
		if got := paths(in.Check(noon)); !slices.Equal(got, test.want) {
			t.Errorf("%s: faults in %q, want %q", test.given, got, test.want)
		}
	}
}

func TestImportSendInputCheck(t *testing.T) {
	good := ImportSendInput{ExternalID: "x", Lead: "l", Assets: []string{"a"}, Rep: "r", SentAt: noon}
	if faults := good.Check(noon); len(faults) > 0 {
		t.Errorf("a good row has faults %v", faults)
	}
	want := []string{"externalId", "lead", "rep", "sentAt", "assets"}
	if got := paths(ImportSendInput{}.Check(noon)); !slices.Equal(got, want) {
		t.Errorf("an empty row has faults in %q, want %q, each once", got, want)
	}
}

func TestNewSendKeepsLeadAndRepAsTheyAre(t *testing.T) {
	lead := &Lead{
		ID: "led_1", LifecycleStage: "OPPORTUNITY", Campaign: "Spring", Source: "Fair",
		Persona: &Persona{ID: "per_1"}, Industry: &Industry{ID: "ind_1"},
	}
	rep := &User{ID: "usr_1", Team: "EMEA"}
	s := NewSend(lead, rep, []string{"b", "a", "b"}, ChannelEmail, ptr(" hello "), nil, noon)
	lead.LifecycleStage, lead.Campaign, rep.Team = "CUSTOMER", "Autumn", "APAC"
	if s.LifecycleStage != "OPPORTUNITY" || s.Campaign != "Spring" || s.Source != "Fair" || s.Team != "EMEA" ||
		s.PersonaID != "per_1" || s.IndustryID != "ind_1" || s.LeadID != "led_1" || s.RepID != "usr_1" {
		t.Errorf("the record is %+v", s)
	}
	if !slices.Equal(s.AssetIDs, []string{"b", "a"}) || s.Message != "hello" {
		t.Errorf("sent %q with %q", s.AssetIDs, s.Message)
	}
	if unmapped := NewSend(&Lead{}, rep, nil, ChannelEmail, nil, nil, noon); unmapped.PersonaID != "" || unmapped.IndustryID != "" {
		t.Errorf("an unmapped lead's record is %+v", unmapped)
	}
}

func TestNewSendIsNeverSentAfterItWasRecorded(t *testing.T) {
	for given, test := range map[string]struct {
		at   *time.Time
		want time.Time
	}{
		"no time":            {nil, noon},
		"an earlier time":    {ptr(noon.Add(-time.Hour)), noon.Add(-time.Hour)},
		"a clock that leads": {ptr(noon.Add(time.Minute)), noon},
		"another zone":       {ptr(noon.Add(-time.Hour).In(time.FixedZone("", 3600))), noon.Add(-time.Hour)},
		"microseconds":       {ptr(noon.Add(-time.Hour + 1_500*time.Microsecond)), noon.Add(-time.Hour + time.Millisecond)},
	} {
		s := NewSend(&Lead{}, &User{}, nil, ChannelEmail, nil, test.at, noon)
		if s.SentAt != test.want || s.RecordedAt != noon {
			t.Errorf("%s: sent at %v, recorded at %v", given, s.SentAt, s.RecordedAt)
		}
	}
}

func TestSendable(t *testing.T) {
	for given, test := range map[string]struct {
		asset Asset
		says  string
	}{
		"published":            {Asset{Status: StatusPublished}, ""},
		"a draft":              {Asset{Status: StatusDraft}, "is DRAFT"},
		"expired this instant": {Asset{Status: StatusPublished, ExpiresAt: &noon}, "is EXPIRED"},
		"expires soon":         {Asset{Status: StatusPublished, ExpiresAt: ptr(noon.Add(1))}, ""},
	} {
		if got := test.asset.Sendable(noon); !strings.HasPrefix(got, test.says) || (got == "") != (test.says == "") {
			t.Errorf("%s: %q, want %q", given, got, test.says)
		}
	}
}
