// Package demo carries a fictional company, Tallyholm: its catalog, taxonomy,
// synonyms, leads and reps as files, and half a year of sends made from the rules in
// patterns.md. Everything was written for Quiver.
//
// It puts them into an empty store the way an import would, once, and never
// touches a store that holds a catalog of its own.
package demo
