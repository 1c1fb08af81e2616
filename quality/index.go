package quality

import (
	"context"
	"iter"
	"time"

	"github.com/quiverhq/quiver/enablement"
	"github.com/quiverhq/quiver/search"
)

// Index opens Quiver's own index over a collection, in a directory that the
// caller removes. Close it.
func (c *Collection) Index(ctx context.Context, dir string, now time.Time) (*search.Index, error) {
	index, err := search.Open(search.Options{Dir: dir, Documents: documents(c.byID()), Sends: c.Sends, Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	index.SetTaxonomy(c.Taxonomy)
	index.SetSynonyms(c.Synonyms)
	if err := index.Sync(ctx, c.Assets); err != nil {
		_ = index.Close()
		return nil, err
	}
	return index, nil
}

// Ranking is the ids of the first assets that a rep finds with a text.
func Ranking(ctx context.Context, index *search.Index, text string, first int) ([]string, error) {
	page, err := index.Assets(ctx, enablement.AssetQuery{Text: text, First: first, PublishedOnly: true})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(page.Hits))
	for i, hit := range page.Hits {
		ids[i] = hit.ID
	}
	return ids, nil
}

func (c *Collection) byID() map[string]*enablement.Asset {
	assets := make(map[string]*enablement.Asset, len(c.Assets))
	for _, a := range c.Assets {
		assets[a.ID] = a
	}
	return assets
}

// documents is a catalog in memory, by id.
type documents map[string]*enablement.Asset

// Assets gives the assets with the ids, in that order.
func (d documents) Assets(_ context.Context, ids []string) ([]*enablement.Asset, error) {
	found := make([]*enablement.Asset, 0, len(ids))
	for _, id := range ids {
		if a := d[id]; a != nil {
			found = append(found, a)
		}
	}
	return found, nil
}

// EachAsset gives every asset, in no order.
func (d documents) EachAsset(context.Context) iter.Seq2[*enablement.Asset, error] {
	return func(yield func(*enablement.Asset, error) bool) {
		for _, a := range d {
			if !yield(a, nil) {
				return
			}
		}
	}
}
