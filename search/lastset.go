package search

import "sync/atomic"

// lastSet keeps the set made for the last key asked for. Readers may race to
// fill it: they make the same.
type lastSet struct{ last atomic.Pointer[keyedSet] }

// expiredKey names a set of expired assets: how many expiry moments have
// passed, of how many ordinals.
type expiredKey struct{ passed, ordinals int }

type keyedSet struct {
	key expiredKey
	set set
}

func (l *lastSet) get(key expiredKey, make func() set) set {
	if k := l.last.Load(); k != nil && k.key == key {
		return k.set
	}
	k := &keyedSet{key, make()}
	l.last.Store(k)
	return k.set
}

func (l *lastSet) forget() { l.last.Store(nil) }
