package search

import (
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// view is a state of a wordIndex in the making: read from disk off the
// queries' path, then taken over at once.
type view struct {
	reader   *scorch.IndexSnapshot
	segments []*segment
	placed   []placed
}

// placed is an asset whose words lie in a segment that was not there before.
type placed struct {
	id    string
	state *wordState // nil: as it was
	in    *segment
	at    int // document number within
}

// prepare reads what a new snapshot holds that the one before did not. states
// are those of the assets just written; others are read from the index where
// they are not known yet.
func (w *wordIndex) prepare(reader *scorch.IndexSnapshot, c *catalog, states map[string]wordState) (v *view, err error) {
	defer func() {
		if r := recover(); r != nil { // a segment file that is not what it was
			v, err = nil, fmt.Errorf("read segments: %v", r)
		}
		if err != nil {
			_ = reader.Close()
		}
	}()
	had := make(map[uint64]*segment, len(w.segments))
	for _, s := range w.segments {
		had[s.id] = s
	}
	// What merges have made of a file that was changed is not to be trusted. The
	// files are still there: w.reader keeps them.
	if err := untouched(w.segments); err != nil {
		w.suspect.Store(true)
		return nil, err
	}
	v = &view{reader: reader}
	for _, s := range reader.Segments() {
		if old := had[s.Id()]; old != nil && (old.file.path != "" || !onDisk(s.Segment())) {
			v.segments = append(v.segments, &segment{id: old.id, data: s.Segment(), file: old.file, deleted: s.Deleted(), ordinals: old.ordinals})
			continue
		}
		if err := w.place(v, s, c, states); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// place reads the ids of a segment's documents and where needed their states.
func (w *wordIndex) place(v *view, s *scorch.SegmentSnapshot, c *catalog, states map[string]wordState) error {
	data := s.Segment()
	f, err := fileOf(data)
	if err != nil {
		return err
	}
	fresh := &segment{id: s.Id(), data: data, file: f, deleted: s.Deleted(), ordinals: make([]uint32, data.Count())}
	v.segments = append(v.segments, fresh)
	for n := range data.Count() {
		if d := s.Deleted(); d != nil && d.Contains(uint32(n)) {
			fresh.ordinals[n] = noOrdinal
			continue
		}
		id, err := data.DocID(n)
		if err != nil {
			return fmt.Errorf("read id of document %d: %w", n, err)
		}
		p := placed{id: string(id), in: fresh, at: int(n)}
		if state, ok := states[p.id]; ok {
			p.state = &state
		} else if o, ok := c.ordinals[p.id]; !ok || int(o) >= len(w.docs) || w.docs[o].home == 0 {
			if p.state, err = storedState(s, n); err != nil {
				return err
			}
		}
		v.placed = append(v.placed, p)
	}
	return nil
}

// noOrdinal marks a document that was dead when its segment was first seen.
const noOrdinal = ^uint32(0)

func storedState(s *scorch.SegmentSnapshot, n uint64) (*wordState, error) {
	var state wordState
	found := errState
	err := s.VisitDocument(n, func(name string, _ byte, value []byte, _ []uint64) bool {
		if name == stateField {
			state, found = decodeState(value)
		}
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read state of document %d: %w", n, err)
	}
	if found != nil { // an index of another making: its words serve, its versions say nothing
		state = wordState{}
	}
	return &state, nil
}

// adopt makes a prepared view the one that queries see. Called with Index.mu
// held.
func (w *wordIndex) adopt(v *view, c *catalog, deleted []string) {
	for _, p := range v.placed {
		o := c.ordinal(p.id)
		p.in.ordinals[p.at] = o
		w.grow(len(c.ids))
		d := &w.docs[o]
		if p.state != nil {
			w.tally(d, -1)
			d.wordState = *p.state
			d.home = p.in.id
			w.tally(d, +1)
		}
		d.home, d.number = p.in.id, uint32(p.at)
	}
	for _, id := range deleted {
		if o, ok := c.ordinals[id]; ok && int(o) < len(w.docs) {
			w.tally(&w.docs[o], -1)
			w.docs[o] = wordDoc{}
		}
	}
	w.grow(len(c.ids))
	w.counted.forget()
	w.cache.fit(len(c.ids))
	w.segments = v.segments
	if w.reader != nil {
		_ = w.reader.Close()
	}
	w.reader = v.reader
}

func (w *wordIndex) grow(n int) {
	for len(w.docs) < n {
		w.docs = append(w.docs, wordDoc{})
	}
}

// tally adds an asset's lengths to the totals, or takes them off.
func (w *wordIndex) tally(d *wordDoc, sign int) {
	if d.home == 0 {
		return
	}
	t := &w.total[d.by]
	t.docs += sign
	for f, n := range d.lengths {
		t.length[f] += uint64(sign) * uint64(n)
	}
}
