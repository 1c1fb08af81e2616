package rows

import (
	"fmt"
	"strings"
	"time"
)

// usualLayouts are the forms of dates that need no hint. A time without a zone
// is UTC; Go reads fractions of a second after any of them.
func usualLayouts() []string {
	return []string{
		time.DateOnly,
		time.RFC3339,
		time.DateTime,
		"2006-01-02T15:04:05",
		"2006-01-02T15:04:05Z0700", // Salesforce
		"2006-01-02 15:04:05Z07:00",
		"2006-01-02 15:04",
		"2006-01-02T15:04",
	}
}

// ParseTime reads a date or a time and gives it in UTC. form is the hint of a
// mapping, such as M/D/YYYY; empty: ISO 8601 and RFC 3339. The error is a
// sentence about the value.
func ParseTime(s, form string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if form != "" {
		t, err := time.Parse(layoutOf(form), s)
		if err != nil {
			return time.Time{}, fmt.Errorf("must be a date of the form %s, not %q", form, clip(s))
		}
		return t.UTC(), nil
	}
	for _, layout := range usualLayouts() {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("must be a date such as 2026-03-31 or a time such as 2026-03-31T09:00:00Z, not %q", clip(s))
}

// layoutOf turns a form into Go's layout. M, D, H take one or two digits, MM,
// DD, HH two; mm and ss are minutes and seconds.
func layoutOf(form string) string {
	return strings.NewReplacer(
		"YYYY", "2006", "YY", "06",
		"MMMM", "January", "MMM", "Jan", "MM", "01", "M", "1",
		"DD", "02", "D", "2",
		"HH", "15", "H", "15", "mm", "04", "ss", "05",
	).Replace(form)
}

// checkForm tells what is wrong with a hint, or nil: it must name day, month
// and year and hold no other letters or digits than its own.
func checkForm(form string) error {
	for _, part := range []string{"YY", "M", "D"} {
		if !strings.Contains(form, part) {
			return fmt.Errorf("the date form %q needs year, month and day, such as M/D/YYYY or DD.MM.YYYY HH:mm", form)
		}
	}
	rest := strings.NewReplacer("YYYY", "", "YY", "", "MMMM", "", "MMM", "", "MM", "", "M", "", "DD", "", "D", "",
		"HH", "", "H", "", "mm", "", "ss", "", "T", "").Replace(form)
	if strings.ContainsFunc(rest, func(r rune) bool { return r != ' ' && !strings.ContainsRune("/-.:", r) }) {
		return fmt.Errorf("the date form %q may hold YYYY, YY, MMMM, MMM, MM, M, DD, D, HH, H, mm, ss and / - . : alone", form)
	}
	return nil
}
