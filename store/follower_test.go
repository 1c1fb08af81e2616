package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// mirror is a follower that keeps the newest revision it was given, and fails
// while it is broken.
type mirror struct {
	mu        sync.Mutex
	assets    map[string]int
	backwards int
	broken    atomic.Bool
}

func (m *mirror) follower() Follower {
	return Follower{Name: "mirror", Assets: func(_ context.Context, assets []*enablement.Asset) error {
		if m.broken.Load() {
			return errors.New("the disk is full")
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, a := range assets {
			if a.Version < m.assets[a.ID] {
				m.backwards++
			}
			m.assets[a.ID] = a.Version
		}
		return nil
	}}
}

func (m *mirror) revision(id string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.assets[id]
}

func TestFollowerEndsWhereTheStoreEnds(t *testing.T) {
	ctx := context.Background()
	m := &mirror{assets: map[string]int{}}
	s := openStore(t, testDatabase(t), m.follower())
	_, a, _ := someone(t, s)
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() {
			for i := range 25 {
				done, err := s.UpdateAsset(ctx, a.ID, nil, enablement.AssetPatch{Title: ptr(fmt.Sprint(writer, " ", i))})
				if err != nil {
					t.Error(err)
					return
				}
				if seen := m.revision(a.ID); seen < done.Version {
					t.Errorf("acknowledged version %d while the follower was at %d", done.Version, seen)
				}
			}
		})
	}
	group.Wait()
	now, err := s.Asset(ctx, a.ID)
	if err != nil || m.revision(a.ID) != now.Version || m.backwards != 0 || now.Version != 101 {
		t.Errorf("store at %d, follower at %d after %d steps back, %v; want 101, 101, 0", now.Version, m.revision(a.ID), m.backwards, err)
	}
}

func TestBrokenFollowerIsCaughtUp(t *testing.T) {
	ctx := context.Background()
	m := &mirror{assets: map[string]int{}}
	s := openStore(t, testDatabase(t), m.follower())
	_, a, _ := someone(t, s)
	m.broken.Store(true)
	a, err := s.UpdateAsset(ctx, a.ID, nil, enablement.AssetPatch{Title: ptr("new")})
	if err != nil {
		t.Fatalf("the write does not stand: %v", err)
	}
	stale := s.Stats().Stale
	if len(stale) != 1 || stale[0].Follower != "mirror" || stale[0].Missed != 1 || stale[0].Since.IsZero() {
		t.Errorf("stale: %+v, want mirror with 1 missed", stale)
	}
	m.broken.Store(false)
	eventually(t, "the follower has the newest revision", func() bool { return m.revision(a.ID) == a.Version })
	eventually(t, "nothing is stale", func() bool { return len(s.Stats().Stale) == 0 })
}

func TestWriteOfUnknownOutcomeIsLookedUp(t *testing.T) {
	ctx := context.Background()
	m := &mirror{assets: map[string]int{}}
	s := openStore(t, testDatabase(t), m.follower())
	_, a, _ := someone(t, s)
	// The write went in, but its answer was lost.
	lost := a.Clone()
	lost.Version, lost.Title = a.Version+1, "written"
	if err := s.assets.docs.replace(ctx, lost); err != nil {
		t.Fatal(err)
	}
	s.assets.afterFailure(enablement.Unreachable("the database", errors.New("connection reset")), lost)
	eventually(t, "the write shows", func() bool {
		now, err := s.Asset(ctx, a.ID)
		return err == nil && now.Title == "written" && m.revision(a.ID) == lost.Version
	})
}

func TestLoadHandsEveryDocumentOnOnce(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rep, asset, lead := someone(t, s)
	var want []string
	for i := range 3 {
		send, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, Message: ptr(fmt.Sprint(i))}, rep, anyLead)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, send.ID)
	}
	options := s.options
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	var followed, loaded []string
	s.Follow(Follower{Name: "ledger", Sends: func(_ context.Context, sends []*enablement.Send) error {
		for _, send := range sends {
			followed = append(followed, send.ID)
		}
		return nil
	}})
	early, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Load(ctx, nil, nil, func(sends []*enablement.Send) error {
		for _, send := range sends {
			loaded = append(loaded, send.ID)
		}
		return nil
	}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{early.ID}, want}, [][]string{followed, loaded}); diff != "" {
		t.Errorf("followed and loaded (-want +got):\n%s", diff)
	}
	if n := s.Stats().Sends; n != 4 {
		t.Errorf("%d sends counted, want 4", n)
	}
}
