package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/search"
	"github.com/quiverhq/quiver/store"
)

// Check looks through the documents of a database and the index of a data
// directory.
type Check struct {
	Data       string `help:"The data directory." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"The database, where it is not the embedded one." env:"QUIVER_MONGODB_URI,MONGODB_URI" placeholder:"URI"`
	Repair     bool   `help:"Mend what can be mended without losing anything: the index, and the indexes of the embedded database." env:"QUIVER_CHECK_REPAIR"`
}

// closing is how long a database may take to be closed.
const closing = 10 * time.Second

// Run prints what is not as it should be and, with --repair, mends what can be.
// It gives an *ExitError: ExitDiffers where something is left, ExitUnable where
// store or index cannot be opened. The embedded database has one user at a time,
// so its server must be stopped before.
func (c *Check) Run(ctx context.Context, streams Streams) (err error) {
	if err := isThere(c.Data); err != nil {
		return err
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
	k := &checkup{flags: c, streams: streams, documents: documents}
	inOrder, err := k.look(ctx)
	if err != nil || inOrder {
		return err
	}
	if !c.Repair {
		return &ExitError{Code: ExitDiffers}
	}
	if err := k.mend(ctx); err != nil {
		return unable("repair: %w", err)
	}
	fmt.Fprintln(streams.Out, "after the repair:")
	if inOrder, err = k.look(ctx); err != nil || inOrder {
		return err
	}
	fmt.Fprintln(streams.Out, "what is left is for a person to decide: nothing was removed")
	return &ExitError{Code: ExitDiffers}
}

// checkup is one call of Check.
type checkup struct {
	flags     *Check
	streams   Streams
	documents *store.Store

	damaged []search.DamagedFile
	broken  bool // the index cannot be opened
}

func (k *checkup) indexDir() string { return filepath.Join(k.flags.Data, "index") }

// look prints what it finds and tells whether that is nothing.
func (k *checkup) look(ctx context.Context) (inOrder bool, err error) {
	findings, err := k.documents.Check(ctx)
	if err != nil {
		return false, unable("read the documents: %w", err)
	}
	for _, f := range findings {
		fmt.Fprintln(k.streams.Out, strings.TrimSpace(f.Collection+" "+f.ID)+": "+f.What)
	}
	if len(findings) > 0 {
		fmt.Fprintf(k.streams.Out, "%s findings in the documents\n", thousands(len(findings)))
	}
	if k.damaged, err = search.DamagedFiles(k.indexDir()); err != nil {
		return false, unable("read the index: %w", err)
	}
	for _, d := range k.damaged {
		fmt.Fprintf(k.streams.Out, "%s is damaged: %v\n", d.Path, d.Err)
	}
	agree, err := k.compare(ctx)
	return err == nil && agree && len(findings)+len(k.damaged) == 0, err
}

// compare holds the index against the store.
func (k *checkup) compare(ctx context.Context) (agree bool, err error) {
	if len(k.damaged) > 0 {
		return false, nil // what it says is worth nothing
	}
	counted := &counted{Documents: k.documents}
	index, err := search.Open(search.Options{
		Dir: k.indexDir(), Documents: counted, Logger: warnings(k.streams.Err), Now: time.Now, ReadOnly: true,
	})
	if k.broken = err != nil; k.broken && k.flags.Repair {
		fmt.Fprintf(k.streams.Out, "the index cannot be opened: %v\n", err)
		return false, nil
	}
	if err != nil {
		return false, unable("open the index: %w; with --repair it is made anew", err)
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	differences, err := index.Check(ctx)
	if err != nil {
		return false, unable("compare: %w", err)
	}
	printDifferences(k.streams.Out, counted.assets, differences)
	return len(differences) == 0, nil
}

// mend makes anew what is made of the documents: the engine's indexes, and the
// index, wholly where a file of it is damaged.
func (k *checkup) mend(ctx context.Context) error {
	if err := k.documents.Mend(ctx); err != nil {
		return err
	}
	if k.broken || len(k.damaged) > 0 {
		if err := os.RemoveAll(k.indexDir()); err != nil {
			return err
		}
	}
	index, err := search.Open(search.Options{Dir: k.indexDir(), Documents: k.documents, Logger: warnings(k.streams.Err), Now: time.Now})
	if err != nil {
		return err
	}
	index.SetTaxonomy(k.documents.Taxonomy())
	err = k.documents.Load(ctx, index.Load, nil, nil, nil, nil)
	if err == nil {
		err = index.Reconcile(ctx)
	}
	return errors.Join(err, index.Close())
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

func printDifferences(w io.Writer, assets int, differences []search.Difference) {
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
		return
	}
	fmt.Fprintf(w, "%s assets in the store, %s differ; the server brings the index up to date when it starts\n",
		thousands(assets), thousands(len(differences)))
}
