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

// sendIndexes: recordedAt is for the tail. What is unique about a send is its
// id, derived from the idempotencyKey or the externalId.
var sendIndexes = []index{{field: "recordedAt"}}

var sendKind = kind[enablement.Send]{
	name:     "send",
	id:       func(s *enablement.Send) string { return s.ID },
	revision: func(*enablement.Send) int { return 1 },
	dated:    func(s *enablement.Send) *time.Time { return &s.RecordedAt },
	clone:    func(s *enablement.Send) *enablement.Send { c := *s; return &c },
	recorded: func(s *enablement.Send) time.Time { return s.RecordedAt },
	order:    "recordedAt",
}

// Send gives a send. NOT_FOUND; UNAVAILABLE.
func (s *Store) Send(ctx context.Context, id string) (*enablement.Send, error) {
	return s.sends.get(ctx, id)
}

// Sends gives sends in the order of ids; missing ones are left out.
func (s *Store) Sends(ctx context.Context, ids []string) ([]*enablement.Send, error) {
	return s.sends.getAll(ctx, ids)
}

// EachSend scans every send: for export, rebuild and check.
func (s *Store) EachSend(ctx context.Context) iter.Seq2[*enablement.Send, error] {
	return s.sends.each(ctx)
}

// RecordSend records that a rep sent assets to a lead. The same idempotencyKey
// from the same rep records once and answers with the first record, whatever
// has become of the lead and the assets since. maySee tells whether the rep may
// see a lead; one they may not is as good as unknown. BAD_USER_INPUT with every
// wrong field; UNAVAILABLE, after which the same call with the same key is safe.
func (s *Store) RecordSend(ctx context.Context, in enablement.RecordSendInput, rep *enablement.User, maySee func(*enablement.Lead) bool) (*enablement.Send, error) {
	now := s.now()
	faults := in.Check(now)
	id, repeatable := sendID(in, rep)
	if repeatable && len(faults) == 0 {
		if first, ok := s.sends.cached(id); ok {
			return first, nil
		}
	}
	lead, more, err := s.checkSend(ctx, in, rep, maySee, now)
	if err != nil {
		return nil, err
	}
	if repeatable && len(faults) == 0 && len(more) > 0 {
		if first, err := s.sends.get(ctx, id); err == nil || enablement.CodeOf(err) != enablement.NotFound {
			return first, err
		}
	}
	if err := enablement.Invalid(append(faults, more...)); err != nil {
		return nil, err
	}
	channel := in.Channel
	if channel == "" {
		channel = enablement.ChannelEmail
	}
	send := enablement.NewSend(lead, rep, in.Assets, channel, in.Message, in.SentAt, now)
	send.ID = id
	recorded, err := s.queue.record(ctx, send)
	if err != nil {
		return nil, fmt.Errorf("record a send: %w", err)
	}
	return recorded, nil
}

// sendID is the id of a send and whether a repetition has the same.
func sendID(in enablement.RecordSendInput, rep *enablement.User) (id string, repeatable bool) {
	if in.IdempotencyKey == nil || strings.TrimSpace(*in.IdempotencyKey) == "" {
		return newID(enablement.SendPrefix), false
	}
	return derivedID(enablement.SendPrefix, "key", rep.ID, *in.IdempotencyKey), true
}

// checkSend looks up what the input names and lists what is wrong with it; what
// is wrong with the input by itself is not repeated.
func (s *Store) checkSend(ctx context.Context, in enablement.RecordSendInput, rep *enablement.User, maySee func(*enablement.Lead) bool, now time.Time) (*enablement.Lead, []enablement.FieldError, error) {
	var faults []enablement.FieldError
	var lead *enablement.Lead
	if strings.TrimSpace(in.Lead) != "" {
		var err error
		lead, err = s.leads.get(ctx, in.Lead)
		if err != nil && enablement.CodeOf(err) != enablement.NotFound {
			return nil, nil, err
		}
		if err != nil || !maySee(lead) {
			faults = append(faults, enablement.FieldError{Path: "lead", Message: "no lead has this id"})
		}
	}
	if len(in.Assets) > enablement.MaxSendAssets {
		return lead, faults, nil
	}
	for i, id := range in.Assets {
		a, err := s.assets.get(ctx, id)
		path := fmt.Sprintf("assets[%d]", i)
		secret := err == nil && a.Status.Unfinished() && !rep.Role.Allows(enablement.RoleMarketer)
		switch {
		case secret:
			faults = append(faults, enablement.FieldError{Path: path, Message: "no asset has this id"})
		case err == nil:
			if why := a.Sendable(now); why != "" {
				faults = append(faults, enablement.FieldError{Path: path, Message: fmt.Sprintf("%q %s", a.Title, why)})
			}
		case enablement.CodeOf(err) == enablement.NotFound:
			faults = append(faults, enablement.FieldError{Path: path, Message: "no asset has this id"})
		default:
			return nil, nil, err
		}
	}
	return lead, faults, nil
}

// firstSends reads the sends that were there before, by id.
func (s *sendQueue) firstSends(ctx context.Context, ids []string) (map[string]*enablement.Send, error) {
	sends, err := s.sends.getAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*enablement.Send, len(sends))
	for _, send := range sends {
		byID[send.ID] = send
	}
	return byID, nil
}

// errClosing answers a send that comes while the store closes.
var errClosing = enablement.Unreachable("the database", errors.New("the store is closing"))
