package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"github.com/quiverhq/quiver/store/embedded"
)

// collection reads and writes the documents of one MongoDB collection. It knows
// nothing of caches and followers.
type collection[T any] struct {
	mongo    *mongo.Collection
	engine   *embedded.Engine // nil: a server
	sole     bool             // this process alone writes here
	logger   *slog.Logger
	id       func(*T) string
	revision func(*T) int
	share    func(*T) // see kind
	derived  bool     // ids are made of what documents say: two servers may make the same one
	now      func() time.Time
	dated    func(*T) *time.Time // what the tail goes by; nil: never brought up to date
	order    string              // see kind
}

const (
	scanBatch   = 1_000 // documents a scan asks for at a time
	lookupBatch = 1_000 // ids in one $in
	pointReads  = 8     // concurrent reads by _id where $in would scan
)

// get reads one document by id; errAbsent where there is none.
func (c *collection[T]) get(ctx context.Context, id string) (*T, error) {
	return c.findOne(ctx, "_id", id)
}

// findOne reads one document by the value of a field; errAbsent where there is
// none. In the embedded engine every field but _id costs a scan.
func (c *collection[T]) findOne(ctx context.Context, field, value string) (*T, error) {
	var raw bson.Raw
	err := retry(ctx, func() (err error) {
		raw, err = c.mongo.FindOne(ctx, bson.D{{Key: field, Value: value}}).Raw()
		return err
	})
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errAbsent
	}
	if err != nil {
		return nil, coded(ctx, "read from "+c.mongo.Name(), err)
	}
	return c.decode(raw)
}

// decode reads a document; errDamaged, logged, where it cannot be read.
func (c *collection[T]) decode(raw bson.Raw) (*T, error) {
	doc := new(T)
	if err := bson.Unmarshal(raw, doc); err != nil {
		c.logger.Error("a document cannot be decoded and is left out", "collection", c.mongo.Name(), "id", raw.Lookup("_id").String(), "error", err)
		return nil, fmt.Errorf("%w in %s: %w", errDamaged, c.mongo.Name(), err)
	}
	if c.share != nil {
		c.share(doc)
	}
	return doc, nil
}

// getAll reads documents by id, in no order; those that are missing, or cannot
// be decoded, are left out.
func (c *collection[T]) getAll(ctx context.Context, ids []string) ([]*T, error) {
	if c.sole {
		return c.getOneByOne(ctx, ids)
	}
	var docs []*T
	for len(ids) > 0 {
		n := min(len(ids), lookupBatch)
		for doc, err := range c.each(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids[:n]}}}}) {
			if err != nil {
				return nil, err
			}
			docs = append(docs, doc)
		}
		ids = ids[n:]
	}
	return docs, nil
}

func (c *collection[T]) getOneByOne(ctx context.Context, ids []string) ([]*T, error) {
	found := make([]*T, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(pointReads)
	for i, id := range ids {
		group.Go(func() error {
			doc, err := c.get(ctx, id)
			if errors.Is(err, errAbsent) || errors.Is(err, errDamaged) {
				return nil
			}
			found[i] = doc
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	docs := found[:0]
	for _, doc := range found {
		if doc != nil {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// all scans every document: the embedded engine's straight from its file.
func (c *collection[T]) all(ctx context.Context) iter.Seq2[*T, error] {
	return c.rest(ctx, new(progress))
}

// rest scans what is ahead; the embedded engine, to which nothing is cut off,
// begins anew.
func (c *collection[T]) rest(ctx context.Context, p *progress) iter.Seq2[*T, error] {
	if c.engine != nil {
		return c.from(ctx, "")
	}
	return c.decoded(inOrder(ctx, c.mongo, cmp.Or(c.order, "_id"), p))
}

// from scans the embedded engine's documents with this id or one behind it.
func (c *collection[T]) from(ctx context.Context, id string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for raw, err := range c.engine.Scan(ctx, c.mongo.Database().Name(), c.mongo.Name(), id) {
			if damaged, ok := errors.AsType[*embedded.DamagedError](err); ok {
				c.logger.Error("a document cannot be read and is left out", "collection", c.mongo.Name(), "error", damaged.Err)
				continue
			}
			if err != nil {
				yield(nil, coded(ctx, "scan "+c.mongo.Name(), err))
				return
			}
			doc, err := c.decode(raw)
			if err != nil {
				continue
			}
			if !yield(doc, nil) {
				return
			}
		}
	}
}

// each scans the documents that match the filter.
func (c *collection[T]) each(ctx context.Context, filter bson.D, opts ...options.Lister[options.FindOptions]) iter.Seq2[*T, error] {
	return c.decoded(found(ctx, c.mongo, filter, opts...))
}

// decoded decodes documents as they come. One that cannot be decoded is logged
// and skipped: a damaged document must not keep the others away.
func (c *collection[T]) decoded(raws iter.Seq2[bson.Raw, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for raw, err := range raws {
			if err != nil {
				yield(nil, err)
				return
			}
			doc, err := c.decode(raw)
			if err != nil {
				continue
			}
			if !yield(doc, nil) {
				return
			}
		}
	}
}

// found scans the documents of a collection that match the filter, as they are
// stored: each is valid until the next.
func found(ctx context.Context, c *mongo.Collection, filter bson.D, opts ...options.Lister[options.FindOptions]) iter.Seq2[bson.Raw, error] {
	return func(yield func(bson.Raw, error) bool) {
		var cursor *mongo.Cursor
		err := retry(ctx, func() (err error) {
			cursor, err = c.Find(ctx, filter, append(opts, options.Find().SetBatchSize(scanBatch))...)
			return err
		})
		if err != nil {
			yield(nil, coded(ctx, "scan "+c.Name(), err))
			return
		}
		defer cursor.Close(context.WithoutCancel(ctx))
		for cursor.Next(ctx) {
			if !yield(cursor.Current, nil) {
				return
			}
		}
		if err := cursor.Err(); err != nil {
			yield(nil, coded(ctx, "scan "+c.Name(), err))
		}
	}
}
