package quality

import (
	"cmp"
	"math"
	"slices"
)

// Grades say how relevant each document is to a query, by id: 0 or absent is
// not at all; the scale is the collection's (0 to 1, 0 to 3).
type Grades map[string]float64

// NDCG is the normalised discounted cumulative gain of the first k of a ranking:
// the gain of a document is its grade, discounted by log2 of its place plus
// one, against the best that the grades allow (Järvelin, Kekäläinen:
// Cumulated Gain-Based Evaluation of IR Techniques, 2002; the form of
// trec_eval, in which most figures are published). 0 to 1; 0 where nothing is
// relevant.
func NDCG(ranking []string, grades Grades, k int) float64 {
	ideal := make([]float64, 0, len(grades))
	for _, g := range grades {
		ideal = append(ideal, max(g, 0))
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	best := discounted(ideal[:min(k, len(ideal))])
	if best == 0 {
		return 0
	}
	gains := make([]float64, 0, k)
	for _, id := range ranking[:min(k, len(ranking))] {
		gains = append(gains, max(grades[id], 0))
	}
	return discounted(gains) / best
}

func discounted(gains []float64) float64 {
	sum := 0.0
	for i, g := range gains {
		sum += g / math.Log2(float64(i)+2)
	}
	return sum
}

// AveragePrecision is the mean, over the relevant documents, of the precision
// at the place of each; one that was not found counts 0. Its mean over queries
// is MAP.
func AveragePrecision(ranking []string, grades Grades) float64 {
	found, sum := 0, 0.0
	for i, id := range ranking {
		if grades[id] > 0 {
			found++
			sum += float64(found) / float64(i+1)
		}
	}
	return ratio(sum, relevant(grades))
}

// Recall is the share of the relevant documents that the first k of a ranking
// hold.
func Recall(ranking []string, grades Grades, k int) float64 {
	found := 0
	for _, id := range ranking[:min(k, len(ranking))] {
		if grades[id] > 0 {
			found++
		}
	}
	return ratio(float64(found), relevant(grades))
}

// Hit is 1 where a relevant document is among the first k, else 0.
func Hit(ranking []string, grades Grades, k int) float64 {
	for _, id := range ranking[:min(k, len(ranking))] {
		if grades[id] > 0 {
			return 1
		}
	}
	return 0
}

func relevant(grades Grades) int {
	n := 0
	for _, g := range grades {
		if g > 0 {
			n++
		}
	}
	return n
}

func ratio(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
