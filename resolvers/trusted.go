package resolvers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/graph"
)

// maxTrusted is how large a file of trusted documents may be: a thousand of
// the largest documents.
const maxTrusted = 64 << 20

// Trusted are the documents that the operator has put down, parsed and
// validated once. The zero value has none.
type Trusted struct {
	texts  map[string]string             // by id and by the SHA-256 of the text
	parsed map[string]*ast.QueryDocument // by text
}

// ReadTrusted reads a file of trusted documents: a JSON object with the text of
// each document under its id or its SHA-256, as GraphQL Code Generator
// (persistedDocuments) and the Relay compiler (persistConfig.file) write it. All
// that is wrong is told entry by entry.
func ReadTrusted(file string) (*Trusted, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the trusted documents: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTrusted+1))
	if err != nil {
		return nil, fmt.Errorf("read the trusted documents: %w", err)
	}
	if len(text) > maxTrusted {
		return nil, fmt.Errorf("read the trusted documents: %s has more than %d bytes, the most that is read", file, maxTrusted)
	}
	trusted, err := parseTrusted(text)
	if err != nil {
		return nil, fmt.Errorf("read the trusted documents in %s: %w", file, err)
	}
	return trusted, nil
}

// parseTrusted reads trusted documents from JSON.
func parseTrusted(text []byte) (*Trusted, error) {
	entries, err := trustedEntries(text)
	if err != nil {
		return nil, err
	}
	out := &Trusted{texts: map[string]string{}, parsed: map[string]*ast.QueryDocument{}}
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		document := entries[key]
		id, err := documentID(key)
		if err == nil && strings.HasPrefix(key, sha256Prefix) && id != hashOf(document) {
			err = fmt.Errorf("it is not the SHA-256 of its document, which is %s%s", sha256Prefix, hashOf(document))
		}
		var parsed *ast.QueryDocument
		if err == nil {
			parsed, err = validated(schema, document)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%q: %w", excerpt(key), err))
			continue
		}
		out.texts[id], out.texts[hashOf(document)] = document, document
		out.parsed[document] = parsed
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// trustedEntries reads the texts by their keys; a key that is there twice is a
// fault, for one of the two would be lost.
func trustedEntries(text []byte) (map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("it must be a JSON object with the text of each document under its id or SHA-256")
	}
	entries := map[string]string{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("the JSON is malformed at byte %d", decoder.InputOffset())
		}
		id := key.(string) // what a JSON object has for keys
		if _, twice := entries[id]; twice {
			return nil, fmt.Errorf("%q is there twice", excerpt(id))
		}
		var document string
		if err := decoder.Decode(&document); err != nil {
			return nil, fmt.Errorf("%q must have a document as a string", excerpt(id))
		}
		entries[id] = document
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("the JSON is malformed at byte %d", decoder.InputOffset())
	}
	if len(entries) == 0 {
		return nil, errors.New("it has no document")
	}
	return entries, nil
}

// validated parses a document and holds it against the schema, within the
// bounds that validation has for everybody.
func validated(schema *ast.Schema, document string) (*ast.QueryDocument, error) {
	if len(document) > defaultMaxDocument {
		return nil, fmt.Errorf("the document has %d bytes; %d is the most", len(document), defaultMaxDocument)
	}
	if fault := documentFault(document, defaultMaxDocument); fault != nil {
		return nil, errors.New(fault.Message)
	}
	parsed, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return nil, errors.New(inWords(err))
	}
	if len(parsed.Operations) == 0 {
		return nil, errors.New("the document has no operation")
	}
	if faults := validator.ValidateWithRules(schema, parsed, nil); len(faults) > 0 {
		return nil, errors.New(inWords(faults[0]))
	}
	return parsed, nil
}

// inWords is what is wrong with a document, and where.
func inWords(err error) string {
	fault, ok := errors.AsType[*gqlerror.Error](err)
	if !ok || len(fault.Locations) == 0 {
		return excerpt(err.Error())
	}
	return fmt.Sprintf("line %d: %s", fault.Locations[0].Line, excerpt(fault.Message))
}

const sha256Prefix = "sha256:"

// documentID gives the name under which a document is looked up: without the
// prefix sha256:, which the hash of a persisted document may have, and which is
// the only prefix that there is.
//
// https://graphql.github.io/graphql-over-http/draft/ (Persisted Documents)
func documentID(given string) (string, error) {
	id, hashed := strings.CutPrefix(given, sha256Prefix)
	switch {
	case hashed && !isHash(id):
		return "", errors.New("a document's id with the prefix sha256: must go on with 64 digits from 0 to f, in lower case")
	case strings.Contains(id, ":"):
		return "", errors.New("a document's id has the prefix sha256: or none")
	case id == "":
		return "", errors.New("a document's id must not be empty")
	}
	return id, nil
}

func isHash(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// text gives a trusted document by its id or hash.
func (t *Trusted) text(id string) (string, bool) {
	if t == nil {
		return "", false
	}
	text, ok := t.texts[id]
	return text, ok
}

// document gives a trusted document parsed, by its text.
func (t *Trusted) document(text string) (*ast.QueryDocument, bool) {
	if t == nil {
		return nil, false
	}
	parsed, ok := t.parsed[text]
	return parsed, ok
}

// The faults of requests for persisted documents. Apollo's clients, urql and
// others know the first two by these very messages, and then send the document
// along or stop asking by hash.
func persistedNotFound() *gqlerror.Error {
	return coded(&enablement.Error{Code: enablement.PersistedNotFound, Message: "PersistedQueryNotFound"})
}

func persistedNotSupported() *gqlerror.Error {
	return coded(&enablement.Error{Code: enablement.PersistedNotSupported, Message: "PersistedQueryNotSupported"})
}
