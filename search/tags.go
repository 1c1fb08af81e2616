package search

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/quiverhq/quiver/enablement"
)

// tagKind is a kind of tag that assets are filtered and counted by.
type tagKind uint8

const (
	byPersona tagKind = iota
	byIndustry
	byStage
	byType
	byTopic
	byStatus // as set; see catalog.statuses
	byLanguage
)

// tag is one value of a kind and the assets that carry it.
type tag struct {
	kind   tagKind
	value  string
	assets *roaring.Bitmap
}

type tagKey struct {
	kind  tagKind
	value string
}

// row is what is known of an asset without its words.
type row struct {
	version   int
	date      int64 // Asset.Date in microseconds: what lists sort by
	expires   int64 // microseconds; never where the asset does not expire
	title     string
	folded    string // the title, for its order
	published *time.Time
	verified  *time.Time
	language  string
}

// catalog is every asset's tags, dates and places in the orders. An asset's
// ordinal is its place in rows: given once, never given again. Not safe for
// concurrent use: Index.mu guards it.
type catalog struct {
	ids      []string
	ordinals map[string]uint32
	rows     []row
	tagged   numberLists     // by ordinal: the numbers of its tags, kind by kind
	counters []*atomic.Int64 // by ordinal: how often it was sent; nil: nobody counts, or not in the store
	known    *roaring.Bitmap // ordinals that the store has; others wait in an old index
	open     *roaring.Bitmap // of no persona and no industry: for anybody

	tags      []tag
	tagNumber map[tagKey]uint32
	folded    map[string][]uint32 // topic without case -> its tags

	newest  []uint32 // by date, the latest first, then id
	byTitle []uint32 // by folded title, then id

	expiry expiries
	sends  SendCounter // nil: nothing was ever sent
}

func newCatalog(sends SendCounter) *catalog {
	return &catalog{
		sends: sends, ordinals: map[string]uint32{}, known: roaring.New(), open: roaring.New(),
		tagNumber: map[tagKey]uint32{}, folded: map[string][]uint32{},
	}
}

// ordinal gives an id its number, a new one if it has none.
func (c *catalog) ordinal(id string) uint32 {
	o, ok := c.ordinals[id]
	if !ok {
		o = uint32(len(c.ids))
		c.ids = append(c.ids, id)
		c.rows = append(c.rows, row{expires: never})
		c.counters = append(c.counters, nil)
		c.ordinals[id] = o
	}
	return o
}

// version is the newest version that the catalog knows of an id; 0: none.
func (c *catalog) version(id string) int {
	if o, ok := c.ordinals[id]; ok {
		return c.rows[o].version
	}
	return 0
}

// put brings the assets' states in, whatever was there before.
func (c *catalog) put(assets []*enablement.Asset) {
	ordinals := make([]uint32, len(assets))
	expiry := false // of one has changed
	for i, a := range assets {
		o := c.ordinal(a.ID)
		c.untag(o)
		before := c.rows[o].expires
		c.rows[o] = assetRow(a)
		c.tagged.set(o, c.tagsFor(a, o))
		if c.sends != nil && c.counters[o] == nil {
			c.counters[o] = c.sends.CounterOf(a.ID)
		}
		expiry = expiry || c.rows[o].expires != before
		c.known.Add(o)
		if len(a.PersonaIDs)+len(a.IndustryIDs) == 0 {
			c.open.Add(o)
		} else {
			c.open.Remove(o)
		}
		ordinals[i] = o
	}
	changed := make(set, setWords(len(c.ids)))
	for _, o := range ordinals {
		changed.add(o)
	}
	c.newest = resort(c.newest, changed, c.compareNewest)
	c.byTitle = resort(c.byTitle, changed, c.compareTitle)
	if expiry {
		c.expiry.build(c)
	}
}

// sent is how often an asset was sent.
func (c *catalog) sent(o uint32) int {
	if n := c.counters[o]; n != nil {
		return int(n.Load())
	}
	return 0
}

func (c *catalog) untag(o uint32) {
	for _, t := range c.tagged.of(o) {
		c.tags[t].assets.Remove(o)
	}
}

func assetRow(a *enablement.Asset) row {
	r := row{
		version: a.Version, date: a.Date().UnixMicro(), expires: never,
		title: a.Title, folded: foldText(a.Title), published: a.PublishedAt, verified: a.VerifiedAt, language: a.Language,
	}
	if a.ExpiresAt != nil {
		r.expires = a.ExpiresAt.UnixMicro()
	}
	return r
}

// tagsFor gives an asset's tags their numbers, and puts the asset in each.
func (c *catalog) tagsFor(a *enablement.Asset, o uint32) []uint32 {
	numbers := make([]uint32, 0, len(a.PersonaIDs)+len(a.IndustryIDs)+len(a.FunnelStages)+len(a.Topics)+3)
	for kind, values := range tagsOf(a) {
		for _, v := range values {
			if t := c.tag(tagKind(kind), v); !slices.Contains(numbers, t) {
				numbers = append(numbers, t)
				c.tags[t].assets.Add(o)
			}
		}
	}
	return numbers
}

// tagsOf lists an asset's tags by kind.
func tagsOf(a *enablement.Asset) [][]string {
	stages := make([]string, len(a.FunnelStages))
	for i, s := range a.FunnelStages {
		stages[i] = string(s)
	}
	return [][]string{
		byPersona: a.PersonaIDs, byIndustry: a.IndustryIDs, byStage: stages, byType: {string(a.Type)},
		byTopic: a.Topics, byStatus: {string(a.Status)}, byLanguage: {strings.ToLower(a.Language)},
	}
}

// tag gives a value its number, a new one if it has none.
func (c *catalog) tag(kind tagKind, value string) uint32 {
	key := tagKey{kind, value}
	t, ok := c.tagNumber[key]
	if !ok {
		t = uint32(len(c.tags))
		c.tags = append(c.tags, tag{kind, value, roaring.New()})
		c.tagNumber[key] = t
		if kind == byTopic {
			f := foldText(value)
			c.folded[f] = append(c.folded[f], t)
		}
	}
	return t
}

// bitmap is the assets that carry a value; nil: none ever did.
func (c *catalog) bitmap(kind tagKind, value string) *roaring.Bitmap {
	if t, ok := c.tagNumber[tagKey{kind, value}]; ok {
		return c.tags[t].assets
	}
	return nil
}

// size is how many assets there are.
func (c *catalog) size() int { return len(c.newest) }
