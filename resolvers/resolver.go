package resolvers

import (
	"time"

	"github.com/quiverhq/quiver/audit"
	"github.com/quiverhq/quiver/recommend"
	"github.com/quiverhq/quiver/search"
	"github.com/quiverhq/quiver/store"
	"github.com/quiverhq/quiver/usage"
)

// Resolver is the root of the resolvers: what they call.
type Resolver struct {
	Store     *store.Store
	Search    *search.Index
	Ledger    *usage.Ledger
	SearchLog *usage.SearchLog // nil: searches are not remembered
	Searches  *usage.SearchLedger
	Trail     *audit.Trail
	Recommend *recommend.Engine
	Now       func() time.Time
	// OwnLeadsOnly keeps from a rep every lead that somebody else owns.
	OwnLeadsOnly bool

	counting chan struct{} // made by NewHandler; see counted
}
