// Command eval prints how well Quiver's search answers test collections: what
// `make eval` runs.
//
//	eval                 the judged set over the demo's catalog
//	eval DIR ...         collections in the layout of BEIR
//	eval -v [DIR ...]    every query as well, the worst first
//	eval -tune DIR ...   the numbers of the score, chosen by cross-validation
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/quality"
)

// judgedSet is where the project's own queries are, from its root.
const judgedSet = "quality/testdata/judged.jsonl"

func main() {
	verbose := flag.Bool("v", false, "print every query, the worst first")
	tuning := flag.Bool("tune", false, "try other numbers in the score; takes minutes")
	flag.Parse()
	ctx, err := context.Background(), error(nil)
	if *tuning {
		err = tune(ctx, os.Stdout, flag.Args())
	} else {
		err = run(ctx, os.Stdout, flag.Args(), *verbose)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, dirs []string, verbose bool) error {
	now := time.Now()
	collections, err := read(dirs, now)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "collection\tassets\tqueries\tnDCG@10\tMAP\trecall@100\tqueries/s")
	for _, c := range collections {
		answers, err := ask(ctx, c, now)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		answers.row(table, c)
		if verbose {
			answers.each(table)
		}
	}
	return table.Flush()
}

func read(dirs []string, now time.Time) ([]*quality.Collection, error) {
	if len(dirs) == 0 {
		c, err := quality.DemoCollection(judgedSet, now)
		return []*quality.Collection{c}, err
	}
	var collections []*quality.Collection
	for _, dir := range dirs {
		c, err := quality.ReadCollection(dir)
		if err != nil {
			return nil, err
		}
		collections = append(collections, c)
	}
	return collections, nil
}

// answer is how one query did.
type answer struct {
	quality.Query
	ndcg, precision, recall float64
}

type answers struct {
	of   []answer
	took time.Duration
}

// ask indexes a collection and asks every judged query, one after the other.
func ask(ctx context.Context, c *quality.Collection, now time.Time) (*answers, error) {
	dir, err := os.MkdirTemp("", "quiver-eval-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	index, err := c.Index(ctx, dir, now)
	if err != nil {
		return nil, err
	}
	defer func() { _ = index.Close() }()
	a := &answers{}
	for _, q := range c.Judged() {
		began := time.Now()
		ranking, err := quality.Ranking(ctx, index, q.Text, enablement.MaxPage)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		a.took += time.Since(began)
		a.of = append(a.of, answer{q, quality.NDCG(ranking, q.Grades, 10), quality.AveragePrecision(ranking, q.Grades), quality.Recall(ranking, q.Grades, 100)})
	}
	return a, nil
}

func (a *answers) row(w io.Writer, c *quality.Collection) {
	n := float64(max(1, len(a.of)))
	var ndcg, precision, recall float64
	for _, q := range a.of {
		ndcg, precision, recall = ndcg+q.ndcg, precision+q.precision, recall+q.recall
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.0f\n",
		c.Name, len(c.Assets), len(a.of), ndcg/n, precision/n, recall/n, float64(len(a.of))/a.took.Seconds())
}

func (a *answers) each(w io.Writer) {
	slices.SortFunc(a.of, func(a, b answer) int { return cmp.Compare(a.ndcg, b.ndcg) })
	for _, q := range a.of {
		fmt.Fprintf(w, "  %s %.60q\t\t\t%.4f\t%.4f\t%.4f\t%s\n", q.ID, q.Text, q.ndcg, q.precision, q.recall, q.Kind)
	}
}
