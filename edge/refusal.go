package edge

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// refuse answers with an error in GraphQL's shape, and with when to come back.
func refuse(w http.ResponseWriter, r *http.Request, status int, after time.Duration, reason *enablement.Error) {
	type failure struct {
		Message    string                     `json:"message"`
		Extensions map[string]enablement.Code `json:"extensions"`
	}
	body, err := json.Marshal(map[string][]failure{"errors": {{reason.Message, map[string]enablement.Code{"code": reason.Code}}}})
	if err != nil {
		panic(err) // strings marshal
	}
	media := "application/json"
	if graphQL := "application/graphql-response+json"; strings.Contains(r.Header.Get("Accept"), graphQL) {
		media = graphQL
	}
	header := w.Header()
	header.Set("Content-Type", media+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Retry-After", RetryAfter(after))
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) // a client that has gone needs no answer
}

// RetryAfter is a pause as the header Retry-After has it: whole seconds, at
// least one.
func RetryAfter(pause time.Duration) string {
	return strconv.FormatInt(max(1, wholeSeconds(pause)), 10)
}
