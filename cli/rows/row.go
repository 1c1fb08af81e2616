package rows

import (
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// Row is one row of a file, converted and checked. A row with faults must not
// be sent.
type Row struct {
	// Line is where the row begins in the file, from 1.
	Line int
	// Input holds the fields that the row has, by name, as the API takes them:
	// string, []string or time.Time.
	Input map[string]any
	// Faults and Warnings name fields by Path; "" is the row as a whole.
	Faults   []enablement.FieldError
	Warnings []enablement.FieldError
}

// record is one row as the file has it.
type record struct {
	line, last int            // where it begins and ends; last is 0 where it is one line
	cells      map[string]any // by name as written; no nil
	fault      string         // why cells could not be read
}

type source interface{ next() (record, error) }

func (row *Row) fault(path, message string) {
	row.Faults = append(row.Faults, enablement.FieldError{Path: path, Message: message})
}

// root is the field that a path such as "topics[2]" lies in.
func root(path string) string {
	name, _, _ := strings.Cut(path, "[")
	return name
}
