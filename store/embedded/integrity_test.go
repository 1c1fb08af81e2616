package embedded

import (
	"context"
	"log/slog"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Given an index that lacks what its table holds, then it is told, and made anew.
func TestAnIndexThatLacksRowsIsFoundAndMended(t *testing.T) {
	ctx := context.Background()
	e, err := Start(t.TempDir(), slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Stop() })
	client, err := mongo.Connect(options.Client().ApplyURI(e.URI()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Database("quiver").Collection("things").InsertOne(ctx, bson.M{"_id": "a", "n": 1}); err != nil {
		t.Fatal(err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Fatal(err)
	}
	if faults, err := e.Integrity(ctx, "quiver"); err != nil || len(faults) > 0 {
		t.Fatalf("of a file in order: %v, %v", faults, err)
	}
	db, err := e.open("quiver")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := tablesOf(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	// An index of one expression that is said to be of another holds the wrong keys.
	for _, statement := range []string{
		`CREATE INDEX bent ON "` + tables[0] + `" (length(_ferretdb_sjson))`, `PRAGMA writable_schema = ON`,
		`UPDATE sqlite_master SET sql = replace(sql, 'length(', 'upper(') WHERE name = 'bent'`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if faults, err := e.Integrity(ctx, "quiver"); err != nil || len(faults) == 0 {
		t.Fatalf("of an index that lacks a row: %v, %v", faults, err)
	}
	if err := e.Reindex(ctx, "quiver"); err != nil {
		t.Fatal(err)
	}
	if faults, err := e.Integrity(ctx, "quiver"); err != nil || len(faults) > 0 {
		t.Errorf("after it was made anew: %v, %v", faults, err)
	}
}
