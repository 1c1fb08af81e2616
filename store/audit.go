package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// auditIndexes: at is for the tail.
var auditIndexes = []index{{field: "at"}}

var auditKind = kind[enablement.AuditEntry]{
	name:     "audit entry",
	id:       func(e *enablement.AuditEntry) string { return e.ID },
	revision: func(*enablement.AuditEntry) int { return 1 },
	clone:    func(e *enablement.AuditEntry) *enablement.AuditEntry { c := *e; return &c },
	recorded: func(e *enablement.AuditEntry) time.Time { return e.At },
	order:    "at",
	dated:    func(e *enablement.AuditEntry) *time.Time { return &e.At },
}

const (
	// cacheAudit is how many entries stay in memory as documents: pages of the
	// log are read now and then, and an entry of an import is long.
	cacheAudit = 64
	// auditItems is how many changes go into one entry: MongoDB holds a document
	// to 16 MB, and one whose every field is changed takes some 14 KB.
	auditItems = 200
)

type actorKey struct{}

// WithActor puts who writes into the context of a write. Without one, the server
// itself does.
func WithActor(ctx context.Context, a enablement.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

func actorOf(ctx context.Context) enablement.Actor {
	if a, ok := ctx.Value(actorKey{}).(enablement.Actor); ok {
		return a
	}
	return enablement.Actor{Action: "server"}
}

// AuditEntries gives entries in the order of ids; missing ones are left out.
func (s *Store) AuditEntries(ctx context.Context, ids []string) ([]*enablement.AuditEntry, error) {
	return s.audit.getAll(ctx, ids)
}

// EachAuditEntry scans every entry: for rebuild and check.
func (s *Store) EachAuditEntry(ctx context.Context) iter.Seq2[*enablement.AuditEntry, error] {
	return s.audit.each(ctx)
}

// Audit records what is about to happen to the whole database. Called by a
// backup.
func (s *Store) Audit(ctx context.Context, what string) error {
	_, err := s.trail.intend(ctx, []enablement.AuditItem{{Noun: enablement.AuditDatabase, ID: what}})
	return err
}

// trail writes the audit log. An entry is written before the change that it
// tells of: whatever is acknowledged has its entry, and a crash between the two
// leaves an entry too many, never one too few.
type trail struct {
	entries *noun[enablement.AuditEntry]
	now     func() time.Time
}

// intent is an entry whose change is on its way, in as many documents as it
// takes.
type intent struct {
	trail   *trail
	entries []*enablement.AuditEntry
}

// intend writes the entry of changes that are to be made. Where it fails, none
// of them may be.
func (t *trail) intend(ctx context.Context, items []enablement.AuditItem) (*intent, error) {
	in := &intent{trail: t}
	now, actor := enablement.Instant(t.now()), actorOf(ctx)
	for some := range slices.Chunk(items, auditItems) {
		in.entries = append(in.entries, &enablement.AuditEntry{ID: newID(enablement.AuditPrefix), At: now, Actor: actor, Items: some})
	}
	if err := in.write(ctx); err != nil {
		in.void(ctx, seq(len(items))...)
		return nil, fmt.Errorf("write the audit log: %w", err)
	}
	return in, nil
}

// write writes the entries one by one, for write knows an entry again whose first
// answer was lost. Imports alone have more than one.
func (in *intent) write(ctx context.Context) error {
	for _, entry := range in.entries {
		if err := in.trail.entries.write(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}

// settle notes which of the changes are known not to have gone in. One of which
// that is not known stands as if it had.
func (in *intent) settle(ctx context.Context, outcome ...error) {
	var lost []int
	for i, err := range outcome {
		if errors.Is(err, errTaken) || errors.Is(err, errMoved) {
			lost = append(lost, i)
		}
	}
	in.void(ctx, lost...)
}

// void records that changes, by their place, did not go in.
func (in *intent) void(ctx context.Context, places ...int) {
	if len(places) == 0 {
		return
	}
	byEntry := make([][]int, len(in.entries))
	for _, i := range places {
		byEntry[i/auditItems] = append(byEntry[i/auditItems], i%auditItems)
	}
	var entries []*enablement.AuditEntry
	for i, voided := range byEntry {
		if len(voided) > 0 {
			entries = append(entries, voiding(in.entries[i], voided, enablement.Instant(in.trail.now())))
		}
	}
	for _, err := range in.trail.entries.writeAll(ctx, entries) {
		if err != nil && !errors.Is(err, errTaken) {
			in.trail.entries.docs.logger.Error("the audit log could not note that a change did not go in, and lists it", "error", err)
		}
	}
}

// voiding is the entry that strikes items of another out. Whoever says it again
// says the same.
func voiding(e *enablement.AuditEntry, places []int, now time.Time) *enablement.AuditEntry {
	return &enablement.AuditEntry{ID: derivedID(enablement.AuditPrefix, "void", e.ID, fmt.Sprint(places)), At: now,
		Actor: enablement.Actor{Action: "server"}, Void: e.ID, Voided: places}
}

func seq(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// audited says how the changes of one noun are told of.
type audited struct {
	noun enablement.AuditNoun
	// valued tells whether the values of a field may be kept; nil: of every
	// field. What names or describes a person is not: the log is never changed,
	// and a person may ask to be forgotten.
	valued func(field string) bool
}

func fieldsOf(names ...string) func(string) bool {
	return func(field string) bool { return slices.Contains(names, field) }
}

var (
	auditedAsset    = audited{noun: enablement.AuditAsset}
	auditedLead     = audited{noun: enablement.AuditLead, valued: fieldsOf("lifecycleStage", "owner", "persona", "wonAt")}
	auditedSend     = audited{noun: enablement.AuditSend, valued: fieldsOf()}
	auditedOutcome  = audited{noun: enablement.AuditOutcome}
	auditedPersona  = audited{noun: enablement.AuditPersona}
	auditedIndustry = audited{noun: enablement.AuditIndustry}
	auditedSynonyms = audited{noun: enablement.AuditSynonyms}
	auditedUser     = audited{noun: enablement.AuditUser, valued: fieldsOf("role", "team")}
)

// item tells of a document's change; before is nil for a new one, of which no
// field is kept: it says itself what it is, and its later changes what it was. An
// import of new assets would take a fifth longer otherwise.
func item[T any](a audited, id string, version int, before, after *T) enablement.AuditItem {
	it := enablement.AuditItem{Noun: a.noun, ID: id, Version: version}
	if before != nil {
		it.Fields = a.changes(raw(before), raw(after))
	}
	return it
}

func raw[T any](doc *T) bson.Raw {
	if doc == nil {
		return nil
	}
	out, err := bson.Marshal(doc)
	if err != nil { // then it cannot be written either
		return nil
	}
	return out
}

// bookkeeping are the fields that every write changes.
var bookkeeping = []string{"_id", "revision", "createdAt", "updatedAt", "recordedAt"}

// changes lists the fields in which two states of a document differ.
func (a audited) changes(before, after bson.Raw) []enablement.AuditField {
	was := map[string]bson.RawValue{}
	elements, _ := before.Elements()
	for _, e := range elements {
		was[e.Key()] = e.Value()
	}
	var fields []enablement.AuditField
	elements, _ = after.Elements()
	for _, e := range elements {
		old := was[e.Key()]
		delete(was, e.Key())
		if !slices.Contains(bookkeeping, e.Key()) && !sameValue(old, e.Value()) {
			fields = append(fields, a.field(e.Key(), old, e.Value()))
		}
	}
	elements, _ = before.Elements()
	for _, e := range elements {
		if old, gone := was[e.Key()]; gone && !sameValue(old, bson.RawValue{}) {
			fields = append(fields, a.field(e.Key(), old, bson.RawValue{}))
		}
	}
	return fields
}

func (a audited) field(name string, before, after bson.RawValue) enablement.AuditField {
	f := enablement.AuditField{Field: name}
	if a.valued == nil || a.valued(name) {
		f.Before, f.After = legible(before), legible(after)
	}
	return f
}

// sameValue takes nothing, null, an empty text and an empty list for the same.
func sameValue(a, b bson.RawValue) bool {
	return blank(a) && blank(b) || a.Type == b.Type && string(a.Value) == string(b.Value)
}

func blank(v bson.RawValue) bool {
	switch v.Type {
	case 0, bson.TypeNull:
		return true
	case bson.TypeString, bson.TypeArray:
		return len(v.Value) == 5
	}
	return false
}

// legible is a value as a person reads it; nil for none.
func legible(v bson.RawValue) *string {
	if blank(v) {
		return nil
	}
	text := ""
	switch v.Type {
	case bson.TypeString:
		text = v.StringValue()
	case bson.TypeDateTime:
		text = v.Time().UTC().Format(time.RFC3339Nano)
	case bson.TypeArray:
		var list []any
		if err := v.Unmarshal(&list); err == nil {
			encoded, _ := json.Marshal(list)
			text = string(encoded)
		}
	default:
		text = v.String()
	}
	if n := utf8.RuneCountInString(text); n > enablement.MaxAuditText {
		text = fmt.Sprintf("%s… (%d characters, sha256 %x)", string([]rune(text)[:enablement.MaxAuditText]), n, sha256.Sum256([]byte(text)))
	}
	return &text
}
