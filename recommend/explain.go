package recommend

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/quiverhq/quiver/enablement"
)

// The sentences say only what is known to be true, name what they are about,
// and can be read aloud. Names and words are quoted as people wrote them.

func explainPersona(f *facts) string {
	if f.candidate.Persona == enablement.FitOpen {
		return "Written for no persona in particular"
	}
	name := f.profile.Persona.Name
	detail := "Written for the " + name + " persona"
	if strings.HasSuffix(strings.ToLower(name), "persona") {
		detail = "Written for the " + name
	}
	if title := f.profile.JobTitle; title != "" && !strings.EqualFold(title, name) {
		detail += fmt.Sprintf(", which the job title %s falls under", quote(title))
	}
	return detail
}

func explainIndustry(f *facts) string {
	up := f.profile.generation(f.candidate.IndustryID)
	if up < 0 {
		return "Made for no industry in particular"
	}
	industry := f.profile.Industries[up]
	if up == 0 {
		return "Made for " + industry.Name
	}
	return fmt.Sprintf("Made for %s, the field that %s belongs to", industry.Name, f.profile.Industries[0].Name)
}

func explainStage(f *facts) string {
	if f.candidate.FunnelStage == enablement.FitOpen {
		return "Made for no stage in particular"
	}
	return fmt.Sprintf("Serves the %s stage: %s %s",
		strings.ToLower(string(f.profile.Stage)), lifecycleName(f.profile.Lifecycle), f.profile.Because)
}

// lifecycleName is a lifecycle stage as a person of it: "an opportunity", "a
// marketing qualified lead".
func lifecycleName(s enablement.LifecycleStage) string {
	name := strings.ToLower(strings.ReplaceAll(string(s), "_", " "))
	if strings.ContainsAny(name[:1], "aeiou") {
		return "an " + name
	}
	return "a " + name
}

// maxWords is how many words of one text a sentence names: the most telling
// ones come first, and a rep reads no list.
const maxWords = 3

func explainText(f *facts) string {
	var parts []string
	for _, m := range f.candidate.Matches {
		if len(m.Words) == 0 {
			continue
		}
		words := make([]string, 0, maxWords)
		for _, w := range m.Words[:min(len(m.Words), maxWords)] {
			words = append(words, quote(w))
		}
		parts = append(parts, enumerate(words)+" in the "+m.Source)
	}
	if len(parts) == 0 {
		return "Matches words of the " + enumerate(sources(f.profile.Texts))
	}
	return "Matches " + strings.Join(parts, ", and ")
}

func sources(texts []enablement.ProfileText) []string {
	names := make([]string, len(texts))
	for i, t := range texts {
		names[i] = t.Source
	}
	return names
}

func explainTrackRecord(f *facts) string {
	if f.general {
		return explainGeneral(f)
	}
	if f.record.Sends == 0 {
		return "Not sent yet: counts as any other piece until something is known"
	}
	detail := "Sent " + times(f.record.Sends)
	var among []string
	if p := f.profile.Persona; p != nil && f.record.PersonaSends > 0 {
		among = append(among, fmt.Sprintf("%s to the persona %s", f.share(f.record.PersonaSends), p.Name))
	}
	if len(f.profile.Industries) > 0 && f.record.IndustrySends > 0 {
		among = append(among, fmt.Sprintf("%s to %s", f.share(f.record.IndustrySends), f.profile.Industries[0].Name))
	}
	switch {
	case len(among) > 0 && f.record.Sends == 1:
		detail += ", " + strings.ReplaceAll(enumerate(among), "1 to ", "to ")
	case len(among) > 0 && !unicode.IsDigit(rune(among[0][0])): // both, all
		detail += ", " + enumerate(among)
	case len(among) > 0:
		detail += ", of which " + enumerate(among)
	}
	detail += became(f.record)
	if !f.record.LastSentAt.IsZero() {
		detail += "; the last time " + ago(f.record.LastSentAt, f.now)
	}
	return detail
}

// share is a part of an asset's sends: "3", or "both" or "all" where it is all
// of several.
func (f *facts) share(n int) string {
	switch {
	case n < f.record.Sends || n == 1:
		return strconv.Itoa(n)
	case n == 2:
		return "both"
	}
	return "all"
}

// became says what became of an asset's sends: ": 18 viewed, 4 answered and 1
// won"; nothing where nothing is known.
func became(r *enablement.TrackRecord) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{r.Views, "viewed"}, {r.Replies, "answered"}, {r.Wins, "part of a won deal"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + enumerate(parts)
}

func explainGeneral(f *facts) string {
	unknown := "Nothing is known of this person yet; "
	if f.profile.Known {
		unknown = "Nothing that is known of this person speaks for a piece; "
	}
	if f.ranked > 1 && f.record.Sends == f.bestSends {
		return fmt.Sprintf("%sof %d general pieces none was sent more often: %s", unknown, f.ranked, times(f.record.Sends))
	}
	return fmt.Sprintf("%sthis general piece was sent %s", unknown, times(f.record.Sends))
}

func explainFreshness(f *facts) string {
	published, verified := f.candidate.PublishedAt, f.candidate.VerifiedAt
	switch {
	case f.isNew():
		return fmt.Sprintf("New: published %s and %s so far", ago(*published, f.now), sentTimes(f.record.Sends))
	case f.freshAt() != verified:
		return "Published " + ago(*published, f.now)
	case published == nil:
		return "Verified " + ago(*verified, f.now)
	}
	return fmt.Sprintf("Verified %s, published %s", ago(*verified, f.now), ago(*published, f.now))
}

// ago says how long since, by the calendar (UTC), in the largest unit of which
// there are two or more: "today", "yesterday", "3 weeks ago", "5 months ago".
// What lies ahead is today within a day, for clocks disagree, else its date.
func ago(then, now time.Time) string {
	const day = 24 * time.Hour
	switch days := int(now.UTC().Truncate(day).Sub(then.UTC().Truncate(day)) / day); {
	case days < -1:
		return "on " + then.UTC().Format(time.DateOnly)
	case days < 1:
		return "today"
	case days < 2:
		return "yesterday"
	case days < 14:
		return fmt.Sprintf("%d days ago", days)
	case days < 61:
		return fmt.Sprintf("%d weeks ago", days/7)
	case days < 731:
		return fmt.Sprintf("%d months ago", int(float64(days)/30.44))
	default:
		return fmt.Sprintf("%d years ago", int(float64(days)/365.25))
	}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

func sentTimes(n int) string {
	if n == 0 {
		return "not sent"
	}
	return "sent " + times(n)
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, "'") + `"` }

func enumerate(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
