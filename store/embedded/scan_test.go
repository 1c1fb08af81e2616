package embedded_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"log/slog"

	"github.com/quiverhq/quiver/store/embedded"
)

// collection gives a collection of an engine of its own.
func collection(t *testing.T) (*embedded.Engine, *mongo.Collection) {
	t.Helper()
	engine, err := embedded.Start(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(engine.URI()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(client.Disconnect(t.Context()), engine.Stop()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return engine, client.Database("quiver").Collection("things")
}

// What is read straight from the file is to the byte what the driver reads.
func TestScanReadsWhatTheDriverReads(t *testing.T) {
	engine, things := collection(t)
	id := bson.NewObjectID()
	written := []any{
		bson.D{{Key: "_id", Value: "a"}, {Key: "text", Value: "quote \" back \\ slash / 😀 עברית \u2028 <&>"}, {Key: "when", Value: bson.NewDateTimeFromTime(time.UnixMilli(-1))}},
		bson.D{{Key: "_id", Value: id}, {Key: "n", Value: int32(-7)}, {Key: "l", Value: int64(1) << 60}, {Key: "d", Value: 0.1}, {Key: "yes", Value: true}, {Key: "nothing", Value: nil}},
		bson.D{{Key: "_id", Value: "c"}, {Key: "list", Value: bson.A{"x", int32(1), bson.D{{Key: "in", Value: bson.A{}}}}}, {Key: "empty", Value: bson.A{}}, {Key: "object", Value: bson.D{{Key: "z", Value: "1"}, {Key: "a", Value: "2"}}}},
		bson.D{{Key: "_id", Value: "d"}, {Key: "bin", Value: bson.Binary{Subtype: 4, Data: []byte{0, 1, 254, 255}}}, {Key: "", Value: ""}},
	}
	if _, err := things.InsertMany(t.Context(), written); err != nil {
		t.Fatal(err)
	}
	cursor, err := things.Find(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for cursor.Next(t.Context()) {
		want[cursor.Current.Lookup("_id").String()] = cursor.Current.String()
	}
	got := map[string]string{}
	for raw, err := range engine.Scan(t.Context(), "quiver", "things") {
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Validate(); err != nil {
			t.Errorf("not valid BSON: %v", err)
		}
		got[raw.Lookup("_id").String()] = raw.String()
	}
	if len(got) != len(written) {
		t.Errorf("%d of %d documents", len(got), len(written))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("driver (-) against scan (+):\n%s", diff)
	}
}

// A document of a type that Quiver never writes is told, and the others come.
func TestScanGoesOnBehindADocumentItCannotRead(t *testing.T) {
	engine, things := collection(t)
	_, err := things.InsertMany(t.Context(), []any{
		bson.D{{Key: "_id", Value: "strange"}, {Key: "v", Value: bson.Regex{Pattern: "x"}}}, bson.D{{Key: "_id", Value: "plain"}}})
	if err != nil {
		t.Fatal(err)
	}
	read, damaged := 0, 0
	for _, err := range engine.Scan(t.Context(), "quiver", "things") {
		if _, ok := errors.AsType[*embedded.DamagedError](err); ok {
			damaged++
		} else if err != nil {
			t.Fatal(err)
		} else {
			read++
		}
	}
	if read != 1 || damaged != 1 {
		t.Errorf("%d read, %d damaged", read, damaged)
	}
}

func TestScanOfACollectionThatDoesNotExistIsEmpty(t *testing.T) {
	engine, things := collection(t)
	if _, err := things.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "a"}}); err != nil {
		t.Fatal(err)
	}
	for raw, err := range engine.Scan(t.Context(), "quiver", "others") {
		t.Errorf("got %v, %v", raw, err)
	}
}
