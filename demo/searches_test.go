package demo

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// searchesOf are the demo's searches as they are recorded on a day.
func searchesOf(t *testing.T, c *company, taxonomy *enablement.Taxonomy, day int) []*enablement.SearchEvent {
	t.Helper()
	users, ids := map[string]*enablement.User{}, map[string]string{}
	for _, rep := range c.reps() {
		users[rep.Subject] = &enablement.User{ID: rep.Subject, Role: rep.Role}
	}
	for i := range c.Assets {
		ids[c.Assets[i].ExternalID] = c.Assets[i].ExternalID
	}
	return c.searches(taxonomy, users, ids, loadingDays()[day])
}

// Every row of the file means something, and every pair in it is one that
// marketers are told of.
func TestTheTermsOfTheDemoHold(t *testing.T) {
	c, _ := tallyholm(t)
	terms := map[string]*searched{}
	for i := range c.Searches {
		terms[c.Searches[i].Term] = &c.Searches[i]
	}
	if len(terms) != len(c.Searches) || len(terms) < 80 {
		t.Errorf("%d terms in %d rows", len(terms), len(c.Searches))
	}
	for _, s := range c.Searches {
		if s.Weight <= 0 || len(s.Assets) > min(s.Hits, 8) {
			t.Errorf("%+v", s)
		}
		if s.Instead != "" && (s.Hits > 0 || terms[s.Instead] == nil || terms[s.Instead].Hits == 0) {
			t.Errorf("%s instead of %s cannot be", s.Instead, s.Term)
		}
		if _, term := enablement.SearchTerm(s.Term); s.Instead != "" && !enablement.SynonymWorth(term, s.Instead) {
			t.Errorf("%s instead of %s is not worth telling", s.Instead, s.Term)
		}
		for _, id := range s.Assets {
			if !slices.ContainsFunc(c.Assets, func(a asset) bool { return a.ExternalID == prefix+id }) {
				t.Errorf("%s finds %s, which is not there", s.Term, id)
			}
		}
	}
}

func TestTheSearchesOfTheHistoryHold(t *testing.T) {
	c, taxonomy := tallyholm(t)
	for day, now := range loadingDays() {
		events := searchesOf(t, c, taxonomy, day)
		if len(events) < 2_500 || len(events) > 4_500 {
			t.Errorf("%s: %d events", now, len(events))
		}
		searches, used := 0, 0
		for _, e := range events {
			if e.At.After(now) || e.AskedAt.Before(now.AddDate(0, 0, -historyDays-4)) {
				t.Fatalf("%s: %+v", now, e)
			}
			if e.Kind == enablement.SearchAsked {
				searches++
			} else if used++; e.AssetID == "" || e.At.Sub(e.AskedAt) > enablement.SearchSentWithin {
				t.Fatalf("%s: %+v", now, e)
			}
		}
		if searches < searchCount || used < searches/3 {
			t.Errorf("%s: %d searches, %d uses", now, searches, used)
		}
	}
	if diff := cmp.Diff(searchesOf(t, c, taxonomy, 3), searchesOf(t, c, taxonomy, 3)); diff != "" {
		t.Errorf("the same day gives different searches:\n%s", diff)
	}
}
