package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// BenchmarkRecordSend measures recorded sends a second with many reps at once,
// each acknowledged when it is on disk.
func BenchmarkRecordSend(b *testing.B) {
	for _, callers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := openStore(b, testDatabase(b))
			ctx := context.Background()
			rep, asset, lead := someone(b, s)
			var n atomic.Int64
			b.SetParallelism(callers / 2)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					in := enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}, IdempotencyKey: ptr(fmt.Sprint(n.Add(1)))}
					if _, err := s.RecordSend(ctx, in, rep, anyLead); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
		})
	}
}

// BenchmarkAsset measures a cached read by id.
func BenchmarkAsset(b *testing.B) {
	s := openStore(b, testDatabase(b))
	_, asset, _ := someone(b, s)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Asset(context.Background(), asset.ID); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func anyLead(*enablement.Lead) bool { return true }

// someone gives a rep, a published asset and a lead of theirs.
func someone(t testing.TB, s *Store) (*enablement.User, *enablement.Asset, *enablement.Lead) {
	t.Helper()
	ctx := context.Background()
	rep, err := s.EnsureUser(ctx, enablement.Identity{Subject: "rep-1", Name: "Rep One", Email: "rep1@example.com", Team: "EMEA", Role: enablement.RoleRep})
	if err != nil {
		t.Fatalf("ensure the rep: %v", err)
	}
	asset, err := s.CreateAsset(ctx, enablement.AssetInput{Title: "Guide", ExternalID: ptr("guide")}, rep)
	if err != nil {
		t.Fatalf("create the asset: %v", err)
	}
	lead, err := s.SaveLead(ctx, nil, enablement.LeadInput{Email: ptr("ana@example.com"), Company: ptr("Acme")}, rep, anyLead)
	if err != nil {
		t.Fatalf("save the lead: %v", err)
	}
	return rep, asset, lead
}
