package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store/embedded"
)

// dumped lists the collections of a dump: those that name documents of others
// before those that they name. Nothing that can be named is ever removed, and a
// document is written after what it names: so what is named by a document that
// was read is there when its own collection is read, whatever is written
// meanwhile. The audit log comes last, for an entry is written before its
// change: every change that was read has its entry.
var dumped = []string{"searches", "outcomes", "sends", "leads", "assets", "synonyms", "personas", "industries", "users", "audit"}

// Dumper takes a dump: package backup's Writer.
type Dumper interface {
	Begin(collection string) error
	Add(document bson.Raw) error
	Unreadable() // the database cannot read a document, which is left out
	End() error
}

// Dump hands on every document as it is stored, while writes go on. What was
// acknowledged before the call is in it whole, later writes may be; each
// document is in it as it stood at one moment, and every reference in it points
// at a document in it. Searches that are no longer kept are left out. Called by
// a backup.
func (s *Store) Dump(ctx context.Context, to Dumper) error {
	for _, name := range dumped {
		if err := s.dump(ctx, name, to); err != nil {
			return fmt.Errorf("dump %s: %w", name, err)
		}
	}
	return nil
}

func (s *Store) dump(ctx context.Context, name string, to Dumper) error {
	if err := to.Begin(name); err != nil {
		return err
	}
	for document, err := range s.scan(ctx, name) {
		switch {
		case isDamaged(err):
			s.options.Logger.Error("a document cannot be read and is missing in the backup", "collection", name, "error", err)
			to.Unreadable()
			continue
		case err != nil:
			return err
		case name == "searches" && s.forgotten(document):
			continue
		}
		if err := to.Add(document); err != nil {
			return err
		}
	}
	return to.End()
}

func isDamaged(err error) bool { return errors.As(err, new(*embedded.DamagedError)) }

// forgotten tells a search that is no longer kept.
func (s *Store) forgotten(search bson.Raw) bool {
	asked, ok := search.Lookup("askedAt").TimeOK()
	return ok && asked.Before(s.options.Now().Add(-enablement.SearchesKept))
}

// scan gives every document of a collection as it is stored; a document that
// cannot be read comes as an *embedded.DamagedError, and the scan goes on.
func (s *Store) scan(ctx context.Context, name string) iter.Seq2[bson.Raw, error] {
	if engine := s.connection.engine; engine != nil {
		return engine.Scan(ctx, s.connection.database.Name(), name, "")
	}
	return inOrder(ctx, s.connection.database.Collection(name), "_id", new(progress))
}
