package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver that FerretDB uses too
)

// IndexIDs makes reads and writes by _id fast in every collection of a database.
// Called once the collections exist; calling it again changes nothing.
//
// FerretDB 1.24 looks a document up by the expression _ferretdb_sjson->'$._id'
// but indexes _ferretdb_sjson->"_id", so that SQLite scans the whole table:
// 323 ms at 100,000 documents against 0.3 ms with this index.
func (e *Engine) IndexIDs(ctx context.Context, database string) error {
	db, err := e.open(database)
	if err != nil {
		return err
	}
	defer db.Close()
	tables, err := tablesOf(ctx, db)
	if err != nil {
		return fmt.Errorf("list the engine's tables: %w", err)
	}
	for _, table := range tables {
		statement := fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_ferretdb_sjson->'$._id')`, table+"_quiver_id", table)
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("index the ids of %s: %w", table, err)
		}
	}
	return nil
}

// open opens the file that the engine keeps a database in, beside the engine.
func (e *Engine) open(database string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(e.dir, database+".sqlite")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, fmt.Errorf("open the engine's file: %w", err)
	}
	return db, nil
}

func tablesOf(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT table_name FROM _ferretdb_collections`)
	if err != nil {
		return nil, err
	}
	return names(rows)
}

// names reads rows of one text each and closes them.
func names(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}
