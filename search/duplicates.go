package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

const (
	// leeway is how far below the overlap asked for an estimate may lie that is
	// looked into: three times as far as it is mostly off.
	leeway = 0.18
	// spares is how many estimates are looked into beyond what is asked for,
	// as the texts may put them in another order.
	spares = 10
)

// Overlap is about the share of the rows of four words in two assets' texts
// that both have, 0 to 1, off by 0.06 or less mostly; 0 where an asset is not
// known or its text too short to say. It reads no text.
func (x *Index) Overlap(a, b string) float64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	o, known := x.catalog.ordinals[a]
	p, too := x.catalog.ordinals[b]
	if !known || !too {
		return 0
	}
	return x.kin.of(o).estimate(x.kin.of(p))
}

// NearDuplicates gives, for each of the assets, up to first others that say
// nearly the same, the largest overlap first, then by id. What has EXPIRED or
// been ARCHIVED is left out, for a rep all that is not PUBLISHED.
//
// Errors: those of Documents; ctx.Err() as it is.
func (x *Index) NearDuplicates(ctx context.Context, assets []*enablement.Asset, first int, publishedOnly bool) ([][]*enablement.NearDuplicate, error) {
	found := x.likely(assets, first+spares, publishedOnly)
	read, err := x.read(ctx, slices.Concat(found...))
	if err != nil {
		return nil, err
	}
	lists := make([][]*enablement.NearDuplicate, len(assets))
	texts := newTexts()
	for i, a := range assets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lists[i] = []*enablement.NearDuplicate{}
		for _, id := range found[i] {
			other := read[id]
			if other == nil || !shown(other, publishedOnly) {
				continue
			}
			if overlap := texts.overlap(a, other); overlap >= enablement.NearlySame {
				lists[i] = append(lists[i], &enablement.NearDuplicate{Asset: other, Overlap: overlap})
			}
		}
		slices.SortFunc(lists[i], func(a, b *enablement.NearDuplicate) int {
			return cmp.Or(cmp.Compare(b.Overlap, a.Overlap), cmp.Compare(a.Asset.ID, b.Asset.ID))
		})
		lists[i] = lists[i][:min(len(lists[i]), first)]
	}
	return lists, nil
}

// likely gives, for each of the assets, the ids of up to most others that may
// say nearly the same, the likeliest first.
func (x *Index) likely(assets []*enablement.Asset, most int, publishedOnly bool) [][]string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)
	x.current(s, publishedOnly)
	found := make([][]string, len(assets))
	for i, a := range assets {
		if o, ok := x.catalog.ordinals[a.ID]; ok {
			within := s.allowed.has(o)
			s.allowed.remove(o)
			found[i] = x.nearest(s, x.kin.of(o), most)
			if within {
				s.allowed.add(o)
			}
		}
	}
	return found
}

// nearest gives the ids of up to most assets of s.allowed that may say nearly
// what a sketch stands for.
func (x *Index) nearest(s *scratch, of *sketch, most int) []string {
	s.hits = x.kin.likely(s.hits[:0], of, s.allowed.has)
	var ids []string
	for _, h := range bestSorted(s.hits, most, x.catalog.ids) {
		ids = append(ids, x.catalog.ids[h.ordinal])
	}
	return ids
}

// current leaves in s.allowed the assets that are in use or will be.
func (x *Index) current(s *scratch, publishedOnly bool) {
	n := narrowing{publishedOnly: publishedOnly, now: x.options.Now().UnixMicro()}
	for _, status := range enablement.AssetStatuses() {
		if status.Current() {
			n.filter.Statuses = append(n.filter.Statuses, status)
		}
	}
	x.catalog.narrow(s.allowed, s.spare, n)
}

// shown is what current says, of a document, which may be newer.
func shown(a *enablement.Asset, publishedOnly bool) bool {
	return a.Status.Current() && (!publishedOnly || a.Status == enablement.StatusPublished)
}

// read gives documents by id, as they stand now.
func (x *Index) read(ctx context.Context, ids []string) (map[string]*enablement.Asset, error) {
	slices.Sort(ids)
	assets, err := x.options.Documents.Assets(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	now := x.options.Now()
	byID := make(map[string]*enablement.Asset, len(assets))
	for _, a := range assets {
		byID[a.ID] = a.At(now)
	}
	return byID, nil
}

// mostShingles bounds the texts that one answer keeps cut: 32 MB.
const mostShingles = 4 << 20

// texts keeps the shingles of the assets that one answer compares.
type texts struct {
	known map[string][]uint64
	held  int
}

func newTexts() *texts { return &texts{known: map[string][]uint64{}} }

func (t *texts) of(a *enablement.Asset) []uint64 {
	if list, ok := t.known[a.ID]; ok {
		return list
	}
	list := different(shinglesOf(a))
	if t.held += len(list); t.held > mostShingles {
		clear(t.known)
		t.held = len(list)
	}
	t.known[a.ID] = list
	return list
}

func (t *texts) overlap(a, b *enablement.Asset) float64 { return resemblance(t.of(a), t.of(b)) }
