package search

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// However they came and whenever they were settled, a prefix finds what a look
// at each finds.
func TestBeginningsAgainstALookAtEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b beginnings
		var all []beginning
		text := rapid.SampledFrom([]string{"a", "ab", "a b", "ab c", "abc", "b", "b a", "ba"})
		gone := func(b beginning) bool { return b.number == 3 }
		for range rapid.IntRange(1, 6).Draw(t, "batches") {
			var fresh []beginning
			for range rapid.IntRange(0, 5).Draw(t, "batch") {
				folded := text.Draw(t, "folded")
				fresh = append(fresh, beginning{of: &completion{folded: folded}, number: rapid.Uint32Range(0, 3).Draw(t, "number")})
			}
			all = append(all, fresh...)
			b.put(fresh, gone)
			if rapid.Bool().Draw(t, "settle") {
				b.settle(gone)
				all = slices.DeleteFunc(all, gone)
			}
		}
		prefix := rapid.SampledFrom([]string{"a", "ab", "a ", "ab ", "b", "c"}).Draw(t, "prefix")
		got, want := map[*completion]bool{}, map[*completion]bool{}
		for _, run := range b.with(prefix) {
			for i, c := range run {
				if got[c.of] || i > 0 && run[i-1].key() > c.key() {
					t.Errorf("%q comes twice or before a lesser one", c.key())
				}
				got[c.of] = true
			}
		}
		for _, c := range all {
			if strings.HasPrefix(c.key()+" ", prefix) {
				want[c.of] = true
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%q begins %d, want %d", prefix, len(got), len(want))
		}
		for c := range want {
			if !got[c] {
				t.Errorf("%q does not find %q", prefix, c.folded)
			}
		}
	})
}
