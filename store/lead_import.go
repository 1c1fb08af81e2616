package store

import (
	"context"
	"fmt"

	"github.com/quiverhq/quiver/enablement"
)

// ImportLeads adds leads or, by externalId, else by email, updates them: up to
// 1,000 rows in one call (BAD_USER_INPUT beyond). A bad row is reported and the
// others go in; what a row leaves out stays as it is; a row that changes nothing
// writes nothing. Rows that mean the same lead are applied in order, with a
// warning. A dry run reports the same and writes nothing.
func (s *Store) ImportLeads(ctx context.Context, rows []enablement.LeadInput, dryRun bool) (*enablement.ImportResult, error) {
	if err := checkRows(len(rows)); err != nil {
		return nil, err
	}
	run := &leadImport{store: s, rows: rows, report: newReport(len(rows)), warned: map[int]bool{}}
	defer s.leads.lock()()
	todo := run.check()
	for round := 1; len(todo) > 0; round++ {
		plan, err := run.plan(ctx, todo)
		if err != nil {
			return nil, err
		}
		if dryRun {
			break
		}
		todo = writeDrafts(ctx, run.store.trail, auditedLead, run.report, run.store.leads, plan, func(l, before *enablement.Lead) {
			stampLead(l, before, enablement.Instant(run.store.now()))
		})
		if round == importRounds {
			for _, row := range todo {
				run.report.failWhole(row, "the lead is being changed by others at the same time; import the row again")
			}
			break
		}
	}
	return run.report.result(), nil
}

// leadImport is one call of ImportLeads.
type leadImport struct {
	store  *Store
	rows   []enablement.LeadInput
	report *report
	warned map[int]bool // rows that are known to mean an earlier row's lead
}

// check reports the rows that are wrong by themselves and gives the others.
func (run *leadImport) check() []int {
	var good []int
	for i, row := range run.rows {
		if faults := append(row.CheckImported(), run.store.checkOwner(row)...); len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		good = append(good, i)
	}
	return good
}

// storedLeads are the leads that rows may mean, by each of their keys.
type storedLeads struct{ byExternalID, byEmail map[string]*enablement.Lead }

func (run *leadImport) stored(ctx context.Context, todo []int) (storedLeads, error) {
	var externalIDs, emails []string
	for _, i := range todo {
		externalID, email := leadKeys(run.rows[i])
		if externalID != "" {
			externalIDs = append(externalIDs, externalID)
		}
		if email != "" {
			emails = append(emails, email)
		}
	}
	byExternalID, err := run.store.leads.findImported(ctx, enablement.LeadPrefix, externalIDs)
	if err != nil {
		return storedLeads{}, err
	}
	byEmail, err := run.store.leads.findAll(ctx, "email", emails)
	return storedLeads{byExternalID, byEmail}, err
}

// match is matchLead among the stored leads.
func (s storedLeads) match(externalID, email string) *enablement.Lead {
	if l := s.byExternalID[externalID]; l != nil {
		return l
	}
	l := s.byEmail[email]
	if l != nil && l.ExternalID != nil && externalID != "" {
		return nil
	}
	return l
}

// with gives the stored lead that has a key, or nil.
func (s storedLeads) with(field, value string) *enablement.Lead {
	if field == "email" {
		return s.byEmail[value]
	}
	return s.byExternalID[value]
}

// plan turns rows into drafts and reports what can be told before writing.
func (run *leadImport) plan(ctx context.Context, todo []int) (*drafts[enablement.Lead], error) {
	stored, err := run.stored(ctx, todo)
	if err != nil {
		return nil, err
	}
	plan := newDrafts[enablement.Lead]()
	for _, i := range todo {
		d := run.draft(plan, stored, i)
		next := d.doc.Clone()
		faults := append(run.rows[i].Apply(next, run.store.Taxonomy()), takenKeys(plan, stored, d, next)...)
		if len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		isNew := next.ID == ""
		if isNew {
			next.ID = newID(enablement.LeadPrefix)
		}
		plan.settle(run.report, leadKind, d, next, isNew, i)
	}
	return plan, nil
}

// draft gives the draft that a row is applied over: that of an earlier row which
// means the same lead, else one of the stored lead, else a new one without id.
func (run *leadImport) draft(plan *drafts[enablement.Lead], stored storedLeads, row int) *draft[enablement.Lead] {
	d := run.earlier(plan, row)
	l := stored.match(leadKeys(run.rows[row]))
	if d == nil && l != nil {
		d = plan.byID[l.ID]
	}
	switch {
	case d != nil:
		run.warnOfRepeat(row, d)
		return d
	case l != nil:
		return &draft[enablement.Lead]{doc: l, base: l}
	default:
		return &draft[enablement.Lead]{doc: &enablement.Lead{}}
	}
}

// earlier gives the draft of an earlier row with the row's externalId, else with
// its email where one of the two has no externalId, or nil.
func (run *leadImport) earlier(plan *drafts[enablement.Lead], row int) *draft[enablement.Lead] {
	externalID, email := leadKeys(run.rows[row])
	if d := plan.with("externalId", externalID); externalID != "" && d != nil {
		return d
	}
	d := plan.with("email", email)
	if email == "" || d == nil || externalID != "" && d.doc.ExternalID != nil {
		return nil
	}
	return d
}

func (run *leadImport) warnOfRepeat(row int, d *draft[enablement.Lead]) {
	if !run.warned[row] {
		run.warned[row] = true
		run.report.warn(row, "externalId", "row %d means the same lead; this row is applied over it", d.rows[0])
	}
}

// takenKeys names the keys given by this row that are another lead's, stored or
// drafted.
func takenKeys(plan *drafts[enablement.Lead], stored storedLeads, d *draft[enablement.Lead], next *enablement.Lead) []enablement.FieldError {
	var faults []enablement.FieldError
	before := leadKind.keys(d.doc)
	for field, value := range leadKind.keys(next) {
		if before[field] == value {
			continue
		}
		other, drafted := stored.with(field, value), plan.with(field, value)
		if other != nil && other.ID != next.ID || drafted != nil && drafted != d {
			faults = append(faults, enablement.FieldError{Path: field, Message: fmt.Sprintf("another lead has this %s", field)})
		}
	}
	return faults
}
