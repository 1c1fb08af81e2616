// Command replay prints how well Quiver's recommendations foresee what works:
// on a history that `quiver export all DIR` wrote or, by default, on the demo's
// and on longer ones of the same making. It is what `make replay` runs.
//
//	replay [-hide 0.2] [-signal-weights TEXT=0.3,PERSONA=0.2] [-log DIR | SENDS ...]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/quality"
	"github.com/quiverhq/quiver/recommend"
)

func main() {
	hide := flag.Float64("hide", 0.2, "the share of the sends that is hidden: 0 to 1")
	dir := flag.String("log", "", "a folder that quiver export all wrote, to replay instead of the demo")
	changes := map[string]float64{}
	flag.Func("signal-weights", "weights to try: SIGNAL=WEIGHT,...", func(s string) error { return readWeights(s, changes) })
	flag.Parse()
	weights, err := recommend.DefaultWeights().With(changes)
	if err == nil {
		r := replay{out: os.Stdout, told: os.Stderr, hide: *hide, weights: weights, now: time.Now()}
		err = r.run(context.Background(), *dir, flag.Args())
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

// replay is one call of the command.
type replay struct {
	out, told io.Writer
	hide      float64
	weights   recommend.Weights
	now       time.Time
}

func (r *replay) run(ctx context.Context, dir string, sizes []string) error {
	if r.hide <= 0 || r.hide >= 1 {
		return fmt.Errorf("-hide must be between 0 and 1, not %v", r.hide)
	}
	logs, err := r.logs(dir, sizes)
	if err != nil {
		return err
	}
	var all []result
	for _, log := range logs {
		played, err := r.play(ctx, log)
		if err != nil {
			return err
		}
		all = append(all, played)
	}
	return write(r.out, all)
}

// logs are the histories to play back.
func (r *replay) logs(dir string, sizes []string) ([]*quality.Log, error) {
	if dir != "" {
		if len(sizes) > 0 {
			return nil, errors.New("a log has the sends that it has: give -log DIR or numbers of sends, not both")
		}
		log, remarks, err := quality.ReadLog(dir, r.now)
		for _, remark := range remarks {
			fmt.Fprintln(r.told, remark)
		}
		return []*quality.Log{log}, err
	}
	if len(sizes) == 0 {
		sizes = []string{strconv.Itoa(demo.HistorySends), "6000", "20000"}
	}
	var logs []*quality.Log
	for _, size := range sizes {
		sends, err := strconv.Atoi(size)
		if err != nil || sends < 10 {
			return nil, fmt.Errorf("%q is not a number of sends from 10 on", size)
		}
		log, err := quality.DemoLog(r.now, sends)
		if err != nil {
			return nil, err
		}
		logs = append(logs, log)
	}
	return logs, nil
}

// play replays a log, with an index that is gone afterwards.
func (r *replay) play(ctx context.Context, log *quality.Log) (result, error) {
	extent, err := log.Extent(r.hide)
	if err != nil {
		return result{}, err
	}
	dir, err := os.MkdirTemp("", "quiver-replay-")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	scores, err := log.Replay(ctx, dir, r.hide, r.weights)
	return result{extent: extent, scores: scores, truth: log.Truth != nil}, err
}
