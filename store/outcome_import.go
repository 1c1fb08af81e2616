package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// ImportOutcomes adds what became of sends, up to 1,000 rows in one call
// (BAD_USER_INPUT beyond), from a mail tracker or a CRM. The same kind of the
// same asset of a send goes in once: a row that is there already is unchanged. A
// bad row is reported and the others go in. A dry run reports the same and
// writes nothing.
func (s *Store) ImportOutcomes(ctx context.Context, rows []enablement.ImportOutcomeInput, dryRun bool) (*enablement.ImportResult, error) {
	if err := checkRows(len(rows)); err != nil {
		return nil, err
	}
	run := &outcomeImport{store: s, rows: rows, report: newReport(len(rows)), now: s.now(), rowOf: map[string]int{}}
	sends, err := run.sends(ctx)
	if err != nil {
		return nil, err
	}
	outcomes, err := run.plan(ctx, sends)
	if err != nil {
		return nil, err
	}
	if dryRun {
		err = run.skipPresent(ctx, outcomes)
	} else {
		run.write(ctx, outcomes)
	}
	if err != nil {
		return nil, err
	}
	return run.report.result(), nil
}

// outcomeImport is one call of ImportOutcomes.
type outcomeImport struct {
	store  *Store
	rows   []enablement.ImportOutcomeInput
	report *report
	now    time.Time
	rowOf  map[string]int // id of an outcome -> the first row that means it
}

// namedSends gives the ids that a row's send may have: an externalId's, and
// what it says itself where it looks like an id.
func namedSends(ref string) []string {
	ref = strings.TrimSpace(ref)
	ids := []string{importedID(enablement.ImportSendInput{ExternalID: ref})}
	if strings.HasPrefix(ref, enablement.SendPrefix) {
		ids = append(ids, ref)
	}
	return ids
}

// sends reports the rows that are wrong by themselves and reads the sends of
// the others, by id.
func (run *outcomeImport) sends(ctx context.Context) (map[string]*enablement.Send, error) {
	var ids []string
	asked := map[string]bool{}
	for i, row := range run.rows {
		if faults := row.Check(run.now); len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		for _, id := range namedSends(row.Send) {
			if !asked[id] {
				asked[id] = true
				ids = append(ids, id)
			}
		}
	}
	found, err := run.store.sends.getAll(ctx, ids)
	sends := make(map[string]*enablement.Send, len(found))
	for _, send := range found {
		sends[send.ID] = send
	}
	return sends, err
}

// plan makes the outcomes of the rows that are right.
func (run *outcomeImport) plan(ctx context.Context, sends map[string]*enablement.Send) ([]*enablement.Outcome, error) {
	var outcomes []*enablement.Outcome
	for i, row := range run.rows {
		if run.report.verdicts[i] != pending {
			continue
		}
		outcome, faults, err := run.outcome(ctx, row, sends)
		if err != nil {
			return nil, err
		}
		if len(faults) > 0 {
			run.report.fail(i, faults)
			continue
		}
		if first, repeated := run.rowOf[outcome.ID]; repeated {
			run.report.verdicts[i] = unchanged
			run.report.warn(i, "kind", "row %d says the same of this send; this row is left out", first)
			continue
		}
		run.rowOf[outcome.ID] = i
		run.report.verdicts[i] = created
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

// outcome makes one row's outcome, or says what it names that is not there.
func (run *outcomeImport) outcome(ctx context.Context, row enablement.ImportOutcomeInput, sends map[string]*enablement.Send) (*enablement.Outcome, []enablement.FieldError, error) {
	var send *enablement.Send
	for _, id := range namedSends(row.Send) {
		if send == nil {
			send = sends[id]
		}
	}
	if send == nil {
		return nil, []enablement.FieldError{{Path: "send", Message: "no send has this id or externalId"}}, nil
	}
	assetID := ""
	if row.Asset != nil && strings.TrimSpace(*row.Asset) != "" {
		asset, err := run.store.assetNamed(ctx, *row.Asset)
		if err != nil {
			return nil, nil, err
		}
		if asset == nil {
			return nil, []enablement.FieldError{{Path: "asset", Message: "no asset has this id or externalId"}}, nil
		}
		assetID = asset.ID
	}
	outcome, faults := enablement.NewOutcome(send, assetID, row.Kind, &row.At, run.now)
	outcome.ID = outcomeID(enablement.OutcomeKey{SendID: send.ID, AssetID: assetID, Kind: row.Kind})
	return outcome, faults, nil
}

// skipPresent reports as unchanged the rows whose outcome is stored, for a dry run.
func (run *outcomeImport) skipPresent(ctx context.Context, outcomes []*enablement.Outcome) error {
	ids := make([]string, len(outcomes))
	for i, o := range outcomes {
		ids[i] = o.ID
	}
	stored, err := run.store.outcomes.getAll(ctx, ids)
	for _, o := range stored {
		run.report.verdicts[run.rowOf[o.ID]] = unchanged
	}
	return err
}

func (run *outcomeImport) write(ctx context.Context, outcomes []*enablement.Outcome) {
	for i, err := range writeAllAudited(ctx, run.store.trail, run.store.outcomes, auditedOutcome, outcomes, nil) {
		row := run.rowOf[outcomes[i].ID]
		switch {
		case errors.Is(err, errTaken):
			run.report.verdicts[row] = unchanged
		case err != nil:
			run.report.failWhole(row, messageOf(err))
		}
	}
}
