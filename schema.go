package main

import (
	"bytes"

	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/graph"
)

// printSchema is the command that prints the schema, for tools that generate types
// or check documents without a running server.
type printSchema struct{}

// Run prints the schema in GraphQL's schema definition language.
func (printSchema) Run(streams cli.Streams) error {
	var text bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(graph.NewExecutableSchema(graph.Config{}).Schema())
	_, err := text.WriteTo(streams.Out)
	return err
}
