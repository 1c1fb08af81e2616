package search

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segments "github.com/blevesearch/scorch_segment_api/v2"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/errgroup"

	"github.com/quiverhq/quiver/enablement"
)

// wordIndex is one inverted index on disk, with what queries need of it in
// memory. Opening and writing are for one goroutine at a time (Index.writing);
// the fields below reader are guarded by Index.mu.
type wordIndex struct {
	path   string
	lexer  *lexer
	scorch index.Index
	queue  *index.AnalysisQueue
	cache  *postingsCache
	broken atomic.Bool // a write failed: nothing more is written until it is opened again
	closed chan struct{}
	// suspect: something could not be read, so that watch is to look at the files.
	suspect atomic.Bool
	// unwritable is why it was opened for reading alone; nil: it takes writes.
	unwritable error

	counted frequencies
	vectors *lru.Cache[vectorKey, []vectorTerm]

	reader   *scorch.IndexSnapshot
	segments []*segment // of reader
	docs     []wordDoc  // by ordinal
	total    [analysers]fieldTotals
}

// segment is an immutable part of the index. An asset's words are in exactly
// one: wordDoc.home.
type segment struct {
	id       uint64
	data     segments.Segment
	file     *file
	deleted  *roaring.Bitmap // document numbers that have moved on; nil: none
	ordinals []uint32        // by document number
}

// wordDoc is where an asset's words are. home 0: nowhere.
type wordDoc struct {
	wordState
	home   uint64
	number uint32 // within the segment
}

// fieldTotals sums lengths over the assets of one analyser.
type fieldTotals struct {
	docs   int
	length [fields]uint64
}

// openWords opens the index at a path or, if create, makes an empty one.
// Where it is unwritable, that is said to whoever writes.
func openWords(path string, l *lexer, create bool, unwritable error) (w *wordIndex, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // Bolt maps its file, which may have been cut
	defer func() {
		if r := recover(); r != nil { // files cut short trip the reader before it can check them
			w, err = nil, fmt.Errorf("read index at %s: %v", path, r)
		}
	}()
	if !create {
		if _, err := os.Stat(path + "/root.bolt"); err != nil {
			return nil, fmt.Errorf("find index at %s: %w", path, err)
		}
	}
	if !create && unwritable == nil {
		if err := removeUnsound(path); err != nil {
			return nil, fmt.Errorf("check index at %s: %w", path, err)
		}
	}
	registerSurvival()
	queue := index.NewAnalysisQueue(max(1, runtime.GOMAXPROCS(0)))
	s, err := scorch.NewScorch(scorch.Name, scorchConfig(path, unwritable != nil), queue)
	if err == nil {
		err = s.Open()
	}
	if err != nil {
		queue.Close()
		return nil, fmt.Errorf("open index at %s: %w", path, err)
	}
	return &wordIndex{path: path, unwritable: unwritable, lexer: l, scorch: s, queue: queue, closed: make(chan struct{}), cache: newPostingsCache(leastCacheBytes), vectors: newVectors()}, nil
}

// scorchConfig sets what Bleve's storage does with files and memory. Batches
// are on disk before they are acknowledged, which batch sees to itself; few, large segments keep queries
// quick; one snapshot is kept, for the store is the way back.
func scorchConfig(path string, readOnly bool) map[string]any {
	return map[string]any{
		"path": path, "read_only": readOnly, "eventCallbackName": survives, "unsafe_batch": true, "bolt_timeout": "2s", "numSnapshotsToKeep": 1,
		"scorchPersisterOptions": map[string]any{
			"PersisterNapTimeMSec": 0, "PersisterNapUnderNumFiles": 50, "MemoryPressurePauseThreshold": 1 << 30,
			"NumPersisterWorkers": 1, "MaxSizeInMemoryMergePerWorker": 0,
		},
		"scorchMergePlanOptions": map[string]any{
			"MaxSegmentsPerTier": 4, "MaxSegmentSize": 5_000_000, "TierGrowth": 10.0, "SegmentsPerMergeTask": 4,
			"FloorSegmentSize": 2_000, "ReclaimDeletesWeight": 2.0,
		},
	}
}

func (w *wordIndex) close() error {
	if w.reader != nil {
		_ = w.reader.Close()
		w.reader = nil
	}
	close(w.closed)
	ended := make(chan error, 1)
	go func() { ended <- w.scorch.Close() }()
	select {
	case err := <-ended:
		w.queue.Close()
		return err
	case <-time.After(longestClose):
		return errStuck
	}
}

// longestClose is how long an index may take to close. Bolt waits for ever for a
// transaction that died with the goroutine it was in: such an index is left to
// itself.
const longestClose = 2 * time.Second

var errStuck = errors.New("the index does not close, for what wrote it is gone")

// write indexes assets and deletes ids, and gives the assets' states for a view
// to be made with. Queries see all of it or nothing, for they see views; on
// disk a crash may leave a part, which Reconcile finds by the versions.
func (w *wordIndex) write(assets []*enablement.Asset, deleted []string) (map[string]wordState, error) {
	states := make(map[string]wordState, len(assets))
	var parts []*index.Batch
	for part := range slices.Chunk(w.documents(assets), max(leastPart, (len(assets)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))) {
		batch := index.NewBatch()
		for _, d := range part {
			batch.Update(d.doc)
			states[d.doc.ID()] = d.state
		}
		parts = append(parts, batch)
	}
	if len(deleted) > 0 {
		batch := index.NewBatch()
		for _, id := range deleted {
			batch.Delete(id)
		}
		parts = append(parts, batch)
	}
	var g errgroup.Group
	for _, batch := range parts {
		g.Go(func() error { return w.batch(batch) })
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("write %d documents: %w", len(assets)+len(deleted), err)
	}
	return states, nil
}

// batch writes one batch to disk. It waits for that itself, as scorch's own way
// closes what could not be written and uses it all the same, which ends in panics,
// some of them in goroutines where nobody can catch them. Behind a batch that
// failed nothing is written until heal opens the index again.
func (w *wordIndex) batch(b *index.Batch) error {
	if w.unwritable != nil {
		return w.unwritable
	}
	if w.broken.Load() {
		return errBroken
	}
	persisted := make(chan error, 1)
	b.SetPersistedCallback(func(err error) { persisted <- err })
	done := make(chan error, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- fmt.Errorf("%w: %v", errBroken, cause)
			}
		}()
		if err := w.scorch.Batch(b); err != nil {
			done <- err
			return
		}
		select {
		case err := <-persisted:
			done <- err
		case <-w.closed:
		}
	}()
	err := w.wait(done)
	if err != nil {
		w.broken.Store(true) // what failed stays in memory, and is tried over and over
	}
	return err
}

// wait gives a batch's outcome. Scorch tries for ever to put one on disk, or has
// stopped trying: from the first trouble of its own goroutines on it is waited for
// a moment more.
func (w *wordIndex) wait(done <-chan error) error {
	for patience := 3; ; {
		select {
		case err := <-done:
			return err
		case <-time.After(100 * time.Millisecond):
			if w.troubled() == 0 {
				continue
			}
			if patience--; patience == 0 {
				return cmp.Or(room(w.path), errBroken)
			}
		}
	}
}

// Why an index is opened for reading alone.
var (
	errReadOnly = errors.New("the search index was opened to be looked at")
	errFull     = errors.New("the disk of the search index is full: make room on it")
	errLocked   = errors.New("the directory of the search index cannot be written to: let the server's user write to it and what is in it")
)

// errBroken is why nothing more is written to an index.
var errBroken = errors.New("the index has broken on a failed write and is being opened again")

// troubled is how often scorch's own goroutines have met trouble: they die of
// some and try others over and over.
func (w *wordIndex) troubled() uint64 {
	if s, ok := w.scorch.(*scorch.Scorch); ok {
		n, _ := s.StatsMap()["TotOnErrors"].(uint64)
		return n
	}
	return 0
}

// leastPart is how many documents are worth a processor of their own.
const leastPart = 64

// fresh opens a reader on the newest state; nil: the one at hand is it.
func (w *wordIndex) fresh() (*scorch.IndexSnapshot, error) {
	r, err := w.scorch.Reader()
	if err != nil {
		return nil, fmt.Errorf("open reader: %w", err)
	}
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok || snapshot == nil {
		return nil, fmt.Errorf("open reader: got a %T", r)
	}
	if snapshot == w.reader {
		return nil, snapshot.Close()
	}
	return snapshot, nil
}

// average is each field's mean length over the assets of an analyser, never 0.
func (w *wordIndex) average(a analyser) (average [fields]float64) {
	t := w.total[a]
	for f := range average {
		average[f] = max(1, float64(t.length[f])/float64(max(1, t.docs)))
	}
	return average
}

// indexed is an asset ready for the index.
type indexed struct {
	doc   *document.Document
	state wordState
}

// documents analyses the assets, on every processor.
func (w *wordIndex) documents(assets []*enablement.Asset) []indexed {
	out := make([]indexed, len(assets))
	var g sync.WaitGroup
	next := atomic.Int64{}
	for range min(len(assets), runtime.GOMAXPROCS(0)) {
		g.Go(func() {
			draft := newDrafter(w.lexer)
			for i := next.Add(1) - 1; int(i) < len(assets); i = next.Add(1) - 1 {
				out[i].doc, out[i].state = draft.document(assets[i])
			}
		})
	}
	g.Wait()
	return out
}
