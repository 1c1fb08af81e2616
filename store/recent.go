package store

import (
	"crypto/sha256"
	"time"
)

// recent remembers the documents that never change and that the tail may bring
// again. After a large import that is a million of them within minutes: they are
// kept as what their ids hash to, in a tenth of the memory.
type recent map[[16]byte]int64 // when they were recorded, in Unix milliseconds

func hashed(id string) [16]byte {
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:])
}

func (r recent) add(id string, recorded time.Time) { r[hashed(id)] = recorded.UnixMilli() }

func (r recent) has(id string) bool {
	_, ok := r[hashed(id)]
	return ok
}

// between is how many were recorded from a time on and before another.
func (r recent) between(from, to time.Time) (n int64) {
	first, end := from.UnixMilli(), to.UnixMilli()
	for _, at := range r {
		if first <= at && at < end {
			n++
		}
	}
	return n
}

// forget drops what was recorded before a time.
func (r recent) forget(before time.Time) {
	for hash, at := range r {
		if at < before.UnixMilli() {
			delete(r, hash)
		}
	}
}
