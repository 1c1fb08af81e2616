package rows

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxRecoveries is how many cells that are never closed a file may have before
// the rest of it is given up: each costs a pass over what follows.
const maxRecoveries = 100

// csvSource reads CSV by RFC 4180, with the cells of the first record as names.
//
// It finds where a record ends itself, so that lines are counted, bounded and
// taken up again after a quotation mark that is never closed, and leaves the
// taking apart to encoding/csv. A quotation mark within a cell that is not one
// of the format's own counts as text (csv.Reader.LazyQuotes).
type csvSource struct {
	lines      *lineReader
	delimiter  rune
	header     []string
	recoveries int
}

// readHeader reads the names of the columns; io.EOF where the file is empty.
func (s *csvSource) readHeader() error {
	cells, rec, err := s.read()
	if err != nil {
		return err
	}
	if rec.fault != "" {
		return fmt.Errorf("line %d: the header %s", rec.line, rec.fault)
	}
	for _, name := range cells {
		s.header = append(s.header, strings.TrimSpace(name))
	}
	return nil
}

// next gives the next record that has any cell, or io.EOF.
func (s *csvSource) next() (record, error) {
	for {
		cells, rec, err := s.read()
		if err != nil || rec.fault != "" {
			return rec, err
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if len(cells) != len(s.header) {
			rec.fault = fmt.Sprintf("has %d where the header has %d cells", len(cells), len(s.header))
			if rec.last > rec.line {
				rec.fault += fmt.Sprintf("; by its quotation marks it runs to line %d", rec.last)
			}
			return rec, nil
		}
		rec.cells = make(map[string]any, len(cells))
		for i, cell := range cells {
			if s.header[i] != "" && strings.TrimSpace(cell) != "" {
				rec.cells[s.header[i]] = cell
			}
		}
		return rec, nil
	}
}

// read gives the cells of the next record that is not an empty line.
func (s *csvSource) read() ([]string, record, error) {
	text, rec, err := s.gather()
	if err != nil || rec.fault != "" {
		return nil, rec, err
	}
	if rec.fault = unreadable(text, rec.line); rec.fault != "" {
		return nil, rec, nil
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = s.delimiter, true, -1
	cells, err := reader.Read()
	if err != nil {
		rec.fault = "is not CSV: " + err.Error()
	}
	return cells, rec, nil
}

// gather reads the lines of one record.
func (s *csvSource) gather() ([]byte, record, error) {
	first, err := s.firstLine()
	rec := record{line: first.number, last: first.number}
	if err != nil {
		return nil, rec, err
	}
	if first.tooLong {
		rec.fault = tooLong(s.lines.limit)
		return nil, rec, nil
	}
	if !s.open(first.text, false) {
		return first.text, rec, nil
	}
	text := bytes.Clone(first.text)
	var following []line
	for size := len(text); ; {
		l, err := s.lines.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, rec, err
		}
		size += len(l.text) + 1
		if err != nil || l.tooLong || size > s.lines.limit {
			return nil, s.unclosed(rec, following, l, err), nil
		}
		l.text = bytes.Clone(l.text)
		following = append(following, l)
		if !s.open(l.text, true) {
			break
		}
	}
	for _, l := range following {
		text = append(append(text, '\n'), l.text...)
	}
	rec.last = following[len(following)-1].number
	return text, rec, nil
}

func (s *csvSource) firstLine() (line, error) {
	for {
		l, err := s.lines.next()
		if err != nil || l.tooLong || len(bytes.TrimSpace(l.text)) > 0 {
			return l, err
		}
	}
}

// unclosed makes the record of a cell that is never closed and puts the lines
// behind its first one back: they are most likely records of their own.
func (s *csvSource) unclosed(rec record, following []line, stopped line, err error) record {
	rec.fault = "a quotation mark opens a cell here that is not closed"
	if s.recoveries++; s.recoveries > maxRecoveries {
		rec.fault += "; the lines that follow were passed over with it"
		return rec
	}
	if err == nil {
		stopped.text = bytes.Clone(stopped.text)
		following = append(following, stopped)
	}
	s.lines.again(following)
	return rec
}

// open tells whether a line, which begins within a quoted cell or at the start
// of a record, ends within a quoted cell. Its rules are those of encoding/csv
// with LazyQuotes.
func (s *csvSource) open(text []byte, inside bool) bool {
	delimiter := []byte(string(s.delimiter))
	for {
		if !inside {
			if !bytes.HasPrefix(text, []byte{'"'}) {
				next := bytes.Index(text, delimiter)
				if next < 0 {
					return false
				}
				text = text[next+len(delimiter):]
				continue
			}
			text, inside = text[1:], true
		}
		mark := bytes.IndexByte(text, '"')
		if mark < 0 {
			return true
		}
		text = text[mark+1:]
		switch {
		case len(text) == 0:
			return false
		case text[0] == '"':
			text = text[1:]
		case bytes.HasPrefix(text, delimiter):
			text, inside = text[len(delimiter):], false
		}
	}
}

// sniffDelimiter is the one of comma, semicolon and tab that the header has
// most of, outside quotation marks.
func sniffDelimiter(start []byte) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range string(start) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}
