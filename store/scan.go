package store

import (
	"context"
	"iter"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// progress is how far a scan has come in the order of an indexed field, of which
// several documents may have the same value. A scan that is cut off goes on from
// there. The zero value is before every document.
type progress struct {
	value bson.RawValue       // the last that was met
	ids   map[string]struct{} // of the documents met that have it
}

// progressFrom is where the documents of a date begin.
func progressFrom(from time.Time) *progress {
	t, data, _ := bson.MarshalValue(from)
	return &progress{value: bson.RawValue{Type: t, Value: data}}
}

// filter selects what is ahead, and what has the value that was met last.
func (p *progress) filter(field string) bson.D {
	if p.value.IsZero() {
		return bson.D{}
	}
	return bson.D{{Key: field, Value: bson.D{{Key: "$gte", Value: p.value}}}}
}

// pass goes on to a document and tells whether it had not been met.
func (p *progress) pass(field string, doc bson.Raw) bool {
	if p.ids == nil {
		p.ids = map[string]struct{}{}
	}
	if value := doc.Lookup(field); !value.Equal(p.value) {
		p.value = bson.RawValue{Type: value.Type, Value: append(p.value.Value[:0], value.Value...)}
		clear(p.ids)
	}
	id := string(doc.Lookup("_id").Value)
	_, met := p.ids[id]
	p.ids[id] = struct{}{}
	return !met
}

// inOrder scans what is ahead of the documents of a collection, by a field that
// has an index, as they are stored: each is valid until the next. A scan that is
// cut off, by a lost connection or a server that goes, goes on where it was,
// until it gets no further.
func inOrder(ctx context.Context, c *mongo.Collection, field string, p *progress) iter.Seq2[bson.Raw, error] {
	return func(yield func(bson.Raw, error) bool) {
		for try := 1; ; try++ {
			var cut error
			for doc, err := range found(ctx, c, p.filter(field), options.Find().SetSort(bson.D{{Key: field, Value: 1}})) {
				if err != nil {
					cut = err
					break
				}
				if !p.pass(field, doc) {
					continue
				}
				try = 0
				if !yield(doc, nil) {
					return
				}
			}
			if cut == nil {
				return
			}
			if try == attempts || ctx.Err() != nil || !transient(cut) {
				yield(nil, cut)
				return
			}
		}
	}
}
