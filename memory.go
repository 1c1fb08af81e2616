package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryFloor is what the process may use before the collector is pressed for
// memory: the collector runs seldom below it, which is worth a quarter of the
// requests per second.
const memoryFloor = 320 << 20

// loadingRoom is how much garbage may pile up beside what lives while the copies
// are filled and an index is perhaps built, where what lives is more than
// memoryFloor. Building one makes garbage without end, and nobody waits for an
// answer meanwhile.
const loadingRoom = 112 << 20

// servingRoom is how much garbage may pile up in any case once they are filled,
// where what lives is more than memoryFloor.
const servingRoom = 128 << 20

// boundMemory lets garbage pile up to memoryFloor with what lives. Where what lives
// comes near that, it lets as much pile up as the collector has to look through,
// for that is what collecting it costs: a log of sends is columns of numbers,
// which it passes over. But never more than what lives, nor less than servingRoom,
// until the context ends; no more than loadingRoom until loaded is closed. Who sets
// GOGC or GOMEMLIMIT is left alone.
func boundMemory(ctx context.Context, loaded <-chan struct{}) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	var percent int
	var limit int64
	allow := func(garbage float64, most int64) {
		if p := int(100 * garbage); p != percent || most != limit { // each setting stops all goroutines for a moment
			percent, limit = p, most
			debug.SetGCPercent(percent)
			debug.SetMemoryLimit(limit)
		}
	}
	allow(4, memoryFloor)
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/heap:bytes"}}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-loaded:
			loaded = nil
		case <-ticker.C:
		}
		metrics.Read(sample)
		live, looked := int64(sample[0].Value.Uint64()), int64(sample[1].Value.Uint64())
		room := min(live, max(servingRoom, looked))
		if loaded != nil {
			room = loadingRoom
		}
		if live < memoryFloor/2 {
			allow(4, memoryFloor)
		} else { // a limit would cost more: near it memory goes back and forth to the system, and requests wait
			allow(float64(max(room, memoryFloor-live))/float64(live), math.MaxInt64)
		}
	}
}
