package usage

import (
	"math"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// tally counts sends.
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
