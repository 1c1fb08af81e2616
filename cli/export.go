package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// Export writes all that a running server has of a noun, or of every noun, to
// files that import takes back as they are.
type Export struct {
	Noun string `arg:"" enum:"personas,industries,assets,leads,sends,outcomes,all" help:"What to write: personas, industries, assets, leads, sends or outcomes; all: each into a file of a folder."`
	File string `arg:"" optional:"" default:"-" help:"Where to; - is standard output. Of all: the folder."`
	Server
	Format string `help:"auto, jsonl or csv; auto goes by the file's name and is jsonl otherwise." enum:"auto,jsonl,csv" default:"auto" env:"QUIVER_EXPORT_FORMAT"`
}

// Run writes every row. A file appears under its name when it is complete,
// never before. Gives an *ExitError with ExitUnable.
func (c *Export) Run(ctx context.Context, streams Streams) error {
	if c.Noun != "all" {
		return c.export(ctx, streams, rows.Noun(c.Noun), c.File)
	}
	if c.File == "-" {
		return unable("all goes into a folder: quiver export all DIR")
	}
	if err := os.MkdirAll(c.File, 0o700); err != nil {
		return unable("make the folder: %w", err)
	}
	// What names comes before what it names, so that nothing which is recorded
	// meanwhile is named and missing.
	for _, noun := range slices.Backward(rows.Nouns()) {
		if err := c.export(ctx, streams, noun, filepath.Join(c.File, noun.File(rows.Format(c.Format)))); err != nil {
			return err
		}
	}
	return nil
}

// export pages through the API and writes the rows of one noun.
func (c *Export) export(ctx context.Context, streams Streams, noun rows.Noun, file string) error {
	format := rows.Format(c.Format)
	if format == rows.Auto {
		format = rows.FormatOf(file)
	}
	bar := newProgress(streams, -1, "Exporting "+string(noun))
	report := newReport(file, 0, streams, bar)
	api, err := c.open(enablement.RoleMarketer, report.retrying)
	if err != nil {
		return err
	}
	e := &exporter{api: api, source: exportOf(noun), bar: bar}
	write := func(w io.Writer) error { return e.run(ctx, w, noun, format) }
	if file == "-" {
		err = write(streams.Out)
	} else {
		err = writeWhole(file, write)
	}
	bar.finish()
	if err != nil {
		if _, done := errors.AsType[*ExitError](err); done {
			return err
		}
		return unable("export %s: %w", noun, err)
	}
	if file != "-" {
		fmt.Fprintf(streams.Err, "%s %s written to %s\n", thousands(e.written), noun, file)
	}
	if e.stoodIn > 0 {
		fmt.Fprintf(streams.Err, "%s no externalId; the id stands there, so that an empty server takes each in once\n", numbered(e.stoodIn, "of them has", "of them have"))
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
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

// syncDir makes a renaming last through a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

const needsMarketer = "an export of everything needs a MARKETER or ADMIN"

// rowsPerPage is what an export asks for at a time: the largest page of a list.
const rowsPerPage = 100

// exporter pages through one noun.
type exporter struct {
	api     *api
	source  exportSource
	bar     *progress
	read    int // nodes
	written int // rows
	stoodIn int // nodes whose id stands in for the externalId
}

// exported is what an export query gives: a page of a connection, or all.
type exported struct {
	Viewer struct {
		Role enablement.Role `json:"role"`
	} `json:"viewer"`
	Page struct {
		Nodes    []node `json:"nodes"`
		PageInfo struct {
			HasNextPage bool    `json:"hasNextPage"`
			EndCursor   *string `json:"endCursor"`
		} `json:"pageInfo"`
		TotalCount int64 `json:"totalCount"`
	} `json:"page"`
	All []node `json:"all"`
}

// nodes are those of the page, or all.
func (x exported) nodes() []node { return append(x.Page.Nodes, parentsFirst(x.All)...) }

func (e *exporter) run(ctx context.Context, w io.Writer, noun rows.Noun, format rows.Format) error {
	out, err := rows.NewWriter(w, noun, format)
	if err != nil {
		return err
	}
	variables := map[string]any{}
	for {
		var answer exported
		if err := e.page(ctx, variables, &answer); err != nil {
			return e.api.explain(err, needsMarketer)
		}
		if answer.Viewer.Role == enablement.RoleRep {
			return unable("the token is a REP's, who sees a part of it: %s", needsMarketer)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for _, n := range answer.nodes() {
			if err := e.write(out, n); err != nil {
				return err
			}
		}
		e.bar.total(answer.Page.TotalCount)
		e.bar.set(int64(e.read))
		info := answer.Page.PageInfo
		if !info.HasNextPage || info.EndCursor == nil {
			return out.Flush()
		}
		variables["after"] = *info.EndCursor
	}
}

// page asks for a page, and for half of it while the texts of a page come to more
// than an answer may have.
func (e *exporter) page(ctx context.Context, variables map[string]any, answer *exported) error {
	for first := rowsPerPage; ; first /= 2 {
		variables["first"] = first
		_, err := e.api.callPatiently(ctx, e.source.query, variables, answer)
		var r *refusal
		if !errors.As(err, &r) || !r.tooMuch() || first == 1 {
			return err
		}
	}
}

func (e *exporter) write(out *rows.Writer, n node) error {
	e.read++
	if e.source.stoodIn(n) {
		e.stoodIn++
	}
	for _, row := range e.source.rows(n) {
		if err := out.Write(row); err != nil {
			return err
		}
		e.written++
	}
	return nil
}
