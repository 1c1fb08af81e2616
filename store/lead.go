package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// leadIndexes: an externalId and an email (lower case) belong to one lead;
// updatedAt is for the tail.
var leadIndexes = []index{{field: "externalId", unique: true}, {field: "email", unique: true}, {field: "updatedAt"}}

var leadKind = kind[enablement.Lead]{
	name:     "lead",
	id:       func(l *enablement.Lead) string { return l.ID },
	revision: func(l *enablement.Lead) int { return l.Revision },
	dated:    func(l *enablement.Lead) *time.Time { return &l.UpdatedAt },
	clone:    (*enablement.Lead).Clone,
	same:     (*enablement.Lead).SameContent,
	place:    (*enablement.Lead).Place,
	keys: func(l *enablement.Lead) map[string]string {
		keys := make(map[string]string, 2)
		if l.ExternalID != nil {
			keys["externalId"] = *l.ExternalID
		}
		if l.Email != nil {
			keys["email"] = *l.Email
		}
		return keys
	},
}

// Lead gives a lead with its place in the taxonomy. NOT_FOUND; UNAVAILABLE.
// Whether the viewer may see it is the caller's to ask.
func (s *Store) Lead(ctx context.Context, id string) (*enablement.Lead, error) {
	return s.leads.get(ctx, id)
}

// Leads gives leads in the order of ids; missing ones are left out.
func (s *Store) Leads(ctx context.Context, ids []string) ([]*enablement.Lead, error) {
	return s.leads.getAll(ctx, ids)
}

// EachLead scans every lead: for export, rebuild and check.
func (s *Store) EachLead(ctx context.Context) iter.Seq2[*enablement.Lead, error] {
	return s.leads.each(ctx)
}

// SaveLead changes the lead with the id or, without one, the lead with the
// input's externalId, else that with its email, else it adds a lead; what the
// input leaves out stays. A rep who adds a lead owns it.
//
// mayTouch tells whether the viewer may change a lead. Where not: NOT_FOUND by
// id, FORBIDDEN by externalId or email. BAD_USER_INPUT with every wrong field, an
// owner who does not exist among them; CONFLICT when another lead has the
// externalId or the email.
func (s *Store) SaveLead(ctx context.Context, id *string, in enablement.LeadInput, viewer *enablement.User, mayTouch func(*enablement.Lead) bool) (*enablement.Lead, error) {
	defer s.leads.lock()()
	for try := 0; ; try++ {
		before, err := s.leadToSave(ctx, id, in, mayTouch)
		if err != nil {
			return nil, err
		}
		l, err := s.editLead(before, in, viewer)
		if err != nil {
			return nil, err
		}
		if before != nil && l.SameContent(before) {
			return before, nil
		}
		if err := s.leadKeysFree(ctx, l); err != nil {
			if id == nil && try+1 < writeAttempts { // another server may just have made it
				continue
			}
			return nil, err
		}
		stampLead(l, before, enablement.Instant(s.now()))
		err = writeAudited(ctx, s.trail, s.leads, auditedLead, l, before)
		if err == nil {
			return l, nil
		}
		if again := errors.Is(err, errMoved) || errors.Is(err, errTaken); !again {
			return nil, fmt.Errorf("save a lead: %w", err)
		}
		if try+1 == writeAttempts {
			return nil, enablement.Errorf(enablement.Conflict, "the lead is being changed by others at the same time; try again")
		}
	}
}

// leadToSave gives the lead that the input changes, or nil for a new one.
func (s *Store) leadToSave(ctx context.Context, id *string, in enablement.LeadInput, mayTouch func(*enablement.Lead) bool) (*enablement.Lead, error) {
	if id != nil {
		l, err := s.leads.fresh(ctx, *id)
		if err == nil && !mayTouch(l) {
			return nil, enablement.Missing("lead", *id)
		}
		return l, err
	}
	l, err := s.matchLead(ctx, in)
	if err != nil || l == nil {
		return nil, err
	}
	if l, err = s.leads.fresh(ctx, l.ID); err != nil {
		return nil, err
	}
	if externalID, email := leadKeys(in); !answersTo(l, externalID, email) {
		return nil, nil // another server has given it another key meanwhile
	}
	if !mayTouch(l) {
		return nil, enablement.Errorf(enablement.Forbidden, "the lead with this externalId or email belongs to someone else")
	}
	return l, nil
}

// matchLead finds the lead that an input without id means: by externalId, else
// by email, unless that email's lead has another externalId, or nil.
func (s *Store) matchLead(ctx context.Context, in enablement.LeadInput) (*enablement.Lead, error) {
	externalID, email := leadKeys(in)
	if externalID != "" {
		if l, err := s.leads.find(ctx, "externalId", externalID); err != nil || l != nil {
			return l, err
		}
	}
	if email == "" {
		return nil, nil
	}
	l, err := s.leads.find(ctx, "email", email)
	if err == nil && l != nil && l.ExternalID != nil && externalID != "" {
		return nil, nil // another lead: its email is found to be taken
	}
	return l, err
}

// leadKeys gives the input's externalId and email as they are stored, or "".
func leadKeys(in enablement.LeadInput) (externalID, email string) {
	if in.ExternalID != nil {
		externalID = strings.TrimSpace(*in.ExternalID)
	}
	if in.Email != nil {
		email = strings.TrimSpace(strings.ToLower(*in.Email))
	}
	return externalID, email
}

// answersTo tells whether a lead has one of the keys.
func answersTo(l *enablement.Lead, externalID, email string) bool {
	return externalID != "" && l.ExternalID != nil && *l.ExternalID == externalID || email != "" && l.Email != nil && *l.Email == email
}

// editLead gives the lead as the input wants it, not yet stored.
func (s *Store) editLead(before *enablement.Lead, in enablement.LeadInput, viewer *enablement.User) (*enablement.Lead, error) {
	l := &enablement.Lead{ID: newID(enablement.LeadPrefix)}
	if before != nil {
		l = before.Clone()
	}
	faults := append(in.Check(), in.Apply(l, s.Taxonomy())...)
	switch adds := before == nil && viewer != nil && viewer.Role == enablement.RoleRep; {
	case !adds:
		faults = append(faults, s.checkOwner(in)...)
	case l.OwnerID != "" && l.OwnerID != viewer.ID:
		faults = append(faults, enablement.FieldError{Path: "owner", Message: "a rep who adds a lead owns it: leave owner out"})
	default:
		l.OwnerID = viewer.ID
	}
	return l, enablement.Invalid(faults)
}

func (s *Store) checkOwner(in enablement.LeadInput) []enablement.FieldError {
	if in.Owner == nil || strings.TrimSpace(*in.Owner) == "" {
		return nil
	}
	if s.users.byID(strings.TrimSpace(*in.Owner)) == nil {
		return []enablement.FieldError{{Path: "owner", Message: "no user has this id"}}
	}
	return nil
}

// leadKeysFree is CONFLICT when another lead has one of the lead's keys.
func (s *Store) leadKeysFree(ctx context.Context, l *enablement.Lead) error {
	for field, value := range leadKind.keys(l) {
		other, err := s.leads.find(ctx, field, value)
		if err != nil {
			return err
		}
		if other != nil && other.ID != l.ID {
			return enablement.ConflictIn(field, "another lead has this %s", field)
		}
	}
	return nil
}

// stampLead makes the lead the next revision of what it was before, nil for a
// new lead.
func stampLead(l, before *enablement.Lead, now time.Time) {
	l.Advance(before, now)
	l.Revision, l.UpdatedAt = l.Revision+1, now
	if l.Revision == 1 {
		l.CreatedAt = now
	}
}
