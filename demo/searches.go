package demo

import (
	"math/rand/v2"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// How reps search (rule 11).
const (
	searchCount = 2_000
	usedRate    = 0.6 // of the answers that hold something that is wanted
	sentRate    = 0.4 // of these
	insteadRate = 0.8 // who find nothing and try again
	narrowRate  = 0.1
)

// searcher makes the searches of the history.
type searcher struct {
	historian
	users    map[string]*enablement.User // by subject
	ids      map[string]string           // of assets, by external id
	personas []*enablement.Persona
	terms    map[string]*searched
	events   []*enablement.SearchEvent
}

// searches is what the reps searched for over the last half year and what came
// of it, oldest first, the same for the same day of loading.
func (c *company) searches(taxonomy *enablement.Taxonomy, users map[string]*enablement.User, ids map[string]string, now time.Time) []*enablement.SearchEvent {
	s := &searcher{
		historian: historian{company: c, random: rand.New(rand.NewPCG(1848, 11)), taxonomy: taxonomy, now: now},
		users:     users, ids: ids, personas: taxonomy.Personas(), terms: map[string]*searched{},
	}
	weights := make([]float64, len(c.Searches))
	for i := range c.Searches {
		weights[i] = c.Searches[i].Weight
		s.terms[c.Searches[i].Term] = &c.Searches[i]
	}
	for _, ago := range s.days(searchCount) {
		rep := s.searchingRep(ago)
		at := s.moment(c.Reps[rep].Team, ago).Add(time.Duration(s.random.IntN(60_000)) * time.Millisecond)
		s.search(users[c.Reps[rep].Subject], &c.Searches[s.weighted(weights)], at)
	}
	return s.events
}

func (s *searcher) searchingRep(ago int) int {
	weights := make([]float64, len(s.Reps))
	for i, r := range s.Reps {
		weights[i] = repWeight(r.Subject, ago)
	}
	return s.weighted(weights)
}

// search makes one search and what follows from it.
func (s *searcher) search(rep *enablement.User, term *searched, at time.Time) {
	hits, filter := term.Hits, &enablement.AssetFilter{}
	if hits > 2 && s.random.Float64() < narrowRate {
		hits, filter.Personas = hits/2, []string{s.personas[s.random.IntN(len(s.personas))].ID}
	}
	search := enablement.NewSearch(rep, term.Term, filter, hits, at)
	s.events = append(s.events, search)
	switch next := s.terms[term.Instead]; {
	case next != nil && s.random.Float64() < insteadRate:
		s.search(rep, next, at.Add(time.Duration(15+s.random.IntN(150))*time.Second))
	case len(term.Assets) > 0 && s.random.Float64() < usedRate:
		s.use(search, term)
	}
}

// use has a rep open one of the first assets of an answer, and perhaps send it.
func (s *searcher) use(search *enablement.SearchEvent, term *searched) {
	asset := s.ids[prefix+term.Assets[s.weighted([]float64{6, 3, 2, 1, 1, 1, 1, 1}[:len(term.Assets)])]]
	if asset == "" {
		return
	}
	at := search.AskedAt.Add(time.Duration(4+s.random.IntN(60)) * time.Second)
	s.events = append(s.events, search.Used(enablement.SearchOpened, asset, at))
	if s.random.Float64() < sentRate {
		at = at.Add(time.Duration(1+s.random.IntN(20)) * time.Minute)
		s.events = append(s.events, search.Used(enablement.SearchSent, asset, at))
	}
}
