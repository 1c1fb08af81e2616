package store

import (
	"context"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// publish shows documents that the database has to this process: the cache and
// the keys first, then every follower. Publications of one noun go one after
// the other, and a document older than what was published before is left out,
// so that a follower never ends with an older revision than the store.
//
// The documents become shared: the caller must not change them any more.
func (n *noun[T]) publish(ctx context.Context, docs ...*T) {
	n.feed.ordering.Lock()
	defer n.feed.ordering.Unlock()
	n.feed.deliver(context.WithoutCancel(ctx), n.admit(docs, time.Time{}))
}

// admit takes documents into memory and gives those that are news. Of those that
// never change it notes the ids of what was recorded since a time, for a load or
// the tail may bring that again.
func (n *noun[T]) admit(docs []*T, since time.Time) []*T {
	taxonomy := n.taxonomy.Load()
	if n.place != nil {
		for _, doc := range docs {
			n.place(doc, taxonomy)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	news := make([]*T, 0, len(docs))
	for _, doc := range docs {
		if n.isNews(doc) {
			n.take(doc, taxonomy, since)
			news = append(news, doc)
		}
	}
	return news
}

// isNews tells whether a document is newer than what was published; mu is held.
func (n *noun[T]) isNews(doc *T) bool {
	if n.recorded == nil {
		return n.revision(doc) > n.newest[n.id(doc)]
	}
	return !n.recent.has(n.id(doc))
}

// take makes a document the newest that is known under its id; mu is held.
func (n *noun[T]) take(doc *T, taxonomy *enablement.Taxonomy, since time.Time) {
	id := n.id(doc)
	if n.keys != nil {
		if before, ok := n.cache.Peek(id); ok {
			n.forgetKeys(before.doc)
		}
		for field, value := range n.keys(doc) {
			if n.byKey[field] == nil {
				n.byKey[field] = map[string]string{}
			}
			n.byKey[field][value] = id
		}
	}
	n.cache.Add(id, entry[T]{doc, taxonomy})
	if n.recorded == nil {
		n.newest[id] = n.revision(doc)
		return
	}
	n.total++
	if at := n.recorded(doc); (!n.complete || !n.docs.sole) && !at.Before(since) {
		n.recent.add(id, at)
	}
}

// recall notes what never changes and was recorded since a time as known, without
// publishing it: it was read by the way, and a sweep need not read it again.
func (n *noun[T]) recall(doc *T, since time.Time) {
	if at := n.recorded(doc); !at.Before(since) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.recent.add(n.id(doc), at)
	}
}

func (n *noun[T]) forgetKeys(doc *T) {
	for field, value := range n.keys(doc) {
		if n.byKey[field][value] == n.id(doc) {
			delete(n.byKey[field], value)
		}
	}
}

// doubt notes documents whose write failed in a way that leaves open whether it
// went in: they are read again and published as soon as the database answers.
func (n *noun[T]) doubt(ids ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range ids {
		n.doubtful[id] = true
	}
}

// count is how many documents are known.
func (n *noun[T]) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.newest) + n.total
}
