package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// kept is a dump in memory, which may do something at every turn of it.
type kept struct {
	documents map[string]map[string]bson.Raw // collection -> id -> document
	order     []string
	turn      func()
}

func (k *kept) Begin(name string) error {
	k.turn()
	k.order = append(k.order, name)
	k.documents[name] = map[string]bson.Raw{}
	return nil
}

func (k *kept) Add(d bson.Raw) error {
	id := d.Lookup("_id").StringValue()
	k.documents[k.order[len(k.order)-1]][id] = bytes.Clone(d)
	return nil
}

func (k *kept) Unreadable() { panic("nothing here is damaged") }
func (k *kept) End() error  { k.turn(); return nil }

func dumpOf(t *testing.T, s *Store, turn func()) *kept {
	t.Helper()
	k := &kept{documents: map[string]map[string]bson.Raw{}, turn: turn}
	if err := s.Dump(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	return k
}

// restorable gives a dump back to Restore; fails after so many documents, 0: never.
func (k *kept) restorable(failAfter int) Restorable {
	return Restorable{Checksum: "0123456789abcdef", Collections: k.order, Schema: SchemaVersion,
		Each: func(put func(string, bson.Raw) error) error {
			n := 0
			for _, name := range k.order {
				for _, d := range k.documents[name] {
					if n++; n == failAfter {
						return errors.New("the power went")
					}
					if err := put(name, d); err != nil {
						return err
					}
				}
			}
			return nil
		}}
}

// chain writes one document of every noun, each naming the one before.
func chain(t *testing.T, s *Store) (ids map[string]string) {
	t.Helper()
	ctx, id := context.Background(), newID("x")
	rep, err := s.EnsureUser(ctx, enablement.Identity{Subject: "rep " + id, Role: enablement.RoleRep})
	fatal(t, err)
	persona, err := s.SavePersona(ctx, nil, enablement.PersonaInput{Name: id})
	fatal(t, err)
	industry, err := s.SaveIndustry(ctx, nil, enablement.IndustryInput{Name: id})
	fatal(t, err)
	asset, err := s.CreateAsset(ctx, enablement.AssetInput{Title: id, Personas: []string{persona.ID}, Industries: []string{industry.ID}}, rep)
	fatal(t, err)
	lead, err := s.SaveLead(ctx, nil, enablement.LeadInput{LastName: &id, Persona: &persona.ID}, rep, func(*enablement.Lead) bool { return true })
	fatal(t, err)
	published := enablement.StatusPublished
	if asset.Status != published {
		_, err = s.SetAssetStatus(ctx, asset.ID, published)
		fatal(t, err)
	}
	all := func(*enablement.Lead) bool { return true }
	send, err := s.RecordSend(ctx, enablement.RecordSendInput{Lead: lead.ID, Assets: []string{asset.ID}}, rep, all)
	fatal(t, err)
	outcome, err := s.RecordOutcome(ctx, enablement.RecordOutcomeInput{Send: send.ID, Kind: enablement.OutcomeViewed}, rep, all)
	fatal(t, err)
	return map[string]string{"users": rep.ID, "personas": persona.ID, "industries": industry.ID, "assets": asset.ID, "leads": lead.ID, "sends": send.ID, "outcomes": outcome.ID}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dangling lists the references of a dump that point at nothing.
func dangling(k *kept) (all []string) {
	for from, fields := range map[string]map[string]string{
		"outcomes": {"send": "sends", "asset": "assets"}, "sends": {"lead": "leads", "assets": "assets", "rep": "users", "persona": "personas"},
		"leads": {"persona": "personas", "owner": "users"}, "assets": {"personas": "personas", "industries": "industries", "owner": "users"},
	} {
		for id, d := range k.documents[from] {
			for field, to := range fields {
				value := d.Lookup(field)
				targets := []bson.RawValue{value}
				if list, ok := value.ArrayOK(); ok {
					targets, _ = list.Values()
				}
				for _, target := range targets {
					if text, ok := target.StringValueOK(); ok && k.documents[to][text] == nil {
						all = append(all, from+" "+id+" names "+field+" "+text)
					}
				}
			}
		}
	}
	return all
}

// Given writes at every turn of a dump and all the time beside it, then what
// was acknowledged before is in it, and nothing in it names what is not.
func TestADumpUnderWritesIsConsistent(t *testing.T) {
	s := openStore(t, testDatabase(t))
	before := []map[string]string{chain(t, s), chain(t, s)}
	ctx, halt := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for range 2 {
		writers.Go(func() {
			for ctx.Err() == nil {
				chain(t, s)
			}
		})
	}
	k := dumpOf(t, s, func() { chain(t, s) })
	halt()
	writers.Wait()
	for _, ids := range before {
		for name, id := range ids {
			if k.documents[name][id] == nil {
				t.Errorf("%s %s was acknowledged before the dump and is not in it", name, id)
			}
		}
	}
	if len(k.documents["users"]) <= len(k.documents["outcomes"]) {
		t.Errorf("%d users, %d outcomes: nothing was written meanwhile", len(k.documents["users"]), len(k.documents["outcomes"]))
	}
	for _, d := range dangling(k) {
		t.Error(d)
	}
}

func TestARestoredDatabaseEqualsItsSourceDocumentByDocument(t *testing.T) {
	s := openStore(t, testDatabase(t))
	for range 3 {
		chain(t, s)
	}
	quiet := func() {}
	source := dumpOf(t, s, quiet)
	o := testDatabase(t)
	fatal(t, Restore(t.Context(), o, source.restorable(0)))
	restored := openStore(t, o)
	if diff := cmp.Diff(source.documents, dumpOf(t, restored, quiet).documents); diff != "" {
		t.Errorf("(-source +restored):\n%s", diff)
	}
	chain(t, restored) // it goes on as any other
	if err := restored.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := Restore(t.Context(), o, source.restorable(0))
	if enablement.CodeOf(err) != enablement.Conflict || !strings.Contains(err.Error(), "not empty (outcomes, sends, leads, assets, personas, industries, users, audit)") {
		t.Errorf("into a database that is not empty: %v", err)
	}
}

// A restore that stops midway leaves what no server takes for a database, and
// what the next restore begins anew with.
func TestAnUnfinishedRestoreIsNoDatabase(t *testing.T) {
	s := openStore(t, testDatabase(t))
	for range 3 {
		chain(t, s)
	}
	source, o := dumpOf(t, s, func() {}), testDatabase(t)
	if err := Restore(t.Context(), o, source.restorable(20)); err == nil || !strings.Contains(err.Error(), "the power went") {
		t.Fatalf("error = %v", err)
	}
	_, err := Open(t.Context(), o)
	var unfinished *UnfinishedRestoreError
	if !errors.As(err, &unfinished) || !strings.Contains(err.Error(), "run quiver restore again") {
		t.Fatalf("a server on half a backup: %v", err)
	}
	fatal(t, Restore(t.Context(), o, source.restorable(0)))
	if diff := cmp.Diff(source.documents, dumpOf(t, openStore(t, o), func() {}).documents); diff != "" {
		t.Errorf("(-source +restored):\n%s", diff)
	}
}

func TestARestoreRefusesWhatItDoesNotKnow(t *testing.T) {
	for want, from := range map[string]Restorable{
		"restore it with a newer one": {Schema: SchemaVersion + 1},
		`a collection "spells"`:       {Schema: SchemaVersion, Collections: []string{"assets", "spells"}},
	} {
		o := testDatabase(t)
		if err := Restore(t.Context(), o, from); enablement.CodeOf(err) != enablement.BadUserInput || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v; want %q", err, want)
		}
		openStore(t, o) // nothing was written
	}
}

// Searches that are too old to be kept are in no backup.
func TestADumpLeavesOutForgottenSearches(t *testing.T) {
	s := openStore(t, testDatabase(t))
	now := time.Now()
	fatal(t, s.RecordSearches(t.Context(), []*enablement.SearchEvent{
		{Kind: enablement.SearchAsked, RepID: "usr_1", AskedAt: now.Add(-time.Hour)},
		{Kind: enablement.SearchAsked, RepID: "usr_1", AskedAt: now.Add(-enablement.SearchesKept - time.Hour)},
	}))
	if got := len(dumpOf(t, s, func() {}).documents["searches"]); got != 1 {
		t.Errorf("%d searches, want the one that is kept", got)
	}
}
