package store

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// replaceBatch is how many replacements go into one command. FerretDB 1.24 keeps
// a SQLite connection for each until the command ends and has 100: a command of
// more waits for itself for ever. Imports of two nouns at a time must fit.
const replaceBatch = 32

// detached gives a write its own time: a caller who has gone must not leave it
// unknown whether the write went in.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), operationTimeout)
}

// insert adds documents in one unordered write and tells for each how it went:
// nil, errTaken, or why it is not known to have gone in.
func (c *collection[T]) insert(ctx context.Context, docs ...*T) []error {
	outcome := make([]error, len(docs))
	if len(docs) == 0 {
		return outcome
	}
	c.date(docs...)
	ctx, cancel := detached(ctx)
	defer cancel()
	err := retry(ctx, func() error {
		_, err := c.mongo.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
		return err
	})
	c.tell(ctx, outcome, err)
	return outcome
}

// tell spreads the error of an unordered bulk over its items.
func (c *collection[T]) tell(ctx context.Context, outcome []error, err error) {
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && bulk.WriteConcernError == nil && len(bulk.WriteErrors) > 0 {
		for _, item := range bulk.WriteErrors {
			if mongo.IsDuplicateKeyError(item.WriteError) {
				outcome[item.Index] = errTaken
			} else {
				outcome[item.Index] = coded(ctx, "write to "+c.mongo.Name(), item.WriteError)
			}
		}
		return
	}
	if err != nil {
		for i := range outcome {
			outcome[i] = coded(ctx, "write to "+c.mongo.Name(), err)
		}
	}
}

// replace writes the next revision of a document: nil, errMoved when the stored
// revision is not the one before (shared database only), errTaken, or a failure.
func (c *collection[T]) replace(ctx context.Context, doc *T) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	var matched int64
	err := retry(ctx, func() error {
		result, err := c.mongo.ReplaceOne(ctx, c.predecessor(doc), doc)
		if err == nil {
			matched = result.MatchedCount
		}
		return err
	})
	switch {
	case mongo.IsDuplicateKeyError(err):
		return errTaken
	case err != nil:
		return coded(ctx, "write to "+c.mongo.Name(), err)
	case matched == 0:
		return c.whetherOurs(ctx, doc)
	}
	return nil
}

// remove deletes documents by id, at most replaceBatch of them.
func (c *collection[T]) remove(ctx context.Context, ids []string) error {
	ctx, cancel := context.WithTimeout(ctx, operationTimeout)
	defer cancel()
	models := make([]mongo.WriteModel, len(ids))
	for i, id := range ids {
		models[i] = mongo.NewDeleteOneModel().SetFilter(bson.D{{Key: "_id", Value: id}})
	}
	_, err := c.mongo.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	return coded(ctx, "remove from "+c.mongo.Name(), err)
}

// predecessor selects the document that doc replaces.
func (c *collection[T]) predecessor(doc *T) bson.D {
	if c.sole {
		return bson.D{{Key: "_id", Value: c.id(doc)}}
	}
	return bson.D{{Key: "_id", Value: c.id(doc)}, {Key: "revision", Value: c.revision(doc) - 1}}
}

// whetherOurs settles a replacement that matched nothing: a retry after a lost
// answer finds its own first try in the way, which is a success.
func (c *collection[T]) whetherOurs(ctx context.Context, doc *T) error {
	stored, err := c.mongo.FindOne(ctx, bson.D{{Key: "_id", Value: c.id(doc)}}).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return errMoved
	}
	if err != nil {
		return coded(ctx, "read from "+c.mongo.Name(), err)
	}
	// NilSliceAsEmpty is the client's: marshalling here must match what it wrote.
	var read T
	if err := bson.Unmarshal(stored, &read); err != nil || c.revision(&read) != c.revision(doc) {
		return errMoved
	}
	ours, err := bson.Marshal(doc)
	if err != nil {
		return errMoved
	}
	theirs, err := bson.Marshal(&read)
	if err != nil || string(ours) != string(theirs) {
		return errMoved
	}
	return nil
}

// replaceAll replaces many documents and tells for each how it went.
func (c *collection[T]) replaceAll(ctx context.Context, docs []*T) []error {
	outcome := make([]error, 0, len(docs))
	for len(docs) > 0 {
		n := min(len(docs), replaceBatch)
		outcome = append(outcome, c.replaceSome(ctx, docs[:n])...)
		docs = docs[n:]
	}
	return outcome
}

// replaceSome is one command where it goes well. Where it does not, the items
// are done one by one, since neither a missed revision nor an error of the
// embedded engine says which item it means.
func (c *collection[T]) replaceSome(ctx context.Context, docs []*T) []error {
	c.date(docs...)
	models := make([]mongo.WriteModel, len(docs))
	for i, doc := range docs {
		models[i] = mongo.NewReplaceOneModel().SetFilter(c.predecessor(doc)).SetReplacement(doc)
	}
	outcome := make([]error, len(docs))
	bulkCtx, cancel := detached(ctx)
	defer cancel()
	result, err := c.mongo.BulkWrite(bulkCtx, models, options.BulkWrite().SetOrdered(false))
	if err == nil && result.MatchedCount == int64(len(docs)) {
		return outcome
	}
	for i, doc := range docs {
		outcome[i] = c.replace(ctx, doc)
	}
	return outcome
}

// insertOne adds a document whose id was made for it: one that is there already
// is this very write, whose answer was lost. errTaken: another document has a
// value that must be unique.
func (c *collection[T]) insertOne(ctx context.Context, doc *T) error {
	err := c.insert(ctx, doc)[0]
	if err != errTaken {
		return err
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	switch _, found := c.get(ctx, c.id(doc)); {
	case found == nil:
		return nil
	case errors.Is(found, errAbsent):
		return errTaken
	default:
		return found
	}
}
