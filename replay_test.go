package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/quality"
	"github.com/quiverhq/quiver/recommend"
)

// Whoever replays what a server exported finds what a replay of its history
// finds: nothing that recommendations rest on stays behind. Only the truth,
// which no team knows of its own history, is not in the files.
func TestAReplayOfAnExportFindsWhatTheDemosFinds(t *testing.T) {
	before := time.Now()
	q := newDemo(t)
	files := exportAll(t, q)
	if before.UTC().YearDay() != time.Now().UTC().YearDay() {
		t.Skip("the demo's history is that of a day, and the day has changed")
	}
	own, err := quality.DemoLog(before, demo.HistorySends)
	if err != nil {
		t.Fatal(err)
	}
	exported, remarks, err := quality.ReadLog(filepath.Dir(files[rows.Sends]), time.Now())
	if err != nil || len(remarks) > 0 {
		t.Fatal(err, remarks)
	}
	replay := func(log *quality.Log) (quality.Extent, []quality.Score) {
		extent, err := log.Extent(0.2)
		if err != nil {
			t.Fatal(err)
		}
		scores, err := log.Replay(t.Context(), t.TempDir(), 0.2, recommend.DefaultWeights())
		if err != nil {
			t.Fatal(err)
		}
		return extent, scores
	}
	wantExtent, want := replay(own)
	gotExtent, got := replay(exported)
	equal(t, "what it rests on", gotExtent, wantExtent)
	want = want[:len(want)-2] // the truth, and who knows a part of it
	for i := range want {
		want[i].Truth = 0
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("scores (-the demo's +the export's):\n%s", diff)
	}
}
