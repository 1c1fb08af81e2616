package enablement

import (
	"slices"
	"time"
)

// AssetInput is an asset as createAsset, importAssets and the import command
// give it. A nil field was left out.
type AssetInput struct {
	ExternalID   *string
	Title        string
	Summary      *string
	Body         *string
	Type         AssetType
	Status       AssetStatus
	URL          *string
	Personas     []string
	Industries   []string
	FunnelStages []FunnelStage
	Topics       []string
	Language     string
	PublishedAt  *time.Time
	ExpiresAt    *time.Time
	VerifiedAt   *time.Time

	// Defaulted names the fields ("type", "status", "language") that the client
	// left out and the schema's defaults filled in, so that importing a row
	// without a status does not publish again what was archived here.
	Defaulted []string
}

// AssetPatch is a change to an asset: a nil field stays as it is.
type AssetPatch struct {
	Title        *string
	Summary      *string
	Body         *string
	Type         *AssetType
	URL          *string
	Personas     []string
	Industries   []string
	FunnelStages []FunnelStage
	Topics       []string
	Language     *string
	PublishedAt  *time.Time
	ExpiresAt    *time.Time
	VerifiedAt   *time.Time

	// Cleared names the fields that the client set to null: url, publishedAt,
	// expiresAt, verifiedAt and the lists are emptied, the rest goes back to its default.
	Cleared []string
}

// The most that an asset may hold: more than any real piece needs, little
// enough that no single row weighs on the rest.
const (
	MaxTitle = 300       // characters
	MaxText  = 5_000     // characters of a summary, a message, a description, notes
	MaxBody  = 1_000_000 // bytes
	MaxTags  = 100       // entries of one list
	MaxTag   = 200       // characters of one entry
)

// Input is the asset as the input that would make it.
func (a *Asset) Input() AssetInput {
	return AssetInput{
		ExternalID: a.ExternalID, Title: a.Title, Summary: &a.Summary, Body: &a.Body, Type: a.Type, Status: a.Status,
		URL: a.URL, Personas: a.PersonaIDs, Industries: a.IndustryIDs, FunnelStages: a.FunnelStages, Topics: a.Topics,
		Language: a.Language, PublishedAt: a.PublishedAt, ExpiresAt: a.ExpiresAt, VerifiedAt: a.VerifiedAt,
	}
}

// Over completes an imported row with what it leaves out from the asset that
// it updates.
func (in AssetInput) Over(a *Asset) AssetInput {
	out := a.Input()
	out.Title = in.Title
	if deref(in.ExternalID) != a.ID { // an export's word for an asset without one
		overwrite(&out.ExternalID, in.ExternalID)
	}
	overwrite(&out.Summary, in.Summary)
	overwrite(&out.Body, in.Body)
	overwrite(&out.URL, in.URL)
	overwrite(&out.PublishedAt, in.PublishedAt)
	overwrite(&out.ExpiresAt, in.ExpiresAt)
	overwrite(&out.VerifiedAt, in.VerifiedAt)
	overwriteList(&out.Personas, in.Personas)
	overwriteList(&out.Industries, in.Industries)
	overwriteList(&out.FunnelStages, in.FunnelStages)
	overwriteList(&out.Topics, in.Topics)
	if !slices.Contains(in.Defaulted, "type") {
		out.Type = in.Type
	}
	if !slices.Contains(in.Defaulted, "status") {
		out.Status = in.Status
	}
	if !slices.Contains(in.Defaulted, "language") {
		out.Language = in.Language
	}
	return out
}

// Over gives the input that would make the asset what the patch asks for.
func (p AssetPatch) Over(a *Asset) AssetInput {
	out := a.Input()
	for _, field := range p.Cleared {
		switch field {
		case "title":
			out.Title = "" // which Check refuses by name
		case "summary":
			out.Summary = nil
		case "body":
			out.Body = nil
		case "type":
			out.Type = ""
		case "url":
			out.URL = nil
		case "personas":
			out.Personas = nil
		case "industries":
			out.Industries = nil
		case "funnelStages":
			out.FunnelStages = nil
		case "topics":
			out.Topics = nil
		case "language":
			out.Language = ""
		case "publishedAt":
			out.PublishedAt = nil
		case "expiresAt":
			out.ExpiresAt = nil
		case "verifiedAt":
			out.VerifiedAt = nil
		}
	}
	if p.Title != nil {
		out.Title = *p.Title
	}
	if p.Type != nil {
		out.Type = *p.Type
	}
	if p.Language != nil {
		out.Language = *p.Language
	}
	overwrite(&out.Summary, p.Summary)
	overwrite(&out.Body, p.Body)
	overwrite(&out.URL, p.URL)
	overwrite(&out.PublishedAt, p.PublishedAt)
	overwrite(&out.ExpiresAt, p.ExpiresAt)
	overwrite(&out.VerifiedAt, p.VerifiedAt)
	overwriteList(&out.Personas, p.Personas)
	overwriteList(&out.Industries, p.Industries)
	overwriteList(&out.FunnelStages, p.FunnelStages)
	overwriteList(&out.Topics, p.Topics)
	return out
}

// Check names every field of the input that cannot be right whatever the
// taxonomy says. Called by the store before a write and by the import command
// before it sends a row. No faults: the input may be applied.
func (in AssetInput) Check() []FieldError {
	var f faults
	f.line("externalId", deref(in.ExternalID), 0, MaxTag)
	f.line("title", in.Title, 1, MaxTitle)
	f.text("summary", deref(in.Summary), MaxText)
	f.bytes("body", deref(in.Body), MaxBody)
	checkEnum(&f, "type", in.Type, AssetTypes())
	checkEnum(&f, "status", in.Status, AssetStatuses())
	f.url("url", deref(in.URL))
	f.tags("personas", in.Personas)
	f.tags("industries", in.Industries)
	for i, stage := range in.FunnelStages {
		checkEnum(&f, at("funnelStages", i), stage, FunnelStages())
	}
	f.tags("topics", in.Topics)
	f.language("language", in.Language)
	f.time("publishedAt", in.PublishedAt)
	f.time("expiresAt", in.ExpiresAt)
	f.time("verifiedAt", in.VerifiedAt)
	if in.PublishedAt != nil && in.ExpiresAt != nil && !in.ExpiresAt.After(*in.PublishedAt) {
		f.add("expiresAt", "must be after publishedAt")
	}
	return f
}

// CheckDates names the dates of what has not happened yet. Check does not, as
// it is also asked of an asset's own fields, which may be older than the rule.
func (in AssetInput) CheckDates(now time.Time) []FieldError {
	return checkDates(in.PublishedAt, in.VerifiedAt, now)
}

// CheckDates is AssetInput.CheckDates for the dates that the patch changes.
func (p AssetPatch) CheckDates(now time.Time) []FieldError {
	return checkDates(p.PublishedAt, p.VerifiedAt, now)
}

func checkDates(publishedAt, verifiedAt *time.Time, now time.Time) []FieldError {
	var f faults
	f.happened("publishedAt", publishedAt, now)
	f.happened("verifiedAt", verifiedAt, now)
	return f
}

// Apply writes a checked input into the asset and names the personas and
// industries that the taxonomy does not have. Id, version, owner and times are
// the store's to set.
func (in AssetInput) Apply(a *Asset, taxonomy *Taxonomy) []FieldError {
	var f faults
	a.ExternalID = blankToNil(in.ExternalID)
	a.Title = squeeze(in.Title)
	a.Summary = trim(deref(in.Summary))
	a.Body = trim(deref(in.Body))
	a.Type = orElse(in.Type, TypeOther)
	a.Status = orElse(in.Status, StatusPublished)
	a.URL = blankToNil(in.URL)
	a.PersonaIDs = references(&f, "personas", in.Personas, taxonomy.PersonaMeant, personaID, "savePersona")
	a.IndustryIDs = references(&f, "industries", in.Industries, taxonomy.FindIndustry, industryID, "saveIndustry")
	a.FunnelStages = ordered(in.FunnelStages, FunnelStages())
	a.Topics = distinctLines(in.Topics)
	a.Language = lower(orElse(in.Language, "en"))
	a.PublishedAt = utc(in.PublishedAt)
	a.ExpiresAt = utc(in.ExpiresAt)
	a.VerifiedAt = utc(in.VerifiedAt)
	return f
}
