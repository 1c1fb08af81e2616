package resolvers

import (
	"bytes"
	"io"

	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/quiverhq/quiver/graph"
)

// WriteSchema writes the schema of the API in GraphQL's schema definition language,
// with descriptions: `quiver schema`.
func WriteSchema(w io.Writer) error {
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(graph.NewExecutableSchema(graph.Config{}).Schema())
	_, err := text.WriteTo(w)
	return err
}
