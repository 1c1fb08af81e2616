// Package enablement holds the nouns of sales enablement and their rules:
// Asset, Persona, Industry, Lead, Send, Usage, Role and Error.
//
// It uses the standard library only, does no I/O and reads no clock: now is an
// argument. The structs are at once the documents that the store keeps (bson
// tags) and the models of the GraphQL API (bound by name), so that a noun is
// written down once.
package enablement
