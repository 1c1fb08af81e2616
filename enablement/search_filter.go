package enablement

import (
	"slices"
	"strings"
	"time"
)

// SearchFilters is a filter as it is kept with a search: the field of
// AssetFilter and the value, as "personas:per_x", in the order of the schema.
// Of a filter with very many values the first are kept.
func SearchFilters(f *AssetFilter) []string {
	if f == nil {
		return nil
	}
	kept := slices.Concat(
		named("personas", ids(f.Personas, PersonaPrefix)),
		named("industries", ids(f.Industries, IndustryPrefix)),
		named("funnelStages", f.FunnelStages),
		named("types", f.Types),
		named("topics", written(f.Topics)),
		named("statuses", f.Statuses),
		named("languages", written(f.Languages)),
		named("publishedAfter", moment(f.PublishedAfter)),
		named("publishedBefore", moment(f.PublishedBefore)),
	)
	return slices.Clip(kept[:min(len(kept), mostFilterValues)])
}

// SplitSearchFilter takes apart what SearchFilters put together.
func SplitSearchFilter(kept string) (field, value string) {
	field, value, _ = strings.Cut(kept, ":")
	return field, value
}

// named puts a field's name before its values.
func named[T ~string](field string, values []T) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" {
			out = append(out, field+":"+cutRunes(string(v), mostFilterValue))
		}
	}
	return out
}

// written is what a client may have written freely, as a term is kept.
func written(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		_, out[i] = SearchTerm(v)
	}
	return out
}

// ids are values that look like ids; what does not could be anything.
func ids(values []string, prefix string) []string {
	var out []string
	for _, v := range values {
		if rest, ok := strings.CutPrefix(v, prefix); ok && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
			out = append(out, v)
		}
	}
	return out
}

func moment(t *time.Time) []string {
	if t == nil {
		return nil
	}
	return []string{t.UTC().Format(time.RFC3339)}
}
