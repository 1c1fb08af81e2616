package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/quiverhq/quiver/cli/rows"
)

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
	noun, format := rows.Noun(c.Noun), rows.Format(c.Format)
	if format == rows.Auto {
		format = rows.FormatOf(c.File)
	}
	bar := newProgress(streams, -1, "Exporting "+c.Noun)
	report := newReport(c.File, 0, streams, bar)
	api, err := c.open(report.retrying)
	if err != nil {
		return err
	}
	e := &exporter{api: api, source: exportOf(noun), bar: bar}
	write := func(w io.Writer) error { return e.run(ctx, w, noun, format) }
	if c.File == "-" {
		err = write(streams.Out)
	} else {
		err = writeWhole(c.File, write)
	}
	bar.finish()
	if err != nil {
		if _, done := errors.AsType[*ExitError](err); done {
			return err
		}
		return unable("export %s: %w", noun, err)
	}
	if c.File != "-" {
		fmt.Fprintf(streams.Err, "%s %s written to %s\n", thousands(e.written), noun, c.File)
	}
	if e.stoodIn > 0 {
		fmt.Fprintf(streams.Err, "%s of them have no externalId; their id stands there, so that an empty server takes them in once\n", thousands(e.stoodIn))
	}
	return nil
}

// writeWhole writes a file beside its place and renames it when it is
// complete. Its mode is 0600: leads are personal data.
func writeWhole(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // once renamed there is nothing to remove
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// exporter pages through one noun.
type exporter struct {
	api     *api
	source  exportSource
	bar     *progress
	written int
	stoodIn int // rows whose id stands in for the externalId
}

// page is one page of any connection, as the export queries name it.
type page struct {
	Page struct {
		Nodes    []node `json:"nodes"`
		PageInfo struct {
			HasNextPage bool    `json:"hasNextPage"`
			EndCursor   *string `json:"endCursor"`
		} `json:"pageInfo"`
		TotalCount int64 `json:"totalCount"`
	} `json:"page"`
}

func (e *exporter) run(ctx context.Context, w io.Writer, noun rows.Noun, format rows.Format) error {
	out, err := rows.NewWriter(w, noun, format)
	if err != nil {
		return err
	}
	variables := map[string]any{}
	for {
		var answer page
		if _, err := e.api.callPatiently(ctx, e.source.query, variables, &answer); err != nil {
			return e.api.explain(err, "an export of everything needs a MARKETER or ADMIN")
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for _, n := range answer.Page.Nodes {
			if err := out.Write(e.row(n)); err != nil {
				return err
			}
		}
		e.written += len(answer.Page.Nodes)
		e.bar.total(answer.Page.TotalCount)
		e.bar.set(int64(e.written))
		info := answer.Page.PageInfo
		if !info.HasNextPage || info.EndCursor == nil {
			return out.Flush()
		}
		variables["after"] = *info.EndCursor
	}
}

func (e *exporter) row(n node) map[string]any {
	row, stoodIn := e.source.row(n)
	if stoodIn {
		e.stoodIn++
	}
	return row
}
