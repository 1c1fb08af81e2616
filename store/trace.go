package store

import (
	"context"
	"errors"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"

	"github.com/quiverhq/quiver/tracing"
)

// commandKey tells a command that is under way from all others.
type commandKey struct {
	connection string
	request    int64
}

// traced adds a span of each command to what is called after it. A span says
// command and collection: neither filter nor document.
func traced(after *event.CommandMonitor) *event.CommandMonitor {
	var running sync.Map // commandKey -> tracing.Span
	end := func(connection string, request int64, failure error) {
		span, ok := running.LoadAndDelete(commandKey{connection, request})
		if !ok {
			return // its request is not recorded
		}
		if failure != nil {
			span.(tracing.Span).Fail(kindOf(failure))
		}
		span.(tracing.Span).End()
	}
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			if !tracing.Recorded(ctx) {
				return
			}
			name, collection := e.CommandName, collectionOf(e.Command)
			if collection != "" {
				name += " " + collection
			}
			_, span := tracing.StartCall(ctx, name)
			span.String("db.system.name", "mongodb")
			span.String("db.namespace", e.DatabaseName)
			span.String("db.operation.name", e.CommandName)
			if collection != "" {
				span.String("db.collection.name", collection)
			}
			running.Store(commandKey{e.ConnectionID, e.RequestID}, span)
		},
		Succeeded: func(ctx context.Context, e *event.CommandSucceededEvent) {
			after.Succeeded(ctx, e)
			end(e.ConnectionID, e.RequestID, nil)
		},
		Failed: func(ctx context.Context, e *event.CommandFailedEvent) {
			after.Failed(ctx, e)
			end(e.ConnectionID, e.RequestID, e.Failure)
		},
	}
}

// collectionOf is the collection that a command works on: the value of its first
// field, or of collection where a cursor goes on; "" where it works on none.
func collectionOf(command bson.Raw) string {
	if name, ok := command.Lookup("collection").StringValueOK(); ok {
		return name
	}
	first, err := command.IndexErr(0)
	if err != nil {
		return ""
	}
	name, _ := first.Value().StringValueOK()
	return name
}

// kindOf is the server's name for an error: its text may hold values.
func kindOf(failure error) string {
	if said, ok := errors.AsType[driver.Error](failure); ok && said.Name != "" {
		return said.Name
	}
	switch {
	case errors.Is(failure, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(failure, context.Canceled):
		return "canceled"
	}
	return "no answer"
}
