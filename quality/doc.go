// Package quality measures how good finding and recommending are.
//
// It owns the measures of retrieval (measure.go), the test collections
// (collection.go, demo.go), the way to ask one of Quiver's own index (index.go)
// and the replay of a history (replay.go), the demo's or one that a server
// exported (log.go). The commands quality/eval and quality/replay print its tables;
// its tests hold the judged set of the demo to a floor. Nothing that serves
// imports it.
package quality
