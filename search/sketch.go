package search

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/quiverhq/quiver/enablement"
)

// sketchSize is how many minima a sketch has: the estimate of a resemblance r is
// off by √(r·(1-r)/sketchSize) or so, 0.06 at the most.
const sketchSize = 64

// sketch stands for the shingles of a text: of two texts, the share of the
// places in which their sketches agree estimates the share of their shingles
// that both have. 64 minima of 16 bits take 128 bytes, however long the text.
//
// It is MinHash (Broder 1997) in one pass over the shingles, each of which goes
// to one place only (one permutation hashing: Li, Owen, Zhang 2012). The places
// that stay empty in a short text are filled by hashing all shingles once more,
// until none is left (fast similarity sketching: Dahlgaard, Knudsen, Thorup
// 2017), which estimates as well as 64 hashes of each shingle would; filling
// them from their neighbours (Shrivastava, Li 2014) does not. Of each minimum
// the low bits are kept (b-bit minwise hashing: Li, König 2010).
type sketch struct {
	least [sketchSize]uint16
	// speaks: the text was long enough to be compared.
	speaks bool
}

// golden sets the rounds of hashing apart.
const golden = 0x9e3779b97f4a7c15

func sketchOf(shingles []uint64) (s sketch) {
	if len(shingles) < fewestShingles {
		return s
	}
	var least [sketchSize]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	full := uint64(0) // a bit for each place
	for round := uint64(0); full != math.MaxUint64; round++ {
		filled := full
		for _, x := range shingles {
			h := scatter(x + round*golden)
			at := h >> 58
			if round >= sketchSize { // by now every place gets its turn
				at = round % sketchSize
			}
			if full&(1<<at) == 0 && h < least[at] {
				least[at] = h
				filled |= 1 << at
			}
		}
		full = filled
	}
	for i, h := range least {
		s.least[i] = uint16(h)
	}
	s.speaks = true
	return s
}

// estimate is about the share of the shingles of two texts that both have.
func (s *sketch) estimate(t *sketch) float64 {
	if !s.speaks || !t.speaks {
		return 0
	}
	same := 0
	for i := range s.least {
		if s.least[i] == t.least[i] {
			same++
		}
	}
	return float64(same) / sketchSize
}

// sketchesOf sketches assets, on every processor.
func sketchesOf(assets []*enablement.Asset) []sketch {
	out := make([]sketch, len(assets))
	var g sync.WaitGroup
	next := atomic.Int64{}
	for range min(len(assets), runtime.GOMAXPROCS(0)) {
		g.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(assets); i = next.Add(1) - 1 {
				out[i] = sketchOf(shinglesOf(assets[i]))
			}
		})
	}
	g.Wait()
	return out
}
