package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// importer sends the rows of a file, one batch after the other: rows are
// applied in the order of the file, so that of two with one externalId the
// later one stands.
type importer struct {
	api       *api
	noun      rows.Noun
	batchRows int
	dryRun    bool
	report    *report
	taxonomy  *taxonomyImporter // nil before the first row of personas or industries
}

// importResult is what the API says of a batch.
type importResult struct {
	Created   int           `json:"created"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
	Failed    int           `json:"failed"`
	Errors    []importError `json:"errors"`
	Warnings  []importError `json:"warnings"`
}

type importError struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// mutation is the operation that imports rows of a noun.
func mutation(noun rows.Noun) string {
	name, input := "importAssets", "AssetInput"
	switch noun {
	case rows.Leads:
		name, input = "importLeads", "LeadInput"
	case rows.Sends:
		name, input = "importSends", "ImportSendInput"
	case rows.Outcomes:
		name, input = "importOutcomes", "ImportOutcomeInput"
	}
	return fmt.Sprintf(`mutation Import($rows: [%s!]!, $dryRun: Boolean) {
  result: %s(rows: $rows, dryRun: $dryRun) {
    created updated unchanged failed
    errors { row field message }
    warnings { row field message }
  }
}`, input, name)
}

// run sends the whole file. The error says why the rest could not be imported;
// what was sent until then is in.
func (m *importer) run(ctx context.Context, reader *rows.Reader) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	batches := readAhead(reading, &batcher{reader: reader, most: m.batchRows})
	for {
		select {
		case <-ctx.Done():
			return m.interrupted()
		case next, more := <-batches:
			if ctx.Err() != nil || !more {
				return m.interrupted()
			}
			if err := m.send(ctx, next.batch); err != nil {
				return err
			}
			if next.err != nil {
				return m.endOfFile(next.err)
			}
		}
	}
}

func (m *importer) endOfFile(err error) error {
	if err = endOf(err); err != nil {
		return unable("%s: %w", m.report.file, err)
	}
	return nil
}

// interrupted is how a cancelled import ends. What went in without an
// externalId the report has counted.
func (m *importer) interrupted() error {
	return unable("stopped before the end of the file; the same command may be run again: what is in already is known by its externalId")
}

// send reports a batch's own faults and sends the rest of it.
func (m *importer) send(ctx context.Context, b batch) error {
	for _, row := range b.rows {
		m.report.row(row)
	}
	if m.noun == rows.Assets {
		m.report.withoutID += b.noID
	}
	err := m.post(ctx, b)
	if err == nil {
		m.report.handled(b)
	}
	return err
}

// post sends rows and reports what the server says of each. A batch that is
// too much for the server goes in halves; a row that makes the server refuse
// the whole request is left out.
func (m *importer) post(ctx context.Context, b batch) error {
	if len(b.inputs) == 0 {
		return nil
	}
	if m.noun == rows.Personas || m.noun == rows.Industries {
		return m.save(ctx, b)
	}
	var answer struct {
		Result importResult `json:"result"`
	}
	variables := map[string]any{"rows": b.inputs, "dryRun": m.dryRun}
	repeated, err := m.api.callPatiently(ctx, mutation(m.noun), variables, &answer)
	if err != nil {
		return m.refused(ctx, b, err)
	}
	if repeated && b.noID > 0 && !m.dryRun {
		m.report.doubled += b.noID
	}
	m.report.result(answer.Result, b.lines)
	return nil
}

func (m *importer) refused(ctx context.Context, b batch, err error) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return m.fail(err)
	}
	if r.tooMuch() {
		return m.split(ctx, b, r)
	}
	if bad := m.badRows(b, r); len(bad) > 0 {
		return m.post(ctx, b.without(bad))
	}
	return m.fail(err)
}

func (m *importer) fail(err error) error {
	return m.api.explain(err, "an import needs a MARKETER or ADMIN")
}

func (m *importer) split(ctx context.Context, b batch, r *refusal) error {
	if len(b.inputs) == 1 {
		m.report.fault(b.lines[0], "", "the server does not take a row of this size: "+r.Message)
		m.report.failed++
		return nil
	}
	middle := len(b.inputs) / 2
	if err := m.post(ctx, b.part(0, middle)); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return m.interrupted()
	}
	return m.post(ctx, b.part(middle, len(b.inputs)))
}

// rowPath is how a refused request names a row's field: rows[4].title.
var rowPath = regexp.MustCompile(`^rows\[(\d+)\]\.?(.*)$`)

// badRows reports the rows that a refusal names and gives their places.
func (m *importer) badRows(b batch, r *refusal) map[int]bool {
	if r.Code != enablement.BadUserInput {
		return nil
	}
	bad := map[int]bool{}
	for _, f := range r.Fields {
		match := rowPath.FindStringSubmatch(f.Path)
		if match == nil {
			continue
		}
		place, err := strconv.Atoi(match[1])
		if err != nil || place >= len(b.lines) {
			continue
		}
		m.report.fault(b.lines[place], match[2], f.Message)
		bad[place] = true
	}
	m.report.failed += len(bad)
	return bad
}
