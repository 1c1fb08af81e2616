package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// DamagedError says that a backup is not as it was written, and where.
type DamagedError struct {
	Where string
	Err   error
}

// Error names the place and the cause.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the backup is damaged %s: %v", e.Where, e.Err)
}

// Unwrap gives the cause.
func (e *DamagedError) Unwrap() error { return e.Err }

var (
	errShort = errors.New("it ends there and is not whole")
	errSum   = errors.New("the checksum does not agree with what is there")
)

// Read reads a backup to its end, checks everything that it says of itself, and
// hands on each document with the name of its collection, which is valid until
// each returns; nil hands on nothing. What was handed on is known to be whole
// only once Read has returned without an error: read twice before anything is
// made of it. Errors: *DamagedError; a plain one for what is no backup or of a
// newer format; what each gives.
func Read(r io.Reader, each func(collection string, document bson.Raw) error) (*Summary, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	header, line, err := readHeader(in)
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return nil, fmt.Errorf("read the backup: %w", err)
	}
	defer decoder.Close()
	b := &reader{in: bufio.NewReaderSize(decoder, 64<<10), each: each, whole: sha256.New(), summary: Summary{Header: *header}}
	b.whole.Write(line)
	for !b.ended {
		if err := b.record(); err != nil {
			return nil, err
		}
	}
	if _, err := b.in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, &DamagedError{"behind its end", errors.New("something follows that does not belong to it")}
	}
	return &b.summary, nil
}

// ReadHeader reads the line that a backup begins with and nothing more than is
// buffered of the rest.
func ReadHeader(r io.Reader) (*Header, error) {
	h, _, err := readHeader(bufio.NewReader(r))
	return h, err
}

func readHeader(in *bufio.Reader) (*Header, []byte, error) {
	var line []byte
	for len(line) <= maxHeader {
		c, err := in.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fmt.Errorf("read the backup: %w", err)
		}
		if err != nil {
			break
		}
		if line = append(line, c); c == '\n' {
			break
		}
	}
	var h Header
	if err := json.Unmarshal(line, &h); err != nil || h.Format != formatName {
		return nil, nil, errors.New("this is no backup of Quiver's: its first line does not say so")
	}
	if h.FormatVersion < 1 || h.FormatVersion > FormatVersion {
		return nil, nil, fmt.Errorf("the backup has the format %d, written by %s; this Quiver reads up to %d: restore it with a newer one", h.FormatVersion, h.Quiver, FormatVersion)
	}
	return &h, line, nil
}

// reader is one call of Read.
type reader struct {
	in      *bufio.Reader
	each    func(string, bson.Raw) error
	whole   hash.Hash
	one     hash.Hash
	at      *Collection // nil: between two collections
	summary Summary
	buffer  []byte
	ended   bool
}

// where names the place that has been reached.
func (b *reader) where() string {
	switch {
	case b.at != nil:
		return fmt.Sprintf("in the collection %s behind document %d", b.at.Name, b.at.Documents)
	case len(b.summary.Collections) > 0:
		return "behind the collection " + b.summary.Collections[len(b.summary.Collections)-1].Name
	default:
		return "behind its first line"
	}
}

func (b *reader) damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errShort
	}
	return &DamagedError{b.where(), err}
}

func (b *reader) record() error {
	letter, document, err := b.next()
	if err != nil {
		return b.damaged(err)
	}
	var sum string // of what comes before the end
	if letter == recordTrailer {
		sum = hex.EncodeToString(b.whole.Sum(nil))
	}
	b.whole.Write([]byte{letter})
	b.whole.Write(document)
	switch {
	case letter == recordCollection && b.at == nil:
		return b.begin(document)
	case letter == recordDocument && b.at != nil:
		b.at.Documents++
		b.one.Write(document)
		if b.each == nil {
			return nil
		}
		return b.each(b.at.Name, document)
	case letter == recordEnd && b.at != nil:
		return b.end(document)
	case letter == recordTrailer && b.at == nil:
		return b.finish(document, sum)
	default:
		return b.damaged(fmt.Errorf("a record of the kind %q does not belong there", letter))
	}
}

// next reads a record; the document is valid until the next call.
func (b *reader) next() (byte, bson.Raw, error) {
	var head [5]byte
	if _, err := io.ReadFull(b.in, head[:]); err != nil {
		return 0, nil, err
	}
	length := int(binary.LittleEndian.Uint32(head[1:])) // a BSON document begins with its length
	if length < 5 || length > maxDocument {
		return 0, nil, fmt.Errorf("a document of %d bytes cannot be", length)
	}
	if cap(b.buffer) < length {
		b.buffer = make([]byte, length, max(length, 2*cap(b.buffer)))
	}
	document := b.buffer[:length]
	copy(document, head[1:])
	if _, err := io.ReadFull(b.in, document[4:]); err != nil {
		return 0, nil, err
	}
	if err := bson.Raw(document).Validate(); err != nil {
		return 0, nil, err
	}
	return head[0], document, nil
}

func (b *reader) begin(document bson.Raw) error {
	var c Collection
	if err := bson.Unmarshal(document, &c); err != nil {
		return b.damaged(err)
	}
	b.at, b.one = &Collection{Name: c.Name}, sha256.New()
	return nil
}

func (b *reader) end(document bson.Raw) error {
	var said Collection
	if err := bson.Unmarshal(document, &said); err != nil {
		return b.damaged(err)
	}
	b.at.SHA256, b.at.Unreadable = hex.EncodeToString(b.one.Sum(nil)), said.Unreadable
	if said != *b.at {
		return &DamagedError{"in the collection " + b.at.Name, errSum}
	}
	b.summary.Collections = append(b.summary.Collections, said)
	b.summary.Documents += said.Documents
	b.summary.Unreadable += said.Unreadable
	b.at = nil
	return nil
}

func (b *reader) finish(document bson.Raw, sum string) error {
	var said trailer
	if err := bson.Unmarshal(document, &said); err != nil {
		return b.damaged(err)
	}
	b.summary.SHA256 = sum
	if said != (trailer{len(b.summary.Collections), b.summary.Documents, b.summary.Unreadable, sum}) {
		return &DamagedError{"as a whole", errSum}
	}
	b.ended = true
	return nil
}
