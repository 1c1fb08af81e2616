package cli

import "context"

// Import reads assets, leads or sends from a file and puts them into a running
// server through the API.
type Import struct {
	Noun string `arg:"" enum:"assets,leads,sends" help:"What the file holds: assets, leads or sends."`
	File string `arg:"" help:"JSON Lines or CSV; - reads standard input."`
	Server
	DryRun    bool     `help:"Check everything, on the server too, and change nothing." env:"QUIVER_IMPORT_DRY_RUN"`
	Map       []string `help:"Where fields come from: 'field=column,…', or a file of such lines. See docs/import.md." env:"QUIVER_IMPORT_MAP" sep:"none" placeholder:"MAPPING"`
	Null      []string `help:"A text that means: no value (NULL, N/A)." env:"QUIVER_IMPORT_NULL" sep:"none" placeholder:"TEXT"`
	Format    string   `help:"auto, jsonl or csv." enum:"auto,jsonl,csv" default:"auto" env:"QUIVER_IMPORT_FORMAT"`
	Delimiter string   `help:"What separates the cells of a CSV file: a character, or tab. Found out by default." env:"QUIVER_IMPORT_DELIMITER" placeholder:"CHAR"`
	Batch     int      `help:"Rows a request, 1 to 1000." default:"500" env:"QUIVER_IMPORT_BATCH" placeholder:"ROWS"`
	MaxErrors int      `help:"Print no more than so many faults; 0: all." default:"0" env:"QUIVER_IMPORT_MAX_ERRORS" placeholder:"N"`
}

// Run imports the file and prints a summary. It gives an *ExitError:
// ExitDiffers where a row failed, ExitUnable where the rest could not be
// imported. A cancelled context ends it after the batch that is under way.
func (c *Import) Run(ctx context.Context, streams Streams) error {
	return unable("import %s: under construction", c.Noun)
}
