package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// Writer writes a backup: Begin, Add and End for each collection, then Close.
type Writer struct {
	out     *zstd.Encoder
	whole   hash.Hash
	one     hash.Hash
	summary Summary
	at      *Collection // nil: between two collections
}

// NewWriter writes the header.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	h.Format, h.FormatVersion, h.TakenAt = formatName, FormatVersion, h.TakenAt.UTC()
	line, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("write the backup's header: %w", err)
	}
	line = append(line, '\n')
	if _, err := w.Write(line); err != nil {
		return nil, fmt.Errorf("write the backup's header: %w", err)
	}
	// One goroutine: a backup runs beside requests that people wait for.
	out, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("compress the backup: %w", err)
	}
	b := &Writer{out: out, whole: sha256.New(), summary: Summary{Header: h}}
	b.whole.Write(line)
	return b, nil
}

// Begin opens a collection.
func (b *Writer) Begin(name string) error {
	b.at, b.one = &Collection{Name: name}, sha256.New()
	return b.write(recordCollection, bson.D{{Key: "name", Value: name}})
}

// Add writes a document of the collection that is open.
func (b *Writer) Add(document bson.Raw) error {
	b.at.Documents++
	b.one.Write(document)
	return b.record(recordDocument, document)
}

// Unreadable counts a document that the database could not read.
func (b *Writer) Unreadable() { b.at.Unreadable++ }

// End closes the collection.
func (b *Writer) End() error {
	b.at.SHA256 = hex.EncodeToString(b.one.Sum(nil))
	b.summary.Collections = append(b.summary.Collections, *b.at)
	b.summary.Documents += b.at.Documents
	b.summary.Unreadable += b.at.Unreadable
	err := b.write(recordEnd, b.at)
	b.at = nil
	return err
}

// Close writes the end, without which no backup is whole, and gives what the
// backup holds. What it was written to stays open.
func (b *Writer) Close() (*Summary, error) {
	b.summary.SHA256 = hex.EncodeToString(b.whole.Sum(nil))
	s := b.summary
	if err := b.write(recordTrailer, trailer{len(s.Collections), s.Documents, s.Unreadable, s.SHA256}); err != nil {
		return nil, err
	}
	if err := b.out.Close(); err != nil {
		return nil, fmt.Errorf("write the backup's end: %w", err)
	}
	return &s, nil
}

func (b *Writer) write(letter byte, value any) error {
	document, err := bson.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the backup: %w", err)
	}
	return b.record(letter, document)
}

func (b *Writer) record(letter byte, document bson.Raw) error {
	for _, part := range [][]byte{{letter}, document} {
		b.whole.Write(part)
		if _, err := b.out.Write(part); err != nil {
			return fmt.Errorf("write the backup: %w", err)
		}
	}
	return nil
}
