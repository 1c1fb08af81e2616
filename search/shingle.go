package search

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/quiverhq/quiver/enablement"
)

const (
	// shingleWords is how many words in a row make a shingle: three in a row are
	// often a turn of phrase, four are somebody's sentence.
	shingleWords = 4
	// fewestShingles is how many a text needs to be compared: two titles that
	// differ in a word say little of what they stand for.
	fewestShingles = 12
)

// shinglesOf hashes each row of shingleWords words of an asset's title, summary
// and body, folded, in the order of the text and as often as it has them. After
// Broder: On the Resemblance and Containment of Documents, 1997.
func shinglesOf(a *enablement.Asset) []uint64 {
	s := shingler{out: make([]uint64, 0, (len(a.Title)+len(a.Summary)+len(a.Body))/6)}
	for _, text := range [...]string{a.Title, a.Summary, a.Body} {
		s.add(text)
	}
	return s.out
}

// shingler makes shingles of the words that it is given.
type shingler struct {
	last  [shingleWords]uint64 // hashes of the latest words, the oldest first
	words int
	out   []uint64
}

// FNV-1a over the characters of a word.
const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

// add takes the words of a text: letters, digits and accents in a row. In
// scripts that put no spaces between words each character counts as one.
func (s *shingler) add(text string) {
	folded := foldRunes([]byte(text))
	hash, open := uint64(hashStart), false
	end := func() {
		if open {
			s.word(hash)
			hash, open = hashStart, false
		}
	}
	for i := 0; i < len(folded); {
		r, n := rune(folded[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(folded[i:])
		}
		i += n
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		case r < utf8.RuneSelf || !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark):
			end()
			continue
		case unspaced(r):
			end()
			s.word((hash ^ uint64(r)) * hashPrime)
			continue
		}
		hash, open = (hash^uint64(r))*hashPrime, true
	}
	end()
}

// unspaced tells whether a letter is of a script without spaces between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func (s *shingler) word(hash uint64) {
	s.last = [...]uint64{s.last[1], s.last[2], s.last[3], hash}
	if s.words++; s.words < shingleWords {
		return
	}
	row := uint64(0)
	for _, h := range s.last {
		row = (row + h) * hashPrime
	}
	s.out = append(s.out, scatter(row))
}

// scatter makes every bit of a number depend on all of them (the finisher of
// SplitMix64: Steele, Lea, Flood 2014).
func scatter(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// different gives the different shingles of a list, sorted. It moves them about.
func different(shingles []uint64) []uint64 {
	slices.Sort(shingles)
	return slices.Compact(shingles)
}

// resemblance is the share of the shingles of two texts that both have, 0 to 1;
// 0 where one is too short to say. Each list is sorted, without repetitions.
func resemblance(a, b []uint64) float64 {
	if len(a) < fewestShingles || len(b) < fewestShingles {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
