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

// counter is the demo with its whole history, where recommendations are asked for.
type counter struct {
	*Log
	engine *recommend.Engine
}

func openCounter(t *testing.T) *counter {
	t.Helper()
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
	synonyms, err := demo.Synonyms()
	if err != nil {
		t.Fatal(err)
	}
	c := &Collection{Taxonomy: log.Taxonomy, Synonyms: synonyms, Assets: log.Assets, Sends: ledger}
	index, err := c.Index(t.Context(), t.TempDir(), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &counter{log, recommend.New(index, ledger, documents(c.byID()), clock)}
}

// lead is the first lead of which something holds.
func (c *counter) lead(t *testing.T, name string, is func(*enablement.Lead) bool) *enablement.Lead {
	t.Helper()
	at := slices.IndexFunc(c.Leads, is)
	if at < 0 {
		t.Fatalf("there is no lead %q", name)
	}
	return c.Leads[at]
}

func (c *counter) recommended(t *testing.T, lead *enablement.Lead, o recommend.Options) []*enablement.Recommendation {
	t.Helper()
	all, err := c.engine.ForLead(t.Context(), lead, o)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What the document tells of five leads is what a rep is recommended for them,
// with the whole history of the demo behind it.
func TestTheFiveLeadsAreAsTold(t *testing.T) {
	c := openCounter(t)
	leads, told := told(t, "Five leads")
	if len(leads) != 5 {
		t.Fatalf("docs/quality.md tells of %d leads, want 5: %q", len(leads), leads)
	}
	for _, heading := range leads {
		surname, _, _ := strings.Cut(heading, ",")
		lead := c.lead(t, surname, func(l *enablement.Lead) bool { return l.LastName == surname })
		recommendations := c.recommended(t, lead, recommend.Options{})
		var titles []string
		for _, r := range recommendations[:min(len(told[heading]), len(recommendations))] {
			titles = append(titles, r.Asset.Title)
		}
		if diff := cmp.Diff(told[heading], titles); diff != "" || len(titles) < 3 {
			t.Errorf("%s (-docs/quality.md +recommendations):\n%s", heading, diff)
		}
	}
}
