package enablement

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// faults gathers the wrong fields of one input, so that a client hears of all
// of them at once.
type faults []FieldError

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, FieldError{Path: path, Message: fmt.Sprintf(format, args...)})
}

// line checks a value of a single line of least to most characters.
func (f *faults) line(path, s string, least, most int) {
	if strings.ContainsAny(strings.TrimSpace(s), "\n\r") {
		f.add(path, "must be a single line")
		return
	}
	if least > 0 && !strings.ContainsFunc(s, visible) {
		f.add(path, "must not be empty")
		return
	}
	f.text(path, s, most)
}

// text checks a value of at most most characters, line breaks among them.
func (f *faults) text(path, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		f.add(path, "has %d characters; give at most %d", n, most)
		return
	}
	f.clean(path, s)
}

// bytes checks a long value by its size.
func (f *faults) bytes(path, s string, most int) {
	if len(s) > most {
		f.add(path, "has %d bytes; give at most %d", len(s), most)
		return
	}
	f.clean(path, s)
}

// clean refuses what no reader could see and some database would choke on.
func (f *faults) clean(path, s string) {
	if !utf8.ValidString(s) {
		f.add(path, "must be valid UTF-8")
		return
	}
	for i, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && (r < 0x80 || r > 0x9f) {
			f.add(path, "has the control character U+%04X at byte %d; take it out", r, i)
			return
		}
	}
}

// tags checks a list of short values.
func (f *faults) tags(path string, values []string) {
	f.count(path, len(values))
	for i, v := range values {
		f.line(at(path, i), v, 1, MaxTag)
	}
}

// texts checks a list of sentences.
func (f *faults) texts(path string, values []string) {
	f.count(path, len(values))
	for i, v := range values {
		f.line(at(path, i), v, 1, MaxText)
	}
}

func (f *faults) count(path string, n int) {
	if n > MaxTags {
		f.add(path, "has %d entries; give at most %d", n, MaxTags)
	}
}

func (f *faults) url(path, s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		f.add(path, "must be a web address such as https://example.com/guide.pdf")
		return
	}
	f.line(path, s, 0, 2_000)
}

// language checks for a tag of RFC 5646 by its form: "en", "pt-BR", "zh-Hant".
func (f *faults) language(path, s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	parts := strings.Split(s, "-")
	for i, part := range parts {
		ok := len(part) >= 1 && len(part) <= 8
		if i == 0 {
			ok = len(part) == 2 || len(part) == 3
		}
		for _, r := range part {
			ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9')
		}
		if !ok {
			f.add(path, `must be a language code such as "en", "de" or "pt-BR"`)
			return
		}
	}
}

// email asks for one @ with something on both sides: who sends mail finds out
// the rest.
func (f *faults) email(path, s string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	name, host, found := strings.Cut(s, "@")
	unseen := func(r rune) bool { return !visible(r) }
	if !found || name == "" || host == "" || strings.ContainsAny(s, ",;<>") || strings.ContainsFunc(s, unseen) || strings.Contains(host, "@") {
		f.add(path, "must be one email address such as ana@example.com")
		return
	}
	f.line(path, s, 0, MaxTag)
}

// time keeps dates within what RFC 3339 and every database can write.
func (f *faults) time(path string, t *time.Time) {
	if t != nil && (t.Year() < 1900 || t.Year() > 9999) {
		f.add(path, "must lie between the years 1900 and 9999")
	}
}

// happened refuses a moment that is yet to come, as far as clocks agree.
func (f *faults) happened(path string, t *time.Time, now time.Time) {
	if t != nil && t.After(now.Add(ClockLeeway)) {
		f.add(path, "lies in the future: it is %s now", now.UTC().Format(time.RFC3339))
	}
}

func checkEnum[T ~string](f *faults, path string, value T, allowed []T) {
	if value != "" && !slices.Contains(allowed, value) {
		f.add(path, "must be one of %s, not %q", list(allowed), clip(string(value)))
	}
}

// references looks names up in the taxonomy and gives their ids, each once, in
// the order given; a name that is not there is a fault.
func references[T any](f *faults, path string, names []string, find func(string) (T, bool), id func(T) string, add string) []string {
	ids := make([]string, 0, len(names))
	for i, name := range names {
		found, ok := find(name)
		if !ok {
			f.add(at(path, i), "%q is not in the taxonomy by id, name or alias; add it with %s first", clip(name), add)
			continue
		}
		if !slices.Contains(ids, id(found)) {
			ids = append(ids, id(found))
		}
	}
	return ids
}

func personaID(p *Persona) string   { return p.ID }
func industryID(i *Industry) string { return i.ID }

// at is the path of an entry of a list.
func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Prefixed puts every fault below a path, for one input within a list.
func Prefixed(prefix string, faults []FieldError) []FieldError {
	out := make([]FieldError, len(faults))
	for i, f := range faults {
		out[i] = FieldError{Path: prefix + f.Path, Message: f.Message}
	}
	return out
}

func list[T ~string](values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return strings.Join(names, ", ")
}

func overwrite[T any](dst **T, src *T) {
	if src != nil {
		*dst = src
	}
}

func overwriteList[T any](dst *[]T, src []T) {
	if src != nil {
		*dst = src
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func orElse[T ~string](value, otherwise T) T {
	if strings.TrimSpace(string(value)) == "" {
		return otherwise
	}
	return T(strings.TrimSpace(string(value)))
}

func blankToNil(p *string) *string {
	s := trim(deref(p))
	if s == "" {
		return nil
	}
	return &s
}

func trim(s string) string  { return strings.TrimSpace(s) }
func lower(s string) string { return strings.ToLower(s) }

// squeeze gives a single line as it is kept: with one space where there is white
// space, without what would show its characters in another order than they have,
// and empty where nothing of it is to be seen.
func squeeze(s string) string {
	if !strings.ContainsFunc(s, visible) {
		return ""
	}
	return strings.Join(strings.Fields(strings.Map(dropOverride, s)), " ")
}

// visible tells whether a reader sees anything of a rune that stands alone.
func visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// dropOverride drops the embeddings, overrides and isolates of bidirectional
// text, with which "fdp.exe" can be made to read "exe.pdf". The marks that
// Hebrew and Arabic are typed with stay.
func dropOverride(r rune) rune {
	if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return -1
	}
	return r
}

// distinctLines trims the values, drops the empty ones and keeps the first
// spelling of those that differ in case alone. Never nil: a list is a list.
func distinctLines(values []string) []string {
	out, seen := make([]string, 0, len(values)), map[string]bool{}
	for _, v := range values {
		v = squeeze(v)
		if key := lower(v); v != "" && !seen[key] {
			seen[key] = true
			out = append(out, v)
		}
	}
	return out
}

// ordered gives the values, each once, in the order of all.
func ordered[T comparable](values, all []T) []T {
	out := make([]T, 0, len(values))
	for _, v := range all {
		if slices.Contains(values, v) {
			out = append(out, v)
		}
	}
	return out
}

// utc cuts a time down to what the store keeps: UTC milliseconds.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := Instant(*t)
	return &u
}

// Instant is a time as the store keeps it: UTC, whole milliseconds. What is
// shown after a write is then what is read after a restart.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
