package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// errUnsound is a file of the index that is not as it was written.
var errUnsound = errors.New("a file of the index is damaged")

// sound is errUnsound for a segment's file that does not hold its checksum.
func sound(path string) error {
	if err := checkSegment(path); err != nil {
		return fmt.Errorf("%w: %s: %w", errUnsound, path, err)
	}
	return nil
}

// removeUnsound removes the segment files whose checksums do not hold, before
// anything reads them: the index does not open without one that it needs, and
// one that a crash left half written it does not need.
func removeUnsound(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.zap"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := sound(file); errors.Is(err, errUnsound) {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// file is the file of a segment, which never changes once it is written. The
// zero value is that of a segment in memory alone.
type file struct {
	path    string
	checked time.Time                   // when it last held its checksum; of Index.writing
	info    atomic.Pointer[os.FileInfo] // of then
}

func fileOf(data segments.Segment) (*file, error) {
	persisted, ok := data.(segments.PersistedSegment)
	if !ok {
		return &file{}, nil
	}
	f := &file{path: persisted.Path()}
	if err := f.remember(time.Now()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return f, nil
}

// onDisk tells whether a segment has a file.
func onDisk(data segments.Segment) bool {
	_, ok := data.(segments.PersistedSegment)
	return ok
}

// remember takes the file to be good as it is now.
func (f *file) remember(now time.Time) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsound, err)
	}
	f.checked = now
	f.info.Store(&info)
	return nil
}

// untouched is errUnsound for a file that has been written to. Whatever is read
// of a segment is good only if it is so afterwards: a file that is changed under
// the process reads as the change at once. One that has gone reads as before.
func (f *file) untouched() error {
	if f.path == "" {
		return nil
	}
	now, err := os.Stat(f.path)
	then := f.info.Load()
	if errors.Is(err, fs.ErrNotExist) || then == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsound, err)
	}
	if then := *then; !os.SameFile(then, now) || then.Size() != now.Size() || !then.ModTime().Equal(now.ModTime()) {
		return fmt.Errorf("%w: somebody else has written to %s", errUnsound, f.path)
	}
	return nil
}

// untouched tells it of several segments.
func untouched(read []*segment) error {
	for _, s := range read {
		if err := s.file.untouched(); err != nil {
			return err
		}
	}
	return nil
}

// scrubEvery is how often the checksum of a file is looked at that nobody seems
// to have touched: disks rot.
const scrubEvery = time.Hour

// merged tells that scorch itself has no use for a segment any more, and so has
// removed its file, or will.
func (w *wordIndex) merged(id uint64) bool {
	r, err := w.scorch.Reader()
	if err != nil {
		return false
	}
	defer func() { _ = r.Close() }()
	snapshot, ok := r.(*scorch.IndexSnapshot)
	return ok && !slices.ContainsFunc(snapshot.Segments(), func(s *scorch.SegmentSnapshot) bool { return s.Id() == id })
}

// watch is errUnsound where a file that queries read has gone or does not hold
// its checksum. The checksums of those that seem untouched are looked at once in a
// while, and when something could not be read. Called with Index.writing held.
func (w *wordIndex) watch(now time.Time) error {
	if err := rooted(w.path); err != nil {
		return err
	}
	suspicious := w.suspect.Swap(false)
	for _, s := range w.segments {
		if s.file.path == "" {
			continue
		}
		_, gone := os.Stat(s.file.path)
		if gone == nil && s.file.untouched() == nil && !suspicious && now.Sub(s.file.checked) < scrubEvery {
			continue
		}
		if err := sound(s.file.path); err != nil {
			if errors.Is(err, fs.ErrNotExist) && w.merged(s.id) {
				continue
			}
			return err
		}
		if err := s.file.remember(now); err != nil {
			return err
		}
	}
	return nil
}

// boltMagic marks the first page of a Bolt file, behind the page's header of 16
// bytes (bbolt, internal/common: Magic).
const boltMagic, boltHeader = 0xED0CDAED, 16

// rooted tells whether the file that lists the segments is there and is one.
func rooted(dir string) error {
	f, err := os.Open(filepath.Join(dir, "root.bolt"))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %w", errUnsound, err)
		}
		return err
	}
	defer f.Close()
	var magic [4]byte
	if _, err := f.ReadAt(magic[:], boltHeader); err != nil || binary.NativeEndian.Uint32(magic[:]) != boltMagic {
		return fmt.Errorf("%w: root.bolt is not one any more", errUnsound)
	}
	return nil
}

// reading is deferred around whatever reads the index's files, as
//
//	defer w.reading(&err, debug.SetPanicOnFault(true), segments...)
//
// A file that was cut short or overwritten under the process shows as a fault of
// memory or as nonsense that Bleve trips over: both become errors, as does what
// reads well from a file that somebody has written to; and the files are looked
// at. Called with Index.mu held.
func (w *wordIndex) reading(err *error, before bool, read ...*segment) {
	debug.SetPanicOnFault(before)
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("%w: %v", errUnsound, cause)
	}
	if *err == nil {
		*err = untouched(read)
	}
	if *err != nil {
		w.suspect.Store(true)
	}
}

// survives is the name by which Bleve's goroutines are told to turn faults of
// memory into panics, which they catch, instead of ending the process.
const survives = "quiver: panic on fault"

var registering sync.Once // Bleve takes callbacks through a variable of its own alone

func registerSurvival() {
	registering.Do(func() {
		scorch.RegistryEventCallbacks[survives] = func(scorch.Event) bool {
			debug.SetPanicOnFault(true)
			return true
		}
	})
}
