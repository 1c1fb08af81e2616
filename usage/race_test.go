package usage_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

// Every send here is of two assets to one lead by one rep: whoever sees an odd
// count, or parts that do not add up, has seen half a send.
func TestReadersSeeWholeSendsWhileWritersAppend(t *testing.T) {
	const writers, each = 2, 2_000
	l := usage.New(clock)
	var running atomic.Int32
	running.Store(writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			defer running.Add(-1)
			for i := range each {
				n := i*writers + w
				s := &enablement.Send{
					ID: fmt.Sprint("s", n), LeadID: fmt.Sprint("lead", n%97), RepID: fmt.Sprint("rep", n%5),
					SentAt: clock().Add(-time.Duration(n*7919%9973) * time.Minute), AssetIDs: []string{"guide", fmt.Sprint("asset", n%31)},
				}
				l.Append([]*enablement.Send{s})
				if got := l.SentTo(s.LeadID); got["guide"].Before(s.SentAt) {
					t.Errorf("after Append the lead's last guide is of %s, before %s", got["guide"], s.SentAt)
				}
				if i%100 == 0 {
					l.SetAssets([]*enablement.Asset{{ID: fmt.Sprint("asset", n%40), Type: "VIDEO"}})
				}
			}
		})
	}
	u := &enablement.Usage{From: clock().AddDate(0, 0, -5), To: clock()}
	for range 2 {
		wg.Go(func() {
			before := 0
			for running.Load() > 0 {
				total := l.Totals(u)
				if total.Sends%2 != 0 || total.Sends < before {
					t.Errorf("%d sends after %d", total.Sends, before)
				}
				before = total.Sends
				readEverything(t, l, u)
			}
		})
	}
	wg.Wait()
	if got := l.Stats(); got.Sends != writers*each || l.MostSends() != writers*each {
		t.Errorf("%+v, most %d; want %d sends, each with the guide", got, l.MostSends(), writers*each)
	}
}

func readEverything(t *testing.T, l *usage.Ledger, u *enablement.Usage) {
	rows := l.By(u, enablement.ByAsset, 100)
	for _, row := range rows { // the guide is in every send: none was sent more, but one may have been as often
		if row.Key == "guide" && row.Totals.Sends != rows[0].Totals.Sends || row.Totals.Leads > row.Totals.Sends || row.Totals.Assets != 1 {
			t.Errorf("%+v %+v beside the most sent %+v", row, row.Totals, rows[0].Totals)
		}
	}
	points, err := l.Timeline(u, enablement.Day)
	if err != nil {
		t.Error(err)
	}
	for _, p := range points {
		if p.Totals.Sends%2 != 0 {
			t.Errorf("%d sends on %s", p.Totals.Sends, p.Start)
		}
	}
	page, err := l.Sends(enablement.SendQuery{Rep: "rep1", First: 20}, func(string) bool { return true })
	if err != nil || page.Total < len(page.IDs) {
		t.Errorf("%+v, %v", page, err)
	}
	l.SentAssets(u)
	l.AssetTotals("guide", u.From, u.To)
	l.TrackRecords(enablement.TrackQuery{}, []string{"guide", "asset1"})
	l.TagCounts()
	l.Stats()
	l.CounterOf("guide").Load()
}
