package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Empty removes every document of a collection and leaves its indexes. Called
// for what a restore left behind that did not end. FerretDB names each document
// in one statement for the same, and SQLite takes 32,766 of them.
func (e *Engine) Empty(ctx context.Context, database, collection string) error {
	db, err := e.open(database)
	if err != nil {
		return err
	}
	defer db.Close()
	table, err := tableOf(ctx, db, collection)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = db.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %q`, table))
	}
	if err != nil {
		return fmt.Errorf("empty %s: %w", collection, err)
	}
	return nil
}

// tableOf names the table of a collection; sql.ErrNoRows where it does not exist.
func tableOf(ctx context.Context, db *sql.DB, collection string) (string, error) {
	var table string
	err := db.QueryRowContext(ctx, `SELECT table_name FROM _ferretdb_collections WHERE name = ?`, collection).Scan(&table)
	return table, err
}
