package embedded

import (
	"context"
	"fmt"
)

// Integrity gives what SQLite finds wrong with the file of a database: pages
// that are damaged, indexes that lack a row. It reads all of it.
func (e *Engine) Integrity(ctx context.Context, database string) ([]string, error) {
	db, err := e.open(database)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check`)
	if err != nil {
		return []string{err.Error()}, nil // a page that is needed to look at all
	}
	faults, err := names(rows)
	if err != nil {
		return append(faults, err.Error()), ctx.Err()
	}
	if len(faults) == 1 && faults[0] == "ok" {
		return nil, nil
	}
	return faults, nil
}

// Reindex makes every index of a database anew of what its tables hold.
func (e *Engine) Reindex(ctx context.Context, database string) error {
	db, err := e.open(database)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `REINDEX`); err != nil {
		return fmt.Errorf("make the engine's indexes anew: %w", err)
	}
	return nil
}
