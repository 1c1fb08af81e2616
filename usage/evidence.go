package usage

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Evidence is kept as counters that only additions change: a send weighs
// 2^((sentAt - origin) / half-life), whenever it comes in, and a reading scales
// the sums by how long ago the origin is. So nothing has to fade by itself.
var originMilli = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// mostHalfLives bounds the exponent, so that what is read at the ends of the
// calendar is still a number: sixty of them are thirty years.
const mostHalfLives = 60

// weightAt is what a send of a time adds to a counter.
func weightAt(milli int64) float64 {
	lives := float64(milli-originMilli) / float64(enablement.EvidenceHalfLife.Milliseconds())
	return math.Exp2(max(-mostHalfLives, min(mostHalfLives, lives)))
}

// fadeAt turns a counter into evidence as of now.
func fadeAt(now time.Time) float64 { return 1 / weightAt(now.UnixMilli()) }

// weights is evidence as it is kept.
type weights struct{ promise, successes float64 }

func (w *weights) add(promise, successes float64) {
	w.promise, w.successes = w.promise+promise, w.successes+successes
}

// evidence is the sums as of now. What was taken back may leave a rounding
// error behind: never less than nothing.
func (w weights) evidence(fade float64) enablement.Evidence {
	return enablement.Evidence{Promise: max(0, w.promise*fade), Successes: max(0, w.successes*fade)}
}

// weightsBy is weights by ordinal, up to the last that is not 0.
type weightsBy []weights

func (by *weightsBy) at(ordinal uint32) *weights {
	if missing := int(ordinal) + 1 - len(*by); missing > 0 {
		*by = append(*by, make(weightsBy, missing)...)
	}
	return &(*by)[ordinal]
}

func (by weightsBy) of(ordinal uint32) weights {
	if int(ordinal) < len(by) {
		return by[ordinal]
	}
	return weights{}
}

// cellKey is one asset among the leads of one persona and one industry.
type cellKey struct{ asset, persona, industry uint32 }

// narrow is weights in half the room: there may be as many cells as sends, and
// none of them holds many.
type narrow struct{ promise, successes float32 }

func (n narrow) wide() weights { return weights{float64(n.promise), float64(n.successes)} }

// cell is the evidence of a cellKey by stageOrdinal.
type cell [5]narrow

func (c *cell) sum() (w weights) {
	for _, n := range c {
		w.add(float64(n.promise), float64(n.successes))
	}
	return w
}

// track is what became of the sends of one asset.
type track struct {
	views, replies, wins, successes uint32

	anybody               weights
	byPersona, byIndustry weightsBy
}

// fate is what became of one asset of one send, as bits.
type fate uint8

const (
	viewed  fate = 1 << iota
	replied      // to the send
	won          // as an outcome says
	wonLead      // the lead became a customer soon after

	// The first three, said of the send as a whole, stand with each of its
	// assets.
	wholeBits  = 4
	allViewed  = viewed << wholeBits
	allReplied = replied << wholeBits
	allWon     = won << wholeBits
	anyView    = viewed | allViewed
	anyReply   = replied | allReplied
	anyWin     = won | allWon | wonLead
	anySuccess = anyView | anyReply | anyWin
)

func fateOf(kind enablement.OutcomeKind) fate {
	switch kind {
	case enablement.OutcomeViewed:
		return viewed
	case enablement.OutcomeReplied:
		return replied
	case enablement.OutcomeWon:
		return won
	}
	return 0
}

// is is 1 where a fate has one of the bits, else 0.
func (f fate) is(bits fate) uint32 {
	if f&bits != 0 {
		return 1
	}
	return 0
}

// settle gives the asset at a place of the table another fate and moves the
// counters by the difference. The lock must be held.
func (l *Ledger) settle(seq, place uint32, next fate) {
	at := &l.fates[place>>blockBits][place%blockSize]
	before := *at
	if before == next {
		return
	}
	*at = next
	a := l.table.assets[place>>blockBits][place%blockSize]
	t := &l.tracks[a]
	t.views += next.is(anyView) - before.is(anyView)
	t.replies += next.is(anyReply) - before.is(anyReply)
	t.wins += next.is(anyWin) - before.is(anyWin)
	if change := int(next.is(anySuccess)) - int(before.is(anySuccess)); change != 0 {
		t.successes += uint32(change)
		l.weigh(seq, a, 0, float64(change)*weightAt(l.table.sentAt(seq)))
	}
}

// weigh adds to every counter that an asset of a send belongs to.
func (l *Ledger) weigh(seq, asset uint32, promise, successes float64) {
	key := cellKey{asset, l.table.value(seq, personaColumn), l.table.value(seq, industryColumn)}
	t := &l.tracks[asset]
	l.overall.add(promise, successes)
	t.anybody.add(promise, successes)
	t.byPersona.at(key.persona).add(promise, successes)
	t.byIndustry.at(key.industry).add(promise, successes)
	if key.persona != 0 && key.industry != 0 {
		c := l.cells[key]
		n := &c[l.table.stage(seq)]
		n.promise, n.successes = n.promise+float32(promise), n.successes+float32(successes)
		l.cells[key] = c
	}
}
