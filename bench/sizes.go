package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// size is one catalog with its history.
type size struct{ assets, sends int }

func (s size) String() string { return fmt.Sprintf("%d assets, %d sends", s.assets, s.sends) }

// sizesOf reads sizes as the flag has them: "1000:100000,10000:100000".
func sizesOf(text string) ([]size, error) {
	var sizes []size
	for _, one := range strings.Split(text, ",") {
		assets, sends, _ := strings.Cut(one, ":")
		a, err := strconv.Atoi(assets)
		if err != nil || a < 1 {
			return nil, fmt.Errorf("-sizes: %q is no number of assets; sizes are written as 1000:100000,10000:100000", assets)
		}
		n, err := strconv.Atoi(sends)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes: %q is no number of sends; sizes are written as 1000:100000,10000:100000", sends)
		}
		sizes = append(sizes, size{a, n})
	}
	return sizes, nil
}

// rates are the shares of the limit at which each question is asked.
var rates = []float64{0.25, 0.5, 0.75}

// sized is what one question took at one size.
type sized struct {
	limit outcome
	paced []outcome // by rates
}

// measureSizes asks the same questions of catalogs of several sizes, at the
// limit and at fixed rates below it, and prints a table for each size and one of
// the growth from each to the next.
func measureSizes(ctx context.Context, o options) error {
	sizes, err := sizesOf(o.sizes)
	if err != nil {
		return err
	}
	results := make([]map[string]sized, len(sizes))
	var names []string
	fmt.Printf("%d clients, %s for each figure; %d cores shared with the load, %s\n", o.clients, o.duration, runtime.NumCPU(), runtime.Version())
	for i, size := range sizes {
		o.assets, o.sends = size.assets, size.sends
		results[i] = map[string]sized{}
		filling := &table{}
		err := withServer(ctx, o, filling, func(s *subject, dir string) error {
			asked, err := askSized(ctx, s, o, dir, results[i])
			names = asked
			filling.add("resident memory after the load", fmt.Sprintf("%d MB", s.memory("VmRSS:")>>20), "")
			return err
		})
		if err != nil {
			return err
		}
		fmt.Printf("\n%s\n\n", size)
		if err := printSize(filling, names, results[i]); err != nil {
			return err
		}
	}
	return printGrowth(sizes, names, results)
}

// askSized asks every question that does not write.
func askSized(ctx context.Context, s *subject, o options, dir string, into map[string]sized) (names []string, err error) {
	known, err := readIDs(ctx, s)
	if err != nil {
		return nil, err
	}
	deep, err := cursorOf(ctx, s, min(399, o.assets/20-1))
	if err != nil {
		return nil, err
	}
	ceiling, err := startCeiling(ctx, s, known, dir)
	if err != nil {
		return nil, err
	}
	defer ceiling.stop()
	for _, q := range questions(s, o, known, deep, ceiling) {
		if !strings.Contains(q.name, o.only) {
			continue
		}
		names = append(names, q.name)
		var r sized
		clients := o.clientsOf(q)
		if r.limit, err = drive(ctx, q, clients, o.duration, 0); err != nil {
			return nil, err
		}
		for _, rate := range rates {
			pause := time.Duration(float64(clients) / (rate * r.limit.perSecond) * float64(time.Second))
			paced, err := drive(ctx, q, clients, o.duration, pause)
			if err != nil {
				return nil, err
			}
			r.paced = append(r.paced, paced)
		}
		fmt.Fprintf(os.Stderr, "%s: %.0f/s\n", q.name, r.limit.perSecond)
		into[q.name] = r
	}
	return names, nil
}

func printSize(filling *table, names []string, results map[string]sized) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, row := range filling.rows {
		fmt.Fprintf(w, "- %s: %s\n", row[0], row[1])
	}
	fmt.Fprint(w, "\n| what\t| limit\t| CPU\t| p50\t| p90\t| p99\t|")
	for _, rate := range rates {
		fmt.Fprintf(w, " at %.0f %%: p50\t| p99\t|", 100*rate)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" ---\t|", 6+2*len(rates)))
	for _, name := range names {
		r := results[name]
		fmt.Fprintf(w, "| %s\t| %.0f/s\t| %s\t| %s\t| %s\t| %s\t|", name, r.limit.perSecond, milliseconds(r.limit.cpu),
			milliseconds(r.limit.percentile(.5)), milliseconds(r.limit.percentile(.9)), milliseconds(r.limit.percentile(.99)))
		for _, paced := range r.paced {
			fmt.Fprintf(w, " %s\t| %s\t|", milliseconds(paced.percentile(.5)), milliseconds(paced.percentile(.99)))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// printGrowth sets each size beside the one before: how many times as much of the
// server's processor a request takes.
func printGrowth(sizes []size, names []string, results []map[string]sized) error {
	if len(sizes) < 2 {
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprint(w, "\nGrowth: how many times as much of the processor a request takes as with the size before.\n\n| what\t|")
	for i := range sizes[1:] {
		fmt.Fprintf(w, " %s to %s\t|", sizes[i], sizes[i+1])
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" ---\t|", len(sizes)))
	for _, name := range names {
		fmt.Fprintf(w, "| %s\t|", name)
		for i := range sizes[1:] {
			fmt.Fprintf(w, " %.2f x\t|", results[i+1][name].limit.cpu.Seconds()/results[i][name].limit.cpu.Seconds())
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
