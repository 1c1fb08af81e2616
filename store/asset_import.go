package store

import (
	"context"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// ImportAssets adds assets or, by externalId, updates them: up to 1,000 rows in
// one call (BAD_USER_INPUT beyond). A bad row is reported and the others go in;
// what a row leaves out stays as it is; a row that changes nothing writes
// nothing. Two rows with one externalId are applied in order, with a warning.
// Names that the taxonomy does not have are added to it, once, with a warning at
// the first row that uses them. A row that brings a text which says nearly what
// another asset or an earlier row says goes in with a warning too. A dry run
// reports the same and writes nothing.
func (s *Store) ImportAssets(ctx context.Context, rows []enablement.AssetInput, dryRun bool, owner *enablement.User) (*enablement.ImportResult, error) {
	if err := checkRows(len(rows)); err != nil {
		return nil, err
	}
	run := &assetImport{store: s, rows: rows, report: newReport(len(rows)), owner: owner, dryRun: dryRun, warned: map[int]bool{}}
	defer s.assets.lock()()
	todo := run.check()
	for round := 1; len(todo) > 0; round++ {
		var err error
		if todo, err = run.round(ctx, todo); err != nil {
			return nil, err
		}
		if round == importRounds {
			for _, row := range todo {
				run.report.failWhole(row, "the asset is being changed by others at the same time; import the row again")
			}
			break
		}
	}
	return run.report.result(), nil
}

// assetImport is one call of ImportAssets.
type assetImport struct {
	store  *Store
	rows   []enablement.AssetInput
	report *report
	owner  *enablement.User
	dryRun bool
	warned map[int]bool // rows that are known to repeat an externalId
	// compared: what says nearly the same has been told.
	compared bool
}

// check reports the rows that are wrong by themselves and gives the others.
func (run *assetImport) check() []int {
	var good []int
	now := run.store.now()
	for i, row := range run.rows {
		if faults := append(row.Check(), row.CheckDates(now)...); len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		good = append(good, i)
	}
	return good
}

// round plans and writes rows and gives those to do again, because another
// server's write came between.
func (run *assetImport) round(ctx context.Context, todo []int) ([]int, error) {
	stored, err := run.stored(ctx, todo)
	if err != nil {
		return nil, err
	}
	taxonomy, err := run.grow(ctx, run.acceptable(todo, stored))
	if err != nil {
		return nil, err
	}
	plan := run.plan(todo, stored, taxonomy)
	run.compare(ctx, plan)
	if run.dryRun {
		return nil, nil
	}
	return writeDrafts(ctx, run.store.trail, auditedAsset, run.report, run.store.assets, plan, func(a, _ *enablement.Asset) {
		stampAsset(a, enablement.Instant(run.store.now()))
	}), nil
}

// stored gives the assets that the rows update, by externalId.
func (run *assetImport) stored(ctx context.Context, todo []int) (map[string]*enablement.Asset, error) {
	ids := make([]string, 0, len(todo))
	for _, i := range todo {
		if externalID := externalIDOf(run.rows[i]); externalID != "" {
			ids = append(ids, externalID)
		}
	}
	return run.store.assets.findImported(ctx, enablement.AssetPrefix, ids)
}

func externalIDOf(in enablement.AssetInput) string {
	if in.ExternalID == nil {
		return ""
	}
	return strings.TrimSpace(*in.ExternalID)
}

// acceptable leaves out the rows that cannot go in whatever the taxonomy says,
// so that these add nothing to it.
func (run *assetImport) acceptable(todo []int, stored map[string]*enablement.Asset) []int {
	return slices.DeleteFunc(slices.Clone(todo), func(i int) bool {
		row := run.rows[i]
		if a := stored[externalIDOf(row)]; a != nil && len(row.Over(a).Check()) > 0 {
			return true
		}
		t := run.store.Taxonomy()
		return slices.ContainsFunc(row.Personas, func(name string) bool { return danglingPersona(t, name) }) ||
			slices.ContainsFunc(row.Industries, func(name string) bool { return danglingIndustry(t, name) })
	})
}

// plan turns rows into drafts and reports what can be told before writing.
func (run *assetImport) plan(todo []int, stored map[string]*enablement.Asset, taxonomy *enablement.Taxonomy) *drafts[enablement.Asset] {
	plan := newDrafts[enablement.Asset]()
	for _, i := range todo {
		d := run.draft(plan, i, stored)
		in := run.rows[i]
		if d.doc.ID != "" {
			in = in.Over(d.doc)
		}
		next := d.doc.Clone()
		if faults := append(in.Check(), in.Apply(next, taxonomy)...); len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		isNew := next.ID == ""
		if isNew {
			next.ID, next.OwnerID = newID(enablement.AssetPrefix), ownerID(run.owner)
		}
		plan.settle(run.report, assetKind, d, next, isNew, i)
	}
	return plan
}

// draft gives the draft that a row is applied over: that of an earlier row with
// the externalId, else one of the stored asset, else a new one without id.
func (run *assetImport) draft(plan *drafts[enablement.Asset], row int, stored map[string]*enablement.Asset) *draft[enablement.Asset] {
	externalID := externalIDOf(run.rows[row])
	if externalID != "" {
		if d := plan.with("externalId", externalID); d != nil {
			if !run.warned[row] {
				run.warned[row] = true
				run.report.warn(row, "externalId", "row %d has the same externalId; this row is applied over it", d.rows[0])
			}
			return d
		}
		if a := stored[externalID]; a != nil {
			if d := plan.byID[a.ID]; d != nil {
				return d
			}
			return &draft[enablement.Asset]{doc: a, base: a}
		}
	}
	return &draft[enablement.Asset]{doc: &enablement.Asset{}}
}

func ownerID(owner *enablement.User) string {
	if owner == nil {
		return ""
	}
	return owner.ID
}
