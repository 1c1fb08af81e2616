// Package usage is the ledgers of what was sent and of what was searched:
// columns in memory that answer what was sent, by whom, to whom and when,
// counted by anything, and what people searched for and what came of it.
//
// It owns copies of the records of sends and searches that are rebuilt from the
// store at every start and kept current by Append, and says which searches there
// are to record. It counts and lists ids; it never does I/O, never holds a
// message or anything else that a person wrote to a lead, and never decides who
// may see what.
//
// How the ledger of sends is laid out:
//
//   - Every send has a number, given in the order of arrival, and its values
//     lie in columns under that number (table), encoded through dictionaries.
//     What is written there never moves or changes.
//   - A series is a set of those numbers in the order of time. There is one of
//     all sends and one for each lead, each asset and each rep, so that a range
//     of time is two binary searches, and a send that arrives late is put in
//     its place without moving the others.
//   - A question takes a view under a read lock held for microseconds: the part
//     of a series that it needs. It then counts without any lock while writers
//     go on behind it.
//   - What was counted of whole days without a filter is kept (digest) as long as
//     there are as many sends in them, so that it is counted once a day mostly.
//
// What is searched goes another way: SearchLog takes in what people ask, open
// and send without making anybody wait; the settler behind it says what counts
// as a search and what followed from it; SearchLedger counts what the store has
// recorded of that.
package usage
