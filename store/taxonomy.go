package store

import (
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Taxonomy gives every persona and industry as they are now.
func (s *Store) Taxonomy() *enablement.Taxonomy { return s.taxonomy.current.Load() }

// makeTaxonomy makes the collections of personas and industries, and a taxonomy
// without any.
func (s *Store) makeTaxonomy() {
	s.personas = open[enablement.Persona](s, "personas")
	s.personas.id = func(p *enablement.Persona) string { return p.ID }
	s.personas.revision = func(p *enablement.Persona) int { return p.Revision }
	s.industries = open[enablement.Industry](s, "industries")
	s.industries.id = func(i *enablement.Industry) string { return i.ID }
	s.industries.revision = func(i *enablement.Industry) int { return i.Revision }
	s.taxonomy.open("the taxonomy", s, s.readTaxonomy, s.adoptTaxonomy)
	s.taxonomy.current.Store(enablement.NewTaxonomy(nil, nil))
}

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

// adoptTaxonomy makes a taxonomy the current one: assets are placed anew as they
// are next read, leads at once, for their place decides who finds them. The
// followers hear of the taxonomy first.
func (s *Store) adoptTaxonomy(ctx context.Context, next *enablement.Taxonomy) {
	ctx = context.WithoutCancel(ctx)
	before := s.taxonomy.current.Load()
	// Whoever publishes a lead does so wholly before the change, and is then
	// seen below, or wholly after it, placed by the new taxonomy.
	s.leads.feed.ordering.Lock()
	s.taxonomy.current.Store(next)
	s.leads.feed.ordering.Unlock()
	s.taxonomy.deliver(ctx, next)
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
