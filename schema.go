package main

import (
	"github.com/quiverhq/quiver/cli"
	"github.com/quiverhq/quiver/resolvers"
)

// printSchema is the command that prints the schema, for tools that generate types
// or check documents without a running server.
type printSchema struct{}

// Run prints the schema in GraphQL's schema definition language.
func (printSchema) Run(streams cli.Streams) error { return resolvers.WriteSchema(streams.Out) }
