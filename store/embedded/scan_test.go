package embedded_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"pgregory.net/rapid"

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
	for raw, err := range engine.Scan(t.Context(), "quiver", "things", "") {
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

// So are documents of whatever texts and shapes.
func TestScanReadsWhateverTheDriverWrote(t *testing.T) {
	engine, things := collection(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		want := bson.D{{Key: "_id", Value: fmt.Sprint(n)}, {Key: "list", Value: list(2).Draw(t, "list")}}
		for i, text := range rapid.SliceOf(rapid.String().Filter(noNUL)).Draw(t, "texts") {
			want = append(want, bson.E{Key: fmt.Sprint("text", i), Value: text})
		}
		if _, err := things.InsertOne(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		stored, err := things.FindOne(t.Context(), bson.D{{Key: "_id", Value: fmt.Sprint(n)}}).Raw()
		if err != nil {
			t.Fatal(err)
		}
		for raw, err := range engine.Scan(t.Context(), "quiver", "things", "") {
			if err != nil {
				t.Fatal(err)
			}
			if raw.Lookup("_id").Equal(stored.Lookup("_id")) && raw.String() != stored.String() {
				t.Fatalf("%v, want %v", raw, stored)
			}
		}
	})
}

func noNUL(s string) bool { return !strings.ContainsRune(s, 0) }

// list draws arrays of texts, numbers and objects with arrays.
func list(depth int) *rapid.Generator[bson.A] {
	return rapid.Custom(func(t *rapid.T) bson.A {
		values := bson.A{}
		for range rapid.IntRange(0, 3).Draw(t, "values") {
			switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
			case kind == 0:
				values = append(values, rapid.Int32().Draw(t, "number"))
			case kind == 1:
				values = append(values, rapid.Float64Range(-1e9, 1e9).Draw(t, "double"))
			case kind == 2 && depth > 0:
				values = append(values, bson.D{{Key: "in", Value: list(depth-1).Draw(t, "list")}, {Key: "n", Value: nil}})
			default:
				values = append(values, rapid.String().Filter(noNUL).Draw(t, "text"))
			}
		}
		return values
	})
}

// What is asked for from an id on is what has that id or one behind it.
func TestScanFromAnID(t *testing.T) {
	engine, things := collection(t)
	for _, id := range []string{"a_1", "a_2", "a_22", "a_3", "b"} {
		if _, err := things.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := engine.IndexIDs(t.Context(), "quiver"); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string][]string{"a_2": {"a_2", "a_22", "a_3", "b"}, "a_21": {"a_22", "a_3", "b"}, "c": nil} {
		var got []string
		for raw, err := range engine.Scan(t.Context(), "quiver", "things", from) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, raw.Lookup("_id").StringValue())
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("from %s (-want +got):\n%s", from, diff)
		}
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
	for _, err := range engine.Scan(t.Context(), "quiver", "things", "") {
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
	for raw, err := range engine.Scan(t.Context(), "quiver", "others", "") {
		t.Errorf("got %v, %v", raw, err)
	}
}
