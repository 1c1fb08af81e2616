package search

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// DamagedFile is a file of an index that is not as it was written.
type DamagedFile struct {
	Path string
	Err  error
}

// DamagedFiles reads every file under the directory of an index that no process
// has open, and gives those that are not as they were written. Bleve does not
// look at the checksums of its segments when it opens them: a segment damaged in
// its middle goes unnoticed until a query reads there, and may then answer
// wrongly. A segment that nothing names is left out: a crash leaves it half
// written, and the next start removes it. Errors: of a directory that cannot be
// read.
func DamagedFiles(dir string) ([]DamagedFile, error) {
	var damaged []DamagedFile
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case filepath.Ext(path) == ".zap":
			if err = checkSegment(path); err != nil && !named(path) {
				return nil
			}
		case entry.Name() == "root.bolt":
			err = checkRoot(path)
		}
		if err != nil {
			damaged = append(damaged, DamagedFile{path, err})
		}
		return nil
	})
	return damaged, err
}

// checkSegment holds a segment against the CRC-32 (IEEE, big-endian) that zap
// writes behind it: zapx/v17, write.go, persistFooter.
func checkSegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() <= crc32.Size {
		return fmt.Errorf("it has %d bytes", info.Size())
	}
	sum := crc32.NewIEEE()
	in := bufio.NewReaderSize(f, 1<<20)
	if _, err := io.CopyN(sum, in, info.Size()-crc32.Size); err != nil {
		return err
	}
	var said [crc32.Size]byte
	if _, err := io.ReadFull(in, said[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(said[:]) != sum.Sum32() {
		return errors.New("its checksum does not agree with what is there")
	}
	return nil
}

// checkRoot reads the list of segments from end to end.
func checkRoot(path string) error {
	return viewRoot(path, func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return nil
	})
}

// named tells whether the list of segments beside a segment's file names it, or
// cannot be read.
func named(path string) bool {
	found := false
	var look func(b *bbolt.Bucket) error
	look = func(b *bbolt.Bucket) error {
		return b.ForEach(func(key, value []byte) error {
			if value == nil {
				return look(b.Bucket(key))
			}
			found = found || string(value) == filepath.Base(path)
			return nil
		})
	}
	err := viewRoot(filepath.Join(filepath.Dir(path), "root.bolt"), func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error { return look(b) })
	})
	return found || err != nil
}

func viewRoot(path string, read func(*bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { // bbolt trusts its pages
		if cause := recover(); cause != nil {
			err = fmt.Errorf("read it: %v", cause)
		}
	}()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 2 * time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(read)
}
