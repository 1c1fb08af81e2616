package recommend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

func TestWhyNot(t *testing.T) {
	s := newShelf()
	s.candidates = nil
	for i := range 8 {
		s.candidates = append(s.candidates, enablement.Candidate{
			AssetID: fmt.Sprintf("ast_%d", i), Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank", FunnelStage: stageFit(i < 6),
		})
	}
	s.sent["led_1"] = map[string]time.Time{"ast_sent": now.AddDate(0, 0, -21)}
	published := func(id string, typ enablement.AssetType) *enablement.Asset {
		return &enablement.Asset{ID: id, Type: typ, Status: enablement.StatusPublished}
	}
	draft := published("ast_draft", "VIDEO")
	draft.Status = enablement.StatusDraft
	for _, test := range []struct {
		story string
		asset *enablement.Asset
		rank  int
		rules string
	}{
		{"the best", published("ast_0", "VIDEO"), 1, ""},
		{"place six of equals", published("ast_5", "VIDEO"), 6, "OUTRANKED"},
		{"place seven serves another stage", published("ast_6", "VIDEO"), 7, "OUTRANKED SIGNAL(FUNNEL_STAGE)"},
		{"was sent", published("ast_sent", "VIDEO"), 0, "ALREADY_SENT"},
		{"is being written", draft, 0, "NOT_PUBLISHED"},
		{"is for the rep", published("ast_card", "BATTLE_CARD"), 0, "INTERNAL"},
		{"has nothing to do with the lead", published("ast_far", "VIDEO"), 0, "NOTHING_IN_COMMON"},
	} {
		why, err := s.engine().WhyNot(t.Context(), banker(), test.asset)
		if err != nil {
			t.Fatalf("%s: %v", test.story, err)
		}
		rank := 0
		if why.Rank != nil {
			rank = *why.Rank
		}
		if rank != test.rank || why.Recommended != (rank > 0 && rank <= 5) {
			t.Errorf("%s: rank %d, recommended %t; want %d", test.story, rank, why.Recommended, test.rank)
		}
		var rules []string
		for _, r := range why.Rules {
			name := string(r.Rule)
			if r.Signal != nil {
				name += "(" + string(*r.Signal) + ")"
			}
			if rules = append(rules, name); r.Detail == "" {
				t.Errorf("%s: %s says nothing", test.story, name)
			}
		}
		if got := strings.Join(rules, " "); got != test.rules {
			t.Errorf("%s: rules %q, want %q", test.story, got, test.rules)
		}
	}
}

func stageFit(serves bool) enablement.Fit {
	if serves {
		return enablement.FitMatch
	}
	return enablement.FitOther
}
