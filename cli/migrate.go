package cli

import (
	"context"
	"fmt"

	"github.com/quiverhq/quiver/store"
)

// Migrate brings the documents of an older database up to this version.
type Migrate struct {
	Data       string `help:"The data directory." default:"./data" env:"QUIVER_DATA" type:"path" placeholder:"DIR"`
	MongoDBURI string `name:"mongodb-uri" help:"The database, where it is not the embedded one." env:"QUIVER_MONGODB_URI,MONGODB_URI" placeholder:"URI"`
	DryRun     bool   `help:"Say what would change and write nothing." env:"QUIVER_MIGRATE_DRY_RUN"`
}

// Run prints what changes, by collection. Every server must be stopped before.
// It gives an *ExitError with ExitUnable.
func (c *Migrate) Run(ctx context.Context, streams Streams) error {
	if c.MongoDBURI == "" {
		if err := isThere(c.Data); err != nil {
			return err
		}
	}
	done, err := store.Migrate(ctx, databaseOptions(c.Data, c.MongoDBURI, streams.Err), c.DryRun)
	if err != nil {
		return unable("migrate: %w", err)
	}
	version, changed, would := 0, 0, ""
	if c.DryRun {
		would = "would be "
	}
	for _, m := range done {
		if m.To != version {
			version = m.To
			fmt.Fprintf(streams.Out, "version %d: %s\n", m.To, m.What)
		}
		changed += m.Changed
		fmt.Fprintf(streams.Out, "  %s: %s of %s documents %schanged\n", m.Collection, thousands(m.Changed), thousands(m.Documents), would)
		for _, sample := range m.Samples {
			fmt.Fprintf(streams.Out, "    %s\n", sample)
		}
	}
	if len(done) == 0 {
		fmt.Fprintf(streams.Out, "the database has version %d, as this Quiver needs: nothing to do\n", store.SchemaVersion)
		return nil
	}
	fmt.Fprintf(streams.Out, "%s documents %schanged\n", thousands(changed), would)
	return nil
}
