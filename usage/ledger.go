package usage

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Ledger is the record of sends, ready to be counted. Its methods may be called
// by any number of goroutines at once; what a call sees is whole sends, and all
// those whose Append has returned.
type Ledger struct {
	now     func() time.Time
	scratch sync.Pool // of *scratch

	mu           sync.RWMutex
	table        table
	ids          idIndex
	dictionaries [columnCount]dictionary
	assets       dictionary

	all     series
	byLead  []series // by ordinal, like the two below
	byRep   []series
	byAsset []series

	digests    digests            // what was counted lately; they guard themselves
	attributes *attributes        // replaced, never changed
	aims       []aim              // for whom an asset is made, by ordinal
	lineages   lineages           // replaced, never changed
	toPersona  []counts           // sends of an asset by persona, by ordinals
	toIndustry []counts           // by industry
	tracks     []track            // what became of an asset's sends, by ordinal
	cells      map[cellKey]cell   // the same, narrower
	overall    weights            // of all assets
	fates      []*[blockSize]fate // what became of each asset of each send, laid out like table.assets
	early      map[string][]early // outcomes by the id of the send that they wait for
	wonAt      map[string]int64   // when a lead became a customer, in Unix milliseconds
	counters   []*atomic.Int64    // sends of an asset, by ordinal
	fresh      []atomic.Int64     // counters that no asset has yet: they are made many at a time, to lie side by side
	mostSends  atomic.Int64       // the largest of the counters
}

// counts is counts by ordinal, up to the last that is not 0.
type counts []uint32

func (c *counts) add(ordinal uint32) {
	if missing := int(ordinal) + 1 - len(*c); missing > 0 {
		*c = append(*c, make(counts, missing)...)
	}
	(*c)[ordinal]++
}

func (c counts) of(ordinal uint32) int {
	if int(ordinal) < len(c) {
		return int(c[ordinal])
	}
	return 0
}

// New makes an empty ledger. The clock ends a Usage that was not fixed to a
// span and has no end.
func New(now func() time.Time) *Ledger {
	l := &Ledger{
		now: now, ids: idIndex{seed: maphash.MakeSeed()},
		assets: newDictionary(), digests: newDigests(), attributes: newAttributes(),
		cells: map[cellKey]cell{}, early: map[string][]early{}, wonAt: map[string]int64{},
	}
	for c := range l.dictionaries {
		l.dictionaries[c] = newDictionary()
	}
	l.scratch.New = func() any { return new(scratch) }
	l.grow()
	return l
}

// batchSize is how many sends go in under one hold of the lock: a reader that
// arrives meanwhile waits for some hundreds of microseconds at most.
const batchSize = 128

// countersAtOnce is how many counters are made at a time.
const countersAtOnce = 512

// Append adds sends: all of them at load, a batch after each write, those of
// other servers by the tail. A send whose id is there already changes nothing,
// and sentAt may come in any order; one large batch is laid out best.
//
// The sends are read, not kept.
func (l *Ledger) Append(sends []*enablement.Send) {
	for batch := range slices.Chunk(byTime(sends), batchSize) {
		l.append(batch)
	}
}

// timed is a send with the time that it is sorted by.
type timed struct {
	sentAt int64 // Unix milliseconds
	place  int   // in the batch: of two with one id and time the first stays
	send   *enablement.Send
}

// byTime gives the sends in the order of a series, which then only grows at its
// end. A send of no asset is none, and the store takes none: it is left out.
func byTime(sends []*enablement.Send) []timed {
	sorted := make([]timed, 0, len(sends))
	for i, s := range sends {
		if len(s.AssetIDs) > 0 {
			sorted = append(sorted, timed{s.SentAt.UnixMilli(), i, s})
		}
	}
	slices.SortFunc(sorted, func(a, b timed) int {
		if a.sentAt != b.sentAt {
			return cmp.Compare(a.sentAt, b.sentAt)
		}
		return cmp.Or(cmp.Compare(b.send.ID, a.send.ID), cmp.Compare(a.place, b.place))
	})
	return sorted
}

func (l *Ledger) append(batch []timed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var id idBytes
	var assets [enablement.MaxSendAssets]uint32
	for _, s := range batch {
		packed := pack(id[:0], s.send.ID)
		h := l.ids.hash(packed)
		if _, known := l.ids.find(&l.table, packed, h); known {
			continue
		}
		seq := l.add(s.send, row{id: packed, sentAt: s.sentAt, assets: assets[:0]})
		l.ids.add(&l.table, seq, h)
		l.meet(seq, s.send)
	}
}

func (l *Ledger) add(s *enablement.Send, r row) uint32 {
	r.assets = l.distinctAssets(s, r.assets)
	for c := range columns {
		r.values[c] = l.dictionaries[c].ordinal(columns[c].value(s))
	}
	stage, _ := s.LifecycleStage.FunnelStage()
	r.stage = stageOrdinal(stage)
	l.grow()
	seq := l.table.add(&r)
	if len(l.fates) < len(l.table.assets) {
		l.fates = append(l.fates, new([blockSize]fate))
	}
	weight := weightAt(r.sentAt)
	// What comes after all sends comes after those of every series.
	insert := (*series).insert
	if l.all.endsBefore(&l.table, seq) {
		insert = (*series).append
	}
	insert(&l.all, &l.table, seq)
	insert(&l.byLead[r.values[leadColumn]], &l.table, seq)
	insert(&l.byRep[r.values[repColumn]], &l.table, seq)
	for _, a := range r.assets {
		insert(&l.byAsset[a], &l.table, seq)
		l.toPersona[a].add(r.values[personaColumn])
		l.toIndustry[a].add(r.values[industryColumn])
		l.weigh(seq, a, weight*l.expectation(seq, a), 0)
		if n := l.counters[a].Add(1); n > l.mostSends.Load() {
			l.mostSends.Store(n)
		}
	}
	return seq
}

// meet gives a new send what is known to have become of it.
func (l *Ledger) meet(seq uint32, s *enablement.Send) {
	for _, o := range l.early[s.ID] {
		l.befall(seq, o.assetID, o.fate)
	}
	delete(l.early, s.ID)
	if _, was := l.wonAt[s.LeadID]; was {
		l.settleWon(seq, s.LeadID)
	}
}

// distinctAssets encodes a send's assets, each once: sending a thing twice in
// one message is sending it once. What lies beyond a block, more than a hundred
// times what a send may hold, is left out.
func (l *Ledger) distinctAssets(s *enablement.Send, buf []uint32) []uint32 {
	for _, id := range s.AssetIDs {
		if a := l.assets.ordinal(id); !slices.Contains(buf, a) && len(buf) < blockSize {
			buf = append(buf, a)
		}
	}
	return buf
}

// grow makes room in what is kept by ordinal.
func (l *Ledger) grow() {
	for len(l.byLead) < len(l.dictionaries[leadColumn].names) {
		l.byLead = append(l.byLead, series{})
	}
	for len(l.byRep) < len(l.dictionaries[repColumn].names) {
		l.byRep = append(l.byRep, series{})
	}
	for len(l.byAsset) < len(l.assets.names) {
		l.byAsset = append(l.byAsset, series{})
		l.toPersona = append(l.toPersona, nil)
		l.toIndustry = append(l.toIndustry, nil)
		l.tracks = append(l.tracks, track{})
		l.aims = append(l.aims, aim{})
		if len(l.fresh) == 0 {
			l.fresh = make([]atomic.Int64, countersAtOnce)
		}
		l.counters = append(l.counters, &l.fresh[0])
		l.fresh = l.fresh[1:]
	}
}
