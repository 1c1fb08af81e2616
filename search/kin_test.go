package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is put, in whichever order and however often: the chains find what
// holding every sketch against every other finds.
func TestKinAgainstItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := rapid.Custom(func(t *rapid.T) sketch {
			s := sketch{speaks: rapid.IntRange(0, 9).Draw(t, "speaks") > 0}
			if s.speaks { // few values, so that many agree
				for i := range s.least {
					s.least[i] = rapid.Uint16Range(0, 5).Draw(t, "least")
				}
			}
			return s
		})
		k, truth := newKin(), map[uint32]sketch{}
		for range rapid.IntRange(1, 40).Draw(t, "puts") {
			o := rapid.Uint32Range(0, 200).Draw(t, "ordinal")
			truth[o] = drawn.Draw(t, "sketch")
			k.put(o, truth[o])
		}
		for _, s := range truth {
			var got, want []uint32
			k.near(&s, func(o uint32) { got = append(got, o) })
			for o, other := range truth {
				if s.speaks && other.speaks && s.meet(&other) < bands {
					want = append(want, o)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("near finds %v, want %v", got, want)
			}
		}
	})
}
