package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/quiverhq/quiver/backup"
	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/store"
)

// Backup writes all that a database holds into one file: from a running server
// or, given --data or --mongodb-uri, from the database itself.
type Backup struct {
	File string `arg:"" help:"Where to; - is standard output."`
	Server
	Data       string `help:"Read the embedded database of this data directory, whose server is stopped." type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"Read this MongoDB database." placeholder:"URI"`
}

// Run writes the backup and checks it while it is written. The file appears
// under its name when it is on disk, whole, never before. It gives an
// *ExitError: ExitDiffers where documents could not be read and are missing,
// ExitUnable where there is no whole backup.
func (c *Backup) Run(ctx context.Context, streams Streams) error {
	fetch := c.download
	if c.Data != "" || c.MongoDBURI != "" {
		fetch = c.dump
	}
	var summary *backup.Summary
	write := func(w io.Writer) (err error) { summary, err = fetch(ctx, streams, w); return err }
	var err error
	if c.File == "-" {
		err = write(streams.Out)
	} else {
		err = writeWhole(c.File, write)
	}
	if _, done := errors.AsType[*ExitError](err); done {
		return err
	}
	if err != nil {
		return unable("back up: %w", err)
	}
	printSummary(streams.Err, "written to "+c.File, summary)
	if summary.Unreadable > 0 {
		return &ExitError{Code: ExitDiffers, Err: fmt.Errorf("%d documents cannot be read and are missing in the backup: quiver check names them", summary.Unreadable)}
	}
	return nil
}

// download takes the backup from a running server.
func (c *Backup) download(ctx context.Context, _ Streams, w io.Writer) (*backup.Summary, error) {
	api, err := c.open(enablement.RoleAdmin, nil)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(api.endpoint)
	if err != nil {
		return nil, err
	}
	at.Path = strings.TrimSuffix(at.Path, "/graphql") + "/backup"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+api.token)
	response, err := (&http.Client{}).Do(request) // of no length that could be foreseen: no timeout
	if err != nil {
		return nil, unable("the server at %s cannot be reached: %w (is it running? --server says where; --data reads the database of one that is stopped)", c.Server.Server, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return nil, unable("%s answers %s: %s", at, response.Status, strings.TrimSpace(string(said)))
	}
	return backup.Read(io.TeeReader(response.Body, w), nil)
}

// dump reads the database itself.
func (c *Backup) dump(ctx context.Context, streams Streams, w io.Writer) (_ *backup.Summary, err error) {
	documents, err := openDatabase(ctx, c.Data, c.MongoDBURI, streams.Err)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeDatabase(ctx, documents)) }()
	return WriteBackup(ctx, documents, w, time.Now())
}

// WriteBackup writes a backup of what an open store holds. Called by the server
// for GET /backup.
func WriteBackup(ctx context.Context, documents *store.Store, w io.Writer, now time.Time) (*backup.Summary, error) {
	out, err := backup.NewWriter(w, backup.Header{Quiver: ThisBuild().String(), Schema: store.SchemaVersion, TakenAt: now})
	if err != nil {
		return nil, err
	}
	if err := documents.Dump(ctx, out); err != nil {
		return nil, err
	}
	return out.Close()
}

// openDatabase opens the store of a data directory that is there, or of a
// MongoDB.
func openDatabase(ctx context.Context, data, uri string, said io.Writer) (*store.Store, error) {
	if uri == "" {
		if err := isThere(data); err != nil {
			return nil, err
		}
	}
	documents, err := store.Open(ctx, databaseOptions(data, uri, said))
	if err != nil {
		return nil, unable("open the database: %w", err)
	}
	return documents, nil
}

// isThere holds that there is a data directory: opening one would make it.
func isThere(data string) error {
	if _, err := os.Stat(data); err != nil {
		return unable("there is no data directory %s: give the server's with --data", data)
	}
	return nil
}

func databaseOptions(data, uri string, said io.Writer) store.Options {
	return store.Options{URI: uri, Dir: filepath.Join(data, "db"), Logger: warnings(said), Now: time.Now}
}

// warnings is a logger of what a person at the command line should know.
func warnings(to io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func closeDatabase(ctx context.Context, documents *store.Store) error {
	whole, done := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer done()
	if err := documents.Close(whole); err != nil {
		return unable("close the database: %w", err)
	}
	return nil
}

// printSummary says what a backup holds and how to know it again.
func printSummary(w io.Writer, done string, s *backup.Summary) {
	var parts []string
	for _, c := range s.Collections {
		if c.Documents > 0 {
			parts = append(parts, thousands(int(c.Documents))+" "+c.Name)
		}
	}
	if len(parts) == 0 {
		parts = []string{"no document"}
	}
	fmt.Fprintf(w, "%s %s\nas of %s, sha256 %s\n", strings.Join(parts, ", "), done, s.Header.TakenAt.Format(time.RFC3339), s.SHA256)
}
