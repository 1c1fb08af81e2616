package quality

import (
	"math"
	"testing"
)

func TestMeasures(t *testing.T) {
	log3 := math.Log2(3)
	for _, c := range []struct {
		name    string
		ranking []string
		grades  Grades
		k       int
		ndcg    float64
		ap      float64
		recall  float64
		hit     float64
	}{
		{"the ideal order", []string{"a", "b", "x"}, Grades{"a": 3, "b": 1}, 2, 1, 1, 1, 1},
		{"the better one second", []string{"b", "a"}, Grades{"a": 3, "b": 1}, 2, (1 + 3/log3) / (3 + 1/log3), 1, 1, 1},
		{"one of two found, second", []string{"x", "a"}, Grades{"a": 1, "b": 1}, 10, (1 / log3) / (1 + 1/log3), 0.25, 0.5, 1},
		{"found beyond k", []string{"x", "y", "a"}, Grades{"a": 1}, 2, 0, 1.0 / 3, 0, 0},
		{"graded 0 is not relevant", []string{"a"}, Grades{"a": 0}, 10, 0, 0, 0, 0},
		{"nothing found", nil, Grades{"a": 1}, 10, 0, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, m := range []struct {
				name      string
				got, want float64
			}{
				{"nDCG", NDCG(c.ranking, c.grades, c.k), c.ndcg},
				{"average precision", AveragePrecision(c.ranking, c.grades), c.ap},
				{"recall", Recall(c.ranking, c.grades, c.k), c.recall},
				{"hit", Hit(c.ranking, c.grades, c.k), c.hit},
			} {
				if math.Abs(m.got-m.want) > 1e-12 {
					t.Errorf("%s is %v, want %v", m.name, m.got, m.want)
				}
			}
		})
	}
}
