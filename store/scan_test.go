package store

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/quiverhq/quiver/enablement"
)

// A load whose line to the database is cut goes on where it was: by itself, or
// when it is called again where the line stays cut. No send comes twice, though
// none of so old ones is remembered.
func TestALoadGoesOnWhereItWasCutOff(t *testing.T) {
	if os.Getenv("MONGODB_URI") != "" {
		t.Skip("cuts the line to an engine of its own")
	}
	const sends = 4_500
	o := sharedDatabase(t)
	line := newLine(t, strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(o.URI, "mongodb://"), "/"), "%2F", "/"))
	o.URI = "mongodb://" + line.address() + "/quiver?serverSelectionTimeoutMS=500&directConnection=true"
	first := openStore(t, o)
	long := first.now().Add(-30 * 24 * time.Hour)
	var all []any
	for i := range sends { // 400 at a time have one date
		at := enablement.Instant(long.Add(time.Duration(i/400) * time.Second))
		all = append(all, &enablement.Send{ID: fmt.Sprintf("snd_%04d", i*7919%sends), LeadID: "led_1", AssetIDs: []string{"ast_1"}, SentAt: at, RecordedAt: at})
	}
	if _, err := first.sends.docs.mongo.InsertMany(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{"the line is mended at once": false, "the line stays cut": true} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close(context.Background())
			times, calls := map[string]int{}, 0
			take := func(batch []*enablement.Send) error {
				for _, send := range batch {
					times[send.ID]++
				}
				if calls++; calls == 2 || calls == 5 {
					line.cut()
					if !stays {
						line.mend()
					}
				}
				return nil
			}
			interrupted := 0
			for err = s.Load(t.Context(), nil, nil, take, nil, nil); enablement.CodeOf(err) == enablement.Unavailable && interrupted < 20; interrupted++ {
				line.mend()
				err = s.Load(t.Context(), nil, nil, take, nil, nil)
			}
			if err != nil {
				t.Fatalf("load: %v", err)
			}
			if stays && interrupted < 2 {
				t.Errorf("interrupted %d times: nothing was shown", interrupted)
			}
			for id, n := range times {
				if n != 1 {
					t.Fatalf("%s came %d times", id, n)
				}
			}
			if n := s.Stats().Sends; len(times) != sends || n != sends {
				t.Errorf("%d sends came and %d are counted, want %d", len(times), n, sends)
			}
			if n := len(s.sends.recent); n > 0 {
				t.Errorf("%d sends are remembered that no tail brings again", n)
			}
		})
	}
}

// A lost cursor is no fault of the question, which may be asked again.
func TestALostCursorIsTransient(t *testing.T) {
	for code, want := range map[int32]bool{43: true, 11602: true, 59: false} {
		if got := transient(fmt.Errorf("scan: %w", mongo.CommandError{Code: code})); got != want {
			t.Errorf("code %d: transient %v, want %v", code, got, want)
		}
	}
}
