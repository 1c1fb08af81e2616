package search

// scratch is the memory that one query works in, pooled: a query allocates
// nothing that grows with the catalog. Every array is as its last user must
// leave it, zeroed.
type scratch struct {
	allowed, spare, seen, matched  set
	nearly                         set // see catalog.nearly
	missing                        [byTopic + 1]set
	ofPersona, ofIndustry, ofStage set // of Candidates

	frequency []float64 // of the word at hand, by ordinal
	touched   []uint32  // where frequency is not zero
	score     []float64
	held      []float64 // idf of the query's words that the asset holds
	mask      []uint16  // which of a profile's words the asset holds
	found     []uint32  // where score, held or mask is not zero
	hits      []ranked
	counts    []int // by tag number
}

// fit makes room for n ordinals.
func (s *scratch) fit(n int) {
	room, words := setRoom(n), setWords(n)
	for _, p := range []*set{&s.allowed, &s.spare, &s.seen, &s.matched, &s.nearly, &s.ofPersona, &s.ofIndustry, &s.ofStage} {
		p.fit(words, room)
	}
	for kind := range s.missing {
		s.missing[kind].fit(words, room)
	}
	if len(s.score) < n {
		room := n + n/4 + 64
		s.frequency, s.score, s.held = make([]float64, room), make([]float64, room), make([]float64, room)
		s.mask = make([]uint16, room)
	}
}

// setAside takes from allowed and from the hits what is in nearly, and leaves
// in nearly what of it was hit.
func (s *scratch) setAside() {
	s.allowed.andNot(s.nearly)
	clear(s.spare)
	kept := s.hits[:0]
	for _, h := range s.hits {
		if s.nearly.has(h.ordinal) {
			s.spare.add(h.ordinal)
		} else {
			kept = append(kept, h)
		}
	}
	s.hits = kept
	copy(s.nearly, s.spare)
}

// release zeroes what the query wrote.
func (s *scratch) release() {
	for _, o := range s.found {
		s.score[o], s.held[o], s.mask[o] = 0, 0, 0
	}
	for _, o := range s.touched { // of a query that failed
		s.frequency[o] = 0
	}
	clear(s.seen)
	s.found, s.touched, s.hits = s.found[:0], s.touched[:0], s.hits[:0]
}

// take borrows scratch memory for the catalog as it is; give returns it. Both
// with Index.mu held for reading.
func (x *Index) take() *scratch {
	s, ok := x.pool.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	s.fit(len(x.catalog.ids))
	return s
}

func (x *Index) give(s *scratch) {
	s.release()
	x.pool.Put(s)
}
