package usage_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/usage"
)

func TestASendCountsOnce(t *testing.T) {
	l := usage.New(clock)
	send := &enablement.Send{ID: "s1", LeadID: "ana", RepID: "rita", SentAt: at("2026-03-02T09:00:00Z"), AssetIDs: []string{"guide", "guide"}}
	l.Append([]*enablement.Send{send, send})
	l.Append([]*enablement.Send{send})
	l.Append([]*enablement.Send{{ID: "s2", LeadID: "ana", RepID: "rita", SentAt: at("2026-03-02T09:00:00Z")}})
	if got := l.CounterOf("guide").Load(); got != 1 {
		t.Errorf("appended three times, naming the guide twice: counts %d, want 1", got)
	}
	if got := l.Stats(); got.Sends != 1 || got.Rows != 1 || got.Bytes <= 0 {
		t.Errorf("%+v, want one send with one row: a send of nothing is none", got)
	}
}

// The search asks for the counter of an asset before it was ever sent, and may
// hear of an asset before the ledger does.
func TestACounterCountsOn(t *testing.T) {
	l := usage.New(clock)
	counter, never := l.CounterOf("guide"), l.CounterOf("never")
	if got := counter.Load(); got != 0 {
		t.Errorf("never sent: counts %d", got)
	}
	for i := range 3 {
		other := fmt.Sprint("other", i)
		l.SetAssets([]*enablement.Asset{{ID: other}, {ID: "guide"}})
		l.Append([]*enablement.Send{{ID: other, LeadID: "ana", RepID: "rita", SentAt: at("2026-03-02T09:00:00Z"), AssetIDs: []string{"guide", other}}})
		if got := counter.Load(); got != int64(i+1) || never.Load() != 0 || l.CounterOf("guide") != counter {
			t.Errorf("sent %d times: counts %d, the counter now %d", i+1, got, l.CounterOf("guide").Load())
		}
	}
	if sent := l.SentAssets(&enablement.Usage{From: at("2026-03-01T00:00:00Z"), To: at("2026-04-01T00:00:00Z")}); len(sent) != 4 || sent["never"] {
		t.Errorf("sent assets %v", sent)
	}
}

func TestSendsListTheNewestFirstAndTiesByID(t *testing.T) {
	l := usage.New(clock)
	noon := at("2026-03-02T12:00:00Z")
	for _, s := range []struct {
		id   string
		time time.Time
	}{{"b", noon}, {"c", noon}, {"late", noon.Add(-time.Hour)}, {"a", noon}, {"new", noon.Add(time.Hour)}} {
		l.Append([]*enablement.Send{{ID: s.id, LeadID: "ana", RepID: "rita", SentAt: s.time, AssetIDs: []string{"guide"}}})
	}
	page, err := l.Sends(enablement.SendQuery{First: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"new", "a", "b"}; !slices.Equal(page.IDs, want) || page.Total != 5 || !page.HasNext || page.HasPrev {
		t.Errorf("%+v, want %q of 5 with more behind", page, want)
	}
	page, err = l.Sends(enablement.SendQuery{First: 3, After: page.Cursors[2]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"c", "late"}; !slices.Equal(page.IDs, want) || page.HasNext || !page.HasPrev {
		t.Errorf("%+v, want %q, the last page", page, want)
	}
}

func TestAPageStaysWhereItIsWhileSendsArrive(t *testing.T) {
	l := march()
	first, err := l.Sends(enablement.SendQuery{First: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Append([]*enablement.Send{{ID: "s4", LeadID: "ana", RepID: "rita", SentAt: clock(), AssetIDs: []string{"guide"}}})
	second, err := l.Sends(enablement.SendQuery{First: 1, After: first.Cursors[0]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.IDs, []string{"s3"}) || !slices.Equal(second.IDs, []string{"s2"}) {
		t.Errorf("pages %q and %q, want s3 and s2", first.IDs, second.IDs)
	}
}

func TestSendsToSecretLeadsAreNeitherListedNorCounted(t *testing.T) {
	asked := map[string]int{}
	page, err := march().Sends(enablement.SendQuery{First: 10}, func(lead string) bool {
		asked[lead]++
		return lead == "ana"
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(page.IDs, []string{"s2", "s1"}) || page.Total != 2 {
		t.Errorf("%+v, want s2 and s1 of 2", page)
	}
	if diff := cmp.Diff(map[string]int{"ana": 1, "bob": 1}, asked); diff != "" {
		t.Errorf("each lead is asked about once (-want +got):\n%s", diff)
	}
}

func TestABadCursorIsNamed(t *testing.T) {
	sent, err := march().Sends(enablement.SendQuery{First: 1, Rep: "rita"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	head := append([]byte{2}, make([]byte, 8)...)
	for name, cursor := range map[string]string{
		"of another query": sent.Cursors[0], "no base64": "!!", "another version": base64.RawURLEncoding.EncodeToString([]byte{9, 0}), "no time": base64.RawURLEncoding.EncodeToString(head),
		"no text": base64.RawURLEncoding.EncodeToString(append(slices.Clone(head), 0, 0xff)), "too long": strings.Repeat("A", usage.MaxCursor+1),
	} {
		_, err := march().Sends(enablement.SendQuery{First: 1, After: cursor}, nil)
		if fields := enablement.FaultsOf(err); enablement.CodeOf(err) != enablement.BadUserInput || len(fields) != 1 || fields[0].Path != "after" {
			t.Errorf("%s: %v, want BAD_USER_INPUT on after", name, err)
		}
	}
}

func FuzzCursor(f *testing.F) {
	page, err := march().Sends(enablement.SendQuery{First: 3}, nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range append(page.Cursors, "", "AQ", "!") {
		f.Add(c)
	}
	l := march()
	f.Fuzz(func(t *testing.T, cursor string) {
		page, err := l.Sends(enablement.SendQuery{First: 10, After: cursor}, nil)
		if err != nil {
			if enablement.CodeOf(err) != enablement.BadUserInput {
				t.Errorf("%v, want BAD_USER_INPUT", err)
			}
			return
		}
		if page.Total != 3 || page.HasPrev != (len(page.IDs) < 3) {
			t.Errorf("after %q: %+v", cursor, page)
		}
	})
}

// Enough sends for many leaves, each cut in two again and again.
func TestSendsInAnyOrderAreListedInTheOrderOfTime(t *testing.T) {
	const n = 9_000
	r := rand.New(rand.NewPCG(7, 8))
	l, inOrder := usage.New(clock), usage.New(clock)
	var all []*enablement.Send
	for i := range n {
		all = append(all, &enablement.Send{
			ID: fmt.Sprintf("snd_%032x", i), LeadID: fmt.Sprint("lead", i%7), RepID: fmt.Sprint("rep", i%3),
			SentAt: clock().Add(-time.Duration(r.IntN(n/2)) * time.Minute), AssetIDs: []string{fmt.Sprint("asset", i%5), "guide"},
		})
	}
	inOrder.Append(all)
	for batch := range slices.Chunk(all, 37) {
		l.Append(batch)
	}
	u := &enablement.Usage{From: clock().AddDate(0, 0, -3), To: clock().AddDate(0, 0, -1)}
	for _, dim := range enablement.UsageDimensions() {
		if diff := cmp.Diff(inOrder.By(u, dim, 50), l.By(u, dim, 50)); diff != "" {
			t.Errorf("by %s: in order and late differ (-in order +late):\n%s", dim, diff)
		}
	}
	for _, q := range []enablement.SendQuery{{}, {Lead: "lead3"}, {Asset: "guide"}, {Rep: "rep1", Asset: "asset2"}} {
		if diff := cmp.Diff(listAll(t, inOrder, q), listAll(t, l, q)); diff != "" {
			t.Errorf("%+v: in order and late differ", q)
		}
	}
	o := newOracle()
	o.sends = all
	if !slices.Equal(o.list(enablement.SendQuery{}, nil), listAll(t, l, enablement.SendQuery{})) {
		t.Error("the list is not in the order of time")
	}
}

func listAll(t *testing.T, l *usage.Ledger, q enablement.SendQuery) []string {
	t.Helper()
	var ids []string
	for q.First = 100; ; {
		page, err := l.Sends(q, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, page.IDs...)
		if !page.HasNext {
			return ids
		}
		q.After = page.Cursors[len(page.Cursors)-1]
	}
}

// Whatever its form, an id is given back as it came and known again.
func TestIDsOfAnyForm(t *testing.T) {
	forms := []string{
		"snd_0190a1b2c3d47e8f9a0b1c2d3e4f5061", "snd_0190A1B2C3D47E8F9A0B1C2D3E4F5061",
		"snd_vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv0", "snd_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "snd_0190a1b2c3d47e8f9a0b1c2d3e4f506",
		"snd_0190a1b2c3d47e8f9a0b1c2d3e4f5061f", "snd_0190a1b2\n3d47e8f9a0b1c2d3e4f5061", "snd_", "", "x", strings.Repeat("long", 300), strings.Repeat("longer", 20_000),
	}
	l := usage.New(clock)
	for range 2 {
		for _, id := range forms {
			l.Append([]*enablement.Send{{ID: id, LeadID: "ana", RepID: "rita", SentAt: clock(), AssetIDs: []string{"guide"}}})
		}
	}
	page, err := l.Sends(enablement.SendQuery{First: 100}, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(forms)
	if diff := cmp.Diff(forms, page.IDs); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

// Long stretches in order, counted column by column, with late sends between.
func TestLateSendsBetweenLongStretchesAreCounted(t *testing.T) {
	l, o := usage.New(clock), newOracle()
	begin := clock().AddDate(0, 0, -20)
	var inOrder, late []*enablement.Send
	for i := range 6_000 {
		inOrder = append(inOrder, &enablement.Send{
			ID: fmt.Sprint("s", i), LeadID: fmt.Sprint("lead", i%90), RepID: fmt.Sprint("rep", i%7),
			SentAt: begin.Add(time.Duration(i) * time.Minute), AssetIDs: []string{fmt.Sprint("asset", i%40), fmt.Sprint("asset", i%3)},
		})
	}
	for i := range 40 {
		late = append(late, &enablement.Send{
			ID: fmt.Sprint("late", i), LeadID: fmt.Sprint("late lead", i), RepID: fmt.Sprint("late rep", i),
			SentAt: begin.Add(time.Duration(i*150) * time.Minute), AssetIDs: []string{fmt.Sprint("late asset", i)},
		})
	}
	l.Append(inOrder)
	l.Append(late)
	o.sends = slices.Concat(inOrder, late)
	u := &enablement.Usage{From: begin.Add(100 * time.Minute), To: begin.AddDate(0, 0, 4)}
	if diff := cmp.Diff(o.totals(u), l.Totals(u)); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(o.by(u, enablement.ByAsset, 100), l.By(u, enablement.ByAsset, 100)); diff != "" {
		t.Errorf("by asset (-want +got):\n%s", diff)
	}
	points, err := l.Timeline(u, enablement.Day)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o.timeline(u, enablement.Day), points); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
}
