package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// begun is the file that says that the collections and indexes of a directory
// are whole.
const begun = "BEGUN"

// Begun notes, on disk, that all collections and indexes have been made: from
// then on the directory holds data. Called once they have; calling it again
// changes nothing.
func (e *Engine) Begun() error {
	path := filepath.Join(e.dir, begun)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("note that the data directory is complete: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("note that the data directory is complete: %w", err)
	}
	return nil
}

// discardUnbegun removes what a first start left behind that was killed while it
// made the collections. FerretDB 1.24 makes each in several statements without a
// transaction, and cannot open what stops between them. A file that holds a
// document is never touched.
func discardUnbegun(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, begun)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return err
	}
	for _, file := range files {
		held, err := holdsDocuments(ctx, file)
		if err != nil {
			return fmt.Errorf("look into %s: %w", file, err)
		}
		if held {
			continue
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(file + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove what an unfinished first start left: %w", err)
			}
		}
	}
	return nil
}

// holdsDocuments tells whether any table of a file but FerretDB's own has a row.
func holdsDocuments(ctx context.Context, file string) (bool, error) {
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		return false, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\_ferretdb\_%' ESCAPE '\'`)
	if err != nil {
		return false, err
	}
	tables, err := names(rows)
	if err != nil {
		return false, err
	}
	for _, table := range tables {
		var held bool
		if err := db.QueryRowContext(ctx, fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %q)`, table)).Scan(&held); err != nil || held {
			return held, err
		}
	}
	return false, nil
}
