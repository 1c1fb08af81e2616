package search

import (
	"cmp"
	"slices"

	"github.com/quiverhq/quiver/enablement"
)

// Unmapped gives the job titles and industries that no persona or industry
// claims, those of most leads first, at most first of each. It goes over the
// leads in memory.
func (x *Index) Unmapped(first int) *enablement.Unmapped {
	titles, industries := spellings{}, spellings{}
	u := &enablement.Unmapped{}
	x.leads.mu.RLock()
	u.Leads = len(x.leads.rows)
	for _, r := range x.leads.rows {
		if r.persona == "" {
			u.WithoutPersona++
			u.BlankJobTitles += titles.add(r.jobTitle)
		}
		if r.industry == "" {
			u.WithoutIndustry++
			u.BlankIndustries += industries.add(r.rawIndustry)
		}
	}
	x.leads.mu.RUnlock()
	u.JobTitles, u.Industries = titles.most(first), industries.most(first)
	return u
}

// spellings counts texts by what they come to without case, accents and spaces,
// and each way to write them.
type spellings map[string]map[string]int

// add counts a text; it gives 1 for one that is blank.
func (s spellings) add(text string) int {
	key := squeezed(text)
	if key == "" {
		return 1
	}
	if s[key] == nil {
		s[key] = map[string]int{}
	}
	s[key][text]++
	return 0
}

// most gives the texts of most leads, the most frequent spelling of each.
func (s spellings) most(first int) []*enablement.UnmappedText {
	out := make([]*enablement.UnmappedText, 0, len(s))
	for _, written := range s {
		t, best := &enablement.UnmappedText{}, 0
		for text, n := range written {
			t.Leads += n
			if n > best || n == best && text < t.Text {
				t.Text, best = text, n
			}
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *enablement.UnmappedText) int {
		return cmp.Or(cmp.Compare(b.Leads, a.Leads), cmp.Compare(a.Text, b.Text))
	})
	return out[:min(len(out), first)]
}
