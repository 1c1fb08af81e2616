package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/quiverhq/quiver/enablement"
)

// What goes into one insert of a restore, whichever comes first: documents, and
// bytes, which MongoDB bounds at 48 MB for one message.
const (
	restoreBatch = 500
	restoreBytes = 8 << 20
)

// Restorable is a dump that is known to be whole.
type Restorable struct {
	Checksum    string   // names it in the database while it is being restored
	Collections []string // that it holds
	Schema      int      // the version of its documents
	// Each hands every document on, valid until put returns.
	Each func(put func(collection string, document bson.Raw) error) error
}

// Restore fills an empty database with the documents of a dump, as they were.
// A database that holds anything is refused, but for what a restore left behind
// that did not end: that is removed first. From its first write to its last a
// marker stands in the database with which no server starts. CONFLICT for a
// database that is not empty; BAD_USER_INPUT for a dump that this code does not
// know; UNAVAILABLE.
func Restore(ctx context.Context, o Options, from Restorable) (err error) {
	if err := from.check(); err != nil {
		return err
	}
	s, err := openEmpty(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.connection.close(ctx)) }()
	if err := s.writeMatter(ctx, &matter{ID: restoreMatter, Since: s.options.Now(), Backup: from.Checksum}); err != nil {
		return err
	}
	r := &restoration{store: s}
	if err := from.Each(func(name string, document bson.Raw) error { return r.put(ctx, name, document) }); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := r.flush(ctx); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := s.writeSchema(ctx, from.Schema); err != nil {
		return err
	}
	return s.removeMatter(ctx, restoreMatter)
}

func (from Restorable) check() error {
	if from.Schema > SchemaVersion {
		return enablement.Errorf(enablement.BadUserInput, "the backup's documents are of version %d; this Quiver knows versions up to %d: restore it with a newer one", from.Schema, SchemaVersion)
	}
	for _, name := range from.Collections {
		if !slices.Contains(dumped, name) {
			return enablement.Errorf(enablement.BadUserInput, "the backup holds a collection %q, which this Quiver does not know: restore it with a newer one", name)
		}
	}
	return nil
}

// openEmpty opens a database that holds nothing, or empties one that holds what
// a restore left behind.
func openEmpty(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o.withDefaults())
	if err != nil {
		return nil, err
	}
	unfinished := s.restored(ctx)
	switch {
	case errors.As(unfinished, new(*UnfinishedRestoreError)):
		err = s.empty(ctx)
	case unfinished != nil:
		err = unfinished
	default:
		err = s.checkEmpty(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.connection.close(ctx))
	}
	return s, nil
}

// checkEmpty is CONFLICT where a collection holds a document.
func (s *Store) checkEmpty(ctx context.Context) error {
	var full []string
	for _, name := range dumped {
		for _, err := range s.scan(ctx, name) {
			if err != nil && ctx.Err() != nil {
				return err
			}
			full = append(full, name)
			break
		}
	}
	if len(full) > 0 {
		return enablement.Errorf(enablement.Conflict, "the database is not empty (%s): a backup is restored into a new data directory or a database of a new name, so that nothing is lost", strings.Join(full, ", "))
	}
	return nil
}

// empty removes every document, and leaves collections and indexes.
func (s *Store) empty(ctx context.Context) error {
	for _, name := range dumped {
		var err error
		if engine := s.connection.engine; engine != nil {
			err = engine.Empty(ctx, s.connection.database.Name(), name)
		} else {
			_, err = s.connection.database.Collection(name).DeleteMany(ctx, bson.D{})
		}
		if err != nil {
			return coded(ctx, "remove what an unfinished restore left in "+name, err)
		}
	}
	return nil
}

// restoration gathers documents and writes them in bulk.
type restoration struct {
	store     *Store
	name      string // of the collection of what is gathered
	documents []bson.Raw
	bytes     int
}

func (r *restoration) put(ctx context.Context, name string, document bson.Raw) error {
	if name != r.name || len(r.documents) >= restoreBatch || r.bytes+len(document) > restoreBytes {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.name = name
	r.documents = append(r.documents, slices.Clone(document))
	r.bytes += len(document)
	return nil
}

func (r *restoration) flush(ctx context.Context) error {
	if len(r.documents) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	_, err := r.store.connection.database.Collection(r.name).InsertMany(ctx, r.documents, options.InsertMany().SetOrdered(false))
	r.documents, r.bytes = r.documents[:0], 0
	return coded(ctx, "write to "+r.name, err)
}
