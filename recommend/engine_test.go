package recommend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// shelf is a small catalog with a history: the three sources in one, over plain
// data. It counts what is asked of it.
type shelf struct {
	candidates []enablement.Candidate
	records    map[string]enablement.TrackRecord
	sent       map[string]map[string]time.Time
	assets     map[string]*enablement.Asset
	ifGeneral  []enablement.Candidate // given to general queries instead
	overlap    map[[2]string]float64
	err        error

	queries []enablement.CandidateQuery
	reads   [][]string
}

func (s *shelf) Candidates(_ context.Context, q enablement.CandidateQuery) ([]enablement.Candidate, error) {
	s.queries = append(s.queries, q)
	var found []enablement.Candidate
	candidates := s.candidates
	if q.General && s.ifGeneral != nil {
		candidates = s.ifGeneral
	}
	for _, c := range candidates {
		if !q.Without[c.AssetID] {
			found = append(found, c)
		}
	}
	return found, s.err
}

func (s *shelf) Overlap(a, b string) float64 {
	return max(s.overlap[[2]string{a, b}], s.overlap[[2]string{b, a}])
}

func (s *shelf) SentTo(leadID string) map[string]time.Time { return s.sent[leadID] }
func (s *shelf) MostSends() int                            { return 100 }

func (s *shelf) Overall() enablement.Evidence { return enablement.Evidence{} }

func (s *shelf) TrackRecords(_ enablement.TrackQuery, assetIDs []string) []enablement.TrackRecord {
	records := make([]enablement.TrackRecord, len(assetIDs))
	for i, id := range assetIDs {
		records[i] = s.records[id]
	}
	return records
}

// Assets leaves out what is gone and gives the rest backwards: the engine must
// not rely on an order.
func (s *shelf) Assets(_ context.Context, ids []string) ([]*enablement.Asset, error) {
	s.reads = append(s.reads, ids)
	var found []*enablement.Asset
	for _, id := range slices.Backward(ids) {
		found = append(found, s.assets[id])
	}
	return found, nil
}

// newShelf has ten PUBLISHED assets for CTOs, ast_0 the freshest.
func newShelf() *shelf {
	s := &shelf{records: map[string]enablement.TrackRecord{}, sent: map[string]map[string]time.Time{}, assets: map[string]*enablement.Asset{}}
	for i := range 10 {
		id := fmt.Sprintf("ast_%d", i)
		s.candidates = append(s.candidates, enablement.Candidate{AssetID: id, Persona: enablement.FitMatch, PublishedAt: daysAgo(30 * i)})
		s.assets[id] = &enablement.Asset{ID: id, Status: enablement.StatusPublished}
	}
	slices.Reverse(s.candidates)
	return s
}

func (s *shelf) engine() *Engine { return New(s, s, s, func() time.Time { return now }) }

func forLead(t *testing.T, s *shelf, lead *enablement.Lead, o Options) []*enablement.Recommendation {
	t.Helper()
	got, err := s.engine().ForLead(t.Context(), lead, o)
	if err != nil {
		t.Fatalf("recommend: %v", err)
	}
	return got
}

func ids(recommendations []*enablement.Recommendation) []string {
	out := []string{}
	for _, r := range recommendations {
		out = append(out, r.Asset.ID)
	}
	return out
}

func TestForLeadSearchesOnceAndReadsOnlyWhatItReturns(t *testing.T) {
	s := newShelf()
	got := forLead(t, s, banker(), Options{First: 3})
	if diff := cmp.Diff([]string{"ast_0", "ast_1", "ast_2"}, ids(got)); diff != "" {
		t.Errorf("recommended (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"ast_0", "ast_1", "ast_2"}}, s.reads); diff != "" {
		t.Errorf("documents read (-want +got):\n%s", diff)
	}
	if len(s.queries) != 1 {
		t.Errorf("searched %d times", len(s.queries))
	}
}

func TestForLeadAsksTheSearchWithAllThatIsKnown(t *testing.T) {
	filter := enablement.AssetFilter{Topics: []string{"audit"}, Types: []enablement.AssetType{"BATTLE_CARD"}}
	toSend := enablement.AssetFilter{Types: forProspects()}
	sent := map[string]map[string]time.Time{"led_1": {"ast_0": now}}
	tests := []struct {
		given string
		lead  func() *enablement.Lead
		o     Options
		want  enablement.CandidateQuery
	}{
		{"a lead of whom all is known", banker, Options{Filter: filter}, enablement.CandidateQuery{
			PersonaID: "per_cto", IndustryIDs: []string{"ind_bank", "ind_fin"}, FunnelStage: enablement.Decision,
			Texts:  []enablement.ProfileText{{Source: "pain points", Text: "audit trail\ncost"}, {Source: "notes", Text: "runs on SAP"}},
			Filter: filter, Without: map[string]bool{"ast_0": true}, Limit: maxCandidates,
		}},
		{"a title that names no persona", func() *enablement.Lead {
			return &enablement.Lead{JobTitle: "Head of Treasury", Company: "Acme", LifecycleStage: "OTHER"}
		}, Options{}, enablement.CandidateQuery{
			General: true, Filter: toSend, Without: map[string]bool{}, Limit: maxCandidates,
		}},
		{"nothing known but the stage", func() *enablement.Lead {
			return &enablement.Lead{Company: "Acme", LifecycleStage: "CUSTOMER", Notes: " "}
		}, Options{IncludeSent: true}, enablement.CandidateQuery{General: true, Filter: toSend, FunnelStage: enablement.Retention, Limit: maxCandidates}},
	}
	for _, test := range tests {
		t.Run(test.given, func(t *testing.T) {
			s := newShelf()
			s.sent = sent
			forLead(t, s, test.lead(), test.o)
			if diff := cmp.Diff([]enablement.CandidateQuery{test.want}, s.queries); diff != "" {
				t.Errorf("queries (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForLeadAndWhatWasSent(t *testing.T) {
	s := newShelf()
	s.sent["led_1"] = map[string]time.Time{"ast_0": *daysAgo(3)}
	if got := ids(forLead(t, s, banker(), Options{First: 2})); !slices.Equal(got, []string{"ast_1", "ast_2"}) {
		t.Errorf("after ast_0 was sent, recommends %q", got)
	}
	got := forLead(t, s, banker(), Options{First: 2, IncludeSent: true})
	if !slices.Equal(ids(got), []string{"ast_0", "ast_1"}) || !got[0].AlreadySent || got[1].AlreadySent {
		t.Errorf("with what was sent, recommends %q, marked %t and %t", ids(got), got[0].AlreadySent, got[1].AlreadySent)
	}
	prospect := banker()
	prospect.ID = ""
	s.sent[""] = map[string]time.Time{"ast_1": now}
	if got := ids(forLead(t, s, prospect, Options{First: 2})); !slices.Equal(got, []string{"ast_0", "ast_1"}) {
		t.Errorf("a prospect has received nothing, but is recommended %q", got)
	}
}

func TestForLeadPutsTheNextInPlaceOfWhatIsNotPublishedAnyMore(t *testing.T) {
	s := newShelf()
	s.assets["ast_0"] = nil
	s.assets["ast_1"] = &enablement.Asset{ID: "ast_1", Status: enablement.StatusArchived}
	s.assets["ast_2"] = &enablement.Asset{ID: "ast_2", Status: enablement.StatusPublished, ExpiresAt: daysAgo(1)}
	if got := ids(forLead(t, s, banker(), Options{First: 4})); !slices.Equal(got, []string{"ast_3", "ast_4", "ast_5", "ast_6"}) {
		t.Errorf("recommends %q", got)
	}
	if got := forLead(t, s, banker(), Options{First: 50}); len(got) != 7 {
		t.Errorf("of ten assets seven can be recommended, not %d", len(got))
	}
	if got := forLead(t, s, banker(), Options{}); len(got) != defaultFirst {
		t.Errorf("unasked, recommends %d", len(got))
	}
}

func TestForLeadKeepsTheCodeOfAnError(t *testing.T) {
	s := newShelf()
	cause := errors.New("disk gone")
	s.err = enablement.Unreachable("the index", cause)
	_, err := s.engine().ForLead(t.Context(), banker(), Options{})
	if enablement.CodeOf(err) != enablement.Unavailable || !errors.Is(err, cause) {
		t.Errorf("gives %v", err)
	}
}

// Of whom only words are known that no piece has, gets what suits anybody, and
// is told so.
func TestWordsThatMatchNothingGetGeneralPieces(t *testing.T) {
	s := newShelf()
	general := s.candidates
	s.candidates = nil
	s.ifGeneral = general[:3]
	for _, c := range general {
		s.records[c.AssetID] = enablement.TrackRecord{Sends: 4}
	}
	lead := &enablement.Lead{Notes: "met at the fair", LifecycleStage: "OTHER"}
	got := forLead(t, s, lead, Options{})
	if len(got) != 3 || len(s.queries) != 2 || s.queries[0].General || !s.queries[1].General {
		t.Fatalf("recommends %q after %+v", ids(got), s.queries)
	}
	if detail := got[0].Reasons[0].Detail; !strings.HasPrefix(detail, "Nothing that is known of this person speaks for a piece; ") {
		t.Errorf("says %q", detail)
	}
	lead.Persona = cto
	s.queries = nil
	if got := forLead(t, s, lead, Options{}); len(got) != 0 || len(s.queries) != 1 {
		t.Errorf("to a CTO for whom there is nothing recommends %q", ids(got))
	}
}
