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

func TestWhyNotSaysPlainlyWhatALeadsPiecesAreLookedForBy(t *testing.T) {
	onlyWords := &enablement.Lead{Notes: "SAP"}
	for want, lead := range map[string]*enablement.Lead{
		"Pieces for this lead are looked for by the persona CTO, the industry Banking and the words of the pain points and notes. " +
			"This one has none of that, or too little of it to count, or 200 others have more": banker(),
		"Pieces for this lead are looked for by the words of the notes. This one has none of that, or too little of it to count, or 200 others have more": onlyWords,
	} {
		if got := nothingInCommon(lead); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

// What five pieces, a new one and a version of the best come to for one lead on
// the days of a month: the new piece has place five on some, and whoever it took
// that from is told so; the version stands back on all, and is told why.
func TestWhyNotTellsOfTurnsAndVersions(t *testing.T) {
	s := newShelf()
	s.candidates = nil
	for i := range 8 {
		c := enablement.Candidate{AssetID: fmt.Sprintf("ast_%d", i), Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank", PublishedAt: daysAgo(400 + i)}
		if i == 7 {
			c.Persona, c.Industry, c.PublishedAt, c.Text = enablement.FitOther, enablement.FitOpen, daysAgo(1), 0.11
			c.FunnelStage = enablement.FitMatch
		}
		s.candidates = append(s.candidates, c)
	}
	s.assets["ast_0"].Title = "The guide"
	s.overlap = map[[2]string]float64{{"ast_0", "ast_1"}: 0.9}
	rules := func(at time.Time, id string) (names string, details string) {
		e := New(s, s, s, func() time.Time { return at })
		why, err := e.WhyNot(t.Context(), banker(), &enablement.Asset{ID: id, Type: "VIDEO", Status: enablement.StatusPublished})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range why.Rules {
			names, details = names+" "+string(r.Rule), details+r.Detail+"\n"
		}
		return names, details
	}
	turns := 0
	for day := range 28 {
		at := now.AddDate(0, 0, day)
		if names, details := rules(at, "ast_1"); !strings.HasPrefix(names, " VERSION") || !strings.Contains(details, `nearly the same as "The guide"`) {
			t.Fatalf("of a version it says %q: %s", names, details)
		}
		if names, _ := rules(at, "ast_7"); names == "" {
			turns++
			if names, _ := rules(at, "ast_5"); names != " MADE_ROOM" {
				t.Fatalf("on the day of the new piece's turn %q is said of the one whose place it has", names)
			}
		}
	}
	if turns < 2 || turns > 14 {
		t.Errorf("the new piece had %d turns on 28 days, want about a quarter", turns)
	}
}

// What only counts less for its language lacks nothing: its tags are not denied.
func TestWhyNotDeniesNoTags(t *testing.T) {
	s := newShelf()
	s.candidates = nil
	for i := range 7 {
		c := enablement.Candidate{
			AssetID: fmt.Sprintf("ast_%d", i), Persona: enablement.FitMatch, Industry: enablement.FitMatch, IndustryID: "ind_bank",
			FunnelStage: enablement.FitMatch, Language: "en", Usual: true,
		}
		if i == 6 {
			c.Language, c.Usual, c.Persona = "de", false, enablement.FitOpen
		}
		s.candidates = append(s.candidates, c)
	}
	why, err := s.engine().WhyNot(t.Context(), banker(), &enablement.Asset{ID: "ast_6", Type: "VIDEO", Language: "de", Status: enablement.StatusPublished})
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, r := range why.Rules {
		rules = append(rules, string(r.Rule))
		if r.Rule == enablement.WhyNotSignal && *r.Signal != enablement.SignalPersona {
			t.Errorf("says %q", r.Detail)
		}
	}
	if got := strings.Join(rules, " "); got != "LANGUAGE OUTRANKED SIGNAL" {
		t.Errorf("rules %q", got)
	}
}

func stageFit(serves bool) enablement.Fit {
	if serves {
		return enablement.FitMatch
	}
	return enablement.FitOther
}
