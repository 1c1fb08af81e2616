package rows

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Mapping says where one field comes from: columns and constants joined, a
// value translated, a date read by its form. ParseMappings makes it.
type Mapping struct {
	Target string
	terms  []term // none: the field is left out
}

// term is one part of a mapping: a constant or a column.
type term struct {
	constant  bool
	text      string // the constant, or the column's name
	form      string // of dates; empty: the usual ones
	translate map[string]string
}

// anyOther is the key of a translation for values that it does not name.
const anyOther = "*"

// columns lists the columns that the mapping reads.
func (m Mapping) columns() []string {
	var out []string
	for _, t := range m.terms {
		if !t.constant {
			out = append(out, t.text)
		}
	}
	return out
}

func (m Mapping) form() string {
	if len(m.terms) == 1 {
		return m.terms[0].form
	}
	return ""
}

// value gives what the mapping makes of a record. cell gives a column's value,
// nil where it has none; split takes the text of a list apart. The string is
// what is wrong with it.
func (m Mapping) value(cell func(column string) any, split func(string) any) (any, string) {
	if len(m.terms) == 1 {
		t := m.terms[0]
		if t.constant {
			return t.text, ""
		}
		return t.single(cell(t.text), split), ""
	}
	return m.join(cell)
}

// single is a column's value, numbers as text: who maps a column has said that
// it is meant so.
func (t term) single(raw any, split func(string) any) any {
	if s, ok := raw.(string); ok && split != nil {
		raw = split(s)
	}
	entries, ok := raw.([]any)
	if !ok {
		return t.translated(plain(raw))
	}
	out := make([]any, 0, len(entries))
	for _, entry := range entries {
		if v := t.translated(plain(entry)); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (t term) translated(raw any) any {
	s, ok := raw.(string)
	if !ok || t.translate == nil {
		return raw
	}
	if to, ok := t.translate[translationKey(s)]; ok {
		return to
	}
	if to, ok := t.translate[anyOther]; ok {
		return to
	}
	return raw
}

// join puts the parts together. Where no column has a value there is nothing
// to join and the field is left out, whatever the constants say.
func (m Mapping) join(cell func(column string) any) (any, string) {
	var b strings.Builder
	found := false
	for _, t := range m.terms {
		if t.constant {
			b.WriteString(t.text)
			continue
		}
		switch v := t.translated(plain(cell(t.text))).(type) {
		case nil:
		case string:
			found = found || strings.TrimSpace(v) != ""
			b.WriteString(v)
		default:
			return nil, fmt.Sprintf("%q holds %s, which cannot be joined", t.text, nameOf(v))
		}
	}
	if !found {
		return nil, ""
	}
	return strings.TrimSpace(b.String()), ""
}

// plain writes numbers and truth values as text.
func plain(raw any) any {
	switch v := raw.(type) {
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	default:
		return raw
	}
}

func translationKey(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
