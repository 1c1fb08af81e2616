package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// served gives a collection as the clients of Serve see it and as FerretDB alone
// would answer, and how to connect to it anew. It has an index of at.
func served(t *testing.T) (proxied, plain *mongo.Collection, again func() *mongo.Collection) {
	t.Helper()
	dir, err := os.MkdirTemp("", "q") // short, for the socket
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, dir, address, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
		os.RemoveAll(dir)
	})
	connect := func(host string) *mongo.Collection {
		client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + host + "/"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
		return client.Database("quiver").Collection("things")
	}
	proxied = connect(address)
	if _, err := proxied.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "at", Value: 1}}}); err != nil {
		t.Fatal(err)
	}
	return proxied, connect(url.PathEscape(filepath.Join(dir, "engine.sock"))), func() *mongo.Collection { return connect(address) }
}

// fill adds documents of every date there is, many of one, and of none.
func fill(t *testing.T, c *mongo.Collection, n int) {
	t.Helper()
	dates := []int64{-62135596800000, -1, 0, 1, 999_999_999_999, 1_000_000_000_000, 1_764_522_000_000, 1_764_522_000_001, math.MaxInt32 * 1000}
	var all []any
	for i := range n {
		doc := bson.D{{Key: "_id", Value: fmt.Sprintf("thg_%04x", i*7919%n)}, {Key: "text", Value: fmt.Sprint("é \"", i)}, {Key: "revision", Value: i}}
		if i%11 != 0 {
			doc = append(doc, bson.E{Key: "at", Value: bson.DateTime(dates[i*31%len(dates)])})
		}
		all = append(all, doc)
	}
	if _, err := c.InsertMany(t.Context(), all); err != nil {
		t.Fatal(err)
	}
}

// begin begins a find with small batches and tells whether the proxy answers it.
func begin(t *testing.T, c *mongo.Collection, filter any, opts *options.FindOptionsBuilder) (cursor *mongo.Cursor, here bool) {
	t.Helper()
	cursor, err := c.Find(t.Context(), filter, opts, options.Find().SetBatchSize(2))
	if err != nil {
		t.Fatalf("find %v: %v", filter, err)
	}
	return cursor, cursor.ID() > firstCursor
}

func awaitIndex(t *testing.T, c *mongo.Collection) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		cursor, here := begin(t, c, bson.D{}, options.Find().SetSort(bson.D{{Key: "at", Value: 1}}))
		cursor.Close(t.Context())
		if here {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the index of at never came")
		}
	}
}

// What the proxy answers is what FerretDB would: the same documents, in the order
// that was asked for.
func TestTheProxyAnswersAsTheEngineWould(t *testing.T) {
	proxied, plain, _ := served(t)
	fill(t, proxied, 200)
	awaitIndex(t, proxied)
	ids := bson.A{"thg_0003", "thg_0009", "thg_0011", "thg_0042", "absent"}
	since := func(ms int64) bson.D {
		return bson.D{{Key: "at", Value: bson.D{{Key: "$gte", Value: bson.DateTime(ms)}}}}
	}
	from := bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: "thg_0051"}}}}
	for name, test := range map[string]struct {
		filter, sort, projection bson.D
		here                     bool
	}{
		"all by date":           {bson.D{}, bson.D{{Key: "at", Value: 1}}, nil, true},
		"all by id":             {bson.D{}, bson.D{{Key: "_id", Value: 1}}, nil, true},
		"since a date":          {since(999_999_999_999), bson.D{{Key: "at", Value: 1}}, nil, true},
		"since long ago":        {since(-1), bson.D{{Key: "at", Value: 1}}, nil, true},
		"since, in no order":    {since(1), nil, bson.D{{Key: "_id", Value: 1}, {Key: "revision", Value: 1}}, true},
		"from an id":            {from, bson.D{{Key: "_id", Value: 1}}, bson.D{{Key: "text", Value: 1}}, true},
		"some ids":              {bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, nil, nil, true},
		"all in no order":       {bson.D{}, nil, nil, false},
		"newest first":          {bson.D{}, bson.D{{Key: "at", Value: -1}}, nil, false},
		"by a field unindexed":  {bson.D{}, bson.D{{Key: "revision", Value: 1}}, nil, false},
		"a number":              {bson.D{{Key: "revision", Value: bson.D{{Key: "$gte", Value: 190}}}}, nil, nil, false},
		"filter and other sort": {since(1), bson.D{{Key: "_id", Value: 1}}, nil, false},
		"both ends":             {bson.D{{Key: "at", Value: bson.D{{Key: "$gte", Value: bson.DateTime(0)}, {Key: "$lt", Value: bson.DateTime(2)}}}}, nil, nil, true},
		"up to a date":          {bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: bson.DateTime(1)}}}}, bson.D{{Key: "at", Value: 1}}, nil, true},
		"up to and at a date":   {bson.D{{Key: "at", Value: bson.D{{Key: "$gte", Value: bson.DateTime(0)}, {Key: "$lte", Value: bson.DateTime(2)}}}}, nil, nil, false},
		"without a field":       {bson.D{}, bson.D{{Key: "_id", Value: 1}}, bson.D{{Key: "text", Value: 0}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			opts := options.Find()
			if test.sort != nil {
				opts.SetSort(test.sort)
			}
			if test.projection != nil {
				opts.SetProjection(test.projection)
			}
			var got [2][]string
			for i, c := range []*mongo.Collection{plain, proxied} {
				cursor, here := begin(t, c, test.filter, opts)
				if here != (i == 1 && test.here) {
					t.Errorf("answered by the proxy: %v", here)
				}
				var order []string
				for cursor.Next(t.Context()) {
					got[i] = append(got[i], cursor.Current.String())
					if test.sort != nil {
						order = append(order, cursor.Current.Lookup(test.sort[0].Key).String())
					}
				}
				if err := cursor.Err(); err != nil {
					t.Fatal(err)
				}
				slices.Sort(got[i])
				if i == 1 && test.sort != nil {
					sorted := sortedBy(t, plain, test.filter, test.sort)
					if diff := cmp.Diff(sorted, order); diff != "" && test.projection == nil {
						t.Errorf("order (-want +got):\n%s", diff)
					}
				}
			}
			if len(got[0]) < 4 {
				t.Errorf("%d documents prove nothing", len(got[0]))
			}
			if diff := cmp.Diff(got[0], got[1]); diff != "" {
				t.Errorf("engine (-) against proxy (+):\n%s", diff)
			}
		})
	}
}

func TestTheProxyCountsAsTheEngineWould(t *testing.T) {
	proxied, plain, _ := served(t)
	fill(t, proxied, 200)
	awaitIndex(t, proxied)
	at := func(operator string, ms int64) bson.E { return bson.E{Key: operator, Value: bson.DateTime(ms)} }
	for name, test := range map[string]struct {
		query bson.D
		here  bool
	}{
		"since a date":          {bson.D{{Key: "at", Value: bson.D{at("$gte", 1)}}}, true},
		"between dates":         {bson.D{{Key: "at", Value: bson.D{at("$gte", -1), at("$lt", 1_764_522_000_001)}}}, true},
		"between the same date": {bson.D{{Key: "at", Value: bson.D{at("$gte", 1), at("$lt", 1)}}}, true},
		"all":                   {bson.D{}, false},
		"a number":              {bson.D{{Key: "revision", Value: bson.D{{Key: "$gte", Value: 190}}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var n [2]int64
			for i, c := range []*mongo.Collection{plain, proxied} {
				raw, err := c.Database().RunCommand(t.Context(), bson.D{{Key: "count", Value: c.Name()}, {Key: "query", Value: test.query}}).Raw()
				if err != nil {
					t.Fatal(err)
				}
				value := raw.Lookup("n")
				if here := value.Type == bson.TypeInt64; here != (i == 1 && test.here) { // FerretDB's have 32 bits
					t.Errorf("answered by the proxy: %v", here)
				}
				n[i] = value.AsInt64()
			}
			if n[0] != n[1] {
				t.Errorf("the engine counts %d, the proxy %d", n[0], n[1])
			}
		})
	}
}

// sortedBy gives the values of the first field of an order, as FerretDB sorts.
func sortedBy(t *testing.T, c *mongo.Collection, filter, order bson.D) (values []string) {
	t.Helper()
	cursor, err := c.Find(t.Context(), filter, options.Find().SetSort(order))
	if err != nil {
		t.Fatal(err)
	}
	for cursor.Next(t.Context()) {
		values = append(values, cursor.Current.Lookup(order[0].Key).String())
	}
	return values
}

// A cursor of the proxy belongs to no connection: another one goes on with it,
// and ends it.
func TestACursorOutlivesItsConnection(t *testing.T) {
	proxied, _, again := served(t)
	fill(t, proxied, 20)
	awaitIndex(t, proxied)
	cursor, _ := begin(t, proxied, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	id := cursor.ID()
	other := again().Database()
	if err := proxied.Database().Client().Disconnect(t.Context()); err != nil { // ends no cursor
		t.Fatal(err)
	}
	var more struct {
		Cursor struct {
			NextBatch []struct {
				ID string `bson:"_id"`
			} `bson:"nextBatch"`
			ID int64
		}
	}
	next := bson.D{{Key: "getMore", Value: id}, {Key: "collection", Value: "things"}, {Key: "batchSize", Value: 3}}
	if err := other.RunCommand(t.Context(), next).Decode(&more); err != nil {
		t.Fatal(err)
	}
	if more.Cursor.ID != id || len(more.Cursor.NextBatch) != 3 || more.Cursor.NextBatch[0].ID != "thg_0002" {
		t.Errorf("got %+v", more)
	}
	if err := other.RunCommand(t.Context(), bson.D{{Key: "killCursors", Value: "things"}, {Key: "cursors", Value: bson.A{id}}}).Err(); err != nil {
		t.Error(err)
	}
	err := other.RunCommand(t.Context(), next).Err()
	if command, ok := err.(mongo.CommandError); !ok || command.Code != codeCursorNotFound {
		t.Errorf("a cursor that was ended: %v", err)
	}
}

// What FerretDB does not know of, a database or a collection, is as empty through
// the proxy as without it, and makes no file.
func TestTheProxyMakesNothing(t *testing.T) {
	proxied, plain, _ := served(t)
	for _, c := range []*mongo.Collection{proxied, plain} {
		for _, unknown := range []*mongo.Collection{c.Database().Collection("others"), c.Database().Client().Database("elsewhere").Collection("things")} {
			cursor, _ := begin(t, unknown, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
			if cursor.Next(t.Context()) {
				t.Errorf("found %v", cursor.Current)
			}
		}
	}
	names, err := plain.Database().Client().ListDatabaseNames(t.Context(), bson.D{})
	if err != nil || slices.Contains(names, "elsewhere") {
		t.Errorf("databases %v, %v", names, err)
	}
}
