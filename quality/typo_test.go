package quality

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
)

// kept is the least share of its nDCG@10 that search keeps when each query has
// a typo.
const kept = 0.94

// typoSeeds is how many typos each query is tried with.
const typoSeeds = 5

// misspell puts one slip of the fingers into one word of at least four letters:
// a letter too few, too many or wrong, or two swapped. Words with digits are
// spared, as whoever mistypes a number means another. The same seed gives the
// same typo; false where no word is long enough.
func misspell(text string, seed uint64) (string, bool) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	r := rand.New(rand.NewPCG(seed, h.Sum64()))
	words := longWords(text)
	if len(words) == 0 {
		return text, false
	}
	chosen := words[r.IntN(len(words))]
	for {
		if wrong := slip([]rune(chosen), r); wrong != chosen {
			return strings.Replace(text, chosen, wrong, 1), true
		}
	}
}

func longWords(text string) []string {
	var long []string
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if len([]rune(word)) >= 4 && strings.IndexFunc(word, unicode.IsDigit) < 0 {
			long = append(long, word)
		}
	}
	return long
}

func slip(word []rune, r *rand.Rand) string {
	at, letter := r.IntN(len(word)), string(rune('a'+r.IntN(26)))
	before, after := string(word[:at]), string(word[at+1:])
	switch r.IntN(4) {
	case 0:
		return before + after
	case 1:
		return before + letter + string(word[at:])
	case 2:
		return before + letter + after
	default:
		if at == 0 {
			at = 1
		}
		word[at-1], word[at] = word[at], word[at-1]
		return string(word)
	}
}

func TestSearchForgivesATypoInEachQuery(t *testing.T) {
	d := openDesk(t)
	whole, hurt := 0.0, 0.0
	for _, q := range d.Queries {
		right := NDCG(d.ranking(t, q.Text), q.Grades, 10)
		for seed := range uint64(typoSeeds) {
			text, ok := misspell(q.Text, seed)
			if !ok {
				continue
			}
			wrong := NDCG(d.ranking(t, text), q.Grades, 10)
			whole, hurt = whole+right, hurt+wrong
			if wrong < right/2 {
				t.Logf("%.4f for %q, %.4f for %q", right, q.Text, wrong, text)
			}
		}
	}
	share := hurt / whole
	t.Logf("with a typo search keeps %.1f%% of its nDCG@10", 100*share)
	if share < kept {
		t.Errorf("with a typo search keeps %.1f%% of its nDCG@10, want %.0f%%", 100*share, 100*kept)
	}
}

// The typos are what they are said to be: one edit, the same for the same seed.
func TestMisspell(t *testing.T) {
	for seed := range uint64(200) {
		wrong, ok := misspell("the soc2024 of a downtime", seed)
		again, _ := misspell("the soc2024 of a downtime", seed)
		before, word, cut := strings.Cut(wrong, "the soc2024 of a ")
		if !ok || wrong != again || before != "" || !cut || word == "downtime" || len(word) < 7 || len(word) > 9 {
			t.Errorf("seed %d gives %q, then %q", seed, wrong, again)
		}
	}
	if text, ok := misspell("soc 2 faq", 1); ok || text != "soc 2 faq" {
		t.Errorf("a query without a long word became %q", text)
	}
}
