package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

func TestManyCallsWithOneKeyRecordOnce(t *testing.T) {
	ctx := context.Background()
	var mu sync.Mutex
	followed := map[string]int{}
	s := openStore(t, testDatabase(t), Follower{Name: "ledger", Sends: func(_ context.Context, sends []*enablement.Send) error {
		mu.Lock()
		defer mu.Unlock()
		for _, send := range sends {
			followed[send.ID]++
		}
		return nil
	}})
	rep, asset, lead := someone(t, s)
	in := enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID, asset.ID}, IdempotencyKey: ptr("k")}
	var group sync.WaitGroup
	ids := make([]string, 200)
	for i := range ids {
		group.Go(func() {
			send, err := s.RecordSend(ctx, in, rep, anyLead)
			if err != nil {
				t.Errorf("call %d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if ids[i] = send.ID; followed[send.ID] != 1 {
				t.Errorf("call %d was answered when the follower had seen the send %d times", i, followed[send.ID])
			}
		})
	}
	group.Wait()
	stored, err := gather(s.EachSend(ctx))
	if err != nil || len(stored) != 1 || len(stored[0].AssetIDs) != 1 {
		t.Fatalf("%d sends are stored, %v; want one, of one asset", len(stored), err)
	}
	if !strings.HasPrefix(stored[0].ID, "snd_") || len(stored[0].ID) < 30 || stored[0].Team != "EMEA" {
		t.Errorf("stored: %+v", stored[0])
	}
	// The first record is the answer even after a restart and for an archived asset.
	if _, err := s.SetAssetStatus(ctx, asset.ID, enablement.StatusArchived); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	s.sends.cache.Purge()
	again, err := s.RecordSend(ctx, in, rep, func(*enablement.Lead) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored[0], again); diff != "" {
		t.Errorf("repeated (-first +again):\n%s", diff)
	}
	other, err := s.EnsureUser(ctx, enablement.Identity{Subject: "rep-2", Role: enablement.RoleRep})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.RecordSend(ctx, in, other, anyLead)
	wantField(t, err, "assets[0]")
}

func TestRepetitionThatNobodyRemembersIsAnsweredByTheFirstRecord(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rep, asset, lead := someone(t, s)
	in := enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, Message: ptr("one"), IdempotencyKey: ptr("k")}
	first, err := s.RecordSend(ctx, in, rep, anyLead)
	if err != nil {
		t.Fatal(err)
	}
	s.sends.cache.Purge()
	in.Message = ptr("two")
	again, err := s.RecordSend(ctx, in, rep, anyLead)
	if err != nil || again.Message != "one" || again.ID != first.ID {
		t.Errorf("got %+v, %v; want the first record", again, err)
	}
	if n := s.Stats().Sends; n != 1 {
		t.Errorf("%d sends counted, want 1", n)
	}
}

func TestSendNamesEveryFaultAtOnce(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rep, asset, lead := someone(t, s)
	draft, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Draft", Status: enablement.StatusDraft}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := enablement.RecordSendInput{Lead: "led_none", Assets: []string{asset.ID, "ast_none", draft.ID}, Channel: "PIGEON", SentAt: ptr(time.Now().Add(time.Hour))}
	_, err = s.RecordSend(ctx, in, rep, anyLead)
	for _, path := range []string{"lead", "assets[1]", "assets[2]", "channel", "sentAt"} {
		wantField(t, err, path)
	}
	_, err = s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, func(*enablement.Lead) bool { return false })
	wantField(t, err, "lead")
}

func TestSendOfACallerWhoLeftIsNotWaitedFor(t *testing.T) {
	s := openStore(t, testDatabase(t))
	rep, asset, lead := someone(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, anyLead)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

func TestCloseDrainsTheQueue(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, testDatabase(t))
	rep, asset, lead := someone(t, s)
	var group sync.WaitGroup
	var mu sync.Mutex
	var recorded []string
	for i := range 64 {
		group.Go(func() {
			send, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, IdempotencyKey: ptr(fmt.Sprint(i))}, rep, anyLead)
			if err != nil && enablement.CodeOf(err) != enablement.Unavailable {
				t.Errorf("send %d: %v", i, err)
			}
			if err == nil {
				mu.Lock()
				recorded = append(recorded, send.ID)
				mu.Unlock()
			}
		})
	}
	options := s.options
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	s = openStore(t, options)
	found, err := s.Sends(ctx, recorded)
	if err != nil || len(found) != len(recorded) {
		t.Errorf("%d of %d acknowledged sends are stored, %v", len(found), len(recorded), err)
	}
}
