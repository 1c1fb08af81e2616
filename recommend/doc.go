// Package recommend says what to send a person next, and why.
//
// It owns the six signals, their weights and the sentences that explain them
// (signals.go), the ranking (rank.go: pure, no I/O, no clock) and the gathering
// of what the ranking needs (engine.go). It never reads a database or an index
// itself, never writes, and never recommends an asset that has nothing to do
// with the person: candidates, history and documents come through the three
// small interfaces of engine.go.
package recommend
