package store

import (
	"context"
	"errors"
)

// write stores a stamped document, new at revision 1, else the next revision of
// one that is there, and publishes it. errTaken, errMoved, or a failure; after a
// failure of unknown outcome the document is looked up again in the background.
func (n *noun[T]) write(ctx context.Context, doc *T) error {
	var err error
	if n.revision(doc) == 1 {
		err = n.docs.insertOne(ctx, doc)
	} else {
		n.docs.date(doc)
		err = n.docs.replace(ctx, doc)
	}
	if err != nil {
		n.afterFailure(err, doc)
		return err
	}
	n.publish(ctx, doc)
	return nil
}

// writeAll stores many stamped documents in bulk, publishes those that went in
// and tells for each how it went.
func (n *noun[T]) writeAll(ctx context.Context, docs []*T) []error {
	var added, changed []*T
	var addedAt, changedAt []int
	for i, doc := range docs {
		if n.revision(doc) == 1 {
			added, addedAt = append(added, doc), append(addedAt, i)
		} else {
			changed, changedAt = append(changed, doc), append(changedAt, i)
		}
	}
	outcome := make([]error, len(docs))
	for i, err := range n.docs.insert(ctx, added...) {
		outcome[addedAt[i]] = err
	}
	for i, err := range n.docs.replaceAll(ctx, changed) {
		outcome[changedAt[i]] = err
	}
	written := make([]*T, 0, len(docs))
	for i, doc := range docs {
		if outcome[i] == nil {
			written = append(written, doc)
		} else {
			n.afterFailure(outcome[i], doc)
		}
	}
	n.publish(ctx, written...)
	return outcome
}

// afterFailure has documents looked up again whose write may have gone in, or
// was overtaken by another server's.
func (n *noun[T]) afterFailure(err error, doc *T) {
	if errors.Is(err, errMoved) {
		n.cache.Remove(n.id(doc))
	}
	if !errors.Is(err, errTaken) && !errors.Is(err, errMoved) {
		n.doubt(n.id(doc))
		signal(n.feed.wake)
	}
}
