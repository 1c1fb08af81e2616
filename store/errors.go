package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"github.com/quiverhq/quiver/enablement"
)

// What a write can run into besides failure; the nouns turn these into coded
// errors or try again.
var (
	errAbsent  = errors.New("no such document")
	errDamaged = errors.New("a document that cannot be decoded")
	errTaken   = errors.New("a document with the same unique value exists")
	errMoved   = errors.New("the document has moved on since it was read")
)

// retryLabel marks the errors that MongoDB itself calls worth another try: an
// election, a shutdown, a lost primary.
const retryLabel = "RetryableWriteError"

// cut are MongoDB's codes for what ends a cursor, or an operation, that may be
// begun again: a cursor whose server, or whose connection to it, has gone, and
// those of its specification of retryable reads (error_codes.yml).
var cut = []int{
	43, 175, 237, // CursorNotFound, QueryPlanKilled, CursorKilled
	11600, 11602, 10107, 13435, 13436, 189, 91, 7, 6, 89, 9001, 262, 134,
}

func wasCut(err error) bool {
	var answer mongo.ServerError
	return errors.As(err, &answer) && slices.ContainsFunc(cut, answer.HasErrorCode)
}

// transient tells whether the same operation may well succeed in a moment.
func transient(err error) bool {
	var selection topology.ServerSelectionError
	var labeled mongo.LabeledError
	return mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.As(err, &selection) ||
		errors.Is(err, topology.ErrTopologyClosed) || errors.Is(err, mongo.ErrClientDisconnected) ||
		errors.As(err, &labeled) && labeled.HasErrorLabel(retryLabel) || wasCut(err)
}

// coded wraps an error of the driver with what was being done: UNAVAILABLE when
// the database cannot be reached, the bare context's error when the caller gave
// up, else an error without a code, which clients see as internal.
func coded(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.As(err, new(*enablement.Error)):
		return fmt.Errorf("%s: %w", doing, err)
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	case full(err):
		return fmt.Errorf("%s: %w", doing, &enablement.Error{Code: enablement.Unavailable, Err: err,
			Message: "the disk of the database is full, so that nothing can be written: make room on it, then try again"})
	case transient(err):
		return fmt.Errorf("%s: %w", doing, enablement.Unreachable("the database", err))
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}

// outOfDiskSpace is MongoDB's code for it (error_codes.yml: OutOfDiskSpace).
const outOfDiskSpace = 14031

// full tells that the database has no room for a write. FerretDB gives SQLite's
// errors no code of their own, their text alone (SQLITE_FULL; SQLITE_IOERR_WRITE is
// what a quota or a full disk under the write-ahead log may show as).
func full(err error) bool {
	var answer mongo.ServerError
	return errors.As(err, &answer) && (answer.HasErrorCode(outOfDiskSpace) ||
		answer.HasErrorMessage("database or disk is full") || answer.HasErrorMessage("disk I/O error: no space left on device"))
}

// unsupported tells that a MongoDB-compatible server lacks what was asked for:
// CommandNotSupported, NotImplemented, InvalidIndexSpecificationOption.
func unsupported(err error) bool {
	var command mongo.CommandError
	return errors.As(err, &command) && (command.Code == 115 || command.Code == 238 || command.Code == 197)
}

// worthRepeating leaves out of the transient errors those that have already
// waited their full time.
func worthRepeating(err error) bool {
	var selection topology.ServerSelectionError
	return transient(err) && !mongo.IsTimeout(err) && !errors.As(err, &selection) &&
		!errors.Is(err, topology.ErrTopologyClosed) && !errors.Is(err, mongo.ErrClientDisconnected)
}
