package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/quality"
	"github.com/quiverhq/quiver/search"
)

// folds is how many parts the queries of each collection are cut into: numbers
// are chosen on all but one and judged on that one.
const folds = 5

// grid is every combination that tune tries.
func grid() []search.Scoring {
	var all []search.Scoring
	for _, k1 := range []float64{0.9, 1.2, 1.6} {
		for _, b := range []float64{0.6, 0.75} {
			for _, title := range []float64{2, 3} {
				for _, nearness := range []float64{0, 0.5, 1, 1.5} {
					for _, coverage := range []float64{0, 0.25, 0.5} {
						for _, f := range feedbacks() {
							s := search.DefaultScoring()
							s.K1, s.B, s.Title, s.Nearness, s.Coverage, s.Feedback = k1, b, title, nearness, coverage, f
							all = append(all, s)
						}
					}
				}
			}
		}
	}
	return all
}

func feedbacks() []search.Feedback {
	fewest := search.DefaultScoring().Feedback.Fewest
	none := search.Feedback{}
	all := []search.Feedback{none}
	for _, terms := range []int{10, 20, 30} {
		for _, weight := range []float64{0.25, 0.5, 0.75, 1} {
			all = append(all, search.Feedback{Documents: 10, Terms: terms, Weight: weight, Fewest: fewest})
		}
	}
	return all
}

// trial is the nDCG@10 of one combination, by collection and query.
type trial struct {
	search.Scoring
	ndcg [][]float64
}

// tune tries the grid on collections, and prints what cross-validation says of
// choosing by it: numbers chosen on four fifths of the queries and judged on
// the last, and numbers chosen on the other collections alone.
func tune(ctx context.Context, out io.Writer, dirs []string) error {
	now := time.Now()
	collections, err := read(dirs, now)
	if err != nil {
		return err
	}
	trials := make([]trial, 0, 1024)
	for _, s := range grid() {
		trials = append(trials, trial{Scoring: s, ndcg: make([][]float64, len(collections))})
	}
	for i, c := range collections {
		if err := try(ctx, c, now, trials, i); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	report(out, collections, trials)
	return nil
}

// try asks every query of a collection with every combination.
func try(ctx context.Context, c *quality.Collection, now time.Time, trials []trial, at int) error {
	dir, err := os.MkdirTemp("", "quiver-eval-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	index, err := c.Index(ctx, dir, now)
	if err != nil {
		return err
	}
	defer func() { _ = index.Close() }()
	for i := range trials {
		index.SetScoring(trials[i].Scoring)
		for _, q := range c.Judged() {
			ranking, err := quality.Ranking(ctx, index, q.Text, enablement.MaxPage/10)
			if err != nil {
				return err
			}
			trials[i].ndcg[at] = append(trials[i].ndcg[at], quality.NDCG(ranking, q.Grades, 10))
		}
	}
	return nil
}

func report(out io.Writer, collections []*quality.Collection, trials []trial) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	header := "k1\tb\ttitle\tnearness\tcoverage\tfeedback terms\tweight"
	for _, c := range collections {
		header += "\t" + c.Name
	}
	fmt.Fprintln(table, header+"\tmean")
	everything := func(int, int) bool { return true }
	ranked := slices.Clone(trials)
	slices.SortStableFunc(ranked, func(a, b trial) int { return cmp.Compare(b.mean(everything), a.mean(everything)) })
	for i := range ranked {
		if i < 15 || ranked[i].Scoring == search.DefaultScoring() || i == len(ranked)-1 {
			ranked[i].row(table, everything)
		}
	}
	_ = table.Flush()
	for c := range collections {
		held := func(at, _ int) bool { return at == c }
		chosen := best(trials, func(at, q int) bool { return !held(at, q) })
		fmt.Fprintf(out, "%s, chosen on the other collections alone: %.4f\n", collections[c].Name, chosen.mean(held))
	}
	sum := 0.0
	for f := range folds {
		held := func(_, q int) bool { return q%folds == f }
		sum += best(trials, func(at, q int) bool { return !held(at, q) }).mean(held)
	}
	fmt.Fprintf(out, "chosen on four fifths of the queries, judged on the last fifth: %.4f (mean of %d)\n", sum/folds, folds)
}

// best is the combination with the highest mean over some queries.
func best(trials []trial, over func(collection, query int) bool) *trial {
	top := &trials[0]
	for i := range trials {
		if trials[i].mean(over) > top.mean(over) {
			top = &trials[i]
		}
	}
	return top
}

// mean averages over the collections the averages over their queries, of those
// that count.
func (t *trial) mean(over func(collection, query int) bool) float64 {
	sum, n := 0.0, 0
	for c, queries := range t.ndcg {
		part, m := 0.0, 0
		for q, ndcg := range queries {
			if over(c, q) {
				part, m = part+ndcg, m+1
			}
		}
		if m > 0 {
			sum, n = sum+part/float64(m), n+1
		}
	}
	return sum / float64(max(1, n))
}

func (t *trial) row(w io.Writer, everything func(int, int) bool) {
	fmt.Fprintf(w, "%v\t%v\t%v\t%v\t%v\t%d\t%v", t.K1, t.B, t.Title, t.Nearness, t.Coverage, t.Feedback.Terms, t.Feedback.Weight)
	for c := range t.ndcg {
		fmt.Fprintf(w, "\t%.4f", t.mean(func(at, _ int) bool { return at == c }))
	}
	mark := ""
	if t.Scoring == search.DefaultScoring() {
		mark = " (serves)"
	}
	fmt.Fprintf(w, "\t%.4f%s\n", t.mean(everything), mark)
}
