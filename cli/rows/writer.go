package rows

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// Writer writes rows so that a Reader takes them back as they were.
type Writer struct {
	shape Shape
	out   *bufio.Writer
	cells *csv.Writer // nil for JSON Lines
}

// NewWriter makes a Writer; format is JSONL or CSV. A CSV file begins with the
// names of all fields.
func NewWriter(w io.Writer, noun Noun, format Format) (*Writer, error) {
	out := &Writer{shape: ShapeOf(noun), out: bufio.NewWriter(w)}
	if format != CSV {
		return out, nil
	}
	out.cells = csv.NewWriter(out.out)
	return out, out.cells.Write(out.shape.Names())
}

// Write writes one row: its fields by name, each a string or a []string. What
// is absent is left out.
func (w *Writer) Write(row map[string]any) error {
	if w.cells == nil {
		return w.object(row)
	}
	cells := make([]string, len(w.shape.Fields))
	for i, f := range w.shape.Fields {
		switch v := row[f.Name].(type) {
		case string:
			cells[i] = v
		case []string:
			joined, err := joinList(v)
			if err != nil {
				return err
			}
			cells[i] = joined
		}
	}
	return w.cells.Write(cells)
}

// Flush writes what is buffered. Call it after the last row.
func (w *Writer) Flush() error {
	if w.cells != nil {
		w.cells.Flush()
		if err := w.cells.Error(); err != nil {
			return err
		}
	}
	return w.out.Flush()
}

// object writes the fields in the order of the schema, which a map of
// encoding/json would not keep.
func (w *Writer) object(row map[string]any) error {
	separator := byte('{')
	for _, f := range w.shape.Fields {
		v, ok := row[f.Name]
		if !ok {
			continue
		}
		name, err := encode(f.Name)
		if err != nil {
			return err
		}
		value, err := encode(v)
		if err != nil {
			return err
		}
		w.out.WriteByte(separator)
		w.out.Write(name)
		w.out.WriteByte(':')
		w.out.Write(value)
		separator = ','
	}
	if separator == '{' {
		w.out.WriteByte('{')
	}
	_, err := w.out.WriteString("}\n")
	return err // a bufio.Writer keeps its first error
}

// joinList writes a list into one cell: its entries between semicolons or, if
// that could not be taken apart again, as a JSON array.
func joinList(list []string) (string, error) {
	joined := strings.Join(list, ";")
	c := converter{field: Field{Kind: List}, separator: ";"}
	if back, _ := c.list(joined); len(list) == 0 || sameList(back, list) {
		return joined, nil
	}
	encoded, err := encode(list)
	return string(encoded), err
}

func sameList(value any, list []string) bool {
	back, ok := value.([]string)
	return ok && slices.Equal(back, list)
}

// encode is json.Marshal without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Encode gives a row's input as the JSON that the API takes.
func Encode(input map[string]any) (json.RawMessage, error) { return encode(input) }
