package resolvers

import (
	"context"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// nodeByPrefix finds anything by its id, as far as the viewer may see it.
func (r *Resolver) nodeByPrefix(ctx context.Context, id string) (enablement.Node, error) {
	prefix, _, _ := strings.Cut(id, "_")
	switch prefix + "_" {
	case enablement.AssetPrefix:
		return found(r.openAsset(ctx, id))
	case enablement.PersonaPrefix:
		if p := r.Store.Taxonomy().Persona(id); p != nil {
			return p, nil
		}
		return nil, enablement.Missing("persona", id)
	case enablement.IndustryPrefix:
		if i := r.Store.Taxonomy().Industry(id); i != nil {
			return i, nil
		}
		return nil, enablement.Missing("industry", id)
	case enablement.LeadPrefix:
		return found(r.visibleLead(ctx, id))
	case enablement.SendPrefix:
		return found(r.visibleSend(ctx, id))
	case enablement.UserPrefix:
		return found(r.Store.User(ctx, id))
	case enablement.SynonymsPrefix:
		return found(r.visibleSynonyms(ctx, id))
	}
	return nil, enablement.Missing("node", id)
}

// openAsset gives an asset to somebody who reads it: what they searched for
// before may have led there.
func (r *Resolver) openAsset(ctx context.Context, id string) (*enablement.Asset, error) {
	asset, err := r.visibleAsset(ctx, id)
	if viewer, known := auth.Viewer(ctx); err == nil && known == nil {
		r.SearchLog.Opened(viewer, asset.ID)
	}
	return asset, err
}

// recordSend records a send, which what its rep searched for before may have
// led to.
func (r *Resolver) recordSend(ctx context.Context, input enablement.RecordSendInput, viewer *enablement.User) (*enablement.Send, error) {
	send, err := r.Store.RecordSend(ctx, input, viewer, r.seesLead(viewer))
	if err == nil {
		r.SearchLog.Sent(viewer, send)
	}
	return send, err
}

// found keeps a nil pointer from becoming a Node that is not nil.
func found[T enablement.Node](node T, err error) (enablement.Node, error) {
	if err != nil {
		return nil, err
	}
	return node, nil
}

// user gives a user by id, nil for none.
func (r *Resolver) user(ctx context.Context, id string) (*enablement.User, error) {
	if id == "" {
		return nil, nil
	}
	return r.Store.User(ctx, id)
}

// asItStands gives a written asset with its status of this moment.
func (r *Resolver) asItStands(a *enablement.Asset, err error) (*enablement.Asset, error) {
	if err != nil {
		return nil, err
	}
	return a.At(r.Now()), nil
}

// compared gives a written asset as it stands, with a warning where another says
// nearly the same. The write stands whatever becomes of that.
func (r *Resolver) compared(ctx context.Context, a *enablement.Asset, err error) (*enablement.Asset, error) {
	a, err = r.asItStands(a, err)
	if err != nil || !a.Status.Current() {
		return a, err
	}
	near, err := r.Search.NearDuplicates(ctx, []*enablement.Asset{a}, 1, false)
	switch {
	case err != nil:
		warn(ctx, "could not be compared with the other assets this time")
	case len(near[0]) > 0:
		warn(ctx, near[0][0].Warning(near[0][0].Asset.ID))
	}
	return a, nil
}

// savePersona saves a persona, with a warning for each of its job titles that
// another claims too.
func (r *Resolver) savePersona(ctx context.Context, id *string, input enablement.PersonaInput) (*enablement.Persona, error) {
	p, err := r.Store.SavePersona(ctx, id, input)
	if err != nil {
		return nil, err
	}
	for _, contest := range r.Store.Taxonomy().ContestedTitles(p) {
		warn(ctx, contest)
	}
	return p, nil
}

// similarAssets gives, for each asset, those like it, as far as the viewer may
// see them: an index may find what has just been drafted again.
func (r *Resolver) similarAssets(ctx context.Context, assets []*enablement.Asset, first int, publishedOnly bool) ([][]*enablement.Asset, error) {
	found, err := r.Search.Similar(ctx, idsOf(assets, func(a *enablement.Asset) string { return a.ID }), first, publishedOnly)
	if err != nil {
		return nil, err
	}
	ids := slices.Concat(found...)
	slices.Sort(ids)
	byID, err := r.assetsByID(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	lists := make([][]*enablement.Asset, len(found))
	for i := range found {
		lists[i] = make([]*enablement.Asset, 0, len(found[i]))
		for _, id := range found[i] {
			if a := byID[id]; a != nil && (!publishedOnly || a.Status == enablement.StatusPublished) {
				lists[i] = append(lists[i], a)
			}
		}
	}
	return lists, nil
}

// sentAssets gives the assets of a send. A rep reads there what has since
// EXPIRED or been ARCHIVED, for it did go out, but nothing that is still, or
// again, being written.
func (r *Resolver) sentAssets(ctx context.Context, ids []string) ([]*enablement.Asset, error) {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	assets, err := r.Store.Assets(ctx, ids)
	if err != nil {
		return nil, err
	}
	now, visible := r.Now(), make([]*enablement.Asset, 0, len(assets))
	for _, a := range assets {
		a = a.At(now)
		if !a.Status.Unfinished() || seesAllAssets(viewer) {
			visible = append(visible, a)
		}
	}
	return visible, nil
}

// outcomeAsset gives the asset that an outcome is about, nil for a whole send or
// where the viewer does not see it.
func (r *Resolver) outcomeAsset(ctx context.Context, id string) (*enablement.Asset, error) {
	if id == "" {
		return nil, nil
	}
	assets, err := r.sentAssets(ctx, []string{id})
	if err != nil || len(assets) == 0 {
		return nil, err
	}
	return assets[0], nil
}

// outcomesOf gives the outcomes of each send: the ledger knows which there are,
// so that none is looked for in vain, and the store reads them all at once.
func (r *Resolver) outcomesOf(ctx context.Context, sendIDs []string) ([][]*enablement.Outcome, error) {
	keys := r.Ledger.OutcomesOf(sendIDs)
	outcomes, err := r.Store.Outcomes(ctx, slices.Concat(keys...))
	if err != nil {
		return nil, err
	}
	byKey := make(map[enablement.OutcomeKey]*enablement.Outcome, len(outcomes))
	for _, o := range outcomes {
		byKey[enablement.OutcomeKey{SendID: o.SendID, AssetID: o.AssetID, Kind: o.Kind}] = o
	}
	lists := make([][]*enablement.Outcome, len(sendIDs))
	for i := range keys {
		lists[i] = []*enablement.Outcome{}
		for _, k := range keys[i] {
			if o := byKey[k]; o != nil {
				lists[i] = append(lists[i], o)
			}
		}
	}
	return lists, nil
}

func idsOf[T any](documents []T, id func(T) string) []string {
	ids := make([]string, len(documents))
	for i, doc := range documents {
		ids[i] = id(doc)
	}
	return ids
}

// ownSends narrows a query down to what the viewer may see: for a rep the
// sends to one lead that the rep sees, or else the rep's own.
func (r *Resolver) ownSends(ctx context.Context, q *enablement.SendQuery) error {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return err
	}
	if q.Lead != "" {
		_, err := r.visibleLead(ctx, q.Lead)
		return err
	}
	if viewer.Role.Allows(enablement.RoleMarketer) {
		return nil
	}
	reps := []string{}
	if q.Rep != "" {
		reps = append(reps, q.Rep)
	}
	q.Rep = viewer.ID
	return onlyMyself(viewer, &reps, "sends")
}

// labelled gives the rows of a dimension the names that people know them by.
func (r *Resolver) labelled(ctx context.Context, dimension enablement.UsageDimension, rows []*enablement.UsageRow) ([]*enablement.UsageRow, error) {
	name, err := r.namer(ctx, dimension, rows)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		row.Label = name(row.Key)
		if row.Label == "" {
			row.Label = row.Key
		}
		if row.Key == "" {
			row.Label = "(none)"
		}
	}
	return rows, nil
}

// filtersLabelled gives the filters of terms the names that people know them by.
func (r *Resolver) filtersLabelled(terms []*enablement.SearchedTerm) []*enablement.SearchedTerm {
	taxonomy := r.Store.Taxonomy()
	for _, term := range terms {
		for _, f := range term.Filters {
			if p := taxonomy.Persona(f.Value); p != nil {
				f.Label = p.Name
			}
			if i := taxonomy.Industry(f.Value); i != nil {
				f.Label = i.Name
			}
		}
	}
	return terms
}

// namer gives the function that names the keys of a dimension; enum values and
// texts name themselves.
func (r *Resolver) namer(ctx context.Context, dimension enablement.UsageDimension, rows []*enablement.UsageRow) (func(string) string, error) {
	switch dimension {
	case enablement.ByAsset:
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = row.Key
		}
		assets, err := r.sentAssets(ctx, ids)
		titles := make(map[string]string, len(assets))
		for _, a := range assets {
			titles[a.ID] = a.Title
		}
		return func(id string) string { return titles[id] }, err
	case enablement.ByRep:
		return func(id string) string {
			if u, err := r.Store.User(ctx, id); err == nil {
				return u.Name
			}
			return ""
		}, nil
	case enablement.ByPersona:
		return func(id string) string {
			if p := r.Store.Taxonomy().Persona(id); p != nil {
				return p.Name
			}
			return ""
		}, nil
	case enablement.ByIndustry:
		return func(id string) string {
			if i := r.Store.Taxonomy().Industry(id); i != nil {
				return i.Name
			}
			return ""
		}, nil
	default:
		return func(key string) string { return key }, nil
	}
}
