package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/quiverhq/quiver/enablement"
)

// Store is an open store. It is safe for concurrent use.
type Store struct {
	options    Options
	connection *connection
	sole       bool             // nobody else writes to this database
	now        func() time.Time // this machine's, of a sole owner, or else clock's
	clock      clock

	assets   *noun[enablement.Asset]
	leads    *noun[enablement.Lead]
	sends    *noun[enablement.Send]
	outcomes *noun[enablement.Outcome]
	searches *noun[enablement.SearchEvent]
	audit    *noun[enablement.AuditEntry]
	trail    *trail
	users    *users

	personas    *collection[enablement.Persona]
	industries  *collection[enablement.Industry]
	taxonomy    whole[enablement.Taxonomy]
	synonymDocs *collection[enablement.Synonyms]
	synonyms    whole[synonyms]
	lookalikes  Lookalikes // nil: imports are not compared

	loading    time.Time    // the database's time when the load began
	polls      atomic.Int64 // of the tail that went well
	tailed     atomic.Int64 // when the last of them began, in ns since 1970; 0: there is no tail
	queue      *sendQueue
	wake       chan struct{}   // something needs catching up
	background context.Context // ends with Close; of what runs behind the calls
	stop       context.CancelFunc
	running    sync.WaitGroup
	closing    sync.Once
}

// writeAttempts is how often a write starts again because another server's came
// between.
const writeAttempts = 5

// Open connects, makes the indexes and reads taxonomy, synonyms and users.
// It fails with a clear message, within a few seconds, when the database does
// not answer or another process uses the directory. Call Follow for every copy,
// then Load.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o.withDefaults())
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.connection.close(ctx))
	}
	s.background, s.stop = context.WithCancel(context.Background())
	s.queue = newSendQueue(s.sends)
	s.running.Go(func() { s.keepCaughtUp(s.background) })
	s.running.Go(s.queue.run)
	return s, nil
}

// connect opens the database and makes the nouns, collections and indexes. No
// document is read.
func connect(ctx context.Context, o Options) (*Store, error) {
	conn, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &Store{options: o, connection: conn, sole: conn.engine != nil, wake: make(chan struct{}, 1)}
	if s.now = o.Now; !s.sole {
		s.now, s.clock.ask = s.clock.now, databaseTime(conn.database)
		err = s.clock.set(ctx)
	}
	if err == nil {
		err = s.makeNouns()
	}
	if err == nil {
		err = s.makeIndexes(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), conn.close(ctx))
	}
	return s, nil
}

// prepare holds the database against what this code can read and reads what
// stays in memory whole.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.restored(ctx); err != nil {
		return err
	}
	if err := s.ensureSchema(ctx); err != nil {
		return err
	}
	taxonomy, err := s.readTaxonomy(ctx)
	if err != nil {
		return err
	}
	s.taxonomy.current.Store(taxonomy)
	sets, err := s.readSynonyms(ctx)
	if err != nil {
		return err
	}
	s.synonyms.current.Store(sets)
	return s.users.read(ctx)
}

func (s *Store) makeNouns() error {
	s.makeTaxonomy()
	s.makeSynonyms()
	var errs [6]error
	s.audit, errs[5] = newNoun(auditKind, open[enablement.AuditEntry](s, "audit"), &s.taxonomy.current, cacheAudit)
	s.trail = &trail{entries: s.audit, now: s.now}
	s.users = newUsers(open[enablement.User](s, "users"), s.trail, s.now)
	s.assets, errs[0] = newNoun(assetKind, open[enablement.Asset](s, "assets"), &s.taxonomy.current, s.options.CacheAssets)
	s.leads, errs[1] = newNoun(leadKind, open[enablement.Lead](s, "leads"), &s.taxonomy.current, s.options.CacheLeads)
	s.sends, errs[2] = newNoun(sendKind, open[enablement.Send](s, "sends"), &s.taxonomy.current, s.options.CacheSends)
	s.outcomes, errs[3] = newNoun(outcomeKind, open[enablement.Outcome](s, "outcomes"), &s.taxonomy.current, s.options.CacheSends)
	s.searches, errs[4] = newNoun(searchKind, open[enablement.SearchEvent](s, "searches"), &s.taxonomy.current, cacheSearches)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	s.assets.feed.wake, s.leads.feed.wake, s.sends.feed.wake = s.wake, s.wake, s.wake
	s.outcomes.feed.wake, s.searches.feed.wake, s.audit.feed.wake = s.wake, s.wake, s.wake
	return nil
}

func open[T any](s *Store, name string) *collection[T] {
	return &collection[T]{mongo: s.connection.database.Collection(name), engine: s.connection.engine, sole: s.sole, logger: s.options.Logger, now: s.now}
}

// index is one index of a collection. Each noun's file opens with its own.
type index struct {
	field    string
	unique   bool // among the documents that have the field
	foldCase bool // compare without regard to case, where the database can
}

func (s *Store) makeIndexes(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // on a large collection the first start builds them
	defer cancel()
	for name, indexes := range map[string][]index{
		"assets": assetIndexes, "leads": leadIndexes, "sends": sendIndexes, "outcomes": outcomeIndexes, "searches": searchIndexes,
		"personas": personaIndexes, "industries": industryIndexes, "synonyms": synonymsIndexes, "users": userIndexes,
		"audit": auditIndexes, metaName: metaIndexes,
	} {
		if err := s.makeMissing(ctx, s.connection.database.Collection(name), indexes); err != nil {
			return coded(ctx, "make the indexes of "+name, err)
		}
	}
	if engine := s.connection.engine; engine != nil {
		if err := engine.IndexIDs(ctx, s.connection.database.Name()); err != nil {
			return err
		}
		return engine.Begun()
	}
	return nil
}

// makeMissing makes the indexes that a collection does not have: FerretDB 1.24
// panics when it is asked for several that exist.
func (s *Store) makeMissing(ctx context.Context, c *mongo.Collection, indexes []index) error {
	present, err := c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return err
	}
	for _, ix := range indexes {
		if slices.ContainsFunc(present, func(p mongo.IndexSpecification) bool { return p.Name == ix.name() }) {
			continue
		}
		_, err := c.Indexes().CreateOne(ctx, s.model(ix))
		if err != nil && ix.foldCase && unsupported(err) { // compatible engines without collations
			ix.foldCase = false
			_, err = c.Indexes().CreateOne(ctx, s.model(ix))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// name is MongoDB's own for an ascending index of one field.
func (ix index) name() string { return ix.field + "_1" }

func (s *Store) model(ix index) mongo.IndexModel {
	o := options.Index().SetName(ix.name())
	if ix.unique {
		o.SetUnique(true).SetSparse(true)
	}
	if ix.foldCase && !s.sole { // the embedded engine has no collations, and one writer who compares in memory
		o.SetCollation(&options.Collation{Locale: "en", Strength: 2})
	}
	return mongo.IndexModel{Keys: bson.D{{Key: ix.field, Value: 1}}, Options: o}
}

// Close waits for the sends that are being recorded, disconnects and stops the
// embedded engine. Calls after the first do nothing.
func (s *Store) Close(ctx context.Context) error {
	var err error
	s.closing.Do(func() {
		s.queue.close()
		s.stop()
		s.running.Wait()
		err = s.connection.close(ctx)
	})
	return err
}

// Engine is "embedded" or "mongodb".
func (s *Store) Engine() string {
	if s.connection.engine != nil {
		return "embedded"
	}
	return "mongodb"
}

// Ping asks the database for a sign of life; UNAVAILABLE. Called by readiness.
func (s *Store) Ping(ctx context.Context) error {
	return coded(ctx, "ping", s.connection.client.Ping(ctx, nil))
}

// gather collects a scan.
func gather[T any](documents iter.Seq2[*T, error]) ([]*T, error) {
	var all []*T
	for doc, err := range documents {
		if err != nil {
			return nil, err
		}
		all = append(all, doc)
	}
	return all, nil
}
