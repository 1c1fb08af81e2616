package search

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestPackedPostingsAreWhatWasRead holds postings against a plain map of what
// they were packed of, gone over and asked for one asset at a time.
func TestPackedPostingsAreWhatWasRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		placed := rapid.Bool().Draw(t, "placed")
		spread := rapid.SampledFrom([]uint32{200, 70_000, noOrdinal - 1}).Draw(t, "spread")
		read := map[uint32][]uint32{}
		var raw []uint64
		for range rapid.IntRange(0, 150).Draw(t, "assets") {
			o := rapid.Uint32Range(0, spread).Draw(t, "ordinal")
			if read[o] != nil {
				continue
			}
			for range rapid.IntRange(1, 12).Draw(t, "occurrences") {
				place := uint32(rapid.IntRange(0, int(fields)-1).Draw(t, "field"))<<fieldShift | rapid.Uint32Range(0, 1<<fieldShift-1).Draw(t, "position")
				read[o] = append(read[o], place)
				if placed {
					raw = append(raw, uint64(o)<<32|uint64(place))
				} else {
					raw = append(raw, uint64(o)<<32|uint64(place>>fieldShift<<fieldShift)|1)
				}
			}
			slices.Sort(read[o])
		}
		p := pack(raw, placed)
		ordinals := slices.Sorted(maps.Keys(read))
		r := p.reader()
		for _, o := range ordinals {
			if !r.next() {
				t.Fatalf("the asset %d is not come to", o)
			}
			var occurrences [fields]uint16
			for _, place := range read[o] {
				occurrences[place>>fieldShift]++
			}
			if r.ordinal != o || r.occurrences != occurrences {
				t.Fatalf("read %d with %v, not %d with %v", r.ordinal, r.occurrences, o, occurrences)
			}
			want := read[o]
			if !placed {
				want = nil
			}
			if got := p.placesOf(o, nil); !slices.Equal(got, want) {
				t.Fatalf("the places of %d are %x, not %x", o, got, want)
			}
		}
		if r.next() || p.assets != len(ordinals) {
			t.Fatalf("there are %d assets and not %d", p.assets, len(ordinals))
		}
		for range 20 {
			o := rapid.Uint32Range(0, spread).Draw(t, "another")
			if got := p.placesOf(o, nil); read[o] == nil && len(got) > 0 {
				t.Fatalf("%d, which is not in it, has the places %x", o, got)
			}
		}
	})
}

// TestPostingsAreTheSameWithPlaces holds what an index says of every word with
// and without places against one another, and the cache that it then holds.
func TestPostingsAreTheSameWithPlaces(t *testing.T) {
	x := open(t, t.TempDir(), newShelf(generated(400)...))
	w := x.words
	most := 0
	for n := range uint64(2_000) {
		for _, s := range w.segments {
			bare, err := w.postings(s, english, vocable(n), false)
			if err != nil {
				t.Fatal(err)
			}
			placed, err := w.postings(s, english, vocable(n), true)
			if err != nil {
				t.Fatal(err)
			}
			again, err := w.postings(s, english, vocable(n), false)
			if err != nil || again != placed {
				t.Fatalf("%q is read again without its places: %v", vocable(n), err)
			}
			a, b := bare.reader(), placed.reader()
			for a.next() {
				if !b.next() || a.ordinal != b.ordinal || a.occurrences != b.occurrences {
					t.Fatalf("%q: %d has %v without and %d %v with places", vocable(n), a.ordinal, a.occurrences, b.ordinal, b.occurrences)
				}
			}
			if b.next() || bare.assets != placed.assets {
				t.Fatalf("%q is held by %d assets without and %d with places", vocable(n), bare.assets, placed.assets)
			}
			most = max(most, placed.assets)
		}
	}
	if most < 100 {
		t.Errorf("no word is held by more than %d assets: nothing was tried", most)
	}
}

// TestTheCacheKeepsToItsSize fills it over and over and counts what it holds.
func TestTheCacheKeepsToItsSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newPostingsCache(rapid.IntRange(2_000, 40_000).Draw(t, "most"))
		for range rapid.IntRange(1, 120).Draw(t, "puts") {
			key := postingsKey{segment: rapid.Uint64Range(1, 30).Draw(t, "segment"), term: "word"}
			p := &postings{placed: rapid.Bool().Draw(t, "placed"), packed: make([]byte, rapid.IntRange(0, 3_000).Draw(t, "bytes"))}
			before, had := c.lru.Peek(key)
			c.put(key, p)
			if now, ok := c.get(key); had && before.placed && ok && now != before {
				t.Fatal("postings with places have been put out by others")
			}
		}
		held := 0
		for _, key := range c.lru.Keys() {
			p, _ := c.lru.Peek(key)
			held += p.bytes() + entryBytes + len(key.term)
		}
		if held != c.bytes || c.bytes > c.most {
			t.Fatalf("%d bytes are held, %d counted, %d allowed", held, c.bytes, c.most)
		}
	})
}
