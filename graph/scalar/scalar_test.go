package scalar

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/quiverhq/quiver/enablement"
)

func marshalled(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func TestATimeIsReadAndWritten(t *testing.T) {
	for in, want := range map[string]string{
		"2026-03-31T09:00:00Z":          "2026-03-31T09:00:00Z",
		"2026-03-31T09:00:00+02:00":     "2026-03-31T07:00:00Z",
		"2026-12-31T23:30:00-05:30":     "2027-01-01T05:00:00Z",
		"2026-03-31T09:00:00.5Z":        "2026-03-31T09:00:00.5Z",
		"2026-03-31T09:00:00.000Z":      "2026-03-31T09:00:00Z",
		"2026-03-31T09:00:00.12345678Z": "2026-03-31T09:00:00.12345678Z",
		"2024-02-29T00:00:00Z":          "2024-02-29T00:00:00Z",
		"0001-01-01T00:00:00Z":          "0001-01-01T00:00:00Z",
	} {
		got, err := UnmarshalTime(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if text := marshalled(MarshalTime(got)); text != `"`+want+`"` {
			t.Errorf("%s was written as %s, want %s", in, text, want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s was read into the zone %v", in, got.Location())
		}
	}
}

func TestWhatIsNoTimeIsBadInput(t *testing.T) {
	for name, in := range map[string]any{
		"a date": "2026-03-31", "no zone": "2026-03-31T09:00:00", "a day that is not": "2026-02-30T00:00:00Z", "an hour that is not": "2026-03-31T25:00:00Z",
		"a space": "2026-03-31 09:00:00Z", "empty": "", "words": "yesterday", "a number": json.Number("1774947600"), "nothing": nil, "a bool": true,
		"a list": []any{"2026-03-31T09:00:00Z"}, "something after it": "2026-03-31T09:00:00Z; drop",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := UnmarshalTime(in)
			if enablement.CodeOf(err) != enablement.BadUserInput || !strings.Contains(err.Error(), "2026-03-31T09:00:00Z") {
				t.Errorf("%v: %v", in, err)
			}
		})
	}
}

func TestAnIntIsAWholeNumberOf32Bits(t *testing.T) {
	for name, c := range map[string]struct {
		in   any
		want int
		ok   bool
	}{
		"a number":            {json.Number("7"), 7, true},
		"zero":                {json.Number("0"), 0, true},
		"below zero":          {json.Number("-7"), -7, true},
		"an int64":            {int64(7), 7, true},
		"an int":              {7, 7, true},
		"the largest":         {json.Number("2147483647"), 2147483647, true},
		"the smallest":        {json.Number("-2147483648"), -2147483648, true},
		"one too large":       {json.Number("2147483648"), 0, false},
		"one too small":       {json.Number("-2147483649"), 0, false},
		"far too large":       {json.Number("99999999999999999999"), 0, false},
		"an int64 too large":  {int64(1) << 40, 0, false},
		"a fraction":          {json.Number("1.5"), 0, false},
		"a float":             {1.5, 0, false},
		"text":                {"7", 0, false},
		"a bool":              {true, 0, false},
		"a list":              {[]any{json.Number("7")}, 0, false},
		"an exponent":         {json.Number("1e3"), 0, false},
		"a number in a field": {map[string]any{"n": 7}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := UnmarshalInt(c.in)
			if (err == nil) != c.ok || got != c.want {
				t.Errorf("%v gave %d, %v", c.in, got, err)
			}
			if err != nil && enablement.CodeOf(err) != enablement.BadUserInput {
				t.Errorf("%v: the code is %s", c.in, enablement.CodeOf(err))
			}
		})
	}
	if text := marshalled(MarshalInt(-7)); text != "-7" {
		t.Errorf("-7 was written as %s", text)
	}
}
