package usage

import "sort"

// A block is sends of a view in the order of time. Most came in that order, so
// that their numbers follow each other and their values lie side by side: such
// a stretch is counted column by column, in half the time that it takes to
// gather the values of each send.

// stride is how many sends are gathered before looking for a stretch again, and
// the shortest stretch worth the trouble.
const stride = 64

// count adds a block of the view to a tally: every wanted asset of every send.
func (v *view) count(sc *scratch, block []uint32, t *tally) {
	v.countPeople(sc, block, t)
	if v.wanted != nil {
		v.countWanted(sc, block, t)
		return
	}
	v.eachAssets(block, func(assets []uint32) {
		t.sends += len(assets)
		t.assets += sc.assets.add(assets)
	})
}

// countWanted counts the wanted assets of a block.
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
}

// countPeople counts the leads and the reps of a block and notes its last time.
func (v *view) countPeople(sc *scratch, block []uint32, t *tally) {
	if len(block) == 0 {
		return
	}
	if last := v.table.sentAt(block[len(block)-1]); t.leads == 0 || last > t.lastSentAt {
		t.lastSentAt = last
	}
	for len(block) > 0 {
		n := straight(block)
		if n >= stride {
			c, i := v.table.chunks[block[0]>>chunkBits], block[0]%chunkSize
			t.leads += sc.leads.add(c.values[leadColumn][i : int(i)+n])
			t.reps += sc.reps.add(c.values[repColumn][i : int(i)+n])
		} else {
			n = min(stride, len(block))
			v.gatherPeople(sc, block[:n], t)
		}
		block = block[n:]
	}
}

func (v *view) gatherPeople(sc *scratch, block []uint32, t *tally) {
	leads, leadStamp := sc.leads.stamps, sc.leads.stamp
	reps, repStamp := sc.reps.stamps, sc.reps.stamp
	for _, seq := range block {
		c, i := v.table.chunks[seq>>chunkBits], seq%chunkSize
		lead, rep := c.values[leadColumn][i], c.values[repColumn][i]
		if leads[lead] != leadStamp {
			t.leads++
		}
		leads[lead] = leadStamp
		if reps[rep] != repStamp {
			t.reps++
		}
		reps[rep] = repStamp
	}
}

// add marks ordinals and tells how many of them were not marked yet. The stamp
// is written whether it was there or not, which lets the processor run ahead
// where a branch would be guessed wrong half the time.
func (m *marks) add(ordinals []uint32) int {
	stamps, stamp, fresh := m.stamps, m.stamp, 0
	for _, o := range ordinals {
		if stamps[o] != stamp {
			fresh++
		}
		stamps[o] = stamp
	}
	return fresh
}

// eachAssets gives the assets of a block, as many sends' at once as lie side by
// side.
func (v *view) eachAssets(block []uint32, do func(assets []uint32)) {
	for len(block) > 0 {
		n := straight(block)
		if n >= stride {
			v.eachStretch(block[0], n, do)
		} else {
			n = min(stride, len(block))
			for _, seq := range block[:n] {
				do(v.table.assetsOf(seq))
			}
		}
		block = block[n:]
	}
}

// eachStretch gives the assets of n sends of one chunk, cut where one block of
// the table ends and the next begins.
func (v *view) eachStretch(seq uint32, n int, do func(assets []uint32)) {
	c, i := v.table.chunks[seq>>chunkBits], int(seq%chunkSize)
	for end := i + n; i < end; {
		block := c.assetAt[i] >> blockBits
		next := end
		if c.assetAt[end-1]>>blockBits != block {
			next = i + sort.Search(end-i, func(k int) bool { return c.assetAt[i+k]>>blockBits != block })
		}
		from, to := c.assetAt[i]%blockSize, c.assetAt[next-1]%blockSize+uint32(c.assetN[next-1])
		do(v.table.assets[block][from:to])
		i = next
	}
}

// straight is how many sends of a block, from its first on, follow each other
// by number within one chunk.
func straight(block []uint32) int {
	first := block[0]
	most := min(len(block), chunkSize-int(first%chunkSize))
	for n, seq := range block[:most] {
		if seq != first+uint32(n) {
			return n
		}
	}
	return most
}
