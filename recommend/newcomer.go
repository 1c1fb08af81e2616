package recommend

import (
	"hash/fnv"
	"slices"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// A piece that is new has no track record, and gets none while others are sent
// in its place. So new pieces have turns: on one day of newTurns each lead is
// recommended one of those that suit it, in the last of the places asked for,
// whoever asks. That is a twentieth of what is shown, shared evenly.
const (
	newFor   = 30 * 24 * time.Hour // after it was published
	newUntil = 20                  // sends, from which a piece is not new any more
	newTurns = 4
	// clockSkew is how far ahead the clock of who published may be.
	clockSkew = 24 * time.Hour
	// leastForTurn is how many places are asked for at least where one is given away.
	leastForTurn = 3
	// mostRaise is how far a new piece may be behind what it takes the place of.
	mostRaise = 0.15
)

// isNew tells whether an asset has yet to get a track record.
func (f *facts) isNew() bool {
	published := f.candidate.PublishedAt
	return published != nil && !published.After(f.now.Add(clockSkew)) && f.now.Sub(*published) < newFor && f.record.Sends < newUntil
}

// turn is what decides whose turn it is: a person on a day (UTC). The same
// person gets the same all day.
type turn struct{ person, day string }

func turnOf(lead *enablement.Lead, now time.Time) turn {
	return turn{lead.ID, now.UTC().Format(time.DateOnly)}
}

// draw is a number that is as good as drawn, the same whenever it is drawn.
func (t turn) draw(of string) uint64 {
	h := fnv.New64a()
	for _, s := range []string{t.person, t.day, of} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	// The last bytes of FNV hardly move its high bits: mix them (MurmurHash3's
	// finalizer, Appleby 2011).
	x := h.Sum64()
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// giveTurn puts a new piece into the last of the first places if it is its turn
// and none stands there by itself, and if it says something else than what stands
// above. Its FRESHNESS is raised to the score of what it takes the place of, so
// that the order is still that of the scores.
func giveTurn(ranked []Ranked, first int, t turn, overlap func(a, b string) float64) {
	if t.person == "" || first < leastForTurn || len(ranked) <= first || t.draw("")%newTurns != 0 {
		return
	}
	if slices.ContainsFunc(ranked[:first], func(r Ranked) bool { return r.facts.isNew() }) {
		return
	}
	last, chosen, least := ranked[first-1].total, -1, uint64(0)
	for i := first; i < len(ranked) && last-ranked[i].total <= mostRaise*steps; i++ {
		if !ranked[i].facts.isNew() || sameAs(&ranked[i], ranked[:first-1], overlap) >= 0 {
			continue
		}
		if draw := t.draw(ranked[i].AssetID); chosen < 0 || draw < least {
			chosen, least = i, draw
		}
	}
	if chosen < 0 {
		return
	}
	r := ranked[chosen]
	r.raise(last - r.total)
	copy(ranked[first:chosen+1], ranked[first-1:chosen])
	ranked[first-1] = r
}

// raise adds to the FRESHNESS of a new piece.
func (r *Ranked) raise(by int) {
	at := slices.IndexFunc(signals[:], func(s signal) bool { return s.signal == enablement.SignalFreshness })
	r.parts[at] += by
	r.turn = true
	r.sum()
}
