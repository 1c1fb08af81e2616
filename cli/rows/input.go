package rows

import (
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// Persona is a row of personas as the API's input. As the others it is for a row without
// faults.
func (row Row) Persona() enablement.PersonaInput { return values(row.Input).persona() }

// Industry is a row of industries as the API's input; its parent is still a name.
func (row Row) Industry() enablement.IndustryInput { return values(row.Input).industry() }

// Asset is a row of assets as the API's input.
func (row Row) Asset() enablement.AssetInput { return values(row.Input).asset() }

// Lead is a row of leads as the API's input.
func (row Row) Lead() enablement.LeadInput { return values(row.Input).lead() }

// Send is a row of sends as the API's input.
func (row Row) Send() enablement.ImportSendInput { return values(row.Input).send() }

// Outcome is a row of outcomes as the API's input.
func (row Row) Outcome() enablement.ImportOutcomeInput { return values(row.Input).outcome() }

func (v values) persona() enablement.PersonaInput {
	return enablement.PersonaInput{
		Name: v.must("name"), Description: v.text("description"), JobTitles: v.list("jobTitles"),
		Goals: v.list("goals"), PainPoints: v.list("painPoints"),
	}
}

func (v values) industry() enablement.IndustryInput {
	return enablement.IndustryInput{Name: v.must("name"), Aliases: v.list("aliases"), Parent: v.text("parent")}
}

func (v values) asset() enablement.AssetInput {
	return enablement.AssetInput{
		ExternalID: v.text("externalId"), Title: v.must("title"), Summary: v.text("summary"), Body: v.text("body"),
		Type: enablement.AssetType(v.must("type")), Status: enablement.AssetStatus(v.must("status")), URL: v.text("url"),
		Personas: v.list("personas"), Industries: v.list("industries"),
		FunnelStages: named[enablement.FunnelStage](v.list("funnelStages")), Topics: v.list("topics"),
		Language: v.must("language"), PublishedAt: v.time("publishedAt"), ExpiresAt: v.time("expiresAt"), VerifiedAt: v.time("verifiedAt"),
	}
}

func (v values) lead() enablement.LeadInput {
	stage := enablement.LifecycleStage(v.must("lifecycleStage"))
	return enablement.LeadInput{
		ExternalID: v.text("externalId"), FirstName: v.text("firstName"), LastName: v.text("lastName"),
		Email: v.text("email"), JobTitle: v.text("jobTitle"), Company: v.text("company"), Industry: v.text("industry"),
		Persona: v.text("persona"), LifecycleStage: &stage, Source: v.text("source"), Campaign: v.text("campaign"),
		PainPoints: v.list("painPoints"), Notes: v.text("notes"), Owner: v.text("owner"),
	}
}

func (v values) send() enablement.ImportSendInput {
	in := enablement.ImportSendInput{
		ExternalID: v.must("externalId"), Lead: v.must("lead"), Assets: v.list("assets"), Rep: v.must("rep"),
		Channel: enablement.Channel(v.must("channel")), Message: v.text("message"),
	}
	if at := v.time("sentAt"); at != nil {
		in.SentAt = *at
	}
	return in
}

func (v values) outcome() enablement.ImportOutcomeInput {
	in := enablement.ImportOutcomeInput{Send: v.must("send"), Asset: v.text("asset"), Kind: enablement.OutcomeKind(v.must("kind"))}
	if at := v.time("at"); at != nil {
		in.At = *at
	}
	return in
}

func checkAsset(v values, now time.Time) []enablement.FieldError {
	in := v.asset()
	return append(in.Check(), in.CheckDates(now)...)
}

func checkPersona(v values, _ time.Time) []enablement.FieldError   { return v.persona().Check() }
func checkIndustry(v values, _ time.Time) []enablement.FieldError  { return v.industry().Check() }
func checkLead(v values, _ time.Time) []enablement.FieldError      { return v.lead().CheckImported() }
func checkSend(v values, now time.Time) []enablement.FieldError    { return v.send().Check(now) }
func checkOutcome(v values, now time.Time) []enablement.FieldError { return v.outcome().Check(now) }

func named[T ~string](all []string) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(all))
	for i, v := range all {
		out[i] = T(v)
	}
	return out
}
