package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// Import reads the rows of a noun from a file and puts them into a running server
// through the API.
type Import struct {
	Noun string `arg:"" enum:"personas,industries,assets,leads,sends,outcomes" help:"What the file holds: personas, industries, assets, leads, sends or outcomes."`
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
	if c.Batch < 1 || c.Batch > enablement.MaxImportRows {
		return unable("--batch: must be from 1 to %d, not %d", enablement.MaxImportRows, c.Batch)
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	file, size, err := openInput(c.File, streams)
	if err != nil {
		return err
	}
	defer file.Close()
	report := newReport(c.fileName(), c.MaxErrors, streams, newProgress(streams, size, "Importing "+c.Noun))
	api, err := c.open(enablement.RoleMarketer, report.retrying)
	if err != nil {
		return err
	}
	reader, err := rows.Open(file, options)
	if err != nil {
		return unable("%s: %w", c.fileName(), err)
	}
	importer := &importer{api: api, noun: rows.Noun(c.Noun), batchRows: c.Batch, dryRun: c.DryRun, report: report}
	err = importer.run(ctx, reader)
	report.finish(importer.noun, c.DryRun, err != nil)
	if err == nil && report.failed > 0 {
		return &ExitError{Code: ExitDiffers}
	}
	return err
}

func (c *Import) fileName() string {
	if c.File == "-" {
		return "stdin"
	}
	return c.File
}

func (c *Import) options() (rows.Options, error) {
	o := rows.Options{Noun: rows.Noun(c.Noun), Format: rows.Format(c.Format), Nulls: c.Null, Now: time.Now()}
	if o.Format == rows.Auto {
		o.Format = rows.FormatOf(c.File)
	}
	var err error
	if o.Delimiter, err = parseDelimiter(c.Delimiter); err != nil {
		return o, err
	}
	for _, text := range c.Map {
		mappings, err := readMappings(text)
		if err != nil {
			return o, unable("--map: %w", err)
		}
		o.Mappings = append(o.Mappings, mappings...)
	}
	return o, nil
}

// readMappings reads a mapping or, where the text has no "=", the file of that name.
func readMappings(text string) ([]rows.Mapping, error) {
	if strings.Contains(text, "=") {
		return rows.ParseMappings(text)
	}
	f, err := os.Open(text)
	if err != nil {
		return nil, fmt.Errorf("%q is neither field=column nor a file of mappings: %w", text, err)
	}
	defer f.Close()
	mappings, err := rows.ParseMappingFile(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return mappings, nil
}

// parseDelimiter gives the character, or 0 for an empty text.
func parseDelimiter(s string) (rune, error) {
	switch s {
	case "":
		return 0, nil
	case "tab", `\t`:
		return '\t', nil
	}
	r, size := utf8.DecodeRuneInString(s)
	if size != len(s) || r == utf8.RuneError || strings.ContainsRune("\"\r\n", r) {
		return 0, unable("--delimiter: must be one character, or tab, not %q", s)
	}
	return r, nil
}

// openInput opens what is to be read; the size is -1 where it is not known.
func openInput(name string, streams Streams) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(streams.In), -1, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, &ExitError{Code: ExitUnable, Err: err}
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New(name + " is a directory, not a file")
	}
	if err != nil {
		f.Close()
		return nil, 0, &ExitError{Code: ExitUnable, Err: err}
	}
	if !info.Mode().IsRegular() {
		return f, -1, nil
	}
	return f, info.Size(), nil
}
