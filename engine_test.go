package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"log/slog"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/quiverhq/quiver/store/embedded"
)

// long tells that the tests of faults are asked for in their long form.
func long() bool { return os.Getenv("QUIVER_FAULTS") == "long" }

// atLength gives the short form of something, or the long one.
func atLength[T any](short, atLength T) T {
	if long() {
		return atLength
	}
	return short
}

// asEngine is what store/embedded/engine does, in the test's own binary.
func asEngine() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := embedded.Serve(ctx, os.Getenv("QUIVER_TEST_ENGINE_DATA"), os.Getenv("QUIVER_TEST_AS_ENGINE"), slog.Default()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// engine is a database that several servers share, as a process of its own.
type engine struct {
	t       *testing.T
	data    string
	address string
	command *exec.Cmd
	said    *transcript
	client  func() *mongo.Client
}

// newEngine starts an engine over an empty directory.
func newEngine(t *testing.T) *engine { return newEngineIn(t, t.TempDir()) }

func newEngineIn(t *testing.T, data string) *engine {
	t.Helper()
	e := &engine{t: t, data: data, address: freeAddress(t), said: newTranscript()}
	e.client = sync.OnceValue(func() *mongo.Client {
		client, err := mongo.Connect(options.Client().ApplyURI(e.uri()))
		if err != nil {
			t.Fatal(err)
		}
		return client
	})
	e.start()
	t.Cleanup(func() { e.signal(syscall.SIGCONT); e.kill() })
	return e
}

func (e *engine) uri() string { return "mongodb://" + e.address + "/quiver" }

// start starts the engine, at the address that it had before.
func (e *engine) start() {
	e.t.Helper()
	e.command = exec.Command(os.Args[0])
	e.command.Env = append(os.Environ(), "QUIVER_TEST_AS_ENGINE="+e.address, "QUIVER_TEST_ENGINE_DATA="+e.data)
	e.command.Stderr = e.said
	if err := e.command.Start(); err != nil {
		e.t.Fatal(err)
	}
	waitForListener(e.t, e.address)
}

func (e *engine) signal(s syscall.Signal) { _ = e.command.Process.Signal(s) }

// kill ends the engine as a power cut would.
func (e *engine) kill() {
	e.signal(syscall.SIGKILL)
	_ = e.command.Wait()
}

// count is how many documents a collection holds: the truth, past every copy.
func (e *engine) count(collection string) int {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	n, err := e.client().Database("quiver").Collection(collection).CountDocuments(ctx, bson.D{})
	if err != nil {
		e.t.Fatalf("count %s: %v", collection, err)
	}
	return int(n)
}
