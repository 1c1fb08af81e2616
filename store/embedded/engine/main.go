// Command engine serves the embedded engine on a TCP address of this machine, so
// that several Quiver servers can share one database where there is no MongoDB:
//
//	go run ./store/embedded/engine -addr 127.0.0.1:27017 -data ./engine
//	quiver serve --mongodb-uri mongodb://127.0.0.1:27017/
//
// It is for tests and for trying things out: it asks nobody for a password.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/quiverhq/quiver/store/embedded"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:27017", "where to listen: an address of this machine")
	data := flag.String("data", "./engine", "the directory of the engine's files")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := embedded.Serve(ctx, *data, *addr, slog.New(slog.NewTextHandler(os.Stderr, nil))); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(2)
	}
}
