package enablement

// ImportResult says what an import did, or would do in a dry run, row by row.
// Created, Updated, Unchanged and Failed add up to the rows given.
type ImportResult struct {
	Created   int
	Updated   int
	Unchanged int
	Failed    int
	Errors    []*ImportError // why rows failed, by row
	Warnings  []*ImportError // what a person should know of rows that went in, by row
}

// ImportError is one remark on one row of an import. Row counts from 0; Field
// is the input field at fault, nil where the whole row is meant.
type ImportError struct {
	Row     int
	Field   *string
	Message string
}
