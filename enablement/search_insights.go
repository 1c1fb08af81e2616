package enablement

import "time"

// SearchInsights is one range of the record of searches; its fields are counted
// when they are asked for.
type SearchInsights struct {
	From, To   time.Time
	Remembered bool // false: searches are not kept, and all counts are 0
}

// SearchTotals counts the searches of a range.
type SearchTotals struct {
	Searches    int
	Reps        int
	WithoutHits int
	Used        int // searches of whose answer something was opened or sent
}

// ShareWithoutHits is the share of the searches that found nothing, 0 to 1; nil
// where there were none.
func (t *SearchTotals) ShareWithoutHits() *float64 { return share(t.WithoutHits, t.Searches) }

// ShareUsed is the share of the searches of whose answer something was opened
// or sent, 0 to 1; nil where there were none.
func (t *SearchTotals) ShareUsed() *float64 { return share(t.Used, t.Searches) }

func share(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	rate := float64(part) / float64(whole)
	return &rate
}

// SearchedTerm is one term and what came of the searches for it.
type SearchedTerm struct {
	Term        string // as it was typed last
	Searches    int
	Reps        int
	MeanHits    float64
	Opened      int // searches of whose answer something was opened
	Sent        int // searches of whose answer something was sent
	LastAskedAt time.Time
	Filters     []*SearchedFilter
}

// SearchedFilter is a value that searches for a term were narrowed down to.
type SearchedFilter struct {
	Field    string // of AssetFilter
	Value    string
	Label    string
	Searches int
}

// SuggestedSynonym is a term that found nothing and what the same people found
// something by soon after.
type SuggestedSynonym struct {
	Term    string
	Instead string
	Reps    int
	Times   int
}

// SynonymWithin is how soon after a search that found nothing the next one must
// come to mean the same.
const SynonymWithin = 5 * time.Minute
