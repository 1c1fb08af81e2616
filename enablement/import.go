package enablement

// ImportResult is what an import did, row by row in numbers, with every fault.
type ImportResult struct {
	Created   int
	Updated   int
	Unchanged int
	Failed    int
	Errors    []*ImportError
	Warnings  []*ImportError
}

// ImportError is a fault, or a remark, on one row. Row counts from 0; Field is
// nil where no single field is at fault.
type ImportError struct {
	Row     int
	Field   *string
	Message string
}
