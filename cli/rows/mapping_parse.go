package rows

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseMappings reads mappings that are separated by commas:
//
//	mapping   = field "=" [ part { "+" part } ]
//	part      = constant | column [ "@" dateform ] [ "{" from ":" to { "," from ":" to } "}" ]
//	constant  = "'" text "'" | '"' text '"'     a doubled quotation mark stands for itself
//	column    = plain text | "[" any text "]"
//
// An empty right side leaves the field out. The error names the place.
func ParseMappings(text string) ([]Mapping, error) {
	p := &mappingParser{text: text}
	var out []Mapping
	for {
		p.space()
		if p.done() {
			return out, nil
		}
		m, err := p.mapping()
		if err != nil {
			return nil, fmt.Errorf("in %q at character %d: %w", clip(text), p.at+1, err)
		}
		out = append(out, m)
		if !p.take(',') && !p.done() {
			return nil, fmt.Errorf("in %q at character %d: a comma is missing between two mappings", clip(text), p.at+1)
		}
	}
}

// ParseMappingFile reads one mapping a line; empty lines and those that begin
// with # are passed over. The error names the line.
func ParseMappingFile(r io.Reader) ([]Mapping, error) {
	var out []Mapping
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		mappings, err := ParseMappings(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, mappings...)
	}
	return out, lines.Err()
}

// mappingParser walks over the text of mappings byte by byte: every character
// that means something is ASCII.
type mappingParser struct {
	text string
	at   int
}

func (p *mappingParser) done() bool { return p.at >= len(p.text) }

func (p *mappingParser) space() {
	for !p.done() && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// take passes over c, and the space before it, if it comes next.
func (p *mappingParser) take(c byte) bool {
	p.space()
	if p.done() || p.text[p.at] != c {
		return false
	}
	p.at++
	return true
}

// until gives the text before the first of the stops, without the space around it.
func (p *mappingParser) until(stops string) string {
	from := p.at
	for !p.done() && !strings.ContainsRune(stops, rune(p.text[p.at])) {
		p.at++
	}
	return strings.TrimSpace(p.text[from:p.at])
}

func (p *mappingParser) mapping() (Mapping, error) {
	m := Mapping{Target: p.until("=,")}
	if m.Target == "" || !p.take('=') {
		return m, errors.New("a mapping reads field=column")
	}
	p.space()
	if p.done() || p.text[p.at] == ',' {
		return m, nil
	}
	for {
		t, err := p.term()
		if err != nil {
			return m, err
		}
		m.terms = append(m.terms, t)
		if !p.take('+') {
			break
		}
	}
	for _, t := range m.terms {
		if t.form != "" && len(m.terms) > 1 {
			return m, errors.New("a column with a date form cannot be joined with others")
		}
	}
	return m, nil
}

func (p *mappingParser) term() (term, error) {
	var t term
	var err error
	switch {
	case p.take('\''):
		t.constant = true
		t.text, err = p.quoted('\'')
		return t, err
	case p.take('"'):
		t.constant = true
		t.text, err = p.quoted('"')
		return t, err
	case p.take('['):
		t.text, err = p.quoted(']')
	default:
		t.text = p.until(`+,@{}'"[]`)
	}
	if err != nil {
		return t, err
	}
	if t.text == "" {
		return t, errors.New("the name of a column is missing")
	}
	if p.take('@') {
		t.form = p.until("+,{")
		if err := checkForm(t.form); err != nil {
			return t, err
		}
	}
	if p.take('{') {
		t.translate, err = p.translation()
	}
	return t, err
}

// quoted gives the text up to the closing mark; a doubled one stands for itself.
func (p *mappingParser) quoted(mark byte) (string, error) {
	var b strings.Builder
	for ; !p.done(); p.at++ {
		if p.text[p.at] != mark {
			b.WriteByte(p.text[p.at])
			continue
		}
		if p.at+1 < len(p.text) && p.text[p.at+1] == mark {
			b.WriteByte(mark)
			p.at++
			continue
		}
		p.at++
		return b.String(), nil
	}
	return "", fmt.Errorf("a closing %c is missing", mark)
}

func (p *mappingParser) translation() (map[string]string, error) {
	out := map[string]string{}
	for {
		from, err := p.word(":,}")
		if err != nil {
			return nil, err
		}
		if !p.take(':') {
			return nil, errors.New("a translation reads {value:new value,…}")
		}
		to, err := p.word(",}")
		if err != nil {
			return nil, err
		}
		if _, twice := out[translationKey(from)]; twice {
			return nil, fmt.Errorf("%q is translated twice", clip(from))
		}
		out[translationKey(from)] = to
		if p.take('}') {
			return out, nil
		}
		if !p.take(',') {
			return nil, errors.New("a closing } is missing")
		}
	}
}

// word is one side of a translation: plain text, or quoted where it holds a
// character that means something.
func (p *mappingParser) word(stops string) (string, error) {
	switch {
	case p.take('\''):
		return p.quoted('\'')
	case p.take('"'):
		return p.quoted('"')
	default:
		return p.until(stops), nil
	}
}
