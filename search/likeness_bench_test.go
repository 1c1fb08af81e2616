package search

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// likenesses is a catalog of n assets, a twentieth of them copies with another
// end, in an index without words.
func likenesses(b *testing.B, n int) (*Index, []*enablement.Asset) {
	b.Helper()
	assets := generated(n)
	for i := range n / 20 {
		assets[i].Body = assets[n-1-i].Body + " " + vocable(uint64(i)) + " in other words"
	}
	now := noon
	x := inMemory(b, newShelf(), &now)
	x.options.Documents = newShelf(assets...)
	for some := range slices.Chunk(assets, 5_000) { // each Load puts the orders in order
		if err := x.Load(some); err != nil {
			b.Fatal(err)
		}
	}
	return x, assets
}

// heap is how many bytes live.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkSketch(b *testing.B) {
	a := generated(1)[0]
	b.SetBytes(int64(len(a.Title) + len(a.Summary) + len(a.Body)))
	for b.Loop() {
		sketchOf(shinglesOf(a))
	}
}

func BenchmarkKin(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint("build/", n), func(b *testing.B) {
			assets := generated(n)
			for b.Loop() {
				before, started := heap(), time.Now()
				k := newKin()
				for i, s := range sketchesOf(assets) {
					k.put(uint32(i), s)
				}
				took := time.Since(started)
				b.ReportMetric(float64(heap()-before)/float64(n), "bytes/asset")
				b.ReportMetric(float64(took.Microseconds())/float64(n), "µs/asset")
				runtime.KeepAlive(k)
			}
		})
	}
}

func BenchmarkLikeness(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		x, assets := likenesses(b, n)
		b.Run(fmt.Sprint("overlap/", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				x.Overlap(number(i%n), number((i*7)%n))
			}
		})
		b.Run(fmt.Sprint("near/", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := x.NearDuplicates(b.Context(), assets[i%n:][:1], 5, true); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint("pairs/", n), func(b *testing.B) {
			for b.Loop() {
				pairs, err := x.Duplicates(b.Context(), enablement.DuplicateQuery{First: 20, Least: enablement.NearlySame})
				if err != nil || len(pairs) != 20 {
					b.Fatal(len(pairs), err)
				}
			}
		})
		b.Run(fmt.Sprint("lookalikes/1000 of/", n), func(b *testing.B) {
			drafts := generated(1_000)
			for b.Loop() {
				if _, err := x.Lookalikes(b.Context(), drafts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSimilar(b *testing.B) {
	x := stocked(b, 10_000)
	for i := 0; b.Loop(); i++ {
		if _, err := x.Similar(b.Context(), []string{number(i * 13 % 10_000)}, 5, true); err != nil {
			b.Fatal(err)
		}
	}
}
