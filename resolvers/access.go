package resolvers

import (
	"context"
	"slices"

	"github.com/quiverhq/quiver/auth"
	"github.com/quiverhq/quiver/enablement"
)

// seesAllAssets tells whether the viewer sees more than PUBLISHED assets.
func seesAllAssets(viewer *enablement.User) bool { return viewer.Role.Allows(enablement.RoleMarketer) }

// seesLead gives the rule by which the viewer may see a lead.
func (r *Resolver) seesLead(viewer *enablement.User) func(*enablement.Lead) bool {
	return func(lead *enablement.Lead) bool {
		return !r.OwnLeadsOnly || viewer.Role.Allows(enablement.RoleMarketer) || lead.OwnerID == viewer.ID
	}
}

// visibleAsset gives an asset as it stands now, or NOT_FOUND where even its
// existence is the marketers' alone.
func (r *Resolver) visibleAsset(ctx context.Context, id string) (*enablement.Asset, error) {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	asset, err := r.Store.Asset(ctx, id)
	if err != nil {
		return nil, err
	}
	asset = asset.At(r.Now())
	if asset.Status != enablement.StatusPublished && !seesAllAssets(viewer) {
		return nil, enablement.Missing("asset", id)
	}
	return asset, nil
}

// visibleLead gives a lead, or NOT_FOUND where it is another rep's secret.
func (r *Resolver) visibleLead(ctx context.Context, id string) (*enablement.Lead, error) {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	lead, err := r.Store.Lead(ctx, id)
	if err != nil {
		return nil, err
	}
	if !r.seesLead(viewer)(lead) {
		return nil, enablement.Missing("lead", id)
	}
	return lead, nil
}

// visibleSynonyms gives a set of synonyms, which are the marketers' alone.
func (r *Resolver) visibleSynonyms(ctx context.Context, id string) (*enablement.Synonyms, error) {
	viewer, err := auth.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	if !viewer.Role.Allows(enablement.RoleMarketer) {
		return nil, enablement.Missing("set of synonyms", id)
	}
	return r.Store.SynonymsByID(id)
}

// visibleSend gives a send to a lead that the viewer sees. A lead that changes
// hands takes its record along: the former owner keeps the figures.
func (r *Resolver) visibleSend(ctx context.Context, id string) (*enablement.Send, error) {
	send, err := r.Store.Send(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := r.visibleLead(ctx, send.LeadID); err != nil {
		if enablement.CodeOf(err) == enablement.NotFound {
			return nil, enablement.Missing("send", id)
		}
		return nil, err
	}
	return send, nil
}

// sendsSeen gives the rule by which the viewer may see the sends to a lead, nil
// for all. What kept it from being asked is in the error that it points to.
func (r *Resolver) sendsSeen(ctx context.Context) (maySee func(leadID string) bool, failed *error) {
	failed = new(error)
	if viewer, err := auth.Viewer(ctx); !r.OwnLeadsOnly || err == nil && viewer.Role.Allows(enablement.RoleMarketer) {
		return nil, failed
	}
	return func(leadID string) bool {
		_, err := r.visibleLead(ctx, leadID)
		if err != nil && enablement.CodeOf(err) != enablement.NotFound {
			*failed = err
		}
		return err == nil
	}, failed
}

// ownLeads narrows a filter down to what the viewer may see.
func (r *Resolver) ownLeads(viewer *enablement.User, filter enablement.LeadFilter) (enablement.LeadFilter, error) {
	if !r.OwnLeadsOnly || viewer.Role.Allows(enablement.RoleMarketer) {
		return filter, nil
	}
	return filter, onlyMyself(viewer, &filter.Owners, "leads")
}

// ownUsage narrows a filter down to what the viewer may see: a rep's own sends.
func ownUsage(viewer *enablement.User, filter enablement.UsageFilter) (enablement.UsageFilter, error) {
	if viewer.Role.Allows(enablement.RoleMarketer) {
		return filter, nil
	}
	return filter, onlyMyself(viewer, &filter.Reps, "sends")
}

// onlyMyself sets a list of users to the viewer alone; asking for anybody else
// is FORBIDDEN, not silently nothing.
func onlyMyself(viewer *enablement.User, users *[]string, what string) error {
	if slices.ContainsFunc(*users, func(id string) bool { return id != viewer.ID }) {
		return enablement.Errorf(enablement.Forbidden, "a rep sees own %s alone: leave the users out or name yourself, %q", what, viewer.ID)
	}
	*users = []string{viewer.ID}
	return nil
}
