package recommend

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// WhyNot tells what kept an asset out of what ForLead gives by default, or how
// far down in it, rule by rule. Errors are the sources', wrapped; their codes
// stay.
func (e *Engine) WhyNot(ctx context.Context, lead *enablement.Lead, asset *enablement.Asset) (*enablement.WhyNot, error) {
	ranked, err := e.rank(ctx, lead, Options{First: defaultFirst})
	if err != nil {
		return nil, err
	}
	answer := &enablement.WhyNot{Rules: e.outright(lead, asset)}
	at := slices.IndexFunc(ranked, func(r Ranked) bool { return r.AssetID == asset.ID })
	switch {
	case at < 0 && len(answer.Rules) > 0:
		return answer, nil
	case at < 0:
		answer.Rules = append(answer.Rules, &enablement.WhyNotRule{Rule: enablement.WhyNotNothing, Detail: nothingInCommon(lead)})
		return answer, nil
	}
	place := at + 1
	answer.Rank, answer.Score, answer.Recommended = &place, &ranked[at].Score, at < defaultFirst
	if at < defaultFirst {
		return answer, nil
	}
	version, err := e.version(ctx, &ranked[at])
	if err != nil {
		return nil, err
	}
	answer.Rules = append(answer.Rules, version...)
	if ranked[at].facts.legible() < 1 {
		answer.Rules = append(answer.Rules, &enablement.WhyNotRule{Rule: enablement.WhyNotLanguage, Detail: fmt.Sprintf(
			"It is in %s, which nothing in the pain points and notes asks for", enablement.LanguageName(asset.Language))})
	}
	last := &ranked[defaultFirst-1]
	if last.turn && at == defaultFirst {
		answer.Rules = append(answer.Rules, &enablement.WhyNotRule{
			Rule: enablement.WhyNotMadeRoom, Detail: fmt.Sprintf("Today place %d is a new piece's, so that more becomes known of it", defaultFirst),
		})
		return answer, nil
	}
	answer.Rules = append(answer.Rules, &enablement.WhyNotRule{Rule: enablement.WhyNotOutranked, Detail: fmt.Sprintf(
		"At place %d of %d: it scores %.3f, the one at place %d scores %.3f", place, len(ranked), ranked[at].Score, defaultFirst, last.Score)})
	answer.Rules = append(answer.Rules, behind(&ranked[at], last, asset)...)
	return answer, nil
}

// version is the rule that keeps a version of something better down.
func (e *Engine) version(ctx context.Context, r *Ranked) ([]*enablement.WhyNotRule, error) {
	if r.versionOf == "" {
		return nil, nil
	}
	better, err := e.documents(ctx, []Ranked{{AssetID: r.versionOf}})
	if err != nil || better[r.versionOf] == nil {
		return nil, err
	}
	return []*enablement.WhyNotRule{{
		Rule: enablement.WhyNotVersion, Detail: fmt.Sprintf("Says nearly the same as %s, which stands above it", quote(better[r.versionOf].Title)),
	}}, nil
}

// outright gives the rules that keep an asset out whatever it says.
func (e *Engine) outright(lead *enablement.Lead, asset *enablement.Asset) []*enablement.WhyNotRule {
	var rules []*enablement.WhyNotRule
	now := e.now()
	if status := asset.StatusAt(now); status != enablement.StatusPublished {
		rules = append(rules, &enablement.WhyNotRule{
			Rule: enablement.WhyNotPublished, Detail: "It is " + strings.ReplaceAll(string(status), "_", " ") + ", and only PUBLISHED assets are sent",
		})
	}
	if when, sent := e.sentTo(lead.ID)[asset.ID]; sent {
		rules = append(rules, &enablement.WhyNotRule{Rule: enablement.WhyNotAlreadySent, Detail: "The lead received it " + ago(when, now)})
	}
	if !slices.Contains(forProspects(), asset.Type) {
		rules = append(rules, &enablement.WhyNotRule{
			Rule: enablement.WhyNotInternal, Detail: "A battle card is for the rep to read, not to be sent",
		})
	}
	return rules
}

// nothingInCommon is why an asset is not a candidate at all.
func nothingInCommon(lead *enablement.Lead) string {
	var wanted []string
	if lead.Persona != nil {
		wanted = append(wanted, "the persona "+lead.Persona.Name)
	}
	if lead.Industry != nil {
		wanted = append(wanted, "the industry "+lead.Industry.Name)
	}
	profile := ProfileOf(lead)
	if len(profile.Texts) > 0 {
		wanted = append(wanted, "the words of the "+enumerate(sources(profile.Texts)))
	}
	const general = ", so only general pieces that were sent often are recommended; this is none of them"
	switch {
	case len(wanted) > 0:
		return fmt.Sprintf("Pieces for this lead are looked for by %s. This one has none of that, or too little of it to count, or %d others have more", enumerate(wanted), maxCandidates)
	case profile.Known:
		return "Nothing that is known of this lead speaks for a piece" + general
	}
	return "Nothing is known of this lead" + general
}

// leastBehind is the smallest difference that is told of, in steps: less rounds
// to nothing.
const leastBehind = steps / 200

// behind lists the signals in which an asset is behind another one, the
// farthest first. What only counts less, for the language or as a version, is
// no lack.
func behind(r, best *Ranked, asset *enablement.Asset) []*enablement.WhyNotRule {
	order := make([]int, 0, signalCount)
	for i := range signals {
		if r.scores[i] < best.scores[i] && best.parts[i]-r.parts[i] >= leastBehind {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return (best.parts[b] - r.parts[b]) - (best.parts[a] - r.parts[a]) })
	rules := make([]*enablement.WhyNotRule, len(order))
	for n, i := range order {
		rules[n] = &enablement.WhyNotRule{
			Rule: enablement.WhyNotSignal, Signal: &signals[i].signal,
			Detail: fmt.Sprintf("%s: %.2f less than the one at place %d", signals[i].lacks(&r.facts, asset), float64(best.parts[i]-r.parts[i])/steps, defaultFirst),
		}
	}
	return rules
}

// The sentences below say what an asset lacks in a signal.

func lacksPersona(f *facts, asset *enablement.Asset) string {
	if len(asset.PersonaIDs) == 0 {
		return "Written for nobody in particular"
	}
	return "Not written for the persona " + f.profile.Persona.Name
}

func lacksIndustry(f *facts, asset *enablement.Asset) string {
	if len(asset.IndustryIDs) == 0 {
		return "Made for no industry in particular"
	}
	return "Not made for " + f.profile.Industries[0].Name + " itself"
}

func lacksStage(f *facts, _ *enablement.Asset) string {
	return fmt.Sprintf("Does not serve the %s stage", strings.ToLower(string(f.profile.Stage)))
}

func lacksText(f *facts, _ *enablement.Asset) string {
	return "Says less of what stands in the " + enumerate(sources(f.profile.Texts))
}

func lacksTrackRecord(f *facts, _ *enablement.Asset) string {
	if f.record.Sends == 0 {
		return "Not sent yet"
	}
	if f.learned() {
		return "Worked less often with people like this"
	}
	return "Sent less often to people like this"
}

func lacksFreshness(f *facts, _ *enablement.Asset) string {
	if f.freshAt() == nil {
		return "Published nobody knows when"
	}
	return explainFreshness(f)
}
