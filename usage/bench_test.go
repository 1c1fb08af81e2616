package usage_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

// The company of the benchmarks: sends spread evenly over 180 days, 1.3 assets
// each, a lead for five sends, few assets sent often and many seldom.
const (
	benchDays   = 180
	benchAssets = 2_000
	benchReps   = 200
)

var benchNow = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func benchSends(n int) []*enablement.Send {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 20, benchAssets-1)
	leads := max(1, n/5)
	step := benchDays * 24 * time.Hour / time.Duration(n)
	begin := benchNow.Add(-benchDays * 24 * time.Hour)
	sends := make([]*enablement.Send, n)
	for i := range sends {
		rep := r.IntN(benchReps)
		s := &enablement.Send{
			ID: benchSendID(r, i), LeadID: benchID("led", r.IntN(leads)), RepID: benchID("usr", rep),
			Channel: enablement.Channels()[r.IntN(6)], SentAt: begin.Add(time.Duration(i) * step),
			PersonaID: benchID("per", r.IntN(12)), IndustryID: benchID("ind", r.IntN(25)),
			LifecycleStage: enablement.LifecycleStages()[r.IntN(6)],
			Campaign:       "campaign " + strconv.Itoa(r.IntN(40)), Source: "source " + strconv.Itoa(r.IntN(8)), Team: "team " + strconv.Itoa(rep%8),
		}
		for k := 0; k == 0 || k < 4 && r.IntN(100) < 24; k++ {
			s.AssetIDs = append(s.AssetIDs, benchID("ast", int(zipf.Uint64())))
		}
		sends[i] = s
	}
	return sends
}

// benchSendID is an id as the store makes them: half random, half derived.
func benchSendID(r *rand.Rand, i int) string {
	if i%2 == 0 {
		return fmt.Sprintf("snd_%016x%016x", r.Uint64(), r.Uint64())
	}
	id := []byte(enablement.SendPrefix)
	for range 32 {
		id = append(id, "0123456789abcdefghijklmnopqrstuv"[r.IntN(32)])
	}
	return string(id)
}

func benchID(prefix string, i int) string { return fmt.Sprintf("%s_%032x", prefix, i) }

func benchCatalog() []*enablement.Asset {
	assets := make([]*enablement.Asset, benchAssets)
	for i := range assets {
		assets[i] = &enablement.Asset{ID: benchID("ast", i), Type: enablement.AssetTypes()[i%14], FunnelStages: enablement.FunnelStages()[i%4 : i%4+1]}
	}
	return assets
}

func benchLedger(n int) *usage.Ledger {
	l := usage.New(func() time.Time { return benchNow })
	l.SetAssets(benchCatalog())
	l.Append(benchSends(n))
	return l
}

var benchSizes = []int{100_000, 2_000_000}

// BenchmarkUsage is one usage page: 30 of 180 days, totals, the 20 assets sent
// most and a point for each day.
func BenchmarkUsage(b *testing.B) {
	month := enablement.Usage{From: benchNow.AddDate(0, 0, -30), To: benchNow}
	narrowed := month
	narrowed.Filter = enablement.UsageFilter{Teams: []string{"team 1", "team 2"}, AssetTypes: []enablement.AssetType{"VIDEO", "EBOOK"}}
	oneRep := month
	oneRep.Filter = enablement.UsageFilter{Reps: []string{benchID("usr", 7)}}
	pages := []struct {
		name string
		u    *enablement.Usage
	}{{"all", &month}, {"two teams and types", &narrowed}, {"one rep", &oneRep}}
	for _, n := range benchSizes {
		if n > 1_000_000 && testing.Short() {
			continue
		}
		l := benchLedger(n)
		runtime.GC()
		for _, p := range pages {
			b.Run(fmt.Sprintf("sends=%d/page/%s", n, p.name), func(b *testing.B) {
				for b.Loop() {
					l.Totals(p.u)
					l.By(p.u, enablement.ByAsset, 20)
					if _, err := l.Timeline(p.u, enablement.Day); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("sends=%d/totals", n), func(b *testing.B) {
			for b.Loop() {
				l.Totals(&month)
			}
		})
		for _, dim := range enablement.UsageDimensions() {
			b.Run(fmt.Sprintf("sends=%d/by/%s", n, dim), func(b *testing.B) {
				for b.Loop() {
					l.By(&month, dim, 20)
				}
			})
		}
		b.Run(fmt.Sprintf("sends=%d/timeline", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Timeline(&month, enablement.Day); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("sends=%d/sends", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Sends(enablement.SendQuery{First: 20}, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("sends=%d/tag counts", n), func(b *testing.B) {
			for b.Loop() {
				l.TagCounts()
			}
		})
	}
}

// BenchmarkUsageOfManyAssets is the 20 assets sent most of 100,000, of which few
// have been sent in the 30 days.
func BenchmarkUsageOfManyAssets(b *testing.B) {
	l := usage.New(func() time.Time { return benchNow })
	catalog := make([]*enablement.Asset, 100_000)
	for i := range catalog {
		catalog[i] = &enablement.Asset{ID: benchID("ast", i)}
	}
	l.SetAssets(catalog)
	l.Append(benchSends(100_000))
	month := &enablement.Usage{From: benchNow.AddDate(0, 0, -30), To: benchNow}
	team := &enablement.Usage{From: month.From, To: month.To, Filter: enablement.UsageFilter{Teams: []string{"team 1"}}}
	for name, u := range map[string]*enablement.Usage{"all": month, "one team": team} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.By(u, enablement.ByAsset, 20)
			}
		})
	}
}

// BenchmarkTrackRecords is the history of 200 candidates of a recommendation.
func BenchmarkTrackRecords(b *testing.B) {
	l := benchLedger(100_000)
	ids := make([]string, 200)
	for i := range ids {
		ids[i] = benchID("ast", i*7)
	}
	for b.Loop() {
		l.TrackRecords(enablement.TrackQuery{PersonaID: benchID("per", 3), IndustryID: benchID("ind", 4), FunnelStage: enablement.Awareness}, ids)
	}
}

// BenchmarkAppend is one send at a time onto 100,000: as they come, and each a
// random time late.
func BenchmarkAppend(b *testing.B) {
	for _, late := range []bool{false, true} {
		b.Run(fmt.Sprintf("late=%v", late), func(b *testing.B) {
			l := benchLedger(100_000)
			sends := benchSends(100_000)
			r := rand.New(rand.NewPCG(3, 4))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				s := *sends[i%len(sends)]
				s.ID = enablement.SendPrefix + fmt.Sprintf("%032x", i)
				s.SentAt = benchNow.Add(time.Duration(i) * time.Millisecond)
				if late {
					s.SentAt = benchNow.Add(-time.Duration(r.IntN(benchDays*24*3600)) * time.Second)
				}
				l.Append([]*enablement.Send{&s})
				i++
			}
		})
	}
}

// BenchmarkLoad is the start of a server, with what the ledger then holds.
func BenchmarkLoad(b *testing.B) {
	for _, n := range benchSizes {
		if n > 1_000_000 && testing.Short() {
			continue
		}
		sends := benchSends(n)
		b.Run(fmt.Sprintf("sends=%d/in order", n), func(b *testing.B) { benchLoad(b, sends) })
		rand.New(rand.NewPCG(5, 6)).Shuffle(n, func(i, j int) { sends[i], sends[j] = sends[j], sends[i] })
		b.Run(fmt.Sprintf("sends=%d/shuffled", n), func(b *testing.B) { benchLoad(b, sends) })
	}
}

func benchLoad(b *testing.B, sends []*enablement.Send) {
	var l *usage.Ledger
	before := heap()
	for b.Loop() {
		l = usage.New(func() time.Time { return benchNow })
		l.Append(sends)
	}
	n := float64(len(sends))
	b.ReportMetric(float64(heap()-before)/n, "B/send")
	b.ReportMetric(float64(l.Stats().Bytes)/n, "estimated-B/send")
}

// heap is the live heap in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
