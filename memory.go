package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryFloor is what the process may use before the collector is pressed for
// memory: the collector runs seldom below it, which is worth a quarter of the
// requests per second.
const memoryFloor = 320 << 20

// boundMemory lets garbage pile up to four times what lives, and to twice what
// lives where that is more than memoryFloor, until the context ends. Who sets
// GOGC or GOMEMLIMIT is left alone.
func boundMemory(ctx context.Context) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryFloor)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	ticker := time.NewTicker(2 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			metrics.Read(live)
			debug.SetMemoryLimit(max(memoryFloor, 2*int64(live[0].Value.Uint64())))
		}
	}
}
