package search

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Documents is where the catalog really is. The store implements it.
type Documents interface {
	// Assets gives the assets with the ids, in that order; an id that is not
	// there is left out.
	Assets(ctx context.Context, ids []string) ([]*enablement.Asset, error)
	// EachAsset scans the catalog, for a rebuild.
	EachAsset(ctx context.Context) iter.Seq2[*enablement.Asset, error]
}

// SendCounter knows how often an asset was sent, for the order MOST_SENT. The
// ledger of sends implements it.
type SendCounter interface {
	// CounterOf gives what counts an asset's sends, always the same. It is asked
	// once for each asset and read, never written, from then on.
	CounterOf(assetID string) *atomic.Int64
}

// Options says what an Index is opened with.
type Options struct {
	Dir       string      // the index lives in Dir/<fingerprint>
	Documents Documents   // required unless nothing is ever indexed or highlighted
	Sends     SendCounter // nil: nothing was ever sent
	Logger    *slog.Logger
	Now       func() time.Time // nil: time.Now
	// ReadOnly opens what is on disk without changing it, for Check.
	ReadOnly bool
}

// Stats describes an Index, for metrics and readiness.
type Stats struct {
	Documents   int           // assets that are known
	Pending     int           // assets whose words are not indexed yet, or not in their newest state
	Lag         time.Duration // how long some have been pending without a break; 0: none is
	Leads       int           // leads in the directory
	Rebuilding  bool          // an index of another fingerprint answers while the new one is built
	Ready       bool          // Reconcile is through: answers are complete
	Healed      int           // how often the index was opened again or built anew, since it was opened
	Fingerprint string        // of the mapping that this binary indexes with
}

// Difference is one asset of which store and index hold different states.
type Difference struct {
	AssetID string
	// Store and Index are the versions that each holds; 0: it has none.
	Store, Index int
}

// Index answers questions about the catalog and the leads. Safe for
// concurrent use: any number of readers see one state each, whole; writers
// take turns.
type Index struct {
	options     Options
	lexer       *lexer
	scorer      scorer
	fingerprint string
	leads       *directory
	pool        sync.Pool

	writing sync.Mutex // one writer at a time; taken before mu

	naming   sync.Mutex // one change of the taxonomy or the synonyms at a time; taken before mu
	synonyms thesaurus

	mu      sync.RWMutex
	catalog *catalog
	titles  *suggestions
	kin     *kin
	names   *names
	// meanings are what the words of a query also stand for, synonyms among them.
	meanings *meanings
	words    *wordIndex      // what answers; nil: read-only and nothing on disk
	next     *wordIndex      // being built beside words; nil: words is current
	pending  map[string]bool // assets whose words are not those of the store
	behind   time.Time       // since when there are any; zero: there are none
	ready    bool
	mending  bool // words are not all there: see readable
	healed   int

	mendAfter time.Time // see heal; of writing
	mendWait  time.Duration

	stop    context.CancelFunc
	stopped context.Context
	work    sync.WaitGroup
}

// Open opens the index under o.Dir, or makes a new one. An index of another
// fingerprint is taken to answer until Reconcile has built one of this; a
// damaged one is put away and built anew. Errors: INTERNAL when the directory
// cannot be used.
func Open(o Options) (*Index, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	x := &Index{
		options: o, lexer: newLexer(), scorer: newScorer(DefaultScoring()), fingerprint: fingerprint(),
		catalog: newCatalog(o.Sends), titles: newSuggestions(), kin: newKin(), leads: newDirectory(), pending: map[string]bool{},
	}
	x.names, x.meanings = newNames(x.lexer, nil), newMeanings(x.lexer, nil, nil)
	x.stopped, x.stop = context.WithCancel(context.Background())
	if err := x.openFiles(); err != nil {
		return nil, &enablement.Error{Code: enablement.Internal, Message: "the search index cannot be opened", Err: err}
	}
	if !o.ReadOnly {
		x.work.Go(x.keepHouse)
	}
	return x, nil
}

// Close waits for what runs in the background and releases the files. What
// was acknowledged is on disk.
func (x *Index) Close() error {
	x.stop()
	x.work.Wait()
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	var faults []error
	for _, w := range []*wordIndex{x.words, x.next} {
		if w != nil {
			faults = append(faults, w.close())
		}
	}
	x.words, x.next = nil, nil
	return errors.Join(faults...)
}

// SetTaxonomy takes the names that queries find personas and industries by and
// that facets are labelled with. Called at start and whenever one changes.
func (x *Index) SetTaxonomy(taxonomy *enablement.Taxonomy) {
	x.naming.Lock()
	defer x.naming.Unlock()
	n, m := newNames(x.lexer, taxonomy), newMeanings(x.lexer, taxonomy, x.synonyms)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.names, x.meanings = n, m
}

// SetScoring changes the numbers that scores are made with, to measure others
// than DefaultScoring.
func (x *Index) SetScoring(s Scoring) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.scorer = newScorer(s)
}

// Stats describes the index as it is now.
func (x *Index) Stats() Stats {
	leads := x.leads.count()
	x.mu.RLock()
	defer x.mu.RUnlock()
	var lag time.Duration
	if !x.behind.IsZero() {
		lag = max(0, x.options.Now().Sub(x.behind))
	}
	return Stats{
		Documents: x.catalog.size(), Pending: len(x.pending), Lag: lag, Leads: leads,
		Rebuilding: x.next != nil || x.mending, Ready: x.ready, Healed: x.healed, Fingerprint: x.fingerprint,
	}
}
