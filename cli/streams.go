package cli

import (
	"fmt"
	"io"
)

// Streams is where a command reads and writes: results go to Out, so that they
// can be piped, and everything said to the person who waits goes to Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// Terminal tells that Err is a terminal: progress is drawn there alone.
	Terminal bool
}

// The exit codes of the commands.
const (
	// ExitDiffers: the command ran to its end and what it looked at is not in
	// order: a row failed, the index differs from the store.
	ExitDiffers = 1
	// ExitUnable: the command could not do its work: a flag is wrong, a file
	// cannot be read, the server cannot be reached or refuses the token.
	ExitUnable = 2
)

// ExitError is how a command ends other than well. Package main prints Err,
// where there is one, and exits with Code; kong finds Code through ExitCode.
type ExitError struct {
	Code int   // ExitDiffers or ExitUnable
	Err  error // nil: all has been said already
}

// Error gives the text of the cause.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap gives the cause.
func (e *ExitError) Unwrap() error { return e.Err }

// ExitCode gives the code that the process ends with.
func (e *ExitError) ExitCode() int { return e.Code }

// unable is an ExitError for a command that cannot do its work.
func unable(format string, args ...any) error {
	return &ExitError{Code: ExitUnable, Err: fmt.Errorf(format, args...)}
}
