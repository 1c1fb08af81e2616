package main

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// soakShare is how much of the rate that can be had is asked for: enough to show
// what piles up, and little enough that a queue is not all that is seen.
const soakShare = 0.6

// soakSteps is how many figures a soak is cut into.
const soakSteps = 20

// soak asks everything that a day brings, mixed, seven reads to three writes, and
// prints how memory, goroutines, files and latencies go, and whether they are
// flat: whether a straight line through the second half rises.
func soak(ctx context.Context, o options) error {
	return withServer(ctx, o, &table{}, func(s *subject, _ string) error {
		known, err := readIDs(ctx, s)
		if err != nil {
			return err
		}
		q := mixture(s, o, known)
		limit, err := drive(ctx, q, o.clients, 20*time.Second, 0)
		if err != nil {
			return err
		}
		pause := time.Duration(float64(o.clients) / (soakShare * limit.perSecond) * float64(time.Second))
		fmt.Printf("%s of the mixture at %.0f/s, %.0f %% of %.0f/s; %d assets, %d sends before it; %d clients; %d cores shared with the load, %s\n\n",
			o.soak, soakShare*limit.perSecond, 100*soakShare, limit.perSecond, o.assets, o.sends, o.clients, runtime.NumCPU(), runtime.Version())
		w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "| after\t| rate\t| p50\t| p99\t| CPU\t| machine\t| resident MB\t| heap MB\t| goroutines\t| files\t| sends\t|")
		fmt.Fprintln(w, "|"+strings.Repeat(" ---\t|", 11))
		seen := make([]vitals, 0, soakSteps)
		for step := range soakSteps {
			v, err := s.soakStep(ctx, q, o, pause)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "%d of %d: %.0f/s, p99 %s, %.0f MB\n", step+1, soakSteps, v.perSecond, milliseconds(v.percentile(.99)), v.resident)
			seen = append(seen, v)
			fmt.Fprintf(w, "| %s\t| %.0f/s\t| %s\t| %s\t| %s\t| %.2f x\t| %.0f\t| %.0f\t| %.0f\t| %.0f\t| %.0f\t|\n", o.soak/soakSteps*time.Duration(step+1),
				v.perSecond, milliseconds(v.percentile(.5)), milliseconds(v.percentile(.99)), milliseconds(v.cpu), float64(v.machine)/float64(seen[0].machine),
				v.resident, v.heap, v.goroutines, v.files, v.sends)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		fmt.Println("\nChange from the first to the last of the second half, by a straight line through it:")
		half := seen[soakSteps/2:]
		for _, line := range []struct {
			name string
			of   func(vitals) float64
		}{
			{"p50", func(v vitals) float64 { return v.percentile(.5).Seconds() }},
			{"p99", func(v vitals) float64 { return v.percentile(.99).Seconds() }},
			{"the server's processor time a request", func(v vitals) float64 { return v.cpu.Seconds() }},
			{"machine", func(v vitals) float64 { return v.machine.Seconds() }},
			{"resident memory", func(v vitals) float64 { return v.resident }},
			{"goroutines", func(v vitals) float64 { return v.goroutines }},
			{"files", func(v vitals) float64 { return v.files }},
		} {
			fmt.Printf("- %s: %+.1f %%\n", line.name, 100*rise(half, line.of))
		}
		return nil
	})
}

// vitals are what a server shows of itself after a while of load.
type vitals struct {
	outcome
	machine                                  time.Duration // see watchMachine
	resident, heap, goroutines, files, sends float64
}

func (s *subject) soakStep(ctx context.Context, q question, o options, pause time.Duration) (vitals, error) {
	machine := watchMachine(ctx)
	answered, err := drive(ctx, q, o.clients, o.soak/soakSteps*10/11, pause) // drive adds a tenth
	took := machine()
	if err != nil {
		return vitals{}, err
	}
	metrics, err := s.metrics(ctx)
	return vitals{
		outcome: answered, machine: took, resident: metrics["process_resident_memory_bytes"] / (1 << 20), heap: metrics["go_memstats_heap_alloc_bytes"] / (1 << 20),
		goroutines: metrics["go_goroutines"], files: metrics["process_open_fds"], sends: metrics["quiver_sends"],
	}, err
}

// watchMachine does the same small piece of work ten times a second until the
// function that it gives is called, which tells how long it took: the lower
// quartile, which waiting for a processor is hardly in. A server that gets slower on
// a machine that does not is to blame for it.
func watchMachine(ctx context.Context) func() time.Duration {
	ctx, stop := context.WithCancel(ctx)
	work := make([]uint64, 8192)
	var took []time.Duration
	var ended sync.WaitGroup
	ended.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			same := rand.New(rand.NewPCG(1, 2))
			for i := range work {
				work[i] = same.Uint64()
			}
			began := time.Now()
			slices.Sort(work)
			took = append(took, time.Since(began))
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	})
	return func() time.Duration {
		stop()
		ended.Wait()
		slices.Sort(took)
		return took[len(took)/4]
	}
}

// metrics reads those of /metrics that have no labels.
func (s *subject) metrics(ctx context.Context) (map[string]float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	values := map[string]float64{}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), " "); ok {
			if number, err := strconv.ParseFloat(value, 64); err == nil {
				values[name] = number
			}
		}
	}
	return values, nil
}

// rise is by which share of its mean a figure rises along a straight line through
// all of them (least squares).
func rise(seen []vitals, of func(vitals) float64) float64 {
	n := float64(len(seen))
	var x, y, xx, xy float64
	for i, v := range seen {
		at, value := float64(i), of(v)
		x, y, xx, xy = x+at, y+value, xx+at*at, xy+at*value
	}
	if slope := (n*xy - x*y) / (n*xx - x*x); y > 0 && !math.IsNaN(slope) {
		return slope * (n - 1) / (y / n)
	}
	return 0
}
