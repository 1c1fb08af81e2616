package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// refusal is an answer of the server that holds no result.
type refusal struct {
	Status     int             // of HTTP
	Code       enablement.Code // empty: the answer is not GraphQL
	Message    string
	Fields     []enablement.FieldError // paths as in "rows[4].title"
	RetryAfter time.Duration           // as the server asked; 0: it did not
}

// Error gives the message, the fields and the code.
func (r *refusal) Error() string {
	var b strings.Builder
	b.WriteString(r.Message)
	for _, f := range r.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Path, f.Message)
	}
	if r.Code != "" {
		fmt.Fprintf(&b, " (%s)", r.Code)
	}
	return b.String()
}

// refusalKind is what a refusal means for the person who waits.
type refusalKind int

const (
	refusedRequest refusalKind = iota
	refusedToken
	refusedRole
	notQuiver
)

func (r *refusal) kind() refusalKind {
	switch {
	case r.Code == enablement.Unauthenticated || r.Code == "" && r.Status == http.StatusUnauthorized:
		return refusedToken
	case r.Code == enablement.Forbidden || r.Code == "" && r.Status == http.StatusForbidden:
		return refusedRole
	case r.Code == "":
		return notQuiver
	default:
		return refusedRequest
	}
}

// tooMuch tells that fewer rows at a time may go through.
func (r *refusal) tooMuch() bool {
	return r.Status == http.StatusRequestEntityTooLarge || r.Code == enablement.TooComplex
}

// graphError is one entry of a GraphQL response's errors.
type graphError struct {
	Message    string `json:"message"`
	Extensions struct {
		Code   enablement.Code         `json:"code"`
		Fields []enablement.FieldError `json:"fields"`
	} `json:"extensions"`
}

func refusalOf(response *http.Response, all []graphError) *refusal {
	r := &refusal{
		Status: response.StatusCode, Code: all[0].Extensions.Code, Message: all[0].Message,
		RetryAfter: retryAfter(response),
	}
	if r.Code == "" {
		r.Code = enablement.BadUserInput // an error of the document itself, as GraphQL servers report it
	}
	for _, e := range all {
		r.Fields = append(r.Fields, e.Extensions.Fields...)
	}
	return r
}

// foreign is the refusal of an answer that is not GraphQL.
func foreign(response *http.Response) *refusal {
	message := fmt.Sprintf("the answer is %s with %q, not what a Quiver server gives; check --server",
		response.Status, response.Header.Get("Content-Type"))
	if place := response.Header.Get("Location"); place != "" {
		message = fmt.Sprintf("the server has moved to %s; give that as --server", place)
	}
	return &refusal{Status: response.StatusCode, Message: message, RetryAfter: retryAfter(response)}
}

// retryAfter reads the header in its form of seconds.
func retryAfter(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// The pauses between attempts double from the first to the last: 250 ms to
// 8 s, some 16 s in all, enough for a server to restart.
const (
	firstPause  = 250 * time.Millisecond
	maxAttempts = 7
	longestWait = time.Minute // of a Retry-After that is still obeyed
	// longestHeld is how long in all a rate limit may hold one request up without
	// that counting as attempts.
	longestHeld = 10 * time.Minute
)

// backoff tells whether a call that ended with err is worth another attempt,
// and after which pause. attempt counts from 0.
func backoff(err error, attempt int) (time.Duration, bool) {
	if err == nil || attempt+1 >= maxAttempts || !passing(err) {
		return 0, false
	}
	pause := firstPause << attempt
	if r, ok := errors.AsType[*refusal](err); ok && r.RetryAfter > 0 {
		pause = r.RetryAfter
	}
	return pause, pause <= longestWait
}

// passing tells whether a failure may be gone a moment later.
func passing(err error) bool {
	if r, ok := errors.AsType[*refusal](err); ok {
		if r.Code != "" {
			return r.Code == enablement.RateLimited || r.Code == enablement.Unavailable
		}
		return r.Status >= 500 || r.Status == http.StatusTooManyRequests
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return false
	}
	return !errors.Is(err, context.Canceled)
}

// tooFast tells that the server did nothing because too much was asked of it.
func tooFast(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && (r.Code == enablement.RateLimited || r.Status == http.StatusTooManyRequests)
}

// ambiguous tells whether the server may have done what it was asked although
// the call ended with err.
func ambiguous(err error) bool {
	return !tooFast(err) && !errors.Is(err, syscall.ECONNREFUSED)
}
