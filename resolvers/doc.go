// Package resolvers turns GraphQL into calls: each resolver makes one call and
// returns. The files are named as the schema's; beside them stand what all of
// them share: directives.go (who may call), access.go (who may see),
// connection.go (pages), input.go (null and absent), errors.go (what a client
// reads), limits.go and transport.go (what a request may be).
//
// It parses nothing, queries nothing and decides no rule of the domain.
package resolvers
