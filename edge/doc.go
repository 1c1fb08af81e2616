// Package edge decides about a request before anybody reads it: where it comes
// from, whether its sender sends too many, whether there is room for it, and
// what every answer tells a browser. It also keeps the certificate.
//
// It knows nothing of GraphQL but the shape of a refusal, and nobody by name:
// who the sender is, it is told.
package edge
