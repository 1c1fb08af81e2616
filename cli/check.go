package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/search"
)

// Check compares the store with the index of a data directory.
type Check struct {
	Data       string `help:"The data directory." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"The database, where it is not the embedded one." env:"QUIVER_MONGODB_URI,MONGODB_URI" placeholder:"URI"`
}

// closing is how long a database may take to be closed.
const closing = 10 * time.Second

// Run prints what differs. It gives an *ExitError: ExitDiffers where something
// does, ExitUnable where store or index cannot be opened. The embedded
// database has one user at a time, so its server must be stopped before.
func (c *Check) Run(ctx context.Context, streams Streams) (err error) {
	if _, err := os.Stat(c.Data); err != nil {
		return unable("there is no data directory %s: give the server's with --data", c.Data)
	}
	documents, err := openDatabase(ctx, c.Data, c.MongoDBURI, streams.Err)
	if err != nil {
		return err
	}
	defer func() {
		if closed := closeDatabase(ctx, documents); closed != nil && err == nil {
			err = closed
		}
	}()
	counted := &counted{Documents: documents}
	index, err := search.Open(search.Options{
		Dir: filepath.Join(c.Data, "index"), Documents: counted, Logger: warnings(streams.Err), Now: time.Now, ReadOnly: true,
	})
	if err != nil {
		return unable("open the index: %w", err)
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	differences, err := index.Check(ctx)
	if err != nil {
		return unable("compare: %w", err)
	}
	return printDifferences(streams.Out, counted.assets, differences)
}

// counted counts the assets that a scan gives.
type counted struct {
	search.Documents
	assets int
}

// EachAsset scans the catalog.
func (c *counted) EachAsset(ctx context.Context) iter.Seq2[*enablement.Asset, error] {
	return func(yield func(*enablement.Asset, error) bool) {
		for a, err := range c.Documents.EachAsset(ctx) {
			if err == nil {
				c.assets++
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func printDifferences(w io.Writer, assets int, differences []search.Difference) error {
	for _, d := range differences {
		switch {
		case d.Index == 0:
			fmt.Fprintf(w, "%s: version %d in the store, not in the index\n", d.AssetID, d.Store)
		case d.Store == 0:
			fmt.Fprintf(w, "%s: version %d in the index, not in the store\n", d.AssetID, d.Index)
		default:
			fmt.Fprintf(w, "%s: version %d in the store, %d in the index\n", d.AssetID, d.Store, d.Index)
		}
	}
	if len(differences) == 0 {
		fmt.Fprintf(w, "%s assets, the index has them all as they are\n", thousands(assets))
		return nil
	}
	fmt.Fprintf(w, "%s assets in the store, %s differ; the server brings the index up to date when it starts\n",
		thousands(assets), thousands(len(differences)))
	return &ExitError{Code: ExitDiffers}
}
