package search

import (
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

func TestTheLagIsHowLongAssetsHaveBeenPending(t *testing.T) {
	now := noon
	docs := newShelf(piece("a", "Apples", "first"), piece("b", "Pears", "second"))
	x, err := Open(Options{Dir: t.TempDir(), Documents: docs, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	lags := func(when string, want time.Duration) {
		t.Helper()
		if lag := x.Stats().Lag; lag != want {
			t.Errorf("%s the index lags by %v, want %v", when, lag, want)
		}
	}
	lags("at first", 0)
	if err := x.Load(docs.all()[:1]); err != nil {
		t.Fatal(err)
	}
	now = now.Add(3 * time.Second)
	if err := x.Load(docs.all()[1:]); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	lags("5 s after the first asset came", 5*time.Second)
	if err := x.Sync(t.Context(), docs.all()[:1]); err != nil {
		t.Fatal(err)
	}
	lags("with one of two indexed", 5*time.Second)
	if err := x.Sync(t.Context(), docs.all()); err != nil {
		t.Fatal(err)
	}
	lags("with both", 0)
	if err := x.Load([]*enablement.Asset{piece("c", "Plums", "third")}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	lags("with an asset that the store has not", time.Second)
	if err := x.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	lags("when that is noticed", 0)
}
