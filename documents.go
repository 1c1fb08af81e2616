package main

import (
	"errors"
	"fmt"

	"github.com/quiverhq/quiver/resolvers"
)

// documentFlags say which GraphQL documents are answered.
type documentFlags struct {
	MaxCost          map[string]string `name:"max-cost" help:"The most that a document may cost, by role, as REP=50000;NOBODY=1000; the rest as they are." env:"QUIVER_MAX_COST" mapsep:";"`
	MaxDepth         map[string]string `name:"max-depth" help:"How deep a document may nest fields, by role, as REP=10." env:"QUIVER_MAX_DEPTH" mapsep:";"`
	MaxTokens        map[string]string `name:"max-tokens" help:"The most tokens of a document, by role, as REP=5000." env:"QUIVER_MAX_TOKENS" mapsep:";"`
	TrustedDocuments string            `help:"A JSON file of documents by id or SHA-256, which clients may name by it." env:"QUIVER_TRUSTED_DOCUMENTS" type:"path"`
	TrustedOnly      bool              `help:"Answer the documents of --trusted-documents and no others." env:"QUIVER_TRUSTED_ONLY"`
}

// documents is what the flags amount to.
type documents struct {
	bounds  resolvers.Bounds
	trusted *resolvers.Trusted
}

// read turns the flags into what they say, or tells what is wrong with them.
func (f documentFlags) read() (documents, error) {
	d := documents{bounds: resolvers.DefaultBounds()}
	for _, set := range []struct {
		flag, kind string
		values     map[string]string
	}{
		{"--max-cost", "cost", f.MaxCost}, {"--max-depth", "depth", f.MaxDepth}, {"--max-tokens", "tokens", f.MaxTokens},
	} {
		var err error
		if d.bounds, err = d.bounds.With(set.kind, set.values); err != nil {
			return documents{}, fmt.Errorf("%s: %w", set.flag, err)
		}
	}
	if f.TrustedDocuments == "" {
		if f.TrustedOnly {
			return documents{}, errors.New("--trusted-only needs --trusted-documents: without them nothing would be answered")
		}
		return d, nil
	}
	var err error
	d.trusted, err = resolvers.ReadTrusted(f.TrustedDocuments)
	return d, err
}
