package store

import (
	"context"
	"fmt"

	"github.com/quiverhq/quiver/enablement"
)

// Lookalikes finds what says nearly the same as assets that are about to be
// written. The search index implements it.
type Lookalikes interface {
	// Lookalikes gives for each draft the asset that says most of the same, or a
	// draft before it, and nil where none does.
	Lookalikes(ctx context.Context, drafts []*enablement.Asset) ([]*enablement.NearDuplicate, error)
}

// CompareWith lets imports of assets warn of what says nearly the same. Called
// before Load; without it they do not warn.
func (s *Store) CompareWith(l Lookalikes) { s.lookalikes = l }

// compare warns of the rows whose text is new and says nearly what another asset
// or an earlier row says. An import is not held up by what goes wrong here.
func (run *assetImport) compare(ctx context.Context, plan *drafts[enablement.Asset]) {
	if run.store.lookalikes == nil || run.compared {
		return
	}
	run.compared = true // rows that are done again say the same
	var docs []*enablement.Asset
	for _, d := range plan.all {
		if d.base == nil || !d.doc.SaysTheSame(d.base) {
			docs = append(docs, d.doc)
		}
	}
	found, err := run.store.lookalikes.Lookalikes(ctx, docs)
	if err != nil {
		run.store.options.Logger.Warn("an import was not compared with the assets that are there", "rows", len(run.rows), "error", err)
		return
	}
	for i, near := range found {
		if near == nil {
			continue
		}
		run.report.warnWhole(plan.lastRow(docs[i].ID), near.Warning(run.whereIs(plan, near.Asset.ID)))
	}
}

// lastRow is the row that made a draft what it is.
func (d *drafts[T]) lastRow(id string) int {
	rows := d.byID[id].rows
	return rows[len(rows)-1]
}

// whereIs names an asset by its id or, while it has none that lasts, by its row.
func (run *assetImport) whereIs(plan *drafts[enablement.Asset], id string) string {
	if d := plan.byID[id]; d != nil && d.base == nil {
		return fmt.Sprintf("row %d", plan.lastRow(id))
	}
	return id
}
