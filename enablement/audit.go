package enablement

import (
	"fmt"
	"strings"
	"time"
)

// AuditNoun is the kind of document that a change was made to.
type AuditNoun string

// The nouns. DATABASE is all of them: a backup that was taken.
const (
	AuditAsset    AuditNoun = "ASSET"
	AuditLead     AuditNoun = "LEAD"
	AuditSend     AuditNoun = "SEND"
	AuditOutcome  AuditNoun = "OUTCOME"
	AuditPersona  AuditNoun = "PERSONA"
	AuditIndustry AuditNoun = "INDUSTRY"
	AuditSynonyms AuditNoun = "SYNONYMS"
	AuditUser     AuditNoun = "USER"
	AuditDatabase AuditNoun = "DATABASE"
)

// AuditNouns lists every noun, in the order of the schema.
func AuditNouns() []AuditNoun {
	return []AuditNoun{AuditAsset, AuditLead, AuditSend, AuditOutcome, AuditPersona, AuditIndustry, AuditSynonyms, AuditUser, AuditDatabase}
}

// AuditPrefix begins the ids of entries. Behind it they sort by time.
const AuditPrefix = "aud_"

// Actor is who writes, and by what.
type Actor struct {
	UserID    string `bson:"user,omitempty"`    // empty: the server itself
	Subject   string `bson:"subject,omitempty"` // the token's
	Role      Role   `bson:"role,omitempty"`    // the token's
	Action    string `bson:"action"`            // the mutation, or what else wrote
	RequestID string `bson:"request,omitempty"`
}

// AuditEntry is the record of one call's writes, or of a part of a long one's.
// It is written before them and never changes; that some of them did not go in
// is an entry of its own.
type AuditEntry struct {
	ID    string    `bson:"_id"`
	At    time.Time `bson:"at"`
	Actor `bson:"inline"`
	Items []AuditItem `bson:"items,omitempty"`

	// Void is the entry whose items at the places Voided did not go in; empty:
	// this entry has items of its own.
	Void   string `bson:"void,omitempty"`
	Voided []int  `bson:"voided,omitempty"`
}

// AuditItem is the write of one document.
type AuditItem struct {
	Noun    AuditNoun    `bson:"noun"`
	ID      string       `bson:"id"`
	Version int          `bson:"version"` // that it was to have; 1: it was made
	Fields  []AuditField `bson:"fields,omitempty"`
}

// AuditField is one changed field of a document. Values are as a person reads
// them, texts of more than MaxAuditText characters cut and named by their
// SHA-256; nil: there was or is none, or it is personal and not kept.
type AuditField struct {
	Field  string  `bson:"field"`
	Before *string `bson:"before,omitempty"`
	After  *string `bson:"after,omitempty"`
}

// MaxAuditText is how many characters of a value an entry keeps.
const MaxAuditText = 200

// AuditChange is one item of an entry, as the API gives it.
type AuditChange struct {
	ID         string
	At         time.Time
	UserID     string
	Subject    string
	Role       *Role
	Action     string
	RequestID  *string
	Noun       AuditNoun
	DocumentID string
	Version    int
	Written    bool
	Fields     []*AuditField
}

// Change gives one of the entry's items as the API does.
func (e *AuditEntry) Change(place int, written bool) *AuditChange {
	it := e.Items[place]
	c := &AuditChange{
		ID: fmt.Sprintf("%s-%d", e.ID, place), At: e.At, UserID: e.UserID, Subject: e.Subject, Action: e.Action,
		Noun: it.Noun, DocumentID: it.ID, Version: it.Version, Written: written, Fields: make([]*AuditField, len(it.Fields)),
	}
	if e.Role != "" {
		c.Role = &e.Role
	}
	if e.RequestID != "" {
		c.RequestID = &e.RequestID
	}
	for i := range it.Fields {
		c.Fields[i] = &it.Fields[i]
	}
	return c
}

// AuditFilter narrows the audit log; empty: nothing of the kind. Values of one
// field are alternatives, fields come together.
type AuditFilter struct {
	Subjects []string
	Nouns    []AuditNoun
	Ids      []string
	Actions  []string
	Range    *TimeRange
}

// Check names every field of the filter that is wrong.
func (f *AuditFilter) Check() error {
	var faults faults
	for name, values := range map[string][]string{"subjects": f.Subjects, "ids": f.Ids, "actions": f.Actions} {
		if len(values) > MaxPage {
			faults.add("filter."+name, "takes at most %d values, not %d", MaxPage, len(values))
		}
		for _, v := range values {
			if strings.TrimSpace(v) == "" {
				faults.add("filter."+name, "must hold no empty value")
			}
		}
	}
	for _, n := range f.Nouns {
		checkEnum(&faults, "filter.nouns", n, AuditNouns())
	}
	if err := Invalid(faults); err != nil {
		return err
	}
	return f.Range.Check("filter.range")
}

// AuditQuery asks for a page of the audit log, newest first.
type AuditQuery struct {
	Filter AuditFilter
	First  int
	After  string // a cursor
}

// Question is a number for the filter of the query: what a cursor belongs to.
func (q AuditQuery) Question() uint64 {
	f := q.Filter
	return questionOf(sorted(f.Subjects), sorted(f.Nouns), sorted(f.Ids), sorted(f.Actions), f.Range)
}

// AuditRow is where a change of a page is: an item of an entry.
type AuditRow struct {
	EntryID string
	Item    int
	Written bool
	Cursor  string
}

// AuditPage is a page of the audit log by entry and item.
type AuditPage struct {
	Rows             []AuditRow
	Total            int
	HasNext, HasPrev bool
	Since            *time.Time // older changes are not listed; nil: all are
}

// AuditConnection is a page of the audit log.
type AuditConnection struct {
	Edges      []*AuditEdge
	Nodes      []*AuditChange
	PageInfo   *PageInfo
	TotalCount int
	Since      *time.Time
}

// AuditEdge is one change in a page.
type AuditEdge struct {
	Cursor string
	Node   *AuditChange
}
