package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/backup"
	"github.com/quiverhq/quiver/store"
)

// Restore fills an empty database with what a backup holds.
type Restore struct {
	File       string `arg:"" help:"The backup; - is standard input."`
	Data       string `help:"The data directory, made where it is missing." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"The database, where it is not the embedded one." env:"QUIVER_MONGODB_URI,MONGODB_URI" placeholder:"URI"`
	DryRun     bool   `help:"Check the backup from its beginning to its end and write nothing." env:"QUIVER_RESTORE_DRY_RUN"`
}

// Run reads the backup twice: nothing is written before the first reading has
// shown it to be whole. What comes by standard input is kept in a file
// meanwhile. It gives an *ExitError with ExitUnable.
func (c *Restore) Run(ctx context.Context, streams Streams) error {
	file, done, err := c.open(streams.In)
	if err != nil {
		return err
	}
	defer done()
	summary, err := backup.Read(file, nil)
	if err != nil {
		return unable("%s: %w; nothing was written", c.File, err)
	}
	if summary.Unreadable > 0 {
		fmt.Fprintf(streams.Err, "%s documents could not be read when the backup was taken, and are not in it\n", thousands(int(summary.Unreadable)))
	}
	if c.DryRun {
		printSummary(streams.Out, "can be restored", summary)
		return nil
	}
	if err := c.restore(ctx, streams, file, summary); err != nil {
		return unable("%w", err)
	}
	printSummary(streams.Out, "restored", summary)
	return nil
}

// open gives the backup as a file that can be read twice.
func (c *Restore) open(in io.Reader) (*os.File, func(), error) {
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, nil, unable("read the backup: %w", err)
		}
		return file, func() { file.Close() }, nil
	}
	file, err := os.CreateTemp("", "quiver-restore-*") // mode 0600
	if err != nil {
		return nil, nil, unable("keep the backup while it is checked: %w", err)
	}
	done := func() { file.Close(); os.Remove(file.Name()) }
	_, err = io.Copy(file, in)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, nil, unable("keep the backup while it is checked: %w", err)
	}
	return file, done, nil
}

func (c *Restore) restore(ctx context.Context, streams Streams, file *os.File, summary *backup.Summary) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	names := make([]string, len(summary.Collections))
	for i, collection := range summary.Collections {
		names[i] = collection.Name
	}
	return store.Restore(ctx, databaseOptions(c.Data, c.MongoDBURI, streams.Err), store.Restorable{
		Checksum: summary.SHA256, Schema: summary.Header.Schema, Collections: names,
		Each: func(put func(string, bson.Raw) error) error {
			// An index of other documents may be there, with their ids and versions.
			if err := os.RemoveAll(filepath.Join(c.Data, "index")); err != nil {
				return fmt.Errorf("remove the old index: %w", err)
			}
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return err
			}
			again, err := backup.Read(file, put)
			if err == nil && again.SHA256 != summary.SHA256 {
				err = errors.New("the backup has been changed while it was being restored")
			}
			return err
		},
	})
}
