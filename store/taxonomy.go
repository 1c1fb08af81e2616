package store

import (
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Taxonomy gives every persona and industry as they are now.
func (s *Store) Taxonomy() *enablement.Taxonomy { return s.taxonomy.Load() }

// readTaxonomy reads the taxonomy from the database.
func (s *Store) readTaxonomy(ctx context.Context) (*enablement.Taxonomy, error) {
	personas, err := gather(s.personas.all(ctx))
	if err != nil {
		return nil, err
	}
	industries, err := gather(s.industries.all(ctx))
	if err != nil {
		return nil, err
	}
	return enablement.NewTaxonomy(personas, industries), nil
}

// reloadTaxonomy adopts what other servers have written; taxonomyWriting is held.
func (s *Store) reloadTaxonomy(ctx context.Context) error {
	read, err := s.readTaxonomy(ctx)
	if err != nil {
		return err
	}
	s.adopt(ctx, read)
	return nil
}

// adopt makes a taxonomy the current one: assets are placed anew as they are
// next read, leads at once, for their place decides who finds them. The
// followers hear of the taxonomy first. taxonomyWriting is held.
func (s *Store) adopt(ctx context.Context, next *enablement.Taxonomy) {
	ctx = context.WithoutCancel(ctx)
	before := s.taxonomy.Load()
	// Whoever publishes a lead does so wholly before the change, and is then
	// seen below, or wholly after it, placed by the new taxonomy.
	s.leads.feed.ordering.Lock()
	s.taxonomy.Store(next)
	s.leads.feed.ordering.Unlock()
	s.taxonomyFeed.deliver(ctx, next)
	s.moveLeads(ctx, before, next)
}

// moveLeads publishes every lead that another persona or industry claims now.
func (s *Store) moveLeads(ctx context.Context, before, next *enablement.Taxonomy) {
	for batch := range slices.Chunk(s.leads.ids(), catchUpBatch) {
		s.leads.feed.ordering.Lock()
		leads, err := s.leads.getAll(ctx, batch)
		if err != nil {
			s.options.Logger.Error("leads could not be placed in the new taxonomy and will be later", "error", err)
			s.leads.feed.missAll(batch)
		}
		s.leads.feed.deliver(ctx, slices.DeleteFunc(leads, func(l *enablement.Lead) bool {
			was := l.Clone()
			was.Place(before)
			return place(was) == place(l)
		}))
		s.leads.feed.ordering.Unlock()
	}
}

// place is where a lead stands in the taxonomy, by ids.
func place(l *enablement.Lead) (ids [2]string) {
	if l.Persona != nil {
		ids[0] = l.Persona.ID
	}
	if l.Industry != nil {
		ids[1] = l.Industry.ID
	}
	return ids
}

// ids lists every known document.
func (n *noun[T]) ids() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids := make([]string, 0, len(n.newest))
	for id := range n.newest {
		ids = append(ids, id)
	}
	return ids
}

// missAll notes documents as missed by every follower.
func (f *feed[T]) missAll(ids []string) {
	for _, s := range f.followers {
		s.miss(ids)
	}
	signal(f.wake)
}

// taxonomyFeed delivers the taxonomy, as a whole, to its followers.
type taxonomyFeed struct{ feed[enablement.Taxonomy] }

func (f *taxonomyFeed) follow(name string, apply func(context.Context, *enablement.Taxonomy) error) {
	if apply != nil {
		f.add(name, func(ctx context.Context, t []*enablement.Taxonomy) error { return apply(ctx, t[0]) })
	}
}

func (f *taxonomyFeed) deliver(ctx context.Context, t *enablement.Taxonomy) {
	f.ordering.Lock()
	defer f.ordering.Unlock()
	for _, s := range f.followers {
		f.deliverTo(ctx, s, t)
	}
}

func (f *taxonomyFeed) deliverTo(ctx context.Context, s *subscription[enablement.Taxonomy], t *enablement.Taxonomy) bool {
	if err := s.takeTaxonomy(ctx, t); err != nil {
		f.logger.Error("a follower could not take the taxonomy and will be caught up", "follower", s.name, "error", err)
		signal(f.wake)
		return false
	}
	return true
}

// takeTaxonomy hands the taxonomy over and notes whether that went well.
func (s *subscription[T]) takeTaxonomy(ctx context.Context, t *T) error {
	if err := s.apply(ctx, []*T{t}); err != nil {
		s.miss([]string{"taxonomy"})
		return err
	}
	s.caughtUp([]string{"taxonomy"})
	return nil
}

// catchUpTaxonomy hands the current taxonomy to the followers that missed one,
// read anew after a write of unknown outcome.
func (s *Store) catchUpTaxonomy(ctx context.Context) bool {
	if s.taxonomyDoubtful.CompareAndSwap(true, false) {
		s.taxonomyWriting.Lock()
		err := s.reloadTaxonomy(ctx)
		s.taxonomyWriting.Unlock()
		if err != nil {
			s.taxonomyDoubtful.Store(true)
			return false
		}
	}
	s.taxonomyFeed.ordering.Lock()
	defer s.taxonomyFeed.ordering.Unlock()
	done := true
	for _, follower := range s.taxonomyFeed.followers {
		if missed, _ := follower.staleness(); missed > 0 {
			done = s.taxonomyFeed.deliverTo(ctx, follower, s.taxonomy.Load()) && done
		}
	}
	return done
}
