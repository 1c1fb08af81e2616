// Package auth says who calls: it verifies bearer tokens (JSON Web Tokens),
// keeps or fetches the keys that they are signed with, and carries the viewer
// in the request's context.
//
// It never decides what a viewer may do: that is read in the schema. It never
// logs a token or repeats one in an error.
package auth
