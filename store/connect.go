package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/quiverhq/quiver/store/embedded"
)

// The longest waits. A write is given its own time, not its caller's: whether it
// went in must be known even when nobody waits for the answer any more.
const (
	selectionTimeout = 4 * time.Second  // to find a server that can answer
	operationTimeout = 10 * time.Second // one read or one write, the driver's retries included
	closeTimeout     = 5 * time.Second  // a part of Close for which the caller set no deadline
)

// connection is an open database, with the engine below it where it is ours.
type connection struct {
	client   *mongo.Client
	database *mongo.Database
	engine   *embedded.Engine // nil: a MongoDB of its own
	where    string           // for errors: hosts without credentials
	metrics  *metrics
	traced   bool
}

// dial connects and waits until the database answers, a few seconds at most.
func dial(ctx context.Context, o Options) (*connection, error) {
	if o.URI == "" {
		return dialEmbedded(ctx, o)
	}
	return dialServer(ctx, o)
}

func dialEmbedded(ctx context.Context, o Options) (*connection, error) {
	if o.Dir == "" {
		return nil, fmt.Errorf("open the store: neither a MongoDB connection string nor a directory for the embedded engine was given")
	}
	engine, err := embedded.Start(o.Dir, o.Logger)
	if err != nil {
		return nil, err
	}
	c := &connection{engine: engine, where: "the embedded engine", metrics: newMetrics(), traced: o.Traced}
	// More connections would only contend for SQLite's one writer.
	err = c.connect(ctx, options.Client().ApplyURI(engine.URI()).SetMaxPoolSize(24).SetTimeout(3*operationTimeout), defaultDatabase)
	if err != nil {
		return nil, fmt.Errorf("open the embedded engine in %s: %w", o.Dir, err)
	}
	return c, nil
}

func dialServer(ctx context.Context, o Options) (*connection, error) {
	parsed, err := connstring.ParseAndValidate(o.URI)
	if _, ok := errors.AsType[*strconv.NumError](err); ok { // it repeats the port, which is the password where @host was forgotten
		return nil, errors.New("read the MongoDB connection string: it must be mongodb://user:password@host:port/database, and the port is no number; is the host there?")
	}
	if err != nil {
		return nil, fmt.Errorf("read the MongoDB connection string: %w", err)
	}
	name := parsed.Database
	if name == "" {
		name = defaultDatabase
	}
	c := &connection{where: "MongoDB at " + strings.Join(parsed.Hosts, ", "), metrics: newMetrics(), traced: o.Traced}
	// What the connection string says goes over what is set before it.
	journaled := true
	settings := options.Client().
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}).
		SetReadConcern(readconcern.Majority()).
		SetRetryReads(true).SetRetryWrites(true).
		SetMaxPoolSize(100).SetMinPoolSize(2).SetMaxConnIdleTime(5 * time.Minute).
		SetServerSelectionTimeout(selectionTimeout).SetConnectTimeout(selectionTimeout).
		SetTimeout(operationTimeout).SetAppName("quiver").
		ApplyURI(o.URI)
	if err := c.connect(ctx, settings, name); err != nil {
		return nil, fmt.Errorf("%s does not answer: is it running, and is the connection string (--mongodb-uri) right? %w", c.where, err)
	}
	return c, nil
}

// connect opens the client and pings once; on failure nothing stays open.
func (c *connection) connect(ctx context.Context, settings *options.ClientOptions, database string) error {
	commands := c.metrics.commands()
	if c.traced {
		commands = traced(commands)
	}
	settings.SetMonitor(commands).SetPoolMonitor(c.metrics.pool())
	settings.SetBSONOptions(&options.BSONOptions{NilSliceAsEmpty: true})
	client, err := mongo.Connect(settings)
	if err != nil {
		c.close(ctx)
		return err
	}
	c.client, c.database = client, client.Database(database)
	pingCtx, cancel := context.WithTimeout(ctx, selectionTimeout+time.Second)
	defer cancel()
	if err := client.Ping(pingCtx, nil); err != nil {
		c.close(ctx)
		return err
	}
	return nil
}

func (c *connection) close(ctx context.Context) error {
	var err error
	if c.client != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		if failed := c.client.Disconnect(ctx); failed != nil {
			err = fmt.Errorf("disconnect from %s: %w", c.where, failed)
		}
	}
	if c.engine != nil {
		if failed := c.engine.Stop(); failed != nil {
			err = fmt.Errorf("stop the embedded engine: %w", failed)
		}
	}
	return err
}
