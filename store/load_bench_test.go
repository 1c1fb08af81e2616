package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/quiverhq/quiver/enablement"
)

// BenchmarkLoad measures what a start scans: assets with a 1.6 KB body.
func BenchmarkLoad(b *testing.B) {
	ctx := context.Background()
	s := openStore(b, testDatabase(b))
	const assets = 5_000
	for i := range assets / 1_000 {
		importThousand(b, s, i)
	}
	b.ResetTimer()
	for b.Loop() {
		s.assets.newest, s.assets.complete, s.assets.loaded = map[string]int{}, false, progress{}
		if err := s.Load(ctx, nil, nil, nil, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(assets*b.N)/b.Elapsed().Seconds(), "assets/s")
}

// BenchmarkImportAssets measures imports of a thousand new assets.
func BenchmarkImportAssets(b *testing.B) {
	s := openStore(b, testDatabase(b))
	i := 0
	for b.Loop() {
		importThousand(b, s, i)
		i++
	}
	b.ReportMetric(float64(1_000*b.N)/b.Elapsed().Seconds(), "assets/s")
}

func importThousand(b *testing.B, s *Store, from int) {
	b.Helper()
	rows := make([]enablement.AssetInput, 1_000)
	for i := range rows {
		rows[i] = enablement.AssetInput{ExternalID: ptr(fmt.Sprint(from, "-", i)), Title: fmt.Sprint("Asset ", i), Body: ptr(strings.Repeat("collateral ", 150))}
	}
	r, err := s.ImportAssets(context.Background(), rows, false, nil)
	if err != nil || r.Created != len(rows) {
		b.Fatalf("import: %+v, %v", r, err)
	}
}
