// Package backup is the format of a backup: a stream of documents as BSON,
// collection by collection, compressed, that says of itself whether it is whole.
//
// It owns the bytes and their checksums. It knows neither the database that
// they come from nor what the documents mean; package store does.
//
// A backup is one line of JSON, which any tool can read, and behind it a stream
// of Zstandard (RFC 8878), which holds records: a letter and a BSON document.
//
//	C  {name}                                     a collection begins
//	D  a document of it, as it is stored
//	E  {name, documents, unreadable, sha256}      it ends; the sum is that of its documents
//	Z  {collections, documents, unreadable, sha256}   the end; the sum is that of all before it,
//	                                              the line of JSON included
//
// Counts and sums follow what they count, because a backup is written as it is
// read from a database that goes on being written to. What has no Z is not whole.
package backup
