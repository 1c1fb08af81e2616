package rows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonSource reads JSON Lines: one object a line, empty lines passed over.
type jsonSource struct{ lines *lineReader }

// next gives the next object as a record, or io.EOF.
func (s *jsonSource) next() (record, error) {
	for {
		l, err := s.lines.next()
		if err != nil {
			return record{}, err
		}
		text := bytes.TrimSpace(l.text)
		if len(text) == 0 && !l.tooLong {
			continue
		}
		rec := record{line: l.number}
		if l.tooLong {
			rec.fault = tooLong(s.lines.limit)
		} else if rec.fault = unreadable(l.text, l.number); rec.fault == "" {
			rec.cells, rec.fault = decodeObject(text)
		}
		return rec, nil
	}
}

// checkLayout tells of JSON that is not in lines by what the first line is, or nil.
func (s *jsonSource) checkLayout(start []byte) error {
	first, _, _ := bytes.Cut(bytes.TrimSpace(start), []byte("\n"))
	switch first = bytes.TrimSpace(first); {
	case bytes.HasPrefix(first, []byte("[")):
		return errors.New("the file is one JSON array; write one object a line instead, as jq -c '.[]' FILE does")
	case bytes.Equal(first, []byte("{")):
		return errors.New("the file's objects run over several lines; write one object a line instead, as jq -c . FILE does")
	default:
		return nil
	}
}

// decodeObject reads the keys and values of a JSON object, without those that
// are null; the string is what is wrong with it.
func decodeObject(text []byte) (map[string]any, string) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, syntaxFault(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, "must be one JSON object a line; more follows it"
	}
	cells, ok := value.(map[string]any)
	if !ok {
		return nil, "must be a JSON object, not " + nameOf(value)
	}
	for key, v := range cells {
		if v == nil {
			delete(cells, key)
		}
	}
	return cells, ""
}

func syntaxFault(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("is not JSON: %s, at byte %d", syntax.Error(), syntax.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "is not JSON: the line ends within an object; each object stands on one line"
	}
	return "is not JSON: " + err.Error()
}

func tooLong(limit int) string {
	return fmt.Sprintf("is longer than %d MB and was passed over", limit>>20)
}
