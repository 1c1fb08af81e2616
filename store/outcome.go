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

// outcomeIndexes: recordedAt is for the tail. What is unique about an outcome is
// its id, derived from its send, asset and kind.
var outcomeIndexes = []index{{field: "recordedAt"}}

var outcomeKind = kind[enablement.Outcome]{
	name:     "outcome",
	id:       func(o *enablement.Outcome) string { return o.ID },
	revision: func(*enablement.Outcome) int { return 1 },
	dated:    func(o *enablement.Outcome) *time.Time { return &o.RecordedAt },
	clone:    func(o *enablement.Outcome) *enablement.Outcome { c := *o; return &c },
	recorded: func(o *enablement.Outcome) time.Time { return o.RecordedAt },
	order:    "recordedAt",
}

func outcomeID(k enablement.OutcomeKey) string {
	return derivedID(enablement.OutcomePrefix, "outcome", k.SendID, k.AssetID, string(k.Kind))
}

// Outcomes gives outcomes in the order of keys; missing ones are left out.
func (s *Store) Outcomes(ctx context.Context, keys []enablement.OutcomeKey) ([]*enablement.Outcome, error) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = outcomeID(k)
	}
	return s.outcomes.getAll(ctx, ids)
}

// EachOutcome scans every outcome: for rebuild and check.
func (s *Store) EachOutcome(ctx context.Context) iter.Seq2[*enablement.Outcome, error] {
	return s.outcomes.each(ctx)
}

// RecordOutcome records what became of a send of the viewer's or to a lead that
// maySee lets them see; another is as good as unknown. The same kind of the same
// asset, or of the send as a whole, is recorded once: a repetition answers with
// the first record. BAD_USER_INPUT with every wrong field; UNAVAILABLE, after
// which the same call is safe.
func (s *Store) RecordOutcome(ctx context.Context, in enablement.RecordOutcomeInput, viewer *enablement.User, maySee func(*enablement.Lead) bool) (*enablement.Outcome, error) {
	now := s.now()
	faults := in.Check(now)
	send, err := s.sendSeen(ctx, strings.TrimSpace(in.Send), viewer, maySee)
	switch {
	case enablement.CodeOf(err) == enablement.NotFound:
		if strings.TrimSpace(in.Send) != "" {
			faults = append(faults, enablement.FieldError{Path: "send", Message: "no send has this id"})
		}
		return nil, enablement.Invalid(faults)
	case err != nil:
		return nil, err
	}
	asset := ""
	if in.Asset != nil {
		asset = strings.TrimSpace(*in.Asset)
	}
	outcome, more := enablement.NewOutcome(send, asset, in.Kind, in.At, now)
	if err := enablement.Invalid(append(faults, more...)); err != nil {
		return nil, err
	}
	outcome.ID = outcomeID(enablement.OutcomeKey{SendID: send.ID, AssetID: asset, Kind: in.Kind})
	err = writeAllAudited(ctx, s.trail, s.outcomes, auditedOutcome, []*enablement.Outcome{outcome}, nil)[0]
	if errors.Is(err, errTaken) {
		return s.outcomes.get(ctx, outcome.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("record an outcome: %w", err)
	}
	return outcome, nil
}

// sendSeen gives a send that a viewer may say something of; NOT_FOUND.
func (s *Store) sendSeen(ctx context.Context, id string, viewer *enablement.User, maySee func(*enablement.Lead) bool) (*enablement.Send, error) {
	send, err := s.sends.get(ctx, id)
	if err != nil || send.RepID == viewer.ID {
		return send, err
	}
	lead, err := s.leads.get(ctx, send.LeadID)
	if err != nil {
		return nil, err
	}
	if !maySee(lead) {
		return nil, enablement.Missing("send", id)
	}
	return send, nil
}
