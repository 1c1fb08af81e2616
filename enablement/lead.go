package enablement

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Lead is a prospect or customer: the document in the store and the type Lead
// of the API.
//
// A Lead that the store hands out is shared between requests and must not be
// changed: copy it first (Clone).
type Lead struct {
	ID         string  `bson:"_id"`
	ExternalID *string `bson:"externalId,omitempty"`
	FirstName  string  `bson:"firstName"`
	LastName   string  `bson:"lastName"`
	Email      *string `bson:"email,omitempty"` // lower case: unique without regard to case
	JobTitle   string  `bson:"jobTitle"`
	Company    string  `bson:"company"`
	// RawIndustry is the industry as it arrived.
	RawIndustry    string         `bson:"rawIndustry"`
	LifecycleStage LifecycleStage `bson:"lifecycleStage"`
	Source         string         `bson:"source"`
	Campaign       string         `bson:"campaign"`
	PainPoints     []string       `bson:"painPoints"`
	Notes          string         `bson:"notes"`
	OwnerID        string         `bson:"owner,omitempty"`
	// PersonaByHand is the persona that a person chose; empty: by the job title.
	PersonaByHand string    `bson:"persona,omitempty"`
	Revision      int       `bson:"revision"`
	CreatedAt     time.Time `bson:"createdAt"`
	UpdatedAt     time.Time `bson:"updatedAt"`
	// WonAt is when the lead became a customer, where that was seen to happen;
	// nil for one that arrived as a customer. The store's to set (Advance).
	WonAt *time.Time `bson:"wonAt,omitempty"`

	// Persona and Industry are the lead's places in the taxonomy, nil while it
	// is unmapped. They are worked out from the job title and RawIndustry
	// whenever the taxonomy changes and never stored, so that one edit of a
	// persona maps every lead it should.
	Persona  *Persona  `bson:"-"`
	Industry *Industry `bson:"-"`
}

// Clone copies the lead deeply enough for its fields to be set anew.
func (l *Lead) Clone() *Lead {
	c := *l
	return &c
}

// Place works out the lead's persona and industry. Called by the store when it
// reads a lead and when the taxonomy changes.
func (l *Lead) Place(taxonomy *Taxonomy) {
	l.Persona = taxonomy.Persona(l.PersonaByHand)
	if l.Persona == nil {
		l.Persona = taxonomy.PersonaFor(l.JobTitle)
	}
	l.Industry = taxonomy.IndustryFor(l.RawIndustry)
}

// Advance notes what a lead's next state says of a deal: won, where the lead
// came from an earlier stage to CUSTOMER or beyond; not won after all, where it
// went back. before is nil for a new lead: one that arrives as a customer was
// won elsewhere. Called by the store when it writes.
func (l *Lead) Advance(before *Lead, now time.Time) {
	switch {
	case l.LifecycleStage.precedesCustomer():
		l.WonAt = nil
	case before != nil && before.LifecycleStage.precedesCustomer() && l.LifecycleStage.isCustomer():
		l.WonAt = &now
	}
}

// SameContent tells whether two states of a lead differ in nothing that a
// person wrote: revision and times aside.
func (l *Lead) SameContent(b *Lead) bool {
	x, y := *l, *b
	for _, s := range []*Lead{&x, &y} {
		s.Revision, s.CreatedAt, s.UpdatedAt, s.Persona, s.Industry = 0, time.Time{}, time.Time{}, nil, nil
	}
	return reflect.DeepEqual(x, y)
}

// LeadInput is a lead as saveLead, importLeads and the import command give it.
// A nil field stays as it is, or empty in a new lead.
type LeadInput struct {
	ExternalID     *string
	FirstName      *string
	LastName       *string
	Email          *string
	JobTitle       *string
	Company        *string
	Industry       *string // id, name, alias, or any words: kept as RawIndustry
	Persona        *string // id; set by hand
	LifecycleStage *LifecycleStage
	Source         *string
	Campaign       *string
	PainPoints     []string
	Notes          *string
	Owner          *string // id of a user

	// Cleared names the fields that the client set to null: texts are emptied,
	// the lead has no owner, its persona follows the job title again.
	Cleared []string
}

// Check names every field of the input that cannot be right whatever is
// stored. Called by the store before a write and by the import command before
// it sends a row.
func (in LeadInput) Check() []FieldError {
	var f faults
	f.line("externalId", deref(in.ExternalID), 0, MaxTag)
	f.line("firstName", deref(in.FirstName), 0, MaxTag)
	f.line("lastName", deref(in.LastName), 0, MaxTag)
	f.email("email", deref(in.Email))
	f.line("jobTitle", deref(in.JobTitle), 0, MaxTitle)
	f.line("company", deref(in.Company), 0, MaxTitle)
	f.line("industry", deref(in.Industry), 0, MaxTag)
	checkEnum(&f, "lifecycleStage", deref(in.LifecycleStage), LifecycleStages())
	f.line("source", deref(in.Source), 0, MaxTag)
	f.line("campaign", deref(in.Campaign), 0, MaxTag)
	f.texts("painPoints", in.PainPoints)
	f.text("notes", deref(in.Notes), MaxText)
	return f
}

// CheckImported is Check for a row of an import, which also needs what makes
// it the same lead the next time.
func (in LeadInput) CheckImported() []FieldError {
	f := faults(in.Check())
	if trim(deref(in.ExternalID)) == "" && trim(deref(in.Email)) == "" {
		f.add("externalId", "give an externalId or an email, so that importing the row again updates the lead")
	}
	return f
}

// Apply writes a checked input into the lead and names what cannot stay: a
// persona that is not in the taxonomy, a lead that nothing identifies. Id,
// revision, owner's existence and times are the store's.
func (in LeadInput) Apply(l *Lead, taxonomy *Taxonomy) []FieldError {
	var f faults
	in.clear(l)
	line := func(dst *string, src *string) {
		if src != nil {
			*dst = squeeze(*src)
		}
	}
	if in.ExternalID != nil && (l.ID == "" || *in.ExternalID != l.ID) { // its id is an export's word for a lead without one
		l.ExternalID = blankToNil(in.ExternalID)
	}
	if in.Email != nil {
		email := lower(*in.Email)
		l.Email = blankToNil(&email)
	}
	line(&l.FirstName, in.FirstName)
	line(&l.LastName, in.LastName)
	line(&l.JobTitle, in.JobTitle)
	line(&l.Company, in.Company)
	line(&l.RawIndustry, in.Industry)
	line(&l.Source, in.Source)
	line(&l.Campaign, in.Campaign)
	line(&l.OwnerID, in.Owner)
	if ind := taxonomy.Industry(l.RawIndustry); ind != nil {
		l.RawIndustry = ind.Name
	}
	if in.LifecycleStage != nil {
		l.LifecycleStage = *in.LifecycleStage
	}
	l.LifecycleStage = orElse(l.LifecycleStage, StageLead)
	if in.PainPoints != nil || l.PainPoints == nil {
		l.PainPoints = distinctLines(in.PainPoints)
	}
	if in.Notes != nil {
		l.Notes = trim(*in.Notes)
	}
	if in.Persona != nil {
		if l.PersonaByHand = trim(*in.Persona); l.PersonaByHand != "" && taxonomy.Persona(l.PersonaByHand) == nil {
			f.add("persona", "no persona has the id %q", clip(*in.Persona))
		}
	}
	if l.ExternalID == nil && l.Email == nil && l.FirstName == "" && l.LastName == "" && l.Company == "" {
		f.add("email", "a lead needs an email, an externalId, a name or a company")
	}
	if in.ExternalID != nil && l.ExternalID != nil && strings.Contains(*l.ExternalID, "@") && !strings.EqualFold(*l.ExternalID, deref(l.Email)) {
		// What a mail tool sends to this address would become this lead's.
		f.add("externalId", "is an e-mail address, but not this lead's own: give an address as email")
	}
	l.Place(taxonomy)
	return f
}

func (in LeadInput) clear(l *Lead) {
	fields := map[string]*string{
		"firstName": &l.FirstName, "lastName": &l.LastName, "jobTitle": &l.JobTitle, "company": &l.Company,
		"industry": &l.RawIndustry, "source": &l.Source, "campaign": &l.Campaign, "notes": &l.Notes,
		"owner": &l.OwnerID, "persona": &l.PersonaByHand,
	}
	for _, name := range in.Cleared {
		if field, ok := fields[name]; ok {
			*field = ""
		}
	}
	if slices.Contains(in.Cleared, "email") {
		l.Email = nil
	}
	if slices.Contains(in.Cleared, "externalId") {
		l.ExternalID = nil
	}
	if slices.Contains(in.Cleared, "painPoints") {
		l.PainPoints = []string{}
	}
	if slices.Contains(in.Cleared, "lifecycleStage") {
		l.LifecycleStage = ""
	}
}

// LeadFilter narrows leads down. Within one list any match counts; between
// lists all must match.
type LeadFilter struct {
	Query           *string // words that names, email, company, job title or ids contain
	Owners          []string
	Personas        []string
	Industries      []string
	LifecycleStages []LifecycleStage
}

// LeadQuery is one question to the list of leads, newest first.
type LeadQuery struct {
	Filter LeadFilter
	First  int
	After  string
}

// Question is a number for the filter of the query: what a cursor belongs to.
func (q LeadQuery) Question() uint64 {
	f := q.Filter
	return questionOf(trim(deref(f.Query)), sorted(f.Owners), sorted(f.Personas), sorted(f.Industries), sorted(f.LifecycleStages))
}

// IDPage is a page of ids with their cursors, best or newest first. What holds
// the documents turns it into a connection.
type IDPage struct {
	IDs     []string
	Cursors []string
	Total   int
	HasNext bool
	HasPrev bool
}

// LeadConnection is a page of leads as the API gives it.
type LeadConnection struct {
	Edges      []*LeadEdge
	Nodes      []*Lead
	PageInfo   *PageInfo
	TotalCount int
}

// LeadEdge is one lead of a page with its place in it.
type LeadEdge struct {
	Cursor string
	Node   *Lead
}

// LeadCount counts the leads of one persona, industry and funnel stage, for
// the coverage of the catalog.
type LeadCount struct {
	PersonaID, IndustryID string
	FunnelStage           FunnelStage
	Leads                 int
}
