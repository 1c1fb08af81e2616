package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// ImportSends adds sends from another system, up to 1,000 in one call
// (BAD_USER_INPUT beyond). The same externalId goes in once: a row whose send is
// there already is unchanged, whatever it says. Assets of any status may be
// named, for this is history; a rep who is unknown is added as a REP. A bad row
// is reported and the others go in. A dry run reports the same and writes
// nothing.
func (s *Store) ImportSends(ctx context.Context, rows []enablement.ImportSendInput, dryRun bool) (*enablement.ImportResult, error) {
	if err := checkRows(len(rows)); err != nil {
		return nil, err
	}
	run := &sendImport{store: s, rows: rows, report: newReport(len(rows)), now: s.now(), dryRun: dryRun,
		reps: map[string]*enablement.User{}, rowOf: map[string]int{}}
	if err := run.skipPresent(ctx); err != nil {
		return nil, err
	}
	sends, err := run.plan(ctx)
	if err != nil {
		return nil, err
	}
	if !dryRun {
		run.write(ctx, sends)
	}
	return run.report.result(), nil
}

// sendImport is one call of ImportSends.
type sendImport struct {
	store  *Store
	rows   []enablement.ImportSendInput
	report *report
	now    time.Time
	dryRun bool
	reps   map[string]*enablement.User
	rowOf  map[string]int // id of a send -> the first row that means it
}

func importedID(in enablement.ImportSendInput) string {
	return derivedID(enablement.SendPrefix, "import", strings.TrimSpace(in.ExternalID))
}

// skipPresent reports the rows that are wrong by themselves, and as unchanged
// those whose send is stored, whatever they say. It looks only for those that
// could do harm: a send that is there already is refused when it is written.
func (run *sendImport) skipPresent(ctx context.Context) error {
	var ids []string
	for i, row := range run.rows {
		if faults := row.Check(run.now); len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		harmless, err := run.harmless(ctx, row)
		if err != nil {
			return err
		}
		if harmless {
			continue
		}
		ids = append(ids, importedID(row))
		if id := strings.TrimSpace(row.ExternalID); strings.HasPrefix(id, enablement.SendPrefix) {
			ids = append(ids, id) // an export names by its id what was recorded here
		}
	}
	stored, err := run.store.sends.getAll(ctx, ids)
	if err != nil {
		return err
	}
	present := make(map[string]bool, len(stored))
	for _, send := range stored {
		present[send.ID] = true
	}
	for i, row := range run.rows {
		if run.report.verdicts[i] == pending && (present[importedID(row)] || present[strings.TrimSpace(row.ExternalID)]) {
			run.report.verdicts[i] = unchanged
		}
	}
	return nil
}

// harmless tells that a row can be written without a look for its send: all
// that it names is there, and nothing but the write would come of it.
func (run *sendImport) harmless(ctx context.Context, row enablement.ImportSendInput) (bool, error) {
	if run.dryRun || strings.HasPrefix(strings.TrimSpace(row.ExternalID), enablement.SendPrefix) || run.store.users.named(row.Rep) == nil {
		return false, nil
	}
	_, _, faults, err := run.named(ctx, row)
	return len(faults) == 0, err
}

// plan makes the sends of the rows that are left.
func (run *sendImport) plan(ctx context.Context) ([]*enablement.Send, error) {
	var sends []*enablement.Send
	for i, row := range run.rows {
		if run.report.verdicts[i] != pending {
			continue
		}
		id := importedID(row)
		if first, repeated := run.rowOf[id]; repeated {
			run.report.verdicts[i] = unchanged
			run.report.warn(i, "externalId", "row %d has the same externalId; this row is left out", first)
			continue
		}
		send, faults, err := run.send(ctx, row)
		if err != nil {
			return nil, err
		}
		if len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		send.ID = id
		run.rowOf[id] = i
		run.report.verdicts[i] = created
		sends = append(sends, send)
	}
	return sends, nil
}

// named gives the lead and the assets that a row names, or says which of them
// are not there.
func (run *sendImport) named(ctx context.Context, in enablement.ImportSendInput) (*enablement.Lead, []string, []enablement.FieldError, error) {
	var faults []enablement.FieldError
	lead, err := run.store.leadNamed(ctx, in.Lead)
	if err != nil {
		return nil, nil, nil, err
	}
	if lead == nil {
		faults = append(faults, enablement.FieldError{Path: "lead", Message: "no lead has this id, externalId or email"})
	}
	assets := make([]string, len(in.Assets))
	for i, ref := range in.Assets {
		a, err := run.store.assetNamed(ctx, ref)
		if err != nil {
			return nil, nil, nil, err
		}
		if a == nil {
			faults = append(faults, enablement.FieldError{Path: fmt.Sprintf("assets[%d]", i), Message: "no asset has this id or externalId"})
			continue
		}
		assets[i] = a.ID
	}
	return lead, assets, faults, nil
}

// send makes one row's send, or says what it names that is not there. The rep
// comes last, so that a bad row adds nobody.
func (run *sendImport) send(ctx context.Context, in enablement.ImportSendInput) (*enablement.Send, []enablement.FieldError, error) {
	lead, assets, faults, err := run.named(ctx, in)
	if err != nil || len(faults) > 0 {
		return nil, faults, err
	}
	rep, err := run.rep(ctx, in.Rep)
	if err != nil {
		return nil, nil, err
	}
	channel := in.Channel
	if channel == "" {
		channel = enablement.ChannelOther
	}
	send := enablement.NewSend(lead, rep, assets, channel, in.Message, &in.SentAt, run.now)
	externalID := strings.TrimSpace(in.ExternalID)
	send.ExternalID = &externalID
	return send, nil, nil
}

// rep gives the user whom a row names, added where they are unknown.
func (run *sendImport) rep(ctx context.Context, ref string) (*enablement.User, error) {
	key := strings.TrimSpace(ref)
	if user := run.reps[key]; user != nil {
		return user, nil
	}
	user := run.store.users.named(ref)
	if user == nil && run.dryRun {
		added := newcomer(ref)
		user = &added
	}
	if user == nil {
		var err error
		if user, err = run.store.users.add(ctx, ref); err != nil {
			return nil, err
		}
	}
	run.reps[key] = user
	return user, nil
}

func (run *sendImport) write(ctx context.Context, sends []*enablement.Send) {
	for i, err := range writeAllAudited(ctx, run.store.trail, run.store.sends, auditedSend, sends, nil) {
		row := run.rowOf[sends[i].ID]
		switch {
		case errors.Is(err, errTaken): // recorded by another call since we looked
			run.report.verdicts[row] = unchanged
		case err != nil:
			run.report.failWhole(row, messageOf(err))
		}
	}
}

// leadNamed gives the lead with an id, an externalId or an email, or nil. An
// address means whose email it is before whoever has it for an externalId.
func (s *Store) leadNamed(ctx context.Context, ref string) (*enablement.Lead, error) {
	ref = strings.TrimSpace(ref)
	if strings.HasPrefix(ref, enablement.LeadPrefix) {
		if l, err := s.leads.get(ctx, ref); enablement.CodeOf(err) != enablement.NotFound || err == nil {
			return l, err
		}
	}
	if l, err := s.leads.find(ctx, "email", strings.ToLower(ref)); err != nil || l != nil {
		return l, err
	}
	return s.leads.find(ctx, "externalId", ref)
}

// assetNamed gives the asset with an id or an externalId, or nil.
func (s *Store) assetNamed(ctx context.Context, ref string) (*enablement.Asset, error) {
	ref = strings.TrimSpace(ref)
	if strings.HasPrefix(ref, enablement.AssetPrefix) {
		if a, err := s.assets.get(ctx, ref); enablement.CodeOf(err) != enablement.NotFound || err == nil {
			return a, err
		}
	}
	return s.assets.find(ctx, "externalId", ref)
}
