package search

// numberLists is a list of numbers for each ordinal, all in one piece of memory:
// who goes over the lists of many ordinals reads on, instead of following a
// pointer for each. The zero value is empty lists.
type numberLists struct {
	spans []listSpan // by ordinal, up to the last that was set
	pool  []uint32
	lost  int // numbers in the pool that no list has any more
}

// listSpan is where a list lies in the pool.
type listSpan struct{ at, n uint32 }

// of gives the list of an ordinal, to be read until the next set.
func (l *numberLists) of(o uint32) []uint32 {
	if int(o) >= len(l.spans) {
		return nil
	}
	s := l.spans[o]
	return l.pool[s.at : s.at+s.n]
}

// set puts a list in the place of the one before.
func (l *numberLists) set(o uint32, numbers []uint32) {
	if missing := int(o) + 1 - len(l.spans); missing > 0 {
		l.spans = append(l.spans, make([]listSpan, missing)...)
	}
	s := &l.spans[o]
	if len(numbers) > int(s.n) {
		l.lost += int(s.n)
		*s = listSpan{uint32(len(l.pool)), uint32(len(numbers))}
		l.pool = append(l.pool, numbers...)
	} else {
		l.lost += int(s.n) - len(numbers)
		s.n = uint32(len(numbers))
		copy(l.pool[s.at:], numbers)
	}
	if l.lost > len(l.pool)/2 {
		l.compact()
	}
}

// compact lays the lists out anew, by ordinal and without what is lost.
func (l *numberLists) compact() {
	pool := make([]uint32, 0, len(l.pool)-l.lost)
	for i, s := range l.spans {
		l.spans[i].at = uint32(len(pool))
		pool = append(pool, l.pool[s.at:s.at+s.n]...)
	}
	l.pool, l.lost = pool, 0
}
