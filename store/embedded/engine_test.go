package embedded

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func start(t *testing.T, dir string, logger *slog.Logger) *mongo.Collection {
	t.Helper()
	e, err := Start(dir, logger)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(e.URI()).SetTimeout(5 * time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Error(err)
		}
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
	})
	c := client.Database("quiver").Collection("things")
	if _, err := c.InsertOne(context.Background(), bson.M{"_id": "a"}); err != nil {
		t.Fatalf("insert: %v", err)
	}
	if err := e.IndexIDs(context.Background(), "quiver"); err != nil {
		t.Fatalf("index: %v", err)
	}
	return c
}

func TestSeveralEnginesRunInOneProcessAndStayQuiet(t *testing.T) {
	var said bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&said, nil))
	var group sync.WaitGroup
	for range 4 {
		dir := t.TempDir()
		group.Go(func() {
			e, err := Start(dir, logger)
			if err != nil {
				t.Error(err)
				return
			}
			if err := e.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	start(t, t.TempDir(), logger)
	start(t, t.TempDir(), logger)
	if said.Len() > 0 {
		t.Errorf("the engine said: %s", said.String())
	}
}

func TestDirectoryBelongsToOneEngine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a dir", "db")
	start(t, dir, slog.Default())
	if _, err := Start(dir, slog.Default()); err == nil || !strings.Contains(err.Error(), "another quiver uses this directory") {
		t.Errorf("second start: %v", err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v; want 0700", info.Mode(), err)
	}
}

func TestEngineStartsOverWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "engine.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, dir, slog.Default())
}

func TestSocketFindsAPlaceWhenThePathIsLong(t *testing.T) {
	start(t, filepath.Join(t.TempDir(), strings.Repeat("long/", 30)), slog.Default())
}

func TestDirectoryThatSQLiteCannotNameIsRefused(t *testing.T) {
	if _, err := Start(filepath.Join(t.TempDir(), "100%"), slog.Default()); err == nil || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("error = %v", err)
	}
}

func TestLookUpByIDUsesTheCompanionIndex(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, slog.Default())
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "quiver.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables, err := tablesOf(context.Background(), db)
	if err != nil || len(tables) != 1 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	var id, parent, unused int
	var plan string
	row := db.QueryRow(`EXPLAIN QUERY PLAN SELECT _ferretdb_sjson FROM "` + tables[0] + `" WHERE _ferretdb_sjson->'$._id' = '"a"'`)
	if err := row.Scan(&id, &parent, &unused, &plan); err != nil || !strings.Contains(plan, "USING INDEX") {
		t.Errorf("plan %q, %v; want one that uses an index", plan, err)
	}
}
