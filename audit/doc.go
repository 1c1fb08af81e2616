// Package audit finds changes in the audit log: the keys of the newest million
// of them in columns in memory, newest first, by who, what and when.
//
// It owns no entry and writes none: the store does. It is a copy that is built
// when it is first asked for, and takes no memory where nobody asks.
package audit
