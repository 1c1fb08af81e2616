package search

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/quiverhq/quiver/enablement"
)

// directory lists the leads, newest first, and finds them by words and tags.
// It is in memory and small: a row a lead.
type directory struct {
	mu   sync.RWMutex
	byID map[string]*leadRow
	rows []*leadRow // newest createdAt first, then id
}

// leadRow is what a lead is listed and found by.
type leadRow struct {
	id       string
	revision int
	created  int64  // microseconds
	text     string // leadText of name, email, company, job title and external id, a line each
	owner    string
	persona  string
	industry string
	stage    enablement.LifecycleStage
	// As they arrived: see Unmapped.
	jobTitle, rawIndustry string
}

func newDirectory() *directory { return &directory{byID: map[string]*leadRow{}} }

func compareLeads(a, b *leadRow) int {
	return cmp.Or(cmp.Compare(b.created, a.created), cmp.Compare(a.id, b.id))
}

func rowOfLead(l *enablement.Lead) *leadRow {
	r := &leadRow{id: l.ID, revision: l.Revision, created: l.CreatedAt.UnixMicro(), owner: l.OwnerID, stage: l.LifecycleStage,
		jobTitle: l.JobTitle, rawIndustry: l.RawIndustry}
	text := []string{l.FirstName + " " + l.LastName, l.Company, l.JobTitle}
	for _, s := range []*string{l.Email, l.ExternalID} {
		if s != nil {
			text = append(text, *s)
		}
	}
	for i := range text {
		text[i] = leadText(text[i])
	}
	r.text = strings.Join(text, "\n")
	if l.Persona != nil {
		r.persona = l.Persona.ID
	}
	if l.Industry != nil {
		r.industry = l.Industry.ID
	}
	return r
}

// leadText is a text as leads are found by it: folded, without apostrophes, and
// with one space for the signs between two words: "anders kvist vestby example".
func leadText(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ReplaceAll(foldText(text), "'", ""), isSign), " ")
}

func isSign(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }

// leadWords cuts a query at spaces and at signs that stand between two things,
// as in "Kvist, Anders <anders.kvist@vestby>". What an address, a double name or
// an id is joined with holds its parts together, in this order.
func leadWords(query string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(query, func(r rune) bool { return isSign(r) && !strings.ContainsRune(".@-‐‑_+&'’＇", r) }) {
		if w = leadText(w); w != "" && len(words) < mostQueryWords {
			words = append(words, w)
		}
	}
	return words
}

// SyncLeads brings the leads' states into the directory; queries see them when
// it returns. An older revision than the known one is ignored; the same one is
// taken again, for a change of the taxonomy moves leads without touching them.
func (x *Index) SyncLeads(leads []*enablement.Lead) {
	fresh := make(map[string]*leadRow, len(leads))
	for _, l := range leads {
		if l == nil {
			continue
		}
		if r := rowOfLead(l); fresh[l.ID] == nil || fresh[l.ID].revision <= r.revision {
			fresh[l.ID] = r
		}
	}
	x.leads.put(fresh)
}

func (d *directory) put(fresh map[string]*leadRow) {
	d.mu.Lock()
	defer d.mu.Unlock()
	added := make([]*leadRow, 0, len(fresh))
	moved := map[string]bool{}
	for id, r := range fresh {
		if old := d.byID[id]; old != nil {
			if old.revision > r.revision {
				continue
			}
			moved[id] = true
		}
		d.byID[id] = r
		added = append(added, r)
	}
	slices.SortFunc(added, compareLeads)
	merged := make([]*leadRow, 0, len(d.byID))
	for _, r := range d.rows {
		if len(moved) > 0 && moved[r.id] {
			continue
		}
		for len(added) > 0 && compareLeads(added[0], r) < 0 {
			merged, added = append(merged, added[0]), added[1:]
		}
		merged = append(merged, r)
	}
	d.rows = append(merged, added...)
}

func (d *directory) count() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.rows)
}

// Leads answers one question to the directory. A lead matches a query when its
// name, email, company, job title or external id contain every word of it,
// without regard to case, accents and signs. Errors: BAD_USER_INPUT on "after" and
// "first"; ctx.Err().
func (x *Index) Leads(ctx context.Context, q enablement.LeadQuery) (*enablement.IDPage, error) {
	if q.First < 1 || q.First > enablement.MaxPage {
		return nil, enablement.InvalidField("first", "must be from 1 to %d, not %d", enablement.MaxPage, q.First)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var after *leadRow
	question := q.Question()
	if q.After != "" {
		place, err := decodeLeadCursor(q.After, question)
		if err != nil {
			return nil, err
		}
		after = place
	}
	return x.leads.page(newLeadMatch(q.Filter), q.First, after, question), nil
}

func (d *directory) page(m leadMatch, first int, after *leadRow, question uint64) *enablement.IDPage {
	d.mu.RLock()
	defer d.mu.RUnlock()
	page := &enablement.IDPage{HasPrev: after != nil}
	from := 0
	if after != nil {
		from = sort.Search(len(d.rows), func(i int) bool { return compareLeads(d.rows[i], after) > 0 })
	}
	for i, r := range d.rows {
		if !m.matches(r) {
			continue
		}
		page.Total++
		switch {
		case i < from:
		case len(page.IDs) == first:
			page.HasNext = true
		default:
			page.IDs = append(page.IDs, r.id)
			page.Cursors = append(page.Cursors, encodeLeadCursor(r, question))
		}
	}
	return page
}

// leadMatch is a LeadFilter made ready to be asked of every row.
type leadMatch struct {
	words                        []string
	owners, personas, industries map[string]bool
	stages                       map[enablement.LifecycleStage]bool
}

func newLeadMatch(f enablement.LeadFilter) leadMatch {
	m := leadMatch{owners: setOf(f.Owners), personas: setOf(f.Personas), industries: setOf(f.Industries), stages: setOf(f.LifecycleStages)}
	if f.Query != nil {
		m.words = leadWords(clipBytes(*f.Query, mostQueryBytes))
	}
	return m
}

func (m leadMatch) matches(r *leadRow) bool {
	if m.owners != nil && !m.owners[r.owner] || m.personas != nil && !m.personas[r.persona] ||
		m.industries != nil && !m.industries[r.industry] || m.stages != nil && !m.stages[r.stage] {
		return false
	}
	for _, w := range m.words {
		if !strings.Contains(r.text, w) {
			return false
		}
	}
	return true
}

// setOf is nil for an empty list, which narrows nothing.
func setOf[T comparable](values []T) map[T]bool {
	if len(values) == 0 {
		return nil
	}
	s := make(map[T]bool, len(values))
	for _, v := range values {
		s[v] = true
	}
	return s
}

const leadCursorKind = "lead"

func encodeLeadCursor(r *leadRow, question uint64) string {
	parts := []string{leadCursorKind, strconv.FormatUint(question, 36), strconv.FormatInt(r.created, 10), r.id}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x00")))
}

// decodeLeadCursor reads a place in the directory. Errors: BAD_USER_INPUT on
// "after" for one that is not ours or is of another question.
func decodeLeadCursor(s string, question uint64) (*leadRow, error) {
	bad := enablement.InvalidField("after", "is not a cursor of this list; take one from pageInfo or an edge")
	b, err := base64.RawURLEncoding.DecodeString(s)
	parts := strings.SplitN(string(b), "\x00", 4)
	if err != nil || len(parts) != 4 || parts[0] != leadCursorKind {
		return nil, bad
	}
	created, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return nil, bad
	}
	if parts[1] != strconv.FormatUint(question, 36) {
		return nil, enablement.OtherFilter()
	}
	return &leadRow{created: created, id: parts[3]}, nil
}

// LeadCounts counts the leads that have a persona, an industry and a funnel
// stage, per combination, sorted by them.
func (x *Index) LeadCounts() []enablement.LeadCount {
	type cell struct {
		persona, industry string
		stage             enablement.FunnelStage
	}
	counts := map[cell]int{}
	x.leads.mu.RLock()
	for _, r := range x.leads.rows {
		if stage, _ := r.stage.FunnelStage(); stage != "" && r.persona != "" && r.industry != "" {
			counts[cell{r.persona, r.industry, stage}]++
		}
	}
	x.leads.mu.RUnlock()
	out := make([]enablement.LeadCount, 0, len(counts))
	for c, n := range counts {
		out = append(out, enablement.LeadCount{PersonaID: c.persona, IndustryID: c.industry, FunnelStage: c.stage, Leads: n})
	}
	slices.SortFunc(out, func(a, b enablement.LeadCount) int {
		return cmp.Or(cmp.Compare(a.PersonaID, b.PersonaID), cmp.Compare(a.IndustryID, b.IndustryID), cmp.Compare(a.FunnelStage, b.FunnelStage))
	})
	return out
}
