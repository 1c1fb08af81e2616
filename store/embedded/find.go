package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// find is a find, or a count, that can be answered here.
type find struct {
	database, collection string
	field                string   // sorted by, and selected by if at all
	from                 any      // nil: from the first document on
	to                   any      // nil: to the last one; else before this
	ids                  []string // nil: not selected by these
	fields               []string // of the answer, _id among them; nil: all
	batch                int
}

// rows selects the documents, by the index of the field: an error where there is
// none.
func (q find) rows(ctx context.Context, db *sql.DB) (*sql.Rows, error) {
	statement, args, err := q.statement(ctx, db, "_ferretdb_sjson")
	if err != nil {
		return nil, err
	}
	return db.QueryContext(ctx, statement+` ORDER BY `+valueAt(q.field), args...)
}

// count is how many documents rows selects.
func (q find) count(ctx context.Context, db *sql.DB) (n int64, err error) {
	statement, args, err := q.statement(ctx, db, "count(*)")
	if err != nil {
		return 0, err
	}
	return n, db.QueryRowContext(ctx, statement, args...).Scan(&n)
}

func (q find) statement(ctx context.Context, db *sql.DB, what string) (statement string, args []any, err error) {
	table, err := tableOf(ctx, db, q.collection)
	if err != nil {
		return "", nil, err
	}
	value := valueAt(q.field)
	var conditions []string
	if q.ids != nil {
		conditions = append(conditions, value+` IN (?`+strings.Repeat(`, ?`, len(q.ids)-1)+`)`)
		for _, id := range q.ids {
			args = append(args, `"`+id+`"`)
		}
	}
	if q.from != nil {
		conditions, args = append(conditions, value+` >= ?`), append(args, q.from)
	}
	if q.to != nil {
		conditions, args = append(conditions, value+` < ?`), append(args, q.to)
	}
	statement = fmt.Sprintf(`SELECT %s FROM %q INDEXED BY %q`, what, table, indexOf(table, q.field))
	if len(conditions) > 0 {
		statement += ` WHERE ` + strings.Join(conditions, ` AND `)
	}
	return statement, args, nil
}

// A name and an id that stand for themselves in JSON, and so in the engine's file.
var (
	plainName = regexp.MustCompile(`^[A-Za-z_]+$`)
	plainID   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// maxIDs is how many ids a find may name: SQLite takes 32,766 values in a
// statement.
const maxIDs = 10_000

// parseFind understands a find or a count that can be answered here. Whatever it says that
// is not known keeps it from that, but for what makes no difference to one engine
// on one machine.
func parseFind(command bsoncore.Document) (q find, ok bool) {
	elements, err := command.Elements()
	if err != nil {
		return q, false
	}
	for _, e := range elements {
		ok := true
		switch v := e.Value(); e.Key() {
		case "find", "count":
			q.collection, ok = v.StringValueOK()
		case "$db":
			q.database, ok = v.StringValueOK()
			ok = ok && plainID.MatchString(q.database) // which becomes the name of a file
		case "filter", "query":
			ok = q.selectBy(v)
		case "sort":
			ok = q.sortBy(v)
		case "projection":
			ok = q.project(v)
		case "batchSize":
			var n int64
			n, ok = v.AsInt64OK()
			q.batch = int(n)
			ok = ok && n > 0
		case "lsid", "$clusterTime", "$readPreference", "readConcern", "maxTimeMS":
		default:
			return q, false
		}
		if !ok {
			return q, false
		}
	}
	return q, q.field != "" && q.collection != "" && q.database != ""
}

// by notes the field that decides; false where it is another one already.
func (q *find) by(field string) bool {
	ok := plainName.MatchString(field) && (q.field == "" || q.field == field)
	q.field = field
	return ok
}

// one gives the only element of a document; empty where it has none.
func one(v bsoncore.Value) (key string, value bsoncore.Value, ok bool) {
	document, ok := v.DocumentOK()
	if !ok {
		return "", value, false
	}
	elements, err := document.Elements()
	if err != nil || len(elements) > 1 {
		return "", value, false
	}
	if len(elements) == 1 {
		key, value = elements[0].Key(), elements[0].Value()
	}
	return key, value, true
}

func (q *find) selectBy(filter bsoncore.Value) bool {
	field, condition, ok := one(filter)
	if !ok || field == "" {
		return ok
	}
	document, ok := condition.DocumentOK()
	if !ok || !q.by(field) {
		return false
	}
	elements, err := document.Elements()
	for _, e := range elements {
		switch operand := e.Value(); e.Key() {
		case "$gte":
			ok = q.beginAt(operand)
		case "$lt":
			ok = q.endAt(operand)
		case "$in":
			ok = field == "_id" && q.choose(operand)
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return err == nil && len(elements) > 0
}

// beginAt takes an id, or a date of another field: what else there is has another
// order in MongoDB than in the engine's file.
func (q *find) beginAt(v bsoncore.Value) bool {
	if id, ok := v.StringValueOK(); ok && q.field == "_id" {
		q.from = `"` + id // without the quote that ends it: see documents
		return plainID.MatchString(id)
	}
	date, ok := v.DateTimeOK()
	q.from = date
	return ok && q.field != "_id"
}

// endAt takes a date of another field than _id.
func (q *find) endAt(v bsoncore.Value) bool {
	date, ok := v.DateTimeOK()
	q.to = date
	return ok && q.field != "_id"
}

func (q *find) choose(v bsoncore.Value) bool {
	list, ok := v.ArrayOK()
	if !ok {
		return false
	}
	values, err := list.Values()
	if err != nil || len(values) == 0 || len(values) > maxIDs {
		return false
	}
	for _, v := range values {
		id, ok := v.StringValueOK()
		if !ok || !plainID.MatchString(id) {
			return false
		}
		q.ids = append(q.ids, id)
	}
	return true
}

func (q *find) sortBy(v bsoncore.Value) bool {
	field, direction, ok := one(v)
	if !ok || field == "" {
		return ok
	}
	n, ok := direction.AsInt64OK()
	return ok && n == 1 && q.by(field)
}

func (q *find) project(v bsoncore.Value) bool {
	document, ok := v.DocumentOK()
	if !ok {
		return false
	}
	elements, err := document.Elements()
	if err != nil {
		return false
	}
	for _, e := range elements {
		n, ok := e.Value().AsInt64OK()
		if !ok || n != 1 || !plainName.MatchString(e.Key()) {
			return false
		}
		q.fields = append(q.fields, e.Key())
	}
	if len(q.fields) > 0 {
		q.fields = append(q.fields, "_id")
	}
	return true
}
