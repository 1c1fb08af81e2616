package resolvers

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/quiverhq/quiver/enablement"
)

// persistedExtension is Apollo's: {version: 1, sha256Hash}.
const persistedExtension = "persistedQuery"

// persisted puts the document into requests that name it by an id or a hash
// alone, and remembers what clients with a token register by its hash: Apollo's
// automatic persisted queries. Where only trusted documents are answered it
// refuses all others.
//
// gqlgen's own AutomaticPersistedQuery knows neither trusted documents nor who
// asks: a stranger can register, and push out, what it likes; what it registers
// need not be GraphQL; and its faults have no code that lasts.
//
// https://www.apollographql.com/docs/apollo-server/performance/apq
type persisted struct {
	trusted     *Trusted
	trustedOnly bool
	registered  *documentCache[string] // by hash
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
} = (*persisted)(nil)

// ExtensionName names the extension to gqlgen.
func (*persisted) ExtensionName() string { return "PersistedDocuments" }

// Validate accepts any schema.
func (*persisted) Validate(graphql.ExecutableSchema) error { return nil }

// documentIDExtension is where the transport puts the id of a document, which
// gqlgen's parameters have no place for: as a documentName, which no client can
// put there.
const documentIDExtension = "documentId"

type documentName string

// MutateOperationParameters finds the document of a request that has none.
func (p *persisted) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	hash, fault := persistedHash(request.Extensions)
	id, named := request.Extensions[documentIDExtension].(documentName)
	switch {
	case fault != nil:
		return fault
	case named:
		request.Query, fault = p.find(ctx, string(id), persistedNotFound)
	case hash != "" && request.Query == "":
		request.Query, fault = p.find(ctx, hash, p.unknownHash)
	case hash != "" && hash != hashOf(request.Query):
		return invalid("extensions.persistedQuery.sha256Hash", "is not the SHA-256 of the query")
	}
	if _, ok := p.trusted.document(request.Query); fault == nil && p.trustedOnly && !ok {
		return coded(enablement.Errorf(enablement.Forbidden, enablement.TrustedAlone))
	}
	return fault
}

// MutateOperationContext remembers a document that came with its hash, now that
// it is known to be valid.
func (p *persisted) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if hash, _ := persistedHash(operation.Extensions); hash != "" && !p.trustedOnly {
		p.registered.Add(ctx, hash, operation.RawQuery)
	}
	return nil
}

// find gives the document of a hash or an id.
func (p *persisted) find(ctx context.Context, id string, unknown func() *gqlerror.Error) (string, *gqlerror.Error) {
	if text, ok := p.trusted.text(id); ok {
		return text, nil
	}
	if text, ok := p.registered.Get(ctx, id); ok {
		return text, nil
	}
	return "", unknown()
}

// unknownHash tells a client to send the document along, or that it need not.
func (p *persisted) unknownHash() *gqlerror.Error {
	if p.trustedOnly {
		return persistedNotSupported()
	}
	return persistedNotFound()
}

// persistedHash reads extensions.persistedQuery; "" where there is none.
func persistedHash(extensions map[string]any) (string, *gqlerror.Error) {
	given, ok := extensions[persistedExtension]
	if !ok || given == nil {
		return "", nil
	}
	fields, ok := given.(map[string]any)
	if !ok {
		return "", invalid("extensions.persistedQuery", "must be an object with version and sha256Hash")
	}
	if version, ok := fields["version"].(json.Number); !ok || version != "1" {
		return "", invalid("extensions.persistedQuery.version", "must be 1")
	}
	hash, _ := fields["sha256Hash"].(string)
	if !isHash(hash) {
		return "", invalid("extensions.persistedQuery.sha256Hash", "must be a SHA-256: 64 digits from 0 to f, in lower case")
	}
	return hash, nil
}

// invalid is the fault of one field of a request.
func invalid(field, message string) *gqlerror.Error {
	return gqlerror.WrapIfUnwrapped(enablement.InvalidField(field, "%s", message))
}

// validatedDocuments are the documents that need neither parsing nor
// validation: the trusted ones for good, others as long as there is room.
type validatedDocuments struct {
	*documentCache[*ast.QueryDocument]
	trusted *Trusted
}

// Get gives a document by its text.
func (d validatedDocuments) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	if document, ok := d.trusted.document(text); ok {
		return document, true
	}
	return d.documentCache.Get(ctx, text)
}

// has tells whether a document is known.
func (d validatedDocuments) has(text string) bool {
	_, ok := d.Get(context.Background(), text)
	return ok
}
