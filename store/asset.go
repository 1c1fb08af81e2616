package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
	"unique"

	"github.com/quiverhq/quiver/enablement"
)

// assetIndexes: an externalId belongs to one asset; updatedAt is for the tail.
var assetIndexes = []index{{field: "externalId", unique: true}, {field: "updatedAt"}}

var assetKind = kind[enablement.Asset]{
	name:     "asset",
	id:       func(a *enablement.Asset) string { return a.ID },
	revision: func(a *enablement.Asset) int { return a.Version },
	dated:    func(a *enablement.Asset) *time.Time { return &a.UpdatedAt },
	clone:    (*enablement.Asset).Clone,
	share:    shareAsset,
	same:     (*enablement.Asset).SameContent,
	place:    tagAsset,
	keys: func(a *enablement.Asset) map[string]string {
		if a.ExternalID == nil {
			return nil
		}
		return map[string]string{"externalId": *a.ExternalID}
	},
}

// shareAsset shares the values that a catalog repeats: of ten small strings of an
// asset nearly all are those of others, and each would be memory of its own to
// keep and, for the collector, to look after.
func shareAsset(a *enablement.Asset) {
	share(&a.Type)
	share(&a.Status)
	share(&a.Language)
	share(&a.OwnerID)
	shareEach(a.PersonaIDs)
	shareEach(a.IndustryIDs)
	shareEach(a.FunnelStages)
	shareEach(a.Topics)
}

// share replaces a string by an equal one that others have already. It is kept
// no longer than somebody has it.
func share[S ~string](s *S) { *s = S(unique.Make(string(*s)).Value()) }

func shareEach[S ~string](values []S) {
	for i := range values {
		share(&values[i])
	}
}

// tagAsset looks the asset's personas and industries up; one that has left the
// taxonomy is left out.
func tagAsset(a *enablement.Asset, t *enablement.Taxonomy) {
	a.Personas = make([]*enablement.Persona, 0, len(a.PersonaIDs))
	for _, id := range a.PersonaIDs {
		if p := t.Persona(id); p != nil {
			a.Personas = append(a.Personas, p)
		}
	}
	a.Industries = make([]*enablement.Industry, 0, len(a.IndustryIDs))
	for _, id := range a.IndustryIDs {
		if i := t.Industry(id); i != nil {
			a.Industries = append(a.Industries, i)
		}
	}
}

// Asset gives an asset with its tags. NOT_FOUND; UNAVAILABLE.
func (s *Store) Asset(ctx context.Context, id string) (*enablement.Asset, error) {
	return s.assets.get(ctx, id)
}

// Assets gives assets in the order of ids; missing ones are left out.
func (s *Store) Assets(ctx context.Context, ids []string) ([]*enablement.Asset, error) {
	return s.assets.getAll(ctx, ids)
}

// EachAsset scans every asset: for export, rebuild and check.
func (s *Store) EachAsset(ctx context.Context) iter.Seq2[*enablement.Asset, error] {
	return s.assets.each(ctx)
}

// each scans every document, placed by the taxonomy as it is now.
func (n *noun[T]) each(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for doc, err := range n.docs.all(ctx) {
			if err == nil && n.place != nil {
				n.place(doc, n.taxonomy.Load())
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

// CreateAsset adds an asset. BAD_USER_INPUT with every wrong field; CONFLICT
// when another asset has the externalId.
func (s *Store) CreateAsset(ctx context.Context, in enablement.AssetInput, owner *enablement.User) (*enablement.Asset, error) {
	a := &enablement.Asset{ID: newID(enablement.AssetPrefix)}
	if owner != nil {
		a.OwnerID = owner.ID
	}
	faults := slices.Concat(in.Check(), in.CheckDates(s.now()), in.Apply(a, s.Taxonomy()))
	if err := enablement.Invalid(faults); err != nil {
		return nil, err
	}
	defer s.assets.lock()()
	if a.ExternalID != nil {
		if holder, err := s.assets.holder(ctx, "externalId", *a.ExternalID); err != nil || holder != "" {
			return nil, orTaken(err, a)
		}
	}
	now := enablement.Instant(s.now())
	stampAsset(a, now)
	publishDate(a, now)
	err := writeAudited(ctx, s.trail, s.assets, auditedAsset, a, nil)
	if errors.Is(err, errTaken) {
		return nil, orTaken(nil, a)
	}
	return a, err
}

func orTaken(err error, a *enablement.Asset) error {
	if err != nil {
		return err
	}
	return enablement.ConflictIn("externalId", "another asset has the externalId %q: update that one, or choose another id", *a.ExternalID)
}

// UpdateAsset changes an asset. NOT_FOUND; BAD_USER_INPUT with every wrong
// field; CONFLICT when version is given and the asset has moved on from it. A
// patch that changes nothing leaves the version as it is.
func (s *Store) UpdateAsset(ctx context.Context, id string, version *int, patch enablement.AssetPatch) (*enablement.Asset, error) {
	return s.editAsset(ctx, id, func(a *enablement.Asset) error {
		if version != nil && *version != a.Version {
			return enablement.ConflictIn("version", "the asset is at version %d by now, not %d: read it again and repeat the change", a.Version, *version)
		}
		in := patch.Over(a)
		return enablement.Invalid(slices.Concat(in.Check(), patch.CheckDates(s.now()), in.Apply(a, s.Taxonomy())))
	})
}

// SetAssetStatus publishes, archives, or otherwise moves an asset. NOT_FOUND;
// BAD_USER_INPUT for an unknown status and for publishing what has expired.
func (s *Store) SetAssetStatus(ctx context.Context, id string, status enablement.AssetStatus) (*enablement.Asset, error) {
	return s.editAsset(ctx, id, func(a *enablement.Asset) error {
		if err := a.CheckStatus(status, s.now()); err != nil {
			return err
		}
		a.Status = status
		return nil
	})
}

// VerifyAsset notes that an asset still holds as of now. NOT_FOUND.
func (s *Store) VerifyAsset(ctx context.Context, id string) (*enablement.Asset, error) {
	return s.editAsset(ctx, id, func(a *enablement.Asset) error {
		now := enablement.Instant(s.now())
		a.VerifiedAt = &now
		return nil
	})
}

// editAsset writes an asset's next revision as edit makes it of a copy of the
// current one.
func (s *Store) editAsset(ctx context.Context, id string, edit func(*enablement.Asset) error) (*enablement.Asset, error) {
	defer s.assets.lock()()
	for try := 0; ; try++ {
		before, err := s.assets.fresh(ctx, id)
		if err != nil {
			return nil, err
		}
		a := before.Clone()
		if err := edit(a); err != nil {
			return nil, err
		}
		now := enablement.Instant(s.now())
		if before.Status != enablement.StatusPublished { // a date that is unknown stays so
			publishDate(a, now)
		}
		if a.SameContent(before) {
			return before, nil
		}
		stampAsset(a, now)
		err = writeAudited(ctx, s.trail, s.assets, auditedAsset, a, before)
		if errors.Is(err, errMoved) && try+1 < writeAttempts {
			continue
		}
		if errors.Is(err, errMoved) {
			return nil, enablement.Errorf(enablement.Conflict, "the asset is being changed by others at the same time; try again")
		}
		if err != nil {
			return nil, fmt.Errorf("change an asset: %w", err)
		}
		return a, nil
	}
}

// publishDate dates an asset that is published without a date. One that comes in
// expired was published at some time that nobody has said.
func publishDate(a *enablement.Asset, now time.Time) {
	if a.StatusAt(now) == enablement.StatusPublished && a.PublishedAt == nil {
		a.PublishedAt = &now
	}
}

// stampAsset makes the asset its own next revision.
func stampAsset(a *enablement.Asset, now time.Time) {
	a.Version, a.UpdatedAt = a.Version+1, now
	if a.Version == 1 {
		a.CreatedAt = now
	}
}
