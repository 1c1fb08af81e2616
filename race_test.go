//go:build race

package main

// raceTimes is how many times the memory a process takes with the race detector,
// which keeps a shadow of it: five to ten, by its manual; of what is garbage soon, less.
const raceTimes = 3
