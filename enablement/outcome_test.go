package enablement

import (
	"testing"
	"time"
)

// A send may have been recorded by a server whose clock is a little ahead.
func TestAnOutcomeIsNotBeforeItsSend(t *testing.T) {
	sent := time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)
	send := &Send{ID: "snd_1", SentAt: sent}
	at := func(d time.Duration) *time.Time { when := sent.Add(d); return &when }
	for story, test := range map[string]struct {
		at   *time.Time
		now  time.Duration // after the send
		want time.Duration // after the send
		ok   bool
	}{
		"now":                                {nil, time.Hour, time.Hour, true},
		"now by a clock that is behind":      {nil, -time.Second, 0, true},
		"said, by a clock that is behind":    {at(-time.Second), time.Hour, 0, true},
		"said, as far behind as clocks may":  {at(-ClockLeeway), time.Hour, 0, true},
		"said, further behind than that":     {at(-ClockLeeway - time.Millisecond), time.Hour, 0, false},
		"said, later than now within leeway": {at(time.Hour + time.Second), time.Hour, time.Hour, true},
	} {
		t.Run(story, func(t *testing.T) {
			got, faults := NewOutcome(send, "", OutcomeViewed, test.at, sent.Add(test.now))
			if ok := len(faults) == 0; ok != test.ok || ok && got.At.Sub(sent) != test.want {
				t.Errorf("at %v, %v", got.At, faults)
			}
		})
	}
}
