package quality

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/recommend"
	"github.com/quiverhq/quiver/usage"
)

// What the document tells of five leads is what a rep is recommended for them,
// with the whole history of the demo behind it.
func TestTheFiveLeadsAreAsTold(t *testing.T) {
	now := time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)
	log, err := DemoLog(now, demo.HistorySends)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	ledger := usage.New(clock)
	ledger.SetTaxonomy(log.Taxonomy)
	ledger.SetAssets(log.Assets)
	ledger.Append(log.Sends)
	ledger.AppendOutcomes(log.Outcomes)
	c := &Collection{Taxonomy: log.Taxonomy, Assets: log.Assets, Sends: ledger}
	index, err := c.Index(t.Context(), t.TempDir(), now)
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	engine := recommend.New(index, ledger, documents(c.byID()), clock)
	leads, told := told(t, "Five leads")
	if len(leads) != 5 {
		t.Fatalf("docs/quality.md tells of %d leads, want 5: %q", len(leads), leads)
	}
	for _, heading := range leads {
		surname, _, _ := strings.Cut(heading, ",")
		at := slices.IndexFunc(log.Leads, func(l *enablement.Lead) bool { return l.LastName == surname })
		if at < 0 {
			t.Fatalf("no lead is called %q", surname)
		}
		recommendations, err := engine.ForLead(t.Context(), log.Leads[at], recommend.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, r := range recommendations[:min(len(told[heading]), len(recommendations))] {
			titles = append(titles, r.Asset.Title)
		}
		if diff := cmp.Diff(told[heading], titles); diff != "" || len(titles) < 3 {
			t.Errorf("%s (-docs/quality.md +recommendations):\n%s", heading, diff)
		}
	}
}
