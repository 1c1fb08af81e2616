package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// finder answers the finds that read much of a collection by an index, and what
// belongs to their cursors: all documents in the order of a field, those from a
// value of it on or up to one, and those with one of some ids; and counts of
// these. Its cursors belong to no
// connection.
type finder struct {
	engine *Engine

	mu      sync.Mutex
	files   map[string]*sql.DB // by database
	last    int64              // cursor
	cursors map[int64]*cursor
}

func newFinder(e *Engine) *finder {
	return &finder{engine: e, files: map[string]*sql.DB{}, last: firstCursor, cursors: map[int64]*cursor{}}
}

// firstCursor is behind every id that FerretDB gives a cursor of its own: those
// have 32 bits.
const firstCursor = 1 << 32

// cursorIdle is how long a cursor is kept that nobody asks for more, as MongoDB
// does.
const cursorIdle = 10 * time.Minute

// maxBatch is the size at which a batch ends, as MongoDB's do.
const maxBatch = 16 << 20

// MongoDB's codes of errors.
const (
	codeInternal       = 1
	codeCursorNotFound = 43
)

// cursor is a find under way. It is used by one command at a time.
type cursor struct {
	find
	rows   *sql.Rows
	reader *sjsonReader
	idle   *time.Timer
}

// answer appends the answer to a command; nil for one that the engine must answer.
func (f *finder) answer(ctx context.Context, command bsoncore.Document, dst []byte) []byte {
	first, err := command.IndexErr(0)
	if err != nil {
		return nil
	}
	switch first.Key() {
	case "find":
		if find, ok := parseFind(command); ok {
			return f.find(ctx, find, dst)
		}
	case "count":
		if find, ok := parseFind(command); ok {
			return f.count(ctx, find, dst)
		}
	case "getMore":
		if id, ok := first.Value().AsInt64OK(); ok && id > firstCursor {
			return f.more(id, command, dst)
		}
	case "killCursors":
		return f.kill(command, dst)
	}
	return nil
}

// find begins a find; nil where the engine had better say what is wrong with it.
func (f *finder) find(ctx context.Context, q find, dst []byte) []byte {
	file, err := f.file(q.database)
	if err != nil {
		return nil
	}
	rows, err := q.rows(context.WithoutCancel(ctx), file) // they outlive this command
	if err != nil {
		return nil
	}
	f.mu.Lock()
	f.last++
	id := f.last
	f.mu.Unlock()
	return f.next(id, &cursor{find: q, rows: rows, reader: newSJSONReader()}, "firstBatch", q.batch, dst)
}

// count answers with how many documents there are; nil where the engine had
// better say what is wrong.
func (f *finder) count(ctx context.Context, q find, dst []byte) []byte {
	file, err := f.file(q.database)
	if err != nil {
		return nil
	}
	n, err := q.count(ctx, file)
	if err != nil {
		return nil
	}
	return append(dst, bsoncore.NewDocumentBuilder().AppendInt64("n", n).AppendDouble("ok", 1).Build()...)
}

// file gives the open file of a database, which SQLite would make where there is
// none.
func (f *finder) file(database string) (*sql.DB, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[database] != nil {
		return f.files[database], nil
	}
	if _, err := os.Stat(f.engine.file(database)); err != nil {
		return nil, err
	}
	file, err := f.engine.open(database)
	if err == nil {
		f.files[database] = file
	}
	return file, err
}

func (f *finder) more(id int64, command bsoncore.Document, dst []byte) []byte {
	c := f.take(id)
	if c == nil {
		return failure(dst, codeCursorNotFound, fmt.Errorf("cursor id %d not found", id))
	}
	size, _ := command.Lookup("batchSize").AsInt64OK()
	return f.next(id, c, "nextBatch", int(size), dst)
}

// next answers with the next batch of a cursor, and keeps it where it has more.
func (f *finder) next(id int64, c *cursor, name string, size int, dst []byte) []byte {
	if size <= 0 {
		size = defaultBatch
	}
	at, b := bsoncore.AppendDocumentStart(dst)
	inside, b := bsoncore.AppendDocumentElementStart(b, "cursor")
	b, more, err := c.next(b, name, size)
	if err != nil {
		c.close()
		return failure(dst, codeInternal, err)
	}
	if more {
		f.keep(id, c)
	} else {
		c.close()
		id = 0
	}
	b = bsoncore.AppendInt64Element(b, "id", id)
	b = bsoncore.AppendStringElement(b, "ns", c.database+"."+c.collection)
	b, _ = bsoncore.AppendDocumentEnd(b, inside)
	b = bsoncore.AppendDoubleElement(b, "ok", 1)
	b, _ = bsoncore.AppendDocumentEnd(b, at)
	return b
}

// defaultBatch is for who does not say how many documents they want at a time.
const defaultBatch = 101

func (f *finder) keep(id int64, c *cursor) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cursors[id] = c
	c.idle = time.AfterFunc(cursorIdle, func() {
		if c := f.take(id); c != nil {
			c.close()
		}
	})
}

// take gives a cursor to whoever goes on with it or ends it; nil where there is
// none.
func (f *finder) take(id int64) *cursor {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.cursors[id]
	if c != nil {
		c.idle.Stop()
		delete(f.cursors, id)
	}
	return c
}

// kill ends cursors; nil where they are the engine's own.
func (f *finder) kill(command bsoncore.Document, dst []byte) []byte {
	list, ok := command.Lookup("cursors").ArrayOK()
	if !ok {
		return nil
	}
	values, err := list.Values()
	if err != nil {
		return nil
	}
	killed, unknown := bsoncore.NewArrayBuilder(), bsoncore.NewArrayBuilder()
	for _, v := range values {
		id, ok := v.AsInt64OK()
		if !ok || id <= firstCursor {
			return nil
		}
		if c := f.take(id); c != nil {
			c.close()
			killed.AppendInt64(id)
		} else {
			unknown.AppendInt64(id)
		}
	}
	none := bsoncore.NewArrayBuilder().Build()
	return append(dst, bsoncore.NewDocumentBuilder().
		AppendArray("cursorsKilled", killed.Build()).AppendArray("cursorsNotFound", unknown.Build()).
		AppendArray("cursorsAlive", none).AppendArray("cursorsUnknown", none).AppendDouble("ok", 1).Build()...)
}

// close ends every cursor. Nobody asks any more.
func (f *finder) close() {
	for id := range f.cursors {
		f.take(id).close()
	}
	for _, file := range f.files {
		file.Close()
	}
}

func failure(dst []byte, code int32, err error) []byte {
	return append(dst, bsoncore.NewDocumentBuilder().
		AppendDouble("ok", 0).AppendString("errmsg", err.Error()).AppendInt32("code", code).Build()...)
}

// next appends an array of up to size documents, and tells whether there are more.
func (c *cursor) next(dst []byte, name string, size int) (b []byte, more bool, err error) {
	at, b := bsoncore.AppendArrayElementStart(dst, name)
	for n := 0; n < size && len(b) < maxBatch; n++ {
		if !c.rows.Next() {
			b, _ = bsoncore.AppendArrayEnd(b, at)
			return b, false, c.rows.Err()
		}
		var text sql.RawBytes
		if err := c.rows.Scan(&text); err != nil {
			return nil, false, err
		}
		document, err := c.reader.document(text)
		if err != nil {
			return nil, false, &DamagedError{Collection: c.collection, Err: err}
		}
		b = bsoncore.AppendDocumentElement(b, strconv.Itoa(n), project(bsoncore.Document(document), c.fields))
	}
	b, _ = bsoncore.AppendArrayEnd(b, at)
	return b, true, nil
}

func (c *cursor) close() { c.rows.Close() }

// project leaves the fields that were asked for.
func project(document bsoncore.Document, fields []string) bsoncore.Document {
	if fields == nil {
		return document
	}
	at, b := bsoncore.AppendDocumentStart(nil)
	elements, _ := document.Elements()
	for _, e := range elements {
		if slices.Contains(fields, e.Key()) {
			b = append(b, e...)
		}
	}
	b, _ = bsoncore.AppendDocumentEnd(b, at)
	return b
}
