package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/quiverhq/quiver/demo"
	"github.com/quiverhq/quiver/enablement"
)

// load fills the copies from the store, in the background of a server that is
// alive but not ready.
func (s *server) load(ctx context.Context, addr net.Addr) error {
	ctx, span := s.traces.Start(ctx, "start")
	defer span.End()
	s.index.SetTaxonomy(s.store.Taxonomy())
	s.ledger.SetTaxonomy(s.store.Taxonomy())
	s.index.SetSynonyms(s.store.Synonyms())
	if err := s.fill(ctx); err != nil {
		return unlessStopped(ctx, fmt.Errorf("load the catalog: %w", err))
	}
	if err := s.index.Reconcile(ctx); err != nil {
		return unlessStopped(ctx, fmt.Errorf("reconcile the index: %w", err))
	}
	demonstrates := false
	if s.config.Demo {
		var err error
		if demonstrates, err = demo.Load(ctx, s.store, s.now()); err != nil {
			return unlessStopped(ctx, fmt.Errorf("load the demo: %w", err))
		}
		if !demonstrates {
			s.log.Warn("the demo was not loaded: the database holds a catalog of its own")
		}
	}
	s.starting.Store(nil)
	stats := s.store.Stats()
	s.log.Info("ready", "address", s.guards.url(addr), "database", s.store.Engine(),
		"assets", stats.Assets, "leads", stats.Leads, "sends", stats.Sends, "after", time.Since(s.began).Round(time.Millisecond))
	if demonstrates {
		return s.welcome(addr)
	}
	return nil
}

// fill hands the store's documents to the copies. While the database cannot be
// reached it tries again: a document may come twice.
func (s *server) fill(ctx context.Context) error {
	for {
		err := s.store.Load(ctx,
			func(assets []*enablement.Asset) error { s.ledger.SetAssets(assets); return s.index.Load(assets) },
			func(leads []*enablement.Lead) error { s.index.SyncLeads(leads); s.ledger.SetLeads(leads); return nil },
			func(sends []*enablement.Send) error { s.ledger.Append(sends); return nil },
			func(outcomes []*enablement.Outcome) error { s.ledger.AppendOutcomes(outcomes); return nil },
			s.loadSearches())
		if enablement.CodeOf(err) != enablement.Unavailable || err == nil {
			return err
		}
		s.log.Warn("the catalog cannot be loaded yet", "error", err)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

// loadSearches gives what takes the searches at the start; nil where they are
// not remembered.
func (s *server) loadSearches() func([]*enablement.SearchEvent) error {
	if !s.config.SearchLog {
		return nil
	}
	return func(events []*enablement.SearchEvent) error { s.searches.Append(events); return nil }
}

// unlessStopped drops an error that only says that the server was stopped.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// welcome prints what a person needs to try the demo: three tokens and two
// queries. Without the local key there is nothing to sign them with.
func (s *server) welcome(addr net.Addr) error {
	if s.local == nil {
		fmt.Fprintln(s.out, "The demo is loaded. Tokens come from your own issuer.")
		return nil
	}
	signer := s.local.As(s.config.JWTIssuer, s.config.JWTAudience)
	tokens := map[enablement.Role]string{}
	for _, person := range demo.People() {
		token, err := signer.Sign(person, 7*24*time.Hour, time.Now())
		if err != nil {
			return fmt.Errorf("sign a demo token: %w", err)
		}
		tokens[person.Role] = token
	}
	_, err := fmt.Fprint(s.out, demo.Welcome(s.guards.url(addr), tokens))
	return err
}
