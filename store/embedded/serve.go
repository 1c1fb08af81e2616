package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"golang.org/x/sync/errgroup"
)

// indexEvery is how often Serve looks for collections and indexes that are new.
const indexEvery = 200 * time.Millisecond

// Serve runs an engine over the files in dir, behind a proxy that reads in bulk, on
// a TCP address (host:port), for several servers to share, until ctx ends: what a MongoDB
// would be to them, for tests of many servers and of its absence. It has no passwords and no
// encryption, so that an address other machines could reach is refused.
func Serve(ctx context.Context, dir, addr string, logger *slog.Logger) error {
	if err := local(addr); err != nil {
		return err
	}
	dir, err := prepare(dir)
	if err != nil {
		return err
	}
	lock, err := acquire(dir)
	if err != nil {
		return err
	}
	err = serve(ctx, dir, addr, logger)
	return errors.Join(err, lock.Unlock())
}

// serve runs an engine behind a proxy.
func serve(ctx context.Context, dir, addr string, logger *slog.Logger) error {
	sock, err := newSocket(dir)
	if err != nil {
		return err
	}
	engine, indexed := &Engine{dir: dir, socket: sock}, map[string][]string{}
	engine.indexNew(ctx, indexed, logger) // on a large file that lacks one longer than clients wait
	server, err := newServer(dir, ferretdb.ListenerConfig{Unix: sock.path}, logger)
	if err != nil {
		return errors.Join(fmt.Errorf("start the embedded engine in %s: %w", dir, err), sock.remove())
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen for the engine's clients: %w", err), sock.remove())
	}
	finder := newFinder(engine)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Run(ctx) })
	group.Go(func() error { return (&proxy{engine: engine, finder: finder, logger: logger}).serve(ctx, listener) })
	group.Go(func() error { engine.keepIndexed(ctx, indexed, logger); return nil })
	err = group.Wait()
	finder.close()
	return errors.Join(err, sock.remove())
}

func local(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("read the engine's address: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("the engine's address %s can be reached from other machines, and the engine asks nobody who they are: use 127.0.0.1", addr)
	}
	return nil
}

// keepIndexed makes the indexes of every collection and index that comes up.
func (e *Engine) keepIndexed(ctx context.Context, known map[string][]string, logger *slog.Logger) {
	for ctx.Err() == nil {
		e.indexNew(ctx, known, logger)
		select {
		case <-ctx.Done():
		case <-time.After(indexEvery):
		}
	}
}

// indexNew makes the indexes of every database that has other collections or
// indexes than are known, and notes these.
func (e *Engine) indexNew(ctx context.Context, known map[string][]string, logger *slog.Logger) {
	files, _ := filepath.Glob(filepath.Join(e.dir, "*.sqlite")) // fails on a bad pattern alone
	for _, file := range files {
		database := strings.TrimSuffix(filepath.Base(file), ".sqlite")
		there, err := e.indexDatabase(ctx, database, known[database])
		if err != nil && ctx.Err() == nil {
			logger.Warn("index new collections", "database", database, "error", err)
			continue
		}
		known[database] = there
	}
}

// indexDatabase indexes a database where it does not hold what it did before, and
// gives what it holds.
func (e *Engine) indexDatabase(ctx context.Context, database string, before []string) ([]string, error) {
	db, err := e.open(database)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `SELECT table_name || settings FROM _ferretdb_collections`)
	if err != nil {
		return nil, err
	}
	there, err := names(rows)
	if err != nil || slices.Equal(there, before) {
		return there, err
	}
	if err := e.IndexIDs(ctx, database); err != nil {
		return nil, err
	}
	return there, indexFields(ctx, db)
}
