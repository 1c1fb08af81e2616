package search

import (
	"context"

	"github.com/quiverhq/quiver/enablement"
)

// Index answers questions about the catalog and the leads. Safe for concurrent use.
type Index struct{}

// Open opens the index under o.Dir, or makes a new one there.
func Open(o Options) (*Index, error) { return &Index{}, nil }

// Close releases the files.
func (x *Index) Close() error { return nil }

// Load takes a batch of the start-up scan.
func (x *Index) Load(assets []*enablement.Asset) error { return nil }

// Reconcile indexes what differs from the store.
func (x *Index) Reconcile(ctx context.Context) error { return nil }

// Sync brings the assets' states into the index.
func (x *Index) Sync(ctx context.Context, assets []*enablement.Asset) error { return nil }

// SetTaxonomy takes the names of personas and industries.
func (x *Index) SetTaxonomy(taxonomy *enablement.Taxonomy) {}

// Assets answers a question to the catalog.
func (x *Index) Assets(ctx context.Context, q enablement.AssetQuery) (*enablement.AssetPage, error) {
	return &enablement.AssetPage{}, nil
}

// Candidates gives assets that may suit one person.
func (x *Index) Candidates(ctx context.Context, q enablement.CandidateQuery) ([]enablement.Candidate, error) {
	return nil, nil
}

// Suggest completes a prefix.
func (x *Index) Suggest(ctx context.Context, prefix string, first int, publishedOnly bool) ([]string, error) {
	return nil, nil
}

// TagCounts counts the PUBLISHED assets per persona, industry and stage.
func (x *Index) TagCounts() []enablement.TagCount { return nil }

// SyncLeads brings the leads' states into the directory.
func (x *Index) SyncLeads(leads []*enablement.Lead) {}

// Leads answers a question to the directory of leads.
func (x *Index) Leads(ctx context.Context, q enablement.LeadQuery) (*enablement.IDPage, error) {
	return &enablement.IDPage{}, nil
}

// LeadCounts counts the leads per persona, industry and funnel stage.
func (x *Index) LeadCounts() []enablement.LeadCount { return nil }

// Check compares the store with the index on disk.
func (x *Index) Check(ctx context.Context) ([]Difference, error) { return nil, nil }

// Stats describes the index as it is now.
func (x *Index) Stats() Stats { return Stats{} }
