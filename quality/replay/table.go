package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/quiverhq/quiver/quality"
)

// result is what the replay of one log gave.
type result struct {
	extent quality.Extent
	scores []quality.Score
	truth  bool // is known
}

// write writes one table of all results, then of each what it rests on and how
// Quiver stands to popularity and to the truth.
func write(out io.Writer, all []result) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	truth := ""
	if len(all) > 0 && all[0].truth {
		truth = "\tnDCG@5 by the truth"
	}
	fmt.Fprintf(table, "sends\trecommended by\thit@5\tnDCG@5%s\tcoverage\n", truth)
	for _, r := range all {
		for _, s := range r.scores {
			if r.truth {
				truth = fmt.Sprintf("\t%.3f", s.Truth)
			}
			fmt.Fprintf(table, "%d\t%s\t%.3f\t%.3f%s\t%.2f\n", r.extent.Sends, s.Name, s.Hit, s.NDCG, truth, s.Coverage)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range all {
		fmt.Fprintf(out, "\n%s\n", r.extent)
		r.compare(out, "popularity")
		if r.truth {
			r.compare(out, "the truth")
		}
	}
	return nil
}

// compare writes Quiver's figures in those of another way to recommend.
func (r result) compare(out io.Writer, other string) {
	quiver, reference := r.named("Quiver"), r.named(other)
	fmt.Fprintf(out, "Quiver / %s: nDCG@5 %s", other, over(quiver.NDCG, reference.NDCG))
	if r.truth {
		fmt.Fprintf(out, ", nDCG@5 by the truth %s", over(quiver.Truth, reference.Truth))
	}
	fmt.Fprintln(out)
}

func (r result) named(name string) quality.Score {
	for _, s := range r.scores {
		if s.Name == name {
			return s
		}
	}
	return quality.Score{}
}

func over(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", a/b)
}
