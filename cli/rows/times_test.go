package rows

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	cases := []struct{ text, form, want string }{
		{"2026-03-31", "", "2026-03-31T00:00:00Z"},
		{" 2026-03-31 ", "", "2026-03-31T00:00:00Z"},
		{"2026-03-31T09:05:00Z", "", "2026-03-31T09:05:00Z"},
		{"2026-03-31T09:05:00.25+02:00", "", "2026-03-31T07:05:00.25Z"},
		{"2026-03-31 09:05:07", "", "2026-03-31T09:05:07Z"},
		{"2026-03-31T09:05:07", "", "2026-03-31T09:05:07Z"},
		{"2026-03-31 09:05", "", "2026-03-31T09:05:00Z"},
		{"2006-06-15T20:47:07.000+0000", "", "2006-06-15T20:47:07Z"},
		{"3/1/2017", "M/D/YYYY", "2017-03-01T00:00:00Z"},
		{"10/21/2016", "M/D/YYYY", "2016-10-21T00:00:00Z"},
		{"8/9/14 19:01", "M/D/YY H:mm", "2014-08-09T19:01:00Z"},
		{"31.03.2026 09:05:07", "DD.MM.YYYY HH:mm:ss", "2026-03-31T09:05:07Z"},
		{"31 Mar 2026", "D MMM YYYY", "2026-03-31T00:00:00Z"},
		{"March 31 2026", "MMMM D YYYY", "2026-03-31T00:00:00Z"},
	}
	for _, c := range cases {
		got, err := ParseTime(c.text, c.form)
		if err != nil || got.Format(time.RFC3339Nano) != c.want || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q, %q) = %v, %v; want %s", c.text, c.form, got, err, c.want)
		}
	}
	for _, text := range []string{"2020-09-31", "2026-3-1", "31.03.2026", "1775000000", "tomorrow", "0000-00-00"} {
		if got, err := ParseTime(text, ""); err == nil {
			t.Errorf("ParseTime(%q) = %v, want an error", text, got)
		}
	}
}

// A time that is read and written again is the same moment, in UTC; a form
// that checkForm lets through reads what it writes.
func FuzzParseTime(f *testing.F) {
	f.Add("2026-03-31", "")
	f.Add("3/1/2017", "M/D/YYYY")
	f.Add("31.03.26 9:05", "DD.MM.YY H:mm")
	f.Add("Mar 1 2017", "MMM D YYYY")
	f.Add("2016-02-29T23:59:60Z", "")
	f.Fuzz(func(t *testing.T, text, form string) {
		if form != "" && checkForm(form) != nil {
			return
		}
		at, err := ParseTime(text, form)
		if err != nil {
			return
		}
		if form == "" {
			form = "YYYY-MM-DDTHH:mm:ss"
		}
		again, err := ParseTime(at.Format(layoutOf(form)), form)
		if err != nil {
			t.Fatalf("%q as %s is %v, which does not read back: %v", text, form, at, err)
		}
		if day := at.Truncate(24 * time.Hour); !again.Truncate(24 * time.Hour).Equal(day) {
			t.Errorf("%q as %s is %v, and read back %v", text, form, at, again)
		}
	})
}
