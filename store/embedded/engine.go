// Package embedded runs a MongoDB-compatible engine inside this process:
// FerretDB over SQLite, reached through a private unix socket, so that Quiver
// needs no database server to start with.
//
// It owns one directory: the lock that keeps a second process out, the socket,
// the SQLite files. Start opens no network port; Serve, for tests, opens one on this
// machine alone. It never phones home and knows
// nothing of what the collections hold.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/gofrs/flock"
)

// Engine is a running engine. Start makes it, Stop ends it.
type Engine struct {
	dir     string
	socket  *socket
	lock    *flock.Flock
	stop    context.CancelFunc
	stopped chan struct{}
	once    sync.Once
}

// construction serialises ferretdb.New, which writes to a variable of its own
// package: several engines may start at once in one process, as in tests.
var construction sync.Mutex

// Start runs an engine over the files in dir, which it makes (mode 0700) where
// they are missing. It fails when another process uses the directory. FerretDB's
// own errors go to logger; what it says beside them is dropped.
func Start(dir string, logger *slog.Logger) (*Engine, error) {
	dir, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	lock, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	if err := discardUnbegun(context.Background(), dir); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	sock, err := newSocket(dir)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	server, err := newServer(dir, ferretdb.ListenerConfig{Unix: sock.path}, logger)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the embedded engine in %s: %w", dir, err), sock.remove(), lock.Unlock())
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &Engine{dir: dir, socket: sock, lock: lock, stop: cancel, stopped: make(chan struct{})}
	go func() {
		defer close(e.stopped)
		if err := server.Run(ctx); err != nil {
			logger.Error("the embedded engine stopped", "error", err)
		}
	}()
	return e, nil
}

func newServer(dir string, listener ferretdb.ListenerConfig, logger *slog.Logger) (*ferretdb.FerretDB, error) {
	construction.Lock()
	defer construction.Unlock()
	return ferretdb.New(&ferretdb.Config{
		Listener: listener,
		Logger:   slog.New(errorsOnly{logger.Handler()}),
		Handler:  "sqlite",
		// synchronous(full): what is acknowledged is on disk.
		SQLiteURL: "file:" + dir + "/?_pragma=synchronous(full)",
	})
}

// URI is the connection string for a MongoDB driver.
func (e *Engine) URI() string { return "mongodb://" + url.PathEscape(e.socket.path) + "/" }

// Stop ends the engine and gives the directory free. Clients should have
// disconnected before: the engine gives the others a few seconds.
func (e *Engine) Stop() error {
	var err error
	e.once.Do(func() {
		e.stop()
		<-e.stopped
		err = errors.Join(e.socket.remove(), e.lock.Unlock())
	})
	return err
}

// prepare makes the directory and gives its absolute path.
func prepare(dir string) (string, error) {
	if strings.ContainsAny(dir, "?#%") {
		return "", fmt.Errorf("the data directory %q has one of ? # %% in its path, which SQLite reads as part of a URL: choose another", dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolve the data directory: %w", err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return "", fmt.Errorf("make the data directory: %w", err)
	}
	// The socket in it gives whoever can open it every document.
	if err := os.Chmod(abs, 0o700); err != nil {
		return "", fmt.Errorf("make the data directory private: %w", err)
	}
	return abs, nil
}

// acquire locks the directory against other processes, for the life of this one.
func acquire(dir string) (*flock.Flock, error) {
	path := filepath.Join(dir, "LOCK")
	lock := flock.New(path)
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if !free {
		return nil, fmt.Errorf("another quiver uses this directory (%s is locked): stop it, or give this one a directory of its own", path)
	}
	return lock, nil
}

// errorsOnly passes FerretDB's errors on and drops its chatter about
// connections.
type errorsOnly struct{ slog.Handler }

func (h errorsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h errorsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(attrs)}
}

func (h errorsOnly) WithGroup(name string) slog.Handler {
	return errorsOnly{h.Handler.WithGroup(name)}
}
