package search

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// openFiles opens the index of this fingerprint and, while that one is not
// complete, one of another to answer in the meantime.
func (x *Index) openFiles() error {
	if x.options.ReadOnly {
		return x.openReadOnly()
	}
	if err := os.MkdirAll(x.options.Dir, 0o700); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	current, err := x.openCurrent()
	if err != nil {
		return err
	}
	older := x.olderDirs()
	if len(older) == 0 {
		x.words = current
		return nil
	}
	for _, dir := range older {
		old, err := x.load(dir, false)
		if err == nil && x.words == nil {
			x.words, x.next = old, current
			continue
		}
		if err == nil {
			_ = old.close()
		}
		x.discard(dir, err)
	}
	if x.words == nil {
		x.words = current
	}
	return nil
}

// openCurrent opens the index of this fingerprint, an empty one where it is
// missing or damaged.
func (x *Index) openCurrent() (*wordIndex, error) {
	dir := x.path()
	if _, err := os.Stat(dir); err == nil {
		w, err := x.load(dir, false)
		if err == nil {
			return w, nil
		}
		x.discard(dir, err)
	}
	return x.load(dir, true)
}

// path is where the index of this fingerprint is.
func (x *Index) path() string { return filepath.Join(x.options.Dir, x.fingerprint) }

// load opens an index and reads what it holds.
func (x *Index) load(dir string, create bool) (*wordIndex, error) {
	var unwritable error
	if x.options.ReadOnly {
		unwritable = errReadOnly
	}
	w, err := openWords(dir, x.lexer, create, unwritable)
	if err != nil {
		return nil, err
	}
	if err := x.refresh(w, nil, nil); err != nil {
		_ = w.close()
		return nil, err
	}
	return w, nil
}

func (x *Index) openReadOnly() error {
	dir := x.path()
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil // nothing was ever indexed: Check says so
	}
	w, err := x.load(dir, false)
	x.words = w
	return err
}

// olderDirs lists the indexes of other fingerprints, the newest first.
func (x *Index) olderDirs() []string {
	entries, err := os.ReadDir(x.options.Dir)
	if err != nil {
		return nil
	}
	type found struct {
		dir  string
		when int64
	}
	var all []found
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || e.Name() == x.fingerprint {
			continue
		}
		all = append(all, found{filepath.Join(x.options.Dir, e.Name()), info.ModTime().UnixNano()})
	}
	slices.SortFunc(all, func(a, b found) int { return int(min(1, max(-1, b.when-a.when))) })
	dirs := make([]string, len(all))
	for i, f := range all {
		dirs[i] = f.dir
	}
	return dirs
}

// discard removes an index that is of no use. cause nil: it was merely old.
func (x *Index) discard(dir string, cause error) {
	if cause != nil {
		x.options.Logger.Warn("search index is damaged and will be built anew", "dir", dir, "error", cause)
	}
	if err := os.RemoveAll(dir); err != nil {
		x.options.Logger.Warn("old search index stays on disk", "dir", dir, "error", err)
	}
}
