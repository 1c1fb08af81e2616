package rows

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ours reads all records the way an import does.
func ours(text string, delimiter rune) [][]string {
	source := &csvSource{lines: newLineReader(strings.NewReader(text), MaxLine), delimiter: delimiter}
	var out [][]string
	for {
		cells, rec, err := source.read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if rec.fault != "" {
			return append(out, []string{"fault"})
		}
		out = append(out, cells)
	}
}

// theirs reads all records with encoding/csv, which finds their ends itself.
func theirs(text string, delimiter rune) [][]string {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = delimiter, true, -1
	out, _ := reader.ReadAll()
	return out
}

// closed tells that no cell of the text is left open at its end: there the two
// differ, for an import goes on with the line after the open cell.
func closed(text string, delimiter rune) bool {
	s := &csvSource{delimiter: delimiter}
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		inside = s.open([]byte(strings.TrimSuffix(line, "\r")), inside)
	}
	return !inside
}

func TestRecordsEndWhereEncodingCSVSaysTheyDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "é", ",", ";", `"`, `"`, "\n", "\r\n"}), 0, 40).Draw(t, "parts")
		text := strings.Join(parts, "")
		delimiter := rapid.SampledFrom([]rune{',', ';'}).Draw(t, "delimiter")
		compareCSV(t, text, delimiter)
	})
}

func FuzzCSV(f *testing.F) {
	f.Add("a,b\n\"x\ny\",\"\"\"\"\n")
	f.Add("a\r\n\"b\"\"\r\nc\"d\"\r\n")
	f.Fuzz(func(t *testing.T, text string) { compareCSV(t, text, ',') })
}

func compareCSV(t interface{ Errorf(string, ...any) }, text string, delimiter rune) {
	// Lines of white space alone are records to encoding/csv and empty to an import.
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && line != "\r" && strings.TrimSpace(line) == "" {
			return
		}
	}
	// A carriage return that ends no line is dropped at the end of a record, there at the end of the file alone.
	if strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") {
		return
	}
	if !closed(text, delimiter) || unreadable([]byte(text), 1) != "" {
		return
	}
	if diff := cmp.Diff(theirs(text, delimiter), ours(text, delimiter)); diff != "" {
		t.Errorf("%q\n%s", text, diff)
	}
}

func TestFindingOutTheDelimiter(t *testing.T) {
	for text, want := range map[string]rune{
		"a,b;c,d\n;;;;":        ',',
		"a;b;c\n1,2;3,4;5,6":   ';',
		"\"a;b;c\",d,e\n":      ',',
		"a\tb, c\td\n":         '\t',
		"only\n":               ',',
		"\"x\ny\";\"z\";a,b\n": ';',
	} {
		if got := sniffDelimiter([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Given any number of cells that are never closed, the file is read to its end
// and the last line, which is right, goes in.
func TestManyCellsThatAreNeverClosed(t *testing.T) {
	text := "email,notes\n" + strings.Repeat("a@x.org,\"open\n", 40) + "b@x.org,fine\n"
	got := told(t, text, Options{Noun: Leads})
	if last := got[len(got)-1]; last != "42 ok email=b@x.org notes=fine" {
		t.Errorf("last: %s", last)
	}
}
