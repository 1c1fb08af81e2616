package embedded_test

import (
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/quiverhq/quiver/store/embedded"
)

// unfinished makes a directory as a first start leaves it that is killed while
// it makes the collections, and runs statements on the file.
func unfinished(t *testing.T, statements ...string) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	file = filepath.Join(dir, "quiver.sqlite")
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range append([]string{`CREATE TABLE things_1 (_ferretdb_sjson TEXT)`}, statements...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return dir, file
}

func startAndStop(t *testing.T, dir string) {
	t.Helper()
	engine, err := embedded.Start(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Stop(); err != nil {
		t.Fatal(err)
	}
}

func exists(t *testing.T, file string) bool {
	t.Helper()
	_, err := os.Stat(file)
	return err == nil
}

// Given what a killed first start left, when the engine starts, then it begins
// anew.
func TestAnUnfinishedFirstStartIsBegunAnew(t *testing.T) {
	dir, file := unfinished(t)
	startAndStop(t, dir)
	if exists(t, file) {
		t.Error("the unfinished file is still there")
	}
}

// A file that holds a document stays, whatever else is missing: it may have
// been restored from a backup.
func TestAFileThatHoldsADocumentIsNeverRemoved(t *testing.T) {
	dir, file := unfinished(t, `CREATE TABLE _ferretdb_collections (name, table_name, settings)`, `INSERT INTO things_1 VALUES ('{}')`)
	startAndStop(t, dir)
	if !exists(t, file) {
		t.Error("a file with a document has been removed")
	}
}

// Once begun, a directory is kept as it is: the start behind it finds the file
// that the engine itself would find, whole or not.
func TestABegunDirectoryIsKept(t *testing.T) {
	dir := t.TempDir()
	engine, err := embedded.Start(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(engine.Begun(), engine.Begun(), engine.Stop()); err != nil {
		t.Fatal(err)
	}
	broken, file := unfinished(t)
	if err := os.Rename(file, filepath.Join(dir, "quiver.sqlite")); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.Start(dir, slog.New(slog.DiscardHandler)); err == nil {
		t.Errorf("a file from %s was taken for an unfinished first start", broken)
	}
	if !exists(t, filepath.Join(dir, "quiver.sqlite")) {
		t.Error("the file of a directory that was begun has been removed")
	}
}
