// Package search finds: assets by words and tags, leads by words and tags.
//
// It owns the copy of the catalog that queries are answered from. Words live
// in an inverted index on disk, which Bleve analyses, keeps and merges; tags,
// dates and orders live in memory as bitmaps and arrays over dense ordinals.
// What says nearly the same is found by sketches of the texts, in memory too.
// Postings are walked and scored here, so that scores are the same however the
// catalog was indexed.
//
// It never writes to the store and is never the truth: all of it can be thrown
// away and built again from Documents.
package search
