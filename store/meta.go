package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// metaName is the collection of what is known of the database itself: one
// document for each matter.
const metaName = "meta"

// metaIndexes: none is needed, but making one makes the collection.
var metaIndexes = []index{{field: "since"}}

// The documents of the collection.
const (
	restoreMatter = "restore" // a restore that has begun and not ended
	schemaMatter  = "schema"  // the version of the documents
	auditMatter   = "audit"   // until when the audit log has been held against the documents
)

// matter is one document of the collection.
type matter struct {
	ID     string    `bson:"_id"`
	Since  time.Time `bson:"since"`
	Backup string    `bson:"backup,omitempty"` // restore: the checksum of what is being restored

	Version int `bson:"version,omitempty"` // schema
}

// UnfinishedRestoreError says that a database holds a part of a backup.
type UnfinishedRestoreError struct {
	Since  time.Time
	Backup string
}

// Error says what to do.
func (e *UnfinishedRestoreError) Error() string {
	return fmt.Sprintf("a restore of this database was begun at %s and did not end, so that it holds only a part of the backup %.12s…: run quiver restore again, which begins anew",
		e.Since.UTC().Format(time.RFC3339), e.Backup)
}

func (s *Store) meta() *mongo.Collection { return s.connection.database.Collection(metaName) }

// readMatter reads a document of meta; errAbsent.
func (s *Store) readMatter(ctx context.Context, id string) (*matter, error) {
	var m matter
	err := retry(ctx, func() error {
		return s.meta().FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&m)
	})
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errAbsent
	}
	return &m, coded(ctx, "read from "+metaName, err)
}

func (s *Store) writeMatter(ctx context.Context, m *matter) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return coded(ctx, "write to "+metaName, retry(ctx, func() error {
		_, err := s.meta().ReplaceOne(ctx, bson.D{{Key: "_id", Value: m.ID}}, m, options.Replace().SetUpsert(true))
		return err
	}))
}

func (s *Store) removeMatter(ctx context.Context, id string) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return coded(ctx, "write to "+metaName, retry(ctx, func() error {
		_, err := s.meta().DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		return err
	}))
}

// restored is an *UnfinishedRestoreError where a restore was begun and did not
// end, else nil.
func (s *Store) restored(ctx context.Context) error {
	m, err := s.readMatter(ctx, restoreMatter)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	return &UnfinishedRestoreError{Since: m.Since, Backup: m.Backup}
}
