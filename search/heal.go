package search

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// What goes wrong with an index under a running process is mended in place,
// once a second, with nobody's help:
//
//   - a write failed in a way that Bleve does not get over, or its goroutines
//     died: the index is opened again. While the disk is full, or takes no
//     writes, it is opened for reading alone, so that queries are answered from what it holds.
//   - a file is damaged or gone: the index is built anew from the store.
//     Meanwhile words are answered UNAVAILABLE; what needs no words goes on.

// errMending is what queries with words get while the words are not all there.
var errMending = enablement.Errorf(enablement.Unavailable, "the search index was damaged and is being built anew; try again in a moment, or search without words")

// readable gives the words to search, or nil where nothing was ever indexed; an
// error while they are not whole. Called with mu held.
func (x *Index) readable() (*wordIndex, error) {
	if x.mending {
		return nil, errMending
	}
	return x.words, nil
}

// heal looks after the words. Called with writing held.
func (x *Index) heal(now time.Time) {
	if now.Before(x.mendAfter) {
		return
	}
	var err error
	switch cause := x.ailing(now); {
	case cause == nil:
		x.mendWait = 0
		return
	case errors.Is(cause, errUnsound):
		x.options.Logger.Error("search index is damaged and is built anew", "error", cause)
		err = x.renew()
	default:
		err = x.reopen(cause)
	}
	if err != nil {
		x.options.Logger.Error("search index cannot be mended yet", "error", err)
		x.mendWait = min(max(2*x.mendWait, time.Second), longestMendWait)
	}
	x.mendAfter = now.Add(x.mendWait)
}

const longestMendWait = 4 * time.Second

// ailing tells what is wrong with the words, or nil.
func (x *Index) ailing(now time.Time) error {
	switch {
	case x.words == nil && x.mending:
		return errUnsound
	case x.words == nil:
		return nil
	}
	if err := x.words.watch(now); err != nil {
		return err
	}
	switch {
	case x.words.unwritable != nil:
		return x.words.unwritable
	case x.words.broken.Load(), x.words.troubled() > 0:
		return errBroken
	}
	return nil
}

// reopen closes the words and opens them again, for reading alone where there is
// no room to write. What they lack is pending from then on; where that is more than
// before, for files were damaged too, they are not searched until it is caught up.
func (x *Index) reopen(cause error) error {
	room := room(x.words.path)
	if room != nil && x.words.unwritable != nil {
		return room // as before
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	old := x.words
	if err := old.close(); err != nil {
		x.options.Logger.Warn("search index did not close cleanly", "error", err)
	}
	w, err := openWords(old.path, x.lexer, false, room)
	if err == nil {
		err = x.takeOver(w)
	}
	if err != nil { // what is on disk is of no use
		x.words, x.mending = nil, true
		return err
	}
	x.words = w
	behind := len(x.pending)
	x.pendAll()
	if len(x.pending) > behind {
		x.mending = true
	}
	if !x.mending {
		x.healed++
	}
	x.options.Logger.Warn("search index was opened again", "cause", cause, "read-only", room != nil, "pending", len(x.pending), "lost", len(x.pending)-behind)
	return room
}

// renew throws the words away and begins anew: catchUp fills them.
func (x *Index) renew() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	dir := x.path()
	if x.words != nil {
		dir = x.words.path
		if err := x.words.close(); err != nil {
			x.options.Logger.Warn("search index did not close cleanly", "error", err)
		}
	}
	x.words, x.mending = nil, true
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	w, err := openWords(x.path(), x.lexer, true, nil)
	if err == nil {
		err = x.takeOver(w)
	}
	if err != nil {
		return unwritable(err)
	}
	x.words = w
	x.pendAll()
	return nil
}

// takeOver reads what an index holds that was just opened; mu is held.
func (x *Index) takeOver(w *wordIndex) error {
	reader, err := w.fresh()
	if err != nil || reader == nil {
		return errors.Join(err, w.close())
	}
	v, err := w.prepare(reader, x.catalog, nil)
	if err != nil {
		return errors.Join(err, w.close())
	}
	w.adopt(v, x.catalog, nil)
	return nil
}

// pendAll has every asset indexed whose words are not those of its state; mu is
// held.
func (x *Index) pendAll() {
	for _, o := range x.catalog.known.ToArray() {
		id := x.catalog.ids[o]
		if have, ok := x.indexedVersion(x.words, id); !ok || have != x.catalog.version(id) {
			x.pending[id] = true
		}
	}
}

// mended lets words be searched again once they are all there.
func (x *Index) mended() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.mending && x.words != nil && len(x.pending) == 0 {
		x.mending = false
		x.healed++
		x.options.Logger.Info("search index is whole again", "documents", x.catalog.size())
	}
}

// room tells whether a directory's disk takes a megabyte more.
func room(dir string) error {
	probe, err := os.CreateTemp(dir, "room-")
	if err != nil {
		return unwritable(err)
	}
	_, err = probe.Write(make([]byte, 1<<20))
	err = errors.Join(err, probe.Sync(), probe.Close(), os.Remove(probe.Name()))
	return unwritable(err)
}

// unwritable names the cause that a person can do something about.
func unwritable(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", errFull, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", errLocked, err)
	}
	return err
}
