package cli

import (
	"time"

	"github.com/quiverhq/quiver/cli/rows"
	"github.com/quiverhq/quiver/enablement"
)

// exportSource is where the rows of a noun come from: a query for a page of
// 100, or for all where the API has no pages, and what makes rows of the import
// of each node.
type exportSource struct {
	query string
	rows  func(node) []map[string]any
	// stoodIn tells whether the node's id stands in for its externalId.
	stoodIn func(node) bool
}

func exportOf(noun rows.Noun) exportSource {
	never := func(node) bool { return false }
	switch noun {
	case rows.Personas:
		return exportSource{personasQuery, single(personaRow), never}
	case rows.Industries:
		return exportSource{industriesQuery, single(industryRow), never}
	case rows.Leads:
		return exportSource{leadsQuery, single(leadRow), node.namelessLead}
	case rows.Sends:
		return exportSource{sendsQuery, single(sendRow), never}
	case rows.Outcomes:
		return exportSource{outcomesQuery, outcomeRows, never}
	default:
		return exportSource{assetsQuery, single(assetRow), node.nameless}
	}
}

func single(row func(node) map[string]any) func(node) []map[string]any {
	return func(n node) []map[string]any { return []map[string]any{row(n)} }
}

// The oldest come first, so that a server which takes the file in creates them
// in the order in which they were created here.
const assetsQuery = `query Export($first: Int!, $after: String) {
  page: assets(filter: {statuses: [DRAFT, IN_REVIEW, PUBLISHED, EXPIRED, ARCHIVED]}, orderBy: OLDEST, first: $first, after: $after) {
    nodes {
      id externalId title summary body type status url
      personas { name } industries { name } funnelStages topics language publishedAt expiresAt verifiedAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
  viewer { role }
}`

const leadsQuery = `query Export($first: Int!, $after: String) {
  page: leads(first: $first, after: $after) {
    nodes {
      id externalId firstName lastName email jobTitle company rawIndustry
      lifecycleStage source campaign painPoints notes
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
  viewer { role }
}`

const sendsQuery = `query Export($first: Int!, $after: String) {
  page: sends(first: $first, after: $after) {
    nodes {
      id externalId lead { id externalId email } assets { id externalId } rep { id subject email }
      channel message sentAt
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
  viewer { role }
}`

const outcomesQuery = `query Export($first: Int!, $after: String) {
  page: sends(first: $first, after: $after) {
    nodes {
      id externalId sentAt lead { wonAt } outcomes { kind at asset { id externalId } }
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
  viewer { role }
}`

// node is whatever the export queries ask for.
type node struct {
	ID         string  `json:"id"`
	ExternalID *string `json:"externalId"`

	Title        string   `json:"title"`
	Summary      string   `json:"summary"`
	Body         string   `json:"body"`
	Type         string   `json:"type"`
	Status       string   `json:"status"`
	URL          *string  `json:"url"`
	Personas     []named  `json:"personas"`
	Industries   []named  `json:"industries"`
	FunnelStages []string `json:"funnelStages"`
	Topics       []string `json:"topics"`
	Language     string   `json:"language"`
	PublishedAt  *string  `json:"publishedAt"`
	ExpiresAt    *string  `json:"expiresAt"`
	VerifiedAt   *string  `json:"verifiedAt"`

	FirstName      string   `json:"firstName"`
	LastName       string   `json:"lastName"`
	Email          *string  `json:"email"`
	JobTitle       string   `json:"jobTitle"`
	Company        string   `json:"company"`
	RawIndustry    string   `json:"rawIndustry"`
	LifecycleStage string   `json:"lifecycleStage"`
	Source         string   `json:"source"`
	Campaign       string   `json:"campaign"`
	PainPoints     []string `json:"painPoints"`
	Notes          string   `json:"notes"`

	WonAt *time.Time `json:"wonAt"`

	Subject *string `json:"subject"`

	Lead     *node     `json:"lead"`
	Assets   []node    `json:"assets"`
	Rep      *node     `json:"rep"`
	Channel  string    `json:"channel"`
	Message  string    `json:"message"`
	SentAt   time.Time `json:"sentAt"`
	Outcomes []node    `json:"outcomes"`

	Kind  enablement.OutcomeKind `json:"kind"`
	At    time.Time              `json:"at"`
	Asset *node                  `json:"asset"`

	Name        string   `json:"name"`
	Description string   `json:"description"`
	JobTitles   []string `json:"jobTitles"`
	Goals       []string `json:"goals"`
	Aliases     []string `json:"aliases"`
	Parent      *node    `json:"parent"`
}

// nameless tells that nothing but the id identifies the node.
func (n node) nameless() bool { return n.ExternalID == nil }

// namelessLead is nameless for a lead, which an email identifies too.
func (n node) namelessLead() bool { return n.ExternalID == nil && n.Email == nil }

// named is a persona or an industry: names hold on every server, ids do not.
type named struct {
	Name string `json:"name"`
}

func assetRow(n node) map[string]any {
	row := map[string]any{
		"externalId": orID(n.ExternalID, n.ID), "title": n.Title, "summary": n.Summary, "body": n.Body,
		"type": n.Type, "status": n.Status, "personas": names(n.Personas), "industries": names(n.Industries),
		"funnelStages": n.FunnelStages, "topics": n.Topics, "language": n.Language,
	}
	put(row, "url", n.URL)
	put(row, "publishedAt", n.PublishedAt)
	put(row, "expiresAt", n.ExpiresAt)
	put(row, "verifiedAt", n.VerifiedAt)
	return row
}

// leadRow leaves owner and persona out: both are ids of this server, and a
// lead that is imported again keeps what it has.
func leadRow(n node) map[string]any {
	row := map[string]any{
		"firstName": n.FirstName, "lastName": n.LastName, "jobTitle": n.JobTitle, "company": n.Company,
		"industry": n.RawIndustry, "lifecycleStage": n.LifecycleStage, "source": n.Source, "campaign": n.Campaign,
		"painPoints": n.PainPoints, "notes": n.Notes,
	}
	put(row, "externalId", n.ExternalID)
	put(row, "email", n.Email)
	if n.namelessLead() {
		row["externalId"] = n.ID
	}
	return row
}

// sendRow names the lead and the assets as leadRow and assetRow identify them.
func sendRow(n node) map[string]any {
	assets := make([]string, len(n.Assets))
	for i, a := range n.Assets {
		assets[i] = orID(a.ExternalID, a.ID)
	}
	row := map[string]any{
		"externalId": orID(n.ExternalID, n.ID), "assets": assets,
		"channel": n.Channel, "message": n.Message, "sentAt": written(n.SentAt),
	}
	if n.Lead != nil {
		row["lead"] = orID(n.Lead.ExternalID, orID(n.Lead.Email, n.Lead.ID))
	}
	if n.Rep != nil {
		row["rep"] = orID(n.Rep.Email, orID(n.Rep.Subject, n.Rep.ID))
	}
	return row
}

// outcomeRows gives what became of a send. A win that follows from the lead
// having become a customer is written down: on another server the lead arrives
// as one, which tells nothing.
func outcomeRows(n node) []map[string]any {
	send := orID(n.ExternalID, n.ID)
	var out []map[string]any
	won := false
	for _, o := range n.Outcomes {
		row := map[string]any{"send": send, "kind": string(o.Kind), "at": written(o.At)}
		if o.Asset != nil {
			row["asset"] = orID(o.Asset.ExternalID, o.Asset.ID)
		}
		won = won || o.Kind == enablement.OutcomeWon && o.Asset == nil
		out = append(out, row)
	}
	if n.Lead != nil && n.Lead.WonAt != nil && !won && enablement.WonBy(n.SentAt, *n.Lead.WonAt) {
		out = append(out, map[string]any{"send": send, "kind": string(enablement.OutcomeWon), "at": written(*n.Lead.WonAt)})
	}
	return out
}

// written is a time as the API writes it.
func written(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func orID(preferred *string, otherwise string) string {
	if preferred != nil && *preferred != "" {
		return *preferred
	}
	return otherwise
}

func put(row map[string]any, field string, value *string) {
	if value != nil {
		row[field] = *value
	}
}

func names(all []named) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.Name
	}
	return out
}
