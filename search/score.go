package search

import "math"

// scorer is what the score of an asset is made with. It is pure: numbers in,
// numbers out.
//
// The score is BM25F (Robertson, Zaragoza: The Probabilistic Relevance
// Framework, 2009, section 3.5): a word's frequencies are weighted by field and
// normalised by the field's length before they saturate together, times the
// word's inverse document frequency. Lengths and document frequencies are the
// true ones, so the same catalog gives the same scores however it was indexed.
type scorer struct {
	Scoring
	weights [fields]float64
}

// Scoring is the numbers that the score is made with. Those that serve are
// DefaultScoring; others are for measuring (quality/eval -tune).
type Scoring struct {
	// K1 says how fast a word's repetitions stop counting, B how much longer
	// fields count less, Title how much a word of the title counts beside one of
	// the body.
	K1, B, Title float64
	// Least is the share of the query's total idf that an asset must hold to be
	// found at all.
	Least float64
	// Nearness is how much words standing as in the query add.
	Nearness float64
	// Coverage is how much an asset loses that holds nearly nothing of a short
	// query; it fades out as queries grow.
	Coverage float64
	Feedback Feedback
}

// DefaultScoring gives the numbers that serve. docs/quality.md tells how they
// were chosen.
func DefaultScoring() Scoring {
	return Scoring{
		K1: 1.2, B: 0.75, Title: 3, Least: 0.2, Nearness: 0.5, Coverage: 0.5,
		Feedback: Feedback{Documents: 10, Terms: 20, Weight: 0.5, Fewest: 3},
	}
}

func newScorer(scoring Scoring) scorer {
	s := scorer{Scoring: scoring}
	for i, f := range fieldTable() {
		s.weights[i] = f.weight
	}
	s.weights[fieldTitle] = scoring.Title
	return s
}

// idf tells how telling a word is that df of n assets hold.
func (scorer) idf(n, df int) float64 {
	return math.Log1p((float64(max(0, n-df)) + 0.5) / (float64(df) + 0.5))
}

// frequency is how strongly an asset holds a word: its occurrences by field,
// weighted and set against the field's length (own to average).
func (s scorer) frequency(occurrences [fields]uint16, own lengths, average *[fields]float64) float64 {
	sum := 0.0
	for f, n := range occurrences {
		if n > 0 {
			sum += s.weights[f] * float64(n) / (1 - s.B + s.B*float64(own[f])/average[f])
		}
	}
	return sum
}

// named is the frequency that a persona's or industry's name in the query
// gives the assets that carry the tag: as a word of the summary.
func (s scorer) named() float64 { return s.weights[fieldSummary] }

// saturate turns a frequency into 0 to 1: the first occurrence says most.
func (s scorer) saturate(frequency float64) float64 { return frequency / (s.K1 + frequency) }

// enough tells whether words worth held out of total make an asset a find. Of
// two words the rarer one does, and both do; a word of little telling power
// beside it does not. The share falls as queries grow past a few words: who
// writes sentences cannot mean each word.
func (s scorer) enough(held, total float64, words int) bool {
	return held >= s.Least*short(words)*total
}

// short is 1 for a query of up to four words and falls from there.
func short(words int) float64 { return math.Min(1, 4/float64(max(1, words))) }

// cover scales a score by how much of the query the asset holds, so that
// assets with all the words of a short query come first. In a long query each
// word matters less.
func (s scorer) cover(score, held, total float64, words int) float64 {
	if words < 2 || total <= 0 {
		return score
	}
	loss := s.Coverage * short(words) * short(words)
	return score * (1 - loss*(1-math.Min(1, held/total)))
}

// nearest positions: pairs further apart than this do not belong together.
const window = 8

// near is what two neighbouring words of the query add where they stand close
// together: weight is the sum over their close occurrences, field weight over
// distance; idf the smaller of both.
func (s scorer) near(weight, idf float64) float64 {
	return s.Nearness * idf * weight / (s.K1 + weight)
}

// closeness sums, over the places of one word, the field's weight over the
// distance to the nearest place of its neighbour, as far as window. In the
// order of the query counts whole, the other way round half.
func (s scorer) closeness(first, second []uint32) float64 {
	const position = 1<<fieldShift - 1
	sum, j := 0.0, 0
	for _, p := range first {
		for j < len(second) && second[j] <= p {
			j++
		}
		best := 0.0
		if j < len(second) && second[j]>>fieldShift == p>>fieldShift {
			if d := second[j] - p; d <= window {
				best = 1 / float64(d)
			}
		}
		if j > 0 && second[j-1] < p && second[j-1]>>fieldShift == p>>fieldShift {
			if d := p&position - second[j-1]&position; d <= window {
				best = math.Max(best, 0.5/float64(d))
			}
		}
		sum += best * s.weights[p>>fieldShift]
	}
	return sum
}
