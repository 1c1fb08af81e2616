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
)

// indexEvery is how often Serve looks for collections that are new.
const indexEvery = 200 * time.Millisecond

// Serve runs an engine over the files in dir on a TCP address (host:port),
// for several servers to share, until ctx ends: what a MongoDB would be to
// them, for tests of many servers and of its absence. It has no passwords and no
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
	server, err := newServer(dir, ferretdb.ListenerConfig{TCP: addr}, logger)
	if err != nil {
		return errors.Join(fmt.Errorf("start the embedded engine in %s: %w", dir, err), lock.Unlock())
	}
	ctx, stop := context.WithCancel(ctx)
	indexed := make(chan struct{})
	go func() {
		defer close(indexed)
		(&Engine{dir: dir}).keepIndexed(ctx, logger)
	}()
	err = server.Run(ctx)
	stop()
	<-indexed
	return errors.Join(err, lock.Unlock())
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

// keepIndexed makes the index of IndexIDs in every collection that comes up.
func (e *Engine) keepIndexed(ctx context.Context, logger *slog.Logger) {
	done := map[string][]string{}
	for ctx.Err() == nil {
		files, _ := filepath.Glob(filepath.Join(e.dir, "*.sqlite")) // fails on a bad pattern alone
		for _, file := range files {
			database := strings.TrimSuffix(filepath.Base(file), ".sqlite")
			tables, err := e.indexNew(ctx, database, done[database])
			if err != nil && ctx.Err() == nil {
				logger.Warn("index the ids of new collections", "database", database, "error", err)
				continue
			}
			done[database] = tables
		}
		select {
		case <-ctx.Done():
		case <-time.After(indexEvery):
		}
	}
}

// indexNew indexes a database where it has other tables than before, and gives
// them.
func (e *Engine) indexNew(ctx context.Context, database string, before []string) ([]string, error) {
	db, err := e.open(database)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tables, err := tablesOf(ctx, db)
	if err != nil || slices.Equal(tables, before) {
		return tables, err
	}
	return tables, e.IndexIDs(ctx, database)
}
