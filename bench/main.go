// Command bench measures the speeds that users feel and prints them as one
// table: it generates a catalog, leads and sends (the same ones on every run),
// starts the quiver binary as a process of its own, imports through it,
// restarts it, and drives it over loopback from this process.
//
// It knows the API alone and imports nothing of the server, but for the
// generated schema code, from which the ceiling is served.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// options are the sizes of a run.
type options struct {
	quiver               string
	assets, leads, sends int
	clients              int
	duration             time.Duration
	ceiling              string // address to serve the ceiling on; empty: measure
	seed                 string // file with the answer that the ceiling serves
	keep                 string // data directory to keep; empty: a temporary one
	only                 string
	attach               string // address of a running server; empty: start one
	sizes                string // see sizesOf; empty: one size
	soak                 time.Duration
	prices               bool // hold the prices of documents against what they take
}

// at is the aim for a catalog of this size: of up to 10,000 assets, or of more.
func (o options) at(small, large string) string {
	if o.assets <= 10_000 {
		return small
	}
	return large
}

func main() {
	var o options
	flag.StringVar(&o.quiver, "quiver", "./bin/quiver", "the binary to measure")
	flag.IntVar(&o.assets, "assets", 10_000, "assets of 200 words")
	flag.IntVar(&o.leads, "leads", 5_000, "leads")
	flag.IntVar(&o.sends, "sends", 100_000, "sends over 180 days")
	flag.IntVar(&o.clients, "clients", 8, "connections that ask one question after the other")
	flag.DurationVar(&o.duration, "duration", 8*time.Second, "how long each question is asked")
	flag.StringVar(&o.only, "only", "", "ask only the questions whose name contains this")
	flag.StringVar(&o.attach, "attach", "", "address of a server that runs on the data of -keep: drive that one, to profile it")
	flag.StringVar(&o.keep, "keep", "", "a directory to put the data into and leave it; imports nothing where it is filled already")
	flag.BoolVar(&o.prices, "prices", false, "hold the cost of documents against what they take, one after the other, in place of the questions")
	flag.StringVar(&o.ceiling, "serve-ceiling", "", "serve the ceiling at this address (started by the benchmark itself)")
	flag.StringVar(&o.seed, "seed", "", "the answer that the ceiling serves")
	flag.StringVar(&o.sizes, "sizes", "", "measure several sizes beside each other, as 1000:100000,10000:100000 (assets:sends)")
	flag.DurationVar(&o.soak, "soak", 0, "ask a mixture of everything for so long, at 60 % of the rate that can be had")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := measure
	switch {
	case o.ceiling != "":
		run = func(context.Context, options) error { return serveCeiling(o.ceiling, o.seed) }
	case o.sizes != "":
		run = measureSizes
	case o.soak > 0:
		run = soak
	case o.prices:
		run = price
	}
	err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure runs everything and prints the table.
func measure(ctx context.Context, o options) error {
	table := &table{}
	err := withServer(ctx, o, table, func(s *subject, dir string) error {
		if err := ask(ctx, s, o, dir, table); err != nil || o.attach != "" {
			return err
		}
		table.add("resident memory after the load", fmt.Sprintf("%d MB", s.memory("VmRSS:")>>20), "< 400 MB")
		return s.rebuild(ctx, table)
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d assets of 200 words, %d leads, %d sends; %d clients, %s a question; %d cores, %s\n\n",
		o.assets, o.leads, o.sends, o.clients, o.duration, runtime.NumCPU(), runtime.Version())
	return table.print()
}

// withServer runs a measurement on a server that has been filled and, since,
// started anew.
func withServer(ctx context.Context, o options, table *table, run func(s *subject, dir string) error) error {
	dir := o.keep
	if dir == "" {
		temporary, err := os.MkdirTemp("", "quiver-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	s := &subject{binary: o.quiver, data: filepath.Join(dir, "data")}
	defer s.stop()
	if o.attach != "" {
		s.addr = o.attach
		if err := s.signTokens(ctx); err != nil {
			return err
		}
		return run(s, dir)
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	if err := fill(ctx, s, o, dir, table); err != nil {
		return err
	}
	if err := s.restart(ctx, table); err != nil {
		return err
	}
	return run(s, dir)
}

// table gathers what was measured.
type table struct{ rows [][6]string }

// add adds a row without latencies.
func (t *table) add(what, result, aim string) { t.put(what, result, "", "", "", aim) }

// answers adds how a question was answered.
func (t *table) answers(what string, o outcome, aim string) {
	cpu := ""
	if o.cpu > 0 {
		cpu = milliseconds(o.cpu)
	}
	t.put(what, fmt.Sprintf("%.0f/s", o.perSecond), milliseconds(o.percentile(.5)), milliseconds(o.percentile(.99)), cpu, aim)
}

func (t *table) put(row ...string) {
	t.rows = append(t.rows, [6]string(row))
	fmt.Fprintln(os.Stderr, strings.Join(row, "  "))
}

func (t *table) print() error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "| what\t| measured\t| p50\t| p99\t| CPU\t| aim\t|")
	fmt.Fprintln(w, "| ---\t| ---\t| ---\t| ---\t| ---\t| ---\t|")
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s\t| %s\t| %s\t| %s\t| %s\t| %s\t|\n", r[0], r[1], r[2], r[3], r[4], r[5])
	}
	return w.Flush()
}
