package rows

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// MaxLine is the most bytes that one record may have: one that is longer is
// reported and passed over. It bounds what an import keeps in memory.
const MaxLine = 32 << 20

// lineReader reads lines, counts them and never keeps more than MaxLine of one.
type lineReader struct {
	r       *bufio.Reader
	limit   int
	number  int   // of the line read last, from 1
	offset  int64 // bytes read
	pending []line
}

// line is one line without its end. text may be overwritten by the next read.
type line struct {
	number  int
	text    []byte
	tooLong bool // text is empty then
}

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 256<<10), limit: limit}
}

// next gives the next line, or io.EOF.
func (l *lineReader) next() (line, error) {
	if len(l.pending) > 0 {
		next := l.pending[0]
		l.pending = l.pending[1:]
		return next, nil
	}
	out := line{number: l.number + 1}
	for {
		part, err := l.r.ReadSlice('\n')
		l.offset += int64(len(part))
		out.tooLong = out.tooLong || len(out.text)+len(part) > l.limit
		if out.tooLong {
			out.text = nil
		} else if out.text == nil && err == nil {
			out.text = part // whole: no copy
		} else {
			out.text = append(out.text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(out.text) > 0 || out.tooLong):
		case err != nil:
			return line{}, err
		}
		l.number++
		out.text = bytes.TrimSuffix(bytes.TrimSuffix(out.text, []byte("\n")), []byte("\r"))
		return out, nil
	}
}

// again puts lines back, to be read next.
func (l *lineReader) again(lines []line) { l.pending = append(lines, l.pending...) }

// unreadable says which byte of a record that begins on line first no text may
// hold, or "".
func unreadable(text []byte, first int) string {
	bad := bytes.IndexByte(text, 0)
	what := "is NUL"
	if i := invalidUTF8(text); i >= 0 && (bad < 0 || i < bad) {
		bad, what = i, fmt.Sprintf("(0x%02X) is not UTF-8", text[i])
	}
	if bad < 0 {
		return ""
	}
	start := bytes.LastIndexByte(text[:bad], '\n') + 1
	return fmt.Sprintf("byte %d of line %d %s; save the file as UTF-8",
		bad-start+1, first+bytes.Count(text[:bad], []byte("\n")), what)
}

// invalidUTF8 is the place of the first byte that is not UTF-8, or -1.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
