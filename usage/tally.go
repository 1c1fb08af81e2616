package usage

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// tally counts sends. Blocks must come in the order of time.
type tally struct {
	sends, assets, leads, reps int
	lastSentAt                 int64
}

func (t *tally) totals() *enablement.UsageTotals {
	out := &enablement.UsageTotals{Sends: t.sends, Assets: t.assets, Leads: t.leads, Reps: t.reps}
	if t.sends > 0 {
		at := time.UnixMilli(t.lastSentAt).UTC()
		out.LastSentAt = &at
	}
	return out
}

// marks tells which ordinals were seen since the last begin. Its array is never
// cleared: what bears another stamp was not seen.
type marks struct {
	stamps []uint32
	stamp  uint32
}

// fit makes room for n ordinals.
func (m *marks) fit(n int) {
	if n > len(m.stamps) {
		m.stamps = make([]uint32, n+n/4)
		m.stamp = 0
	}
}

// begin forgets all ordinals.
func (m *marks) begin() {
	if m.stamp == math.MaxUint32 {
		clear(m.stamps)
		m.stamp = 0
	}
	m.stamp++
}

// scratch is the arrays that one question needs, kept for the next.
type scratch struct {
	leads, reps, assets marks

	selected []uint32 // the sends that a filter leaves
	grouped  []uint32 // the sends, group by group
	counts   []uint32
	entries  []uint32
}

// borrow takes a scratch that fits a view.
func (l *Ledger) borrow(v *view) *scratch {
	sc := l.scratch.Get().(*scratch)
	sc.leads.fit(len(v.names[leadColumn]))
	sc.reps.fit(len(v.names[repColumn]))
	sc.assets.fit(len(v.assetNames))
	sc.begin()
	return sc
}

func (l *Ledger) giveBack(sc *scratch) { l.scratch.Put(sc) }

// begin starts to count distinct things anew.
func (sc *scratch) begin() {
	sc.leads.begin()
	sc.reps.begin()
	sc.assets.begin()
}

// room gives n numbers of a buffer, whatever they are.
func room(buf *[]uint32, n int) []uint32 {
	if n > cap(*buf) {
		*buf = make([]uint32, n+n/4)
	}
	return (*buf)[:n]
}

// zeros gives n zeros of a buffer.
func zeros(buf *[]uint32, n int) []uint32 {
	z := room(buf, n)
	clear(z)
	return z
}

// count adds a block of the view to a tally: every wanted asset of every send.
//
// The stamps are written whether they were there or not, which lets the
// processor run ahead where a branch would be guessed wrong half the time.
func (v *view) count(sc *scratch, block []uint32, t *tally) {
	if v.wanted != nil {
		v.countWanted(sc, block, t)
		return
	}
	leads, leadStamp := sc.leads.stamps, sc.leads.stamp
	reps, repStamp := sc.reps.stamps, sc.reps.stamp
	assets, assetStamp := sc.assets.stamps, sc.assets.stamp
	n := *t
	for _, seq := range block {
		c, i := v.table.chunks[seq>>chunkBits], seq%chunkSize
		sent := uint32(c.assetN[i])
		if sent == 0 {
			continue
		}
		n.sends += int(sent)
		n.lastSentAt = c.sentAt[i]
		lead, rep := c.values[leadColumn][i], c.values[repColumn][i]
		if leads[lead] != leadStamp {
			n.leads++
		}
		leads[lead] = leadStamp
		if reps[rep] != repStamp {
			n.reps++
		}
		reps[rep] = repStamp
		at := c.assetAt[i]
		off := at % blockSize
		for _, a := range v.table.assets[at>>blockBits][off : off+sent] {
			if assets[a] != assetStamp {
				n.assets++
			}
			assets[a] = assetStamp
		}
	}
	*t = n
}

// countWanted is count where not every asset is wanted.
func (v *view) countWanted(sc *scratch, block []uint32, t *tally) {
	for _, seq := range block {
		for _, a := range v.table.assetsOf(seq) {
			if !v.wanted[a] {
				continue
			}
			t.sends++
			if sc.assets.stamps[a] != sc.assets.stamp {
				sc.assets.stamps[a] = sc.assets.stamp
				t.assets++
			}
		}
	}
	sends := t.sends
	v.countPeople(sc, block, t)
	t.sends = sends
}

// countPeople adds a block to a tally, each send once, without its assets.
func (v *view) countPeople(sc *scratch, block []uint32, t *tally) {
	leads, leadStamp := sc.leads.stamps, sc.leads.stamp
	reps, repStamp := sc.reps.stamps, sc.reps.stamp
	n := *t
	for _, seq := range block {
		c, i := v.table.chunks[seq>>chunkBits], seq%chunkSize
		lead, rep := c.values[leadColumn][i], c.values[repColumn][i]
		if leads[lead] != leadStamp {
			n.leads++
		}
		leads[lead] = leadStamp
		if reps[rep] != repStamp {
			n.reps++
		}
		reps[rep] = repStamp
	}
	if len(block) > 0 {
		n.sends += len(block)
		n.lastSentAt = v.table.sentAt(block[len(block)-1])
	}
	*t = n
}
