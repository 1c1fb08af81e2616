package embedded

import (
	"bytes"
	"errors"
	"fmt"
)

// member is one field of a JSON object, or one value of an array, as it is
// written.
type member struct {
	key   []byte // between its quotes; nil: of an array
	value []byte
}

// valueOf gives the value of a key, which the engine writes to its place in the
// schema; nil where it is missing.
func valueOf(fields []member, likely int, key string) []byte {
	if string(fields[likely].key) == key {
		return fields[likely].value
	}
	for _, f := range fields {
		if string(f.key) == key {
			return f.value
		}
	}
	return nil
}

var errSyntax = errors.New("the JSON is damaged")

// split finds the members of an object or an array, as open says, without
// looking into them. They are in r.members until done.
//
// It exists because encoding/json takes three times as long: it looks at each
// byte of a nested value twice for every level, and makes a map.
func (r *sjsonReader) split(text []byte, open byte) ([]member, error) {
	text = bytes.TrimSpace(text)
	if len(text) < 2 || text[0] != open || text[len(text)-1] != open+2 { // as '}' is '{' + 2, and ']' is '[' + 2
		return nil, errSyntax
	}
	from := len(r.members)
	for rest := bytes.TrimSpace(text[1 : len(text)-1]); len(rest) > 0 || len(r.members) > from; {
		var m member
		var err error
		if open == '{' {
			if m.key, rest, err = cutKey(rest); err != nil {
				return nil, err
			}
		}
		end := endOfValue(rest)
		if m.value = bytes.TrimSpace(rest[:end]); len(m.value) == 0 {
			return nil, errSyntax
		}
		r.members = append(r.members, m)
		if end == len(rest) {
			break
		}
		rest = rest[end+1:]
	}
	return r.members[from:], nil
}

// done forgets members that split gave, the last of those that are not forgotten.
func (r *sjsonReader) done(members []member) {
	r.members = r.members[:len(r.members)-len(members)]
}

// cutKey gives what is before and behind a colon.
func cutKey(text []byte) (key, rest []byte, err error) {
	text = bytes.TrimSpace(text)
	end := endOfString(text)
	if end == 0 {
		return nil, nil, errSyntax
	}
	if key = text[1 : end-1]; !plain(key) {
		s, err := decode[string](text[:end])
		if err != nil {
			return nil, nil, fmt.Errorf("a key: %w", err)
		}
		key = []byte(s)
	}
	rest, found := bytes.CutPrefix(bytes.TrimSpace(text[end:]), []byte{':'})
	if !found {
		return nil, nil, errSyntax
	}
	return key, rest, nil
}

// endOfValue is where the comma behind a value is, or the end of the text.
func endOfValue(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			n := endOfString(text[i:])
			if n == 0 {
				return len(text)
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// endOfString is the length of the string that a text begins with, quotes and
// all, or 0.
func endOfString(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for end := 1; ; end++ {
		n := bytes.IndexByte(text[end:], '"')
		if n < 0 {
			return 0
		}
		end += n
		inside := text[1:end]
		if escapes := len(inside) - len(bytes.TrimRight(inside, `\`)); escapes%2 == 0 {
			return end + 1
		}
	}
}
