package rows

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Options says how a file is to be read.
type Options struct {
	Noun   Noun
	Format Format
	// Delimiter separates the cells of a CSV file; 0: found out from the header.
	Delimiter rune
	Mappings  []Mapping
	// Nulls are texts that mean: no value.
	Nulls []string
	// Now is the moment that rows are checked against: no send lies in the future.
	Now time.Time
}

// Reader gives the rows of one file.
type Reader struct {
	options   Options
	shape     Shape
	source    source
	lines     *lineReader
	mappings  map[string]Mapping // by field name
	separator string             // of lists within a cell
	used      map[string]bool    // folded names of columns that a field or a mapping reads
	told      map[string]bool    // folded names of unknown columns that were reported
	seen      map[string]int     // line by externalId (or email, or name)
}

// Open finds out what the file is and reads its header. The error says, in
// words for the person at the command line, why no row of it can be read.
func Open(r io.Reader, o Options) (*Reader, error) { return open(r, o, MaxLine) }

func open(r io.Reader, o Options, limit int) (*Reader, error) {
	in := &Reader{
		options: o, shape: ShapeOf(o.Noun), lines: newLineReader(r, limit),
		mappings: map[string]Mapping{}, used: map[string]bool{}, told: map[string]bool{}, seen: map[string]int{},
	}
	if err := in.bind(o.Mappings); err != nil {
		return nil, err
	}
	start, err := in.lines.r.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte{0xFF, 0xFE}) || bytes.HasPrefix(start, []byte{0xFE, 0xFF}) {
		return nil, errors.New("the file is UTF-16; save it as UTF-8")
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		start = start[3:]
		if _, err := in.lines.r.Discard(3); err != nil {
			return nil, err
		}
	}
	if format := o.Format.or(start); format == CSV {
		return in, in.openCSV(start)
	}
	lines := &jsonSource{lines: in.lines}
	in.source = lines
	return in, lines.checkLayout(start)
}

// bind matches mappings to fields.
func (r *Reader) bind(mappings []Mapping) error {
	for _, m := range mappings {
		field, ok := r.shape.Field(m.Target)
		if !ok {
			return fmt.Errorf("%s have no field %q to map to; their fields are %s",
				r.shape.Noun, m.Target, strings.Join(r.shape.Names(), ", "))
		}
		if _, twice := r.mappings[field.Name]; twice {
			return fmt.Errorf("the field %s is mapped twice", field.Name)
		}
		if m.form() != "" && field.Kind != Time {
			return fmt.Errorf("the field %s is not a date: it takes no date form", field.Name)
		}
		r.mappings[field.Name] = m
		for _, column := range m.columns() {
			r.used[fold(column)] = true
		}
	}
	for _, f := range r.shape.Fields {
		if _, mapped := r.mappings[f.Name]; !mapped {
			r.used[fold(f.Name)] = true
		}
	}
	return nil
}

func (r *Reader) openCSV(start []byte) error {
	delimiter := r.options.Delimiter
	if delimiter == 0 {
		delimiter = sniffDelimiter(start)
	}
	r.separator = ";"
	if delimiter == ';' {
		r.separator = "|"
	}
	file := &csvSource{lines: r.lines, delimiter: delimiter}
	r.source = file
	err := file.readHeader()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty: a CSV file begins with the names of its columns")
	}
	if err != nil {
		return err
	}
	return r.checkHeader(file.header)
}

// checkHeader refuses a file none of whose rows could be right.
func (r *Reader) checkHeader(header []string) error {
	named := map[string]string{}
	for _, column := range header {
		key := fold(column)
		if other, twice := named[key]; twice && r.used[key] {
			return fmt.Errorf("two columns have one name: %q and %q", other, column)
		}
		named[key] = column
	}
	columns := strings.Join(header, ", ")
	for target, m := range r.mappings {
		for _, column := range m.columns() {
			if _, ok := named[fold(column)]; !ok {
				return fmt.Errorf("%s is to come from the column %q, which the file does not have; its columns are %s",
					target, column, columns)
			}
		}
	}
	has := func(field string) bool {
		_, mapped := r.mappings[field]
		_, column := named[fold(field)]
		return mapped || column
	}
	for _, f := range r.shape.Fields {
		if f.Required && !has(f.Name) {
			return fmt.Errorf("%s need the column %s, or a mapping for it (--map %s=…); the file's columns are %s",
				r.shape.Noun, f.Name, f.Name, columns)
		}
	}
	if r.shape.Noun == Leads && !has("externalId") && !has("email") {
		return fmt.Errorf("leads need the column externalId or email, or a mapping for one (--map externalId=…); the file's columns are %s", columns)
	}
	return nil
}

// Offset is how many bytes of the file were read.
func (r *Reader) Offset() int64 { return r.lines.offset }

// Next gives the next row, or io.EOF after the last. Any other error is the
// file's: it cannot be read on.
func (r *Reader) Next() (Row, error) {
	rec, err := r.source.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: rec.line}
	if rec.fault != "" {
		row.fault("", rec.fault)
		return row, nil
	}
	cells := r.fold(&row, rec.cells)
	row.Input = make(map[string]any, len(cells))
	for _, field := range r.shape.Fields {
		r.fill(&row, field, cells)
	}
	r.check(&row)
	r.compare(&row)
	if len(row.Faults) > 0 && rec.last > rec.line { // perhaps a quotation mark is never closed
		row.Faults[0].Message += fmt.Sprintf("; by its quotation marks the row runs to line %d", rec.last)
	}
	return row, nil
}

// fold brings the names of a record's cells into one form, leaves out what
// means nothing and tells of names that nothing reads.
func (r *Reader) fold(row *Row, cells map[string]any) map[string]any {
	out := make(map[string]any, len(cells))
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		key, value := fold(name), cells[name]
		if s, ok := value.(string); ok && slices.Contains(r.options.Nulls, strings.TrimSpace(s)) {
			continue
		}
		if !r.used[key] {
			r.tellUnknown(row, name)
			continue
		}
		if _, twice := out[key]; twice {
			row.fault(name, "is given twice, in two spellings")
		}
		out[key] = value
	}
	return out
}

func (r *Reader) tellUnknown(row *Row, name string) {
	if r.told[fold(name)] {
		return
	}
	r.told[fold(name)] = true
	message := fmt.Sprintf("is no field of %s and was left out, here and in every row; --map can say where it belongs", r.shape.Noun)
	if field, ok := r.shape.Field(name); ok {
		message = fmt.Sprintf("was left out, here and in every row: --map says where %s comes from", field.Name)
	}
	row.Warnings = append(row.Warnings, enablement.FieldError{Path: name, Message: message})
}

// fill converts the cell, or what a mapping makes of cells, into a field.
func (r *Reader) fill(row *Row, field Field, cells map[string]any) {
	c := converter{field: field, separator: r.separator}
	raw, ok := cells[fold(field.Name)]
	if m, mapped := r.mappings[field.Name]; mapped {
		c.layout = m.form()
		var split func(string) any
		if field.Kind == List || field.Kind == Enums {
			split = c.split
		}
		var wrong string
		raw, wrong = m.value(func(column string) any { return cells[fold(column)] }, split)
		if wrong != "" {
			row.fault(field.Name, wrong)
			return
		}
		if s, text := raw.(string); text && s == "" {
			raw = nil // a translation to nothing
		}
		ok = raw != nil
	}
	if !ok {
		return
	}
	value, faults := c.convert(raw)
	row.Faults = append(row.Faults, faults...)
	if value != nil && len(faults) == 0 {
		row.Input[field.Name] = value
	}
}

// check applies the server's rules, but for fields of which a fault is known.
func (r *Reader) check(row *Row) {
	known := map[string]bool{}
	for _, f := range row.Faults {
		known[root(f.Path)] = true
	}
	for _, f := range r.shape.check(values(row.Input), r.options.Now) {
		if !known[root(f.Path)] {
			row.Faults = append(row.Faults, f)
		}
	}
}

// compare warns of a row that a former one had the identity of: rows are
// applied in order, so the later one stands.
func (r *Reader) compare(row *Row) {
	if len(row.Faults) > 0 {
		return
	}
	field := "externalId"
	if r.shape.Noun == Personas || r.shape.Noun == Industries {
		field = "name"
	}
	id := strings.TrimSpace(values(row.Input).must(field))
	if id == "" && r.shape.Noun == Leads {
		field = "email"
		id = strings.ToLower(strings.TrimSpace(values(row.Input).must(field)))
	}
	if id == "" {
		return
	}
	if line, twice := r.seen[field+id]; twice {
		row.Warnings = append(row.Warnings, enablement.FieldError{Path: field,
			Message: fmt.Sprintf("%q stands on line %d too; rows are applied in order", clip(id), line)})
	}
	r.seen[field+id] = row.Line
}
