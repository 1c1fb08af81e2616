// Package cli holds the commands beside serve: token, import, export, backup,
// restore, migrate, check and version. Each is a struct whose tags are its flags (alecthomas/kong) and
// whose Run does the work; package main puts them into its grammar.
//
// import and export are clients of the GraphQL API over HTTP and know nothing
// of the store behind it. check opens store and index itself, token the key;
// backup asks a server or opens the store, restore opens it.
// No command reads the environment, exits the process or touches the
// standard streams: kong, main and Streams do.
package cli
