package quality

import (
	"fmt"
	"time"
)

// leastSends is the fewest that make a history.
const leastSends = 10

// Extent is how much a replay has to go by.
type Extent struct {
	Sends, Outcomes int
	Since           time.Time // when the hidden part begins
	Leads           int       // of the hidden sends
	// Judged are those of the leads with whom something succeeded that they had
	// not been sent before: hit and nDCG are means over them.
	Judged int
}

// Extent counts what a replay that hides a share of the sends has to go by. The
// error says why there is nothing to judge by.
func (l *Log) Extent(share float64) (Extent, error) {
	e := Extent{Sends: len(l.Sends), Outcomes: len(l.Outcomes)}
	switch {
	case e.Sends < leastSends:
		return e, fmt.Errorf("the log has %d sends; a replay takes %d at least, and tells something from a few hundred on", e.Sends, leastSends)
	case e.Outcomes == 0:
		return e, fmt.Errorf("the log has %d sends and no outcomes: nothing tells what worked, so nothing can be foreseen", e.Sends)
	}
	r := l.cut(share)
	e.Since, e.Leads, e.Judged = r.at, len(r.leads), len(r.wanted)
	if e.Judged == 0 {
		return e, fmt.Errorf("nothing that is known to have succeeded from %s on was new to its lead and there to be recommended before: hide more, or wait for more outcomes", e.Since.Format(time.DateOnly))
	}
	return e, nil
}

// String says it in a sentence, with what one lead more or less would change.
func (e Extent) String() string {
	return fmt.Sprintf("%d sends, %d outcomes; hidden from %s on, sent to %d leads, of whom %d are judged: one of them moves hit@5 by %.3f",
		e.Sends, e.Outcomes, e.Since.Format(time.DateOnly), e.Leads, e.Judged, 1/float64(e.Judged))
}
