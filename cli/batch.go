package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/quiverhq/quiver/cli/rows"
)

// maxBatchBytes is the most JSON that the rows of one request make together,
// in bytes, unless a single row has more.
const maxBatchBytes = 4 << 20

// batch is a run of rows as the file has them.
type batch struct {
	rows   []rows.Row // all, those with faults too
	lines  []int      // of the rows to send
	inputs []json.RawMessage
	size   int   // of inputs, in bytes
	noID   int   // rows to send that have no externalId
	offset int64 // how far the file has been read
}

// half gives a part of the rows to send as a batch of its own.
func (b batch) part(from, to int) batch {
	return batch{lines: b.lines[from:to], inputs: b.inputs[from:to], noID: b.noID}
}

// without gives the batch without the rows to send at the given places.
func (b batch) without(places map[int]bool) batch {
	out := batch{noID: b.noID}
	for i := range b.inputs {
		if !places[i] {
			out.lines = append(out.lines, b.lines[i])
			out.inputs = append(out.inputs, b.inputs[i])
		}
	}
	return out
}

// batcher cuts a file into batches.
type batcher struct {
	reader *rows.Reader
	most   int // rows
	next   *rows.Row
	input  json.RawMessage // of next
}

// batch gives the next batch, with io.EOF or the reason why the file cannot be
// read on when there is no more to come.
func (c *batcher) batch() (batch, error) {
	var b batch
	for len(b.rows) < c.most {
		row, input, err := c.row()
		b.offset = c.reader.Offset()
		if err != nil {
			return b, err
		}
		if b.size > 0 && b.size+len(input) > maxBatchBytes {
			c.next, c.input = &row, input
			return b, nil
		}
		if len(row.Faults) == 0 {
			b.lines = append(b.lines, row.Line)
			b.inputs = append(b.inputs, input)
			b.size += len(input)
			if id, _ := row.Input["externalId"].(string); id == "" {
				b.noID++
			}
		}
		row.Input = nil // sent from its JSON: no need to keep both
		b.rows = append(b.rows, row)
	}
	return b, nil
}

// row gives the row that the last batch had no room for, or reads one.
func (c *batcher) row() (rows.Row, json.RawMessage, error) {
	if c.next != nil {
		row := *c.next
		c.next = nil
		return row, c.input, nil
	}
	row, err := c.reader.Next()
	if err != nil || len(row.Faults) > 0 {
		return row, nil, err
	}
	input, err := rows.Encode(row.Input)
	if err != nil {
		return row, nil, fmt.Errorf("line %d: encode: %w", row.Line, err)
	}
	return row, input, nil
}

// batchOrEnd is a batch, and the error that ended the reading after it.
type batchOrEnd struct {
	batch batch
	err   error
}

// readAhead cuts the file into batches while others are being sent: one is
// ready while the next is made. It ends with the file or with ctx.
func readAhead(ctx context.Context, c *batcher) <-chan batchOrEnd {
	out := make(chan batchOrEnd, 1)
	go func() {
		defer close(out)
		for {
			b, err := c.batch()
			select {
			case out <- batchOrEnd{b, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

// endOf is nil for the end of a file.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
