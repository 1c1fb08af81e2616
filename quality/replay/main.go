// Command replay prints how well Quiver's recommendations foresee what works,
// on the demo's history and on longer ones of the same making: what `make
// replay` runs.
//
//	replay [-hide 0.2] [-signal-weights TEXT=0.3,PERSONA=0.2] [SENDS ...]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/quality"
	"github.com/quiverhq/quiver/recommend"
)

func main() {
	hide := flag.Float64("hide", 0.2, "the share of the sends that is hidden: 0 to 1")
	changes := map[string]float64{}
	flag.Func("signal-weights", "weights to try: SIGNAL=WEIGHT,...", func(s string) error { return readWeights(s, changes) })
	flag.Parse()
	weights, err := recommend.DefaultWeights().With(changes)
	if err == nil {
		err = run(context.Background(), os.Stdout, flag.Args(), *hide, weights)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

func readWeights(s string, into map[string]float64) error {
	for _, pair := range strings.Split(s, ",") {
		name, value, _ := strings.Cut(pair, "=")
		weight, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("%q is not SIGNAL=WEIGHT", pair)
		}
		into[name] = weight
	}
	return nil
}

func run(ctx context.Context, out io.Writer, sizes []string, hide float64, weights recommend.Weights) error {
	if hide <= 0 || hide >= 1 {
		return fmt.Errorf("-hide must be between 0 and 1, not %v", hide)
	}
	if len(sizes) == 0 {
		sizes = []string{strconv.Itoa(demo.HistorySends), "20000"}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "sends\trecommended by\thit@5\tnDCG@5\tnDCG@5 by the truth\tcoverage")
	for _, size := range sizes {
		sends, err := strconv.Atoi(size)
		if err != nil || sends < 10 {
			return fmt.Errorf("%q is not a number of sends from 10 on", size)
		}
		if err := play(ctx, table, sends, hide, weights); err != nil {
			return err
		}
	}
	return table.Flush()
}

func play(ctx context.Context, table io.Writer, sends int, hide float64, weights recommend.Weights) error {
	log, err := quality.DemoLog(time.Now(), sends)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "quiver-replay-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	scores, err := log.Replay(ctx, dir, hide, weights)
	if err != nil {
		return err
	}
	for _, s := range scores {
		fmt.Fprintf(table, "%d\t%s\t%.3f\t%.3f\t%.3f\t%.2f\n", sends, s.Name, s.Hit, s.NDCG, s.Truth, s.Coverage)
	}
	return nil
}
