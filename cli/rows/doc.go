// Package rows reads files of assets, leads, sends, what became of them, and the
// taxonomy, JSON Lines or CSV, into the rows that the API takes, and names what
// is wrong by line and field.
//
// It owns the file formats, the mapping of columns to fields and the
// conversion of cells to values. It reads one record at a time, so that memory
// does not grow with the file, and checks each by the rules of package
// enablement, which the server applies too. It never talks to a server.
package rows
