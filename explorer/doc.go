// Package explorer serves the page at / in which the API can be tried:
// GraphiQL with a field for a token, all of it embedded, so that it works
// without any other server.
//
// It never sees a token: the page keeps it in the browser's tab and sends it to
// the GraphQL endpoint alone.
package explorer
