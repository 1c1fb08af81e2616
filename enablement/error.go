package enablement

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure an Error is. Clients get it as
// extensions.code; it decides what they may do next.
type Code string

// The codes of the public API.
const (
	Unauthenticated Code = "UNAUTHENTICATED"   // no token, or one that does not hold
	Forbidden       Code = "FORBIDDEN"         // a valid token whose role or owner does not suffice
	NotFound        Code = "NOT_FOUND"         // no such thing, or one whose existence is secret to the viewer
	BadUserInput    Code = "BAD_USER_INPUT"    // Fields names every wrong field
	Conflict        Code = "CONFLICT"          // the thing has moved on since it was read, or another has what there may be one of
	RateLimited     Code = "RATE_LIMITED"      // come back later
	TooComplex      Code = "QUERY_TOO_COMPLEX" // the document asks for more than one request may
	Unavailable     Code = "UNAVAILABLE"       // the database or a copy of it cannot answer now; trying again may help
	Internal        Code = "INTERNAL"          // a fault of Quiver's own

	// Apollo's codes for a document that is named by its hash alone: it is not
	// known and must be sent along, or it is none of those that are answered.
	PersistedNotFound     Code = "PERSISTED_QUERY_NOT_FOUND"
	PersistedNotSupported Code = "PERSISTED_QUERY_NOT_SUPPORTED"
)

// TrustedAlone is the message of the FORBIDDEN that a server started with
// --trusted-only gives, by which the commands tell it from that of a role.
const TrustedAlone = "this server answers documents that its operator trusts and no others: name one by documentId, or by extensions.persistedQuery"

// FieldError is one wrong field of an input. Path is as the client wrote it,
// without the argument's name: "title", "painPoints[2]", "rows[4].title".
type FieldError struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Error is a failure that a client may read. Err, the cause, never leaves the
// server: it is logged where the Error stops.
type Error struct {
	Code    Code
	Message string
	Fields  []FieldError
	Err     error
}

// Error gives the code, the message, the fields and the cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Message)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Path, f.Message)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a message for the client.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Missing is the NOT_FOUND for a noun ("asset", "lead") and the id asked for.
func Missing(noun, id string) *Error {
	return Errorf(NotFound, "no %s has the id %q", noun, clip(id))
}

// Unreachable is the UNAVAILABLE for something outside this process. It names
// what was tried; the cause stays in the log.
func Unreachable(what string, cause error) *Error {
	return &Error{Code: Unavailable, Message: what + " cannot be reached at the moment; try again", Err: cause}
}

// Invalid is the BAD_USER_INPUT for the faults found, or nil where there are
// none. It is an error, not an *Error, so that a nil stays a nil.
func Invalid(faults []FieldError) error {
	if len(faults) == 0 {
		return nil
	}
	message := faults[0].Path + ": " + faults[0].Message
	if len(faults) > 1 {
		message = fmt.Sprintf("%s (and %d more)", message, len(faults)-1)
	}
	return &Error{Code: BadUserInput, Message: message, Fields: faults}
}

// InvalidField is Invalid for a single field.
func InvalidField(path, format string, args ...any) error {
	return Invalid([]FieldError{{Path: path, Message: fmt.Sprintf(format, args...)}})
}

// ConflictIn is the CONFLICT that one field is the reason of.
func ConflictIn(path, format string, args ...any) error {
	e := Errorf(Conflict, format, args...)
	e.Fields = []FieldError{{Path: path, Message: e.Message}}
	return e
}

// Together is one error for several arguments: of all the fields that are wrong, or
// else the first of the errors that is another.
func Together(errs ...error) error {
	var faults []FieldError
	for _, err := range errs {
		if err != nil && CodeOf(err) != BadUserInput {
			return err
		}
		faults = append(faults, FaultsOf(err)...)
	}
	return Invalid(faults)
}

// CodeOf gives the code of err, or Internal where none was given.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// FaultsOf gives the fields that err names, or nil.
func FaultsOf(err error) []FieldError {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// clip keeps what a client sent from filling a log or a response.
func clip(s string) string {
	const most = 80
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
