package cli

import "context"

// Export writes all assets, leads or sends of a running server to a file that
// import takes back as it is.
type Export struct {
	Noun string `arg:"" enum:"assets,leads,sends" help:"What to write: assets, leads or sends."`
	File string `arg:"" optional:"" default:"-" help:"Where to; - is standard output."`
	Server
	Format string `help:"auto, jsonl or csv; auto goes by the file's name and is jsonl otherwise." enum:"auto,jsonl,csv" default:"auto" env:"QUIVER_EXPORT_FORMAT"`
}

// Run pages through the API and writes every row. A file appears under its
// name when it is complete, never before. Gives an *ExitError with ExitUnable.
func (c *Export) Run(ctx context.Context, streams Streams) error {
	return unable("export %s: under construction", c.Noun)
}
