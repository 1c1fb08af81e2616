package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/quiverhq/quiver/enablement"
)

// Candidates gives assets that may suit one person: PUBLISHED now, within the
// filter, and with the persona, one of the industries or enough of the texts;
// and the mostOpen of those for anybody that were sent most, for the history may
// speak for them. At most q.Limit of them, those that tags, texts and date speak
// for most first. With q.General: those of no industry, the most sent first, then the
// newest.
//
// Errors: INTERNAL where the index on disk cannot be read; ctx.Err() as it is.
func (x *Index) Candidates(ctx context.Context, q enablement.CandidateQuery) ([]enablement.Candidate, error) {
	if q.Limit < 1 {
		return []enablement.Candidate{}, nil
	}
	picks := x.profileWords(q.Texts)
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.take()
	defer x.give(s)
	now := x.options.Now().UnixMicro()
	x.catalog.narrow(s.allowed, s.spare, narrowing{q.Filter, nil, q.Without, true, now})
	if q.General {
		return x.general(s, q), nil
	}
	profile := &profile{CandidateQuery: q, catalog: x.catalog, scratch: s, now: now}
	if err := profile.readTexts(ctx, x, picks); err != nil {
		return nil, readFailed(ctx, err)
	}
	return profile.best(), nil
}

// general gives what suits anybody: assets of no industry.
func (x *Index) general(s *scratch, q enablement.CandidateQuery) []enablement.Candidate {
	c := x.catalog
	for _, t := range c.tags {
		if t.kind == byIndustry {
			t.assets.Iterate(func(o uint32) bool {
				s.allowed.remove(o)
				return true
			})
		}
	}
	rows := s.hits[:0]
	s.allowed.each(func(o uint32) { rows = append(rows, ranked{float64(c.sent(o)), o}) })
	slices.SortFunc(rows, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.key, a.key), c.compareNewest(a.ordinal, b.ordinal))
	})
	s.hits = rows
	profile := &profile{CandidateQuery: q, catalog: c, scratch: s}
	profile.mark()
	return profile.describe(rows[:min(len(rows), q.Limit)])
}

// profile is one person's question while it is answered.
type profile struct {
	enablement.CandidateQuery
	catalog *catalog
	*scratch
	now int64
	// industries is what carries each of IndustryIDs; nil where nothing does.
	industries []*roaring.Bitmap
	picked     []pick
	reach      float64 // the score that counts as a full match of the texts
}

// What the parts of a profile weigh when more assets suit than are wanted.
// Only the choice rests on it: recommend ranks what is chosen.
const (
	weighPersona  = 0.30
	weighIndustry = 0.25
	weighStage    = 0.15
	weighText     = 0.28
	weighRecent   = 0.02
	recentHalf    = 365 * 24 * 3600 * 1e6 // microseconds until recency counts half
)

// mostOpen is how many assets for anybody are candidates.
const mostOpen = 20

// best gives the candidates that most speaks for.
func (p *profile) best() []enablement.Candidate {
	p.mark()
	p.addOpen()
	for i := range p.matched {
		p.matched[i] = (p.matched[i] | p.ofPersona[i] | p.ofIndustry[i]) & p.allowed[i]
	}
	// A persona may match half the catalog. What cannot come among the best any
	// more is passed over by its tags alone, without a look at its industry's
	// place and its date.
	best := newGathering(p.hits, p.Limit, p.catalog.ids)
	p.matched.each(func(o uint32) {
		if p.keyAtMost(o) >= best.last.key {
			best.add(ranked{p.key(o), o})
		}
	})
	p.hits = best.rows
	return p.describe(bestSorted(best.rows, p.Limit, p.catalog.ids))
}

// keyAtMost is the most that key can be.
func (p *profile) keyAtMost(o uint32) float64 {
	return p.byTags(o) + weighText*p.text(o) + weighRecent
}

// byTags is what persona, industry and stage speak for an asset, its industry
// taken for the person's own.
func (p *profile) byTags(o uint32) float64 {
	key := 0.0
	if p.ofPersona.has(o) {
		key += weighPersona
	}
	if p.ofIndustry.has(o) {
		key += weighIndustry
	}
	if p.ofStage.has(o) {
		key += weighStage
	}
	return key
}

// addOpen adds to what matches what is for anybody and was sent most.
func (p *profile) addOpen() {
	var sent []ranked
	p.catalog.open.Iterate(func(o uint32) bool {
		if p.allowed.has(o) {
			if n := p.catalog.sent(o); n > 0 {
				sent = append(sent, ranked{float64(n), o})
			}
		}
		return true
	})
	for _, r := range bestSorted(sent, mostOpen, p.catalog.ids) {
		p.matched.add(r.ordinal)
	}
}

// key is how much speaks for an asset.
func (p *profile) key(o uint32) float64 {
	key := p.byTags(o) + weighText*p.text(o)
	if len(p.industries) > 1 && p.ofIndustry.has(o) {
		_, rank := p.industryOf(o)
		key -= weighIndustry * (1 - 1/float64(rank+1))
	}
	age := float64(max(0, p.now-p.catalog.rows[o].date))
	return key + weighRecent/(1+age/recentHalf)
}

// mark fills the sets of the persona's, the industries' and the stage's assets.
func (p *profile) mark() {
	p.industries = p.industries[:0]
	for _, id := range p.IndustryIDs {
		p.industries = append(p.industries, p.tagged(byIndustry, id))
	}
	p.ofPersona.load(present(p.tagged(byPersona, p.PersonaID))...)
	p.ofStage.load(present(p.tagged(byStage, string(p.FunnelStage)))...)
	p.ofIndustry.load(present(p.industries...)...)
}

// present leaves out the bitmaps that there are none of.
func present(bitmaps ...*roaring.Bitmap) []*roaring.Bitmap {
	return slices.DeleteFunc(slices.Clone(bitmaps), func(b *roaring.Bitmap) bool { return b == nil })
}

func (p *profile) tagged(kind tagKind, value string) *roaring.Bitmap {
	if value == "" {
		return nil
	}
	return p.catalog.bitmap(kind, value)
}

// industryOf is the nearest of the person's industries that an asset carries,
// and how far up it lies.
func (p *profile) industryOf(o uint32) (string, int) {
	for rank, b := range p.industries {
		if b != nil && b.Contains(o) {
			return p.IndustryIDs[rank], rank
		}
	}
	return "", 0
}

// text is how well an asset matches the texts, 0 to 1; 0 where too little of
// them is in it to mean anything.
func (p *profile) text(o uint32) float64 {
	if p.reach == 0 {
		return 0
	}
	share := p.score[o] / p.reach
	return max(0, min(1, (share-tooLittle)/(1-tooLittle)))
}

func (p *profile) describe(rows []ranked) []enablement.Candidate {
	out := make([]enablement.Candidate, len(rows))
	usual := p.catalog.usualLanguage()
	for i, r := range rows {
		o := r.ordinal
		row := &p.catalog.rows[o]
		industry, _ := p.industryOf(o)
		out[i] = enablement.Candidate{
			AssetID:     p.catalog.ids[o],
			Persona:     p.fit(o, byPersona, p.PersonaID != "", p.ofPersona.has(o)),
			Industry:    p.fit(o, byIndustry, len(p.IndustryIDs) > 0, industry != ""),
			FunnelStage: p.fit(o, byStage, p.FunnelStage != "", p.ofStage.has(o)),
			IndustryID:  industry,
			Text:        p.text(o),
			Language:    row.language,
			Usual:       enablement.LanguageOf(row.language) == usual,
			PublishedAt: row.published,
			VerifiedAt:  row.verified,
		}
		if out[i].Text > 0 {
			out[i].Matches = p.matches(p.mask[o])
		}
	}
	return out
}

// usualLanguage is the language that most assets are in, without region.
func (c *catalog) usualLanguage() (usual string) {
	counts, most := map[string]uint64{}, uint64(0)
	for _, t := range c.tags {
		if t.kind != byLanguage {
			continue
		}
		language := enablement.LanguageOf(t.value)
		counts[language] += t.assets.GetCardinality()
		if n := counts[language]; n > most || n == most && language < usual {
			usual, most = language, n
		}
	}
	return usual
}

// fit is how an asset is tagged in one respect. known: the query names a value;
// match: the asset carries it.
func (p *profile) fit(o uint32, kind tagKind, known, match bool) enablement.Fit {
	switch {
	case match:
		return enablement.FitMatch
	case known && slices.ContainsFunc(p.catalog.tagged.of(o), func(t uint32) bool { return p.catalog.tags[t].kind == kind }):
		return enablement.FitOther
	default:
		return enablement.FitOpen
	}
}
