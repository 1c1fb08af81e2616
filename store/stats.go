package store

import "time"

// Stats is what the store knows at a moment: for the startup line and metrics.
// The counts are whole once Load has returned.
type Stats struct {
	Assets, Leads, Sends int
	Outcomes, Searches   int // Searches: what happened to them, event by event
	Personas, Industries int
	Synonyms             int // sets
	Users                int
	Queued               int // sends that wait for the group commit
	Stale                []Staleness
	// TailLag is how old what was last read of other servers' changes is; 0 where
	// there is nothing to follow.
	TailLag time.Duration
}

// Staleness is a follower that is behind.
type Staleness struct {
	Follower string
	Missed   int       // documents that it has yet to take
	Since    time.Time // when it first failed
}

// Stats counts what the store holds. Nothing is read from the database.
func (s *Store) Stats() Stats {
	s.users.mu.RLock()
	users := len(s.users.ids)
	s.users.mu.RUnlock()
	t := s.Taxonomy()
	var stale staleness
	stale = gatherStale(stale, s.assets.feed.followers)
	stale = gatherStale(stale, s.leads.feed.followers)
	stale = gatherStale(stale, s.sends.feed.followers)
	stale = gatherStale(stale, s.outcomes.feed.followers)
	stale = gatherStale(stale, s.taxonomy.followers)
	stale = gatherStale(stale, s.synonyms.followers)
	stale = gatherStale(stale, s.searches.feed.followers)
	stale = gatherStale(stale, s.audit.feed.followers)
	return Stats{
		Assets: s.assets.count(), Leads: s.leads.count(), Sends: s.sends.count(), Outcomes: s.outcomes.count(),
		Searches: s.searches.count(), Users: users,
		Personas: len(t.Personas()), Industries: len(t.Industries()), Synonyms: len(s.Synonyms()),
		Queued: len(s.queue.waiting), Stale: stale, TailLag: s.tailLag(),
	}
}

func (s *Store) tailLag() time.Duration {
	tailed := s.tailed.Load()
	if tailed == 0 {
		return 0
	}
	return max(0, s.options.Now().Sub(time.Unix(0, tailed)))
}

type staleness []Staleness

// gatherStale adds the followers of one noun that are behind, by name.
func gatherStale[T any](all staleness, followers []*subscription[T]) staleness {
	for _, f := range followers {
		missed, since := f.staleness()
		if missed == 0 {
			continue
		}
		all = all.add(Staleness{Follower: f.name, Missed: missed, Since: since})
	}
	return all
}

func (all staleness) add(more Staleness) staleness {
	for i, s := range all {
		if s.Follower != more.Follower {
			continue
		}
		all[i].Missed += more.Missed
		if more.Since.Before(s.Since) {
			all[i].Since = more.Since
		}
		return all
	}
	return append(all, more)
}
