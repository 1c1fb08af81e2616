package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// Finding is something in the database that is not as it should be.
type Finding struct {
	Collection string
	ID         string // empty: the collection as a whole, or a document whose id cannot be read
	What       string
}

// Check reads every document and tells which cannot be read, break a rule, share
// what must be unique, or name what is not there; and what the embedded engine
// says of its file. It changes nothing. Called by quiver check.
func (s *Store) Check(ctx context.Context) ([]Finding, error) {
	c := &checking{store: s, there: map[string]map[string]bool{}, taken: map[string]string{}, now: s.options.Now()}
	if engine := s.connection.engine; engine != nil {
		faults, err := engine.Integrity(ctx, s.connection.database.Name())
		if err != nil {
			return nil, err
		}
		for _, fault := range faults {
			c.found = append(c.found, Finding{What: "the engine's file: " + fault})
		}
	}
	// What is named comes before what names it.
	for _, check := range []func(context.Context) error{
		func(ctx context.Context) error { return checkEach(ctx, c, "users", c.user) },
		func(ctx context.Context) error { return checkEach(ctx, c, "personas", c.persona) },
		c.industries,
		func(ctx context.Context) error { return checkEach(ctx, c, "synonyms", c.synonyms) },
		func(ctx context.Context) error { return checkEach(ctx, c, "assets", c.asset) },
		func(ctx context.Context) error { return checkEach(ctx, c, "leads", c.lead) },
		func(ctx context.Context) error { return checkEach(ctx, c, "sends", c.send) },
		func(ctx context.Context) error { return checkEach(ctx, c, "outcomes", c.outcome) },
		func(ctx context.Context) error { return checkEach(ctx, c, "searches", c.search) },
		func(ctx context.Context) error { return checkEach(ctx, c, "audit", c.auditEntry) },
	} {
		if err := check(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.ID, b.ID))
	})
	return c.found, nil
}

// Mend repairs what of the engine's own file can be without losing anything: the
// indexes, which are made of the documents. It does nothing on a MongoDB.
func (s *Store) Mend(ctx context.Context) error {
	if engine := s.connection.engine; engine != nil {
		return engine.Reindex(ctx, s.connection.database.Name())
	}
	return nil
}

// checking is one call of Check.
type checking struct {
	store *Store
	now   time.Time
	there map[string]map[string]bool // collection -> ids
	taken map[string]string          // collection, field and value -> id
	found []Finding

	collection, id string // of the document that is looked at
}

func checkEach[T any](ctx context.Context, c *checking, name string, check func(*T)) error {
	c.there[name] = map[string]bool{}
	for document, err := range c.store.scan(ctx, name) {
		c.collection, c.id = name, ""
		if isDamaged(err) {
			c.say("cannot be read: %v", err)
			continue
		}
		if err != nil {
			return err
		}
		c.id, _ = document.Lookup("_id").StringValueOK()
		c.there[name][c.id] = true
		doc := new(T)
		if err := bson.Unmarshal(document, doc); err != nil {
			c.say("cannot be decoded: %v", err)
			continue
		}
		check(doc)
	}
	return nil
}

func (c *checking) say(format string, args ...any) {
	c.found = append(c.found, Finding{c.collection, c.id, fmt.Sprintf(format, args...)})
}

// rules tells of broken rules of enablement.
func (c *checking) rules(faults []enablement.FieldError) {
	for _, fault := range faults {
		c.say("%s %s", fault.Path, fault.Message)
	}
}

// names tells of a reference that points at nothing; an empty one is none.
func (c *checking) names(field, collection, id string) {
	if id != "" && !c.there[collection][id] {
		c.say("%s names %s, which is not in %s", field, id, collection)
	}
}

// unique tells of a value that another document has too.
func (c *checking) unique(field, value string) {
	key := c.collection + "\x00" + field + "\x00" + value
	if other, taken := c.taken[key]; taken && other != c.id {
		c.say("has the %s of %s", field, other)
		return
	}
	c.taken[key] = c.id
}

// derived tells of an id that is not made of what it should be.
func (c *checking) derived(want string) {
	if c.id != want {
		c.say("should have the id %s: the same may have been recorded twice", want)
	}
}

func (c *checking) user(u *enablement.User) {
	if !slices.Contains(enablement.Roles(), u.Role) {
		c.say("role %q is none", u.Role)
	}
	if u.Subject != "" {
		c.unique("subject", u.Subject)
	}
}

func (c *checking) persona(p *enablement.Persona) {
	c.rules(enablement.PersonaInput{Name: p.Name, Description: &p.Description, JobTitles: p.JobTitles, Goals: p.Goals, PainPoints: p.PainPoints}.Check())
	c.unique("name", strings.ToLower(p.Name))
}

// industries come with their parents, which may stand anywhere among them.
func (c *checking) industries(ctx context.Context) error {
	parents := map[string]string{}
	err := checkEach(ctx, c, "industries", func(i *enablement.Industry) {
		c.rules(enablement.IndustryInput{Name: i.Name, Aliases: i.Aliases}.Check())
		for _, name := range append([]string{i.Name}, i.Aliases...) {
			c.unique("name", strings.ToLower(name))
		}
		parents[i.ID] = i.ParentID
	})
	c.collection = "industries"
	for id, parent := range parents {
		c.id = id
		c.names("parent", "industries", parent)
	}
	return err
}

func (c *checking) synonyms(set *enablement.Synonyms) {
	c.rules(enablement.SynonymsInput{Terms: set.Terms, Instead: set.Instead}.Check())
}

func (c *checking) asset(a *enablement.Asset) {
	c.rules(enablement.AssetPatch{}.Over(a).Check())
	for _, id := range a.PersonaIDs {
		c.names("personas", "personas", id)
	}
	for _, id := range a.IndustryIDs {
		c.names("industries", "industries", id)
	}
	c.names("owner", "users", a.OwnerID)
	c.keys(assetKind.keys(a))
}

func (c *checking) lead(l *enablement.Lead) {
	c.rules(enablement.LeadInput{
		ExternalID: l.ExternalID, FirstName: &l.FirstName, LastName: &l.LastName, Email: l.Email, JobTitle: &l.JobTitle, Company: &l.Company,
		Industry: &l.RawIndustry, LifecycleStage: &l.LifecycleStage, Source: &l.Source, Campaign: &l.Campaign, PainPoints: l.PainPoints, Notes: &l.Notes,
	}.Check())
	if l.Email != nil && *l.Email != strings.ToLower(*l.Email) {
		c.say("email is not in lower case: it is not found by it")
	}
	c.names("persona", "personas", l.PersonaByHand)
	c.names("owner", "users", l.OwnerID)
	c.keys(leadKind.keys(l))
}

func (c *checking) keys(keys map[string]string) {
	for field, value := range keys {
		c.unique(field, value)
	}
}

func (c *checking) send(s *enablement.Send) {
	c.names("lead", "leads", s.LeadID)
	c.names("rep", "users", s.RepID)
	for _, id := range s.AssetIDs {
		c.names("assets", "assets", id)
	}
	if len(s.AssetIDs) == 0 {
		c.say("assets is empty: it counts nowhere")
	}
	if s.ExternalID != nil {
		c.derived(importedID(enablement.ImportSendInput{ExternalID: *s.ExternalID}))
	}
}

func (c *checking) outcome(o *enablement.Outcome) {
	c.names("send", "sends", o.SendID)
	c.names("asset", "assets", o.AssetID)
	if !slices.Contains(enablement.OutcomeKinds(), o.Kind) {
		c.say("kind %q is none", o.Kind)
	}
	c.derived(outcomeID(enablement.OutcomeKey{SendID: o.SendID, AssetID: o.AssetID, Kind: o.Kind}))
}

func (c *checking) search(e *enablement.SearchEvent) {
	c.derived(searchID(e))
	c.names("asset", "assets", e.AssetID)
}

func (c *checking) auditEntry(e *enablement.AuditEntry) {
	if e.Void == "" && len(e.Items) == 0 {
		c.say("tells of nothing")
	}
}
