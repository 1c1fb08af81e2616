package search

import (
	"context"
	"iter"
	"log/slog"
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
// ledger of sends implements it; it must be quick and safe for concurrent use.
type SendCounter interface {
	SendCount(assetID string) int
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
	Documents   int    // assets that are known
	Pending     int    // assets whose words are not indexed yet, or not in their newest state
	Leads       int    // leads in the directory
	Rebuilding  bool   // an index of another fingerprint answers while the new one is built
	Ready       bool   // Reconcile is through: answers are complete
	Fingerprint string // of the mapping that this binary indexes with
}

// Difference is one asset of which store and index hold different states.
type Difference struct {
	AssetID string
	// Store and Index are the versions that each holds; 0: it has none.
	Store, Index int
}
