package search

import "sync/atomic"

// lastSet keeps the set made for the last key asked for. Readers may race to
// fill it: they make the same.
type lastSet struct{ last atomic.Pointer[keyedSet] }

type keyedSet struct {
	key int
	set set
}

func (l *lastSet) get(key int, make func(key int) set) set {
	if k := l.last.Load(); k != nil && k.key == key {
		return k.set
	}
	k := &keyedSet{key, make(key)}
	l.last.Store(k)
	return k.set
}

func (l *lastSet) forget() { l.last.Store(nil) }
