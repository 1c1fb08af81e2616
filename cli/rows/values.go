package rows

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// values are the fields that a row has, as the API takes them: string,
// []string or time.Time by the field's name. What a row leaves out is absent,
// for absent and null are not the same to an import.
type values map[string]any

func (v values) text(name string) *string {
	if s, ok := v[name].(string); ok {
		return &s
	}
	return nil
}

func (v values) must(name string) string {
	s, _ := v[name].(string)
	return s
}

func (v values) list(name string) []string {
	l, _ := v[name].([]string)
	return l
}

func (v values) time(name string) *time.Time {
	if t, ok := v[name].(time.Time); ok {
		return &t
	}
	return nil
}

// converter turns what a file holds into a field's value.
type converter struct {
	field     Field
	layout    string // of dates; empty: the usual ones
	separator string // of lists within one text; empty: a text is one entry
}

// convert gives the value, nil where there is none, and what is wrong with it.
// raw is a string or what encoding/json makes of a value.
func (c converter) convert(raw any) (any, []enablement.FieldError) {
	switch c.field.Kind {
	case List, Enums:
		return c.list(raw)
	default:
		value, fault := c.single(raw)
		return value, c.faults(c.field.Name, fault)
	}
}

func (c converter) faults(path, message string) []enablement.FieldError {
	if message == "" {
		return nil
	}
	return []enablement.FieldError{{Path: path, Message: message}}
}

// single converts one value; the string is what is wrong with it.
func (c converter) single(raw any) (any, string) {
	s, ok := raw.(string)
	if !ok {
		return nil, fmt.Sprintf("must be %s, not %s", c.wanted(), nameOf(raw))
	}
	switch c.field.Kind {
	case Enum, Enums:
		return c.enum(s)
	case Time:
		if strings.TrimSpace(s) == "" {
			return nil, ""
		}
		t, err := ParseTime(s, c.layout)
		if err != nil {
			return nil, err.Error()
		}
		return t, ""
	default:
		return s, ""
	}
}

func (c converter) enum(s string) (any, string) {
	key := fold(s)
	if key == "" {
		return nil, ""
	}
	for _, v := range c.field.Values {
		if fold(v) == key {
			return v, ""
		}
	}
	return nil, fmt.Sprintf("must be one of %s, not %q", strings.Join(c.field.Values, ", "), clip(s))
}

// list converts a list, or a text that holds one.
func (c converter) list(raw any) (any, []enablement.FieldError) {
	if s, ok := raw.(string); ok {
		raw = c.split(s)
	}
	entries, ok := raw.([]any)
	if !ok {
		if raw == nil {
			return nil, nil
		}
		return nil, c.faults(c.field.Name, "must be a list of texts, not "+nameOf(raw))
	}
	out := make([]string, 0, len(entries))
	var faults []enablement.FieldError
	for i, entry := range entries {
		value, fault := c.single(entry)
		faults = append(faults, c.faults(fmt.Sprintf("%s[%d]", c.field.Name, i), fault)...)
		if s, ok := value.(string); ok {
			out = append(out, s)
		}
	}
	return out, faults
}

// split takes a text apart into the entries of a list; nil where it is empty.
// A text that is a JSON array is taken as that, for entries which hold the
// separator themselves.
func (c converter) split(s string) any {
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return nil
	}
	if c.separator == "" {
		return []any{s}
	}
	if strings.HasPrefix(trimmed, "[") {
		var entries []any
		if json.Unmarshal([]byte(trimmed), &entries) == nil {
			return entries
		}
	}
	entries := []any{}
	for part := range strings.SplitSeq(trimmed, c.separator) {
		if part = strings.TrimSpace(part); part != "" {
			entries = append(entries, part)
		}
	}
	return entries
}

func (c converter) wanted() string {
	switch c.field.Kind {
	case Enum, Enums:
		return "one of " + strings.Join(c.field.Values, ", ")
	case Time:
		return "a date or a time as text"
	default:
		return "text"
	}
}

// nameOf says what a JSON value is.
func nameOf(raw any) string {
	switch raw.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case bool:
		return "true or false"
	case json.Number, float64:
		return "a number"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// clip keeps a value from filling a message.
func clip(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
