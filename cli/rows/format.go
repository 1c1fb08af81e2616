package rows

import (
	"bytes"
	"path/filepath"
	"strings"
)

// Format is how a file is written.
type Format string

// The formats. Auto is found out from the content.
const (
	Auto  Format = "auto"
	JSONL Format = "jsonl"
	CSV   Format = "csv"
)

// FormatOf goes by the file's name: .csv, .tsv, .jsonl, .ndjson; Auto for any other.
func FormatOf(name string) Format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv":
		return CSV
	case ".jsonl", ".ndjson":
		return JSONL
	default:
		return Auto
	}
}

// File names the file of a noun within a folder that holds one of each: JSON
// Lines but for CSV.
func (n Noun) File(f Format) string {
	if f == CSV {
		return string(n) + ".csv"
	}
	return string(n) + ".jsonl"
}

// or is the format, or what the file's first bytes look like.
func (f Format) or(start []byte) Format {
	if f == JSONL || f == CSV {
		return f
	}
	if start = bytes.TrimSpace(start); len(start) == 0 || start[0] == '{' || start[0] == '[' {
		return JSONL
	}
	return CSV
}
