package backup

import "time"

// FormatVersion is the version of the format that is written, and the newest
// that can be read.
const FormatVersion = 1

// formatName is how a backup says that it is one.
const formatName = "quiver-backup"

// The letters of the records.
const (
	recordCollection = 'C'
	recordDocument   = 'D'
	recordEnd        = 'E'
	recordTrailer    = 'Z'
)

// What is read at most, in bytes: of the line of JSON, and of one document,
// which MongoDB holds to 16 MB.
const (
	maxHeader   = 64 << 10
	maxDocument = 17 << 20
)

// Header is the first line of a backup.
type Header struct {
	Format        string    `json:"format"`        // the writer's to set
	FormatVersion int       `json:"formatVersion"` // the writer's to set
	Quiver        string    `json:"quiver"`        // the build that wrote it
	Schema        int       `json:"schema"`        // the version of the documents
	TakenAt       time.Time `json:"takenAt"`       // when it was begun: what was acknowledged before is in it
}

// Collection is what a backup says of one collection.
type Collection struct {
	Name       string `bson:"name"`
	Documents  int64  `bson:"documents"`
	Unreadable int64  `bson:"unreadable"` // documents that the database could not read, which are missing
	SHA256     string `bson:"sha256"`     // of its documents one after the other, in hex
}

// Summary is what a whole backup holds.
type Summary struct {
	Header      Header
	Collections []Collection // in the order of the file
	Documents   int64
	Unreadable  int64
	SHA256      string // of the whole, in hex
}

// trailer is the last record.
type trailer struct {
	Collections int    `bson:"collections"`
	Documents   int64  `bson:"documents"`
	Unreadable  int64  `bson:"unreadable"`
	SHA256      string `bson:"sha256"`
}
