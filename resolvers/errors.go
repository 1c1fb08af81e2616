package resolvers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

type requestIDKey struct{}

// WithRequestID puts the request's id into the context: it stands in the log
// beside the cause of an internal error, and in the client's answer.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id of the request, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// PresentError turns any error into what a client reads: a message,
// extensions.code and, for bad input and what is taken, extensions.fields. What has no code is
// logged here, once, and reads "internal error".
func PresentError(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := graphql.DefaultErrorPresenter(ctx, err)
		var coded *enablement.Error
		switch {
		case errors.As(err, &coded):
			if coded.Code == enablement.BadUserInput && len(coded.Fields) == 0 {
				return presentInput(ctx, out, coded.Message)
			}
			logCause(ctx, log, coded)
			return present(out, coded.Code, coded.Message, coded.Fields)
		case errors.Is(err, context.DeadlineExceeded):
			return present(out, enablement.Unavailable, "the request took too long and was stopped", nil)
		case errors.Is(err, context.Canceled):
			return present(out, enablement.Unavailable, "the request was given up by the client", nil)
		case out.Err == nil: // gqlparser's: the document or its variables are wrong
			message := excerpt(out.Message)
			return present(out, enablement.BadUserInput, message, []enablement.FieldError{{Path: inputPath(ctx, out.Path), Message: message}})
		default:
			log.ErrorContext(ctx, "internal error", "request", RequestID(ctx), "path", out.Path.String(), "error", err)
			return internal(ctx, out)
		}
	}
}

// presentInput presents what is wrong with an input that does not know its own
// name. Where gqlgen found it in the document, the path is the input's, which no
// client finds in the answer: it becomes the field's, and the message names the
// input.
func presentInput(ctx context.Context, out *gqlerror.Error, message string) *gqlerror.Error {
	at := enablement.FieldError{Path: inputPath(ctx, out.Path), Message: message}
	if field := graphql.GetFieldContext(ctx); field != nil && len(field.Path()) < len(out.Path) {
		at.Path = inputName(out.Path[len(field.Path()):])
		out.Path, message = field.Path(), at.Path+": "+message
		_ = graphql.AddFieldLocationToError(ctx, out) // in place
	}
	return present(out, enablement.BadUserInput, message, []enablement.FieldError{at})
}

// Recover turns a panic into an internal error; the stack goes to the log.
func Recover(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, cause any) error {
		log.ErrorContext(ctx, "panic", "request", RequestID(ctx), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		return &enablement.Error{Code: enablement.Internal, Message: internalMessage(ctx)}
	}
}

// logCause logs the reason of an error that is not the client's doing; the
// client reads the message alone.
func logCause(ctx context.Context, log *slog.Logger, e *enablement.Error) {
	if e.Err != nil && (e.Code == enablement.Unavailable || e.Code == enablement.Internal) {
		log.WarnContext(ctx, "request failed", "request", RequestID(ctx), "code", e.Code, "error", e)
	}
}

func internal(ctx context.Context, out *gqlerror.Error) *gqlerror.Error {
	return present(out, enablement.Internal, internalMessage(ctx), nil)
}

func internalMessage(ctx context.Context) string {
	if id := RequestID(ctx); id != "" {
		return "internal error; the log knows more under request " + id
	}
	return "internal error"
}

func present(out *gqlerror.Error, code enablement.Code, message string, fields []enablement.FieldError) *gqlerror.Error {
	out.Message = message
	out.Extensions = map[string]any{"code": code}
	if code == enablement.BadUserInput || len(fields) > 0 {
		out.Extensions["fields"] = fields
	}
	return out
}
