package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// older makes a database as a Quiver wrote it that knew of no versions: some
// documents lack fields, or have null in them.
func older(t *testing.T) Options {
	t.Helper()
	o := testDatabase(t)
	s := openStore(t, o)
	now := time.Now()
	for collection, documents := range map[string][]bson.D{
		"assets": {
			{{Key: "_id", Value: "ast_1"}, {Key: "title", Value: "Old"}, {Key: "topics", Value: nil}, {Key: "revision", Value: 4}, {Key: "updatedAt", Value: now}},
			{{Key: "_id", Value: "ast_2"}, {Key: "title", Value: "Older"}, {Key: "status", Value: "PUBLISHED"}, {Key: "revision", Value: 1}, {Key: "updatedAt", Value: now}},
		},
		"leads": {{{Key: "_id", Value: "led_1"}, {Key: "lastName", Value: "Smith"}, {Key: "revision", Value: 2}, {Key: "updatedAt", Value: now}}},
		"sends": {{{Key: "_id", Value: "snd_1"}, {Key: "lead", Value: "led_1"}, {Key: "assets", Value: bson.A{"ast_2"}}, {Key: "rep", Value: "usr_1"}, {Key: "sentAt", Value: now}, {Key: "recordedAt", Value: now}}},
		"users": {{{Key: "_id", Value: "usr_1"}, {Key: "subject", Value: "ann"}, {Key: "role", Value: "REP"}, {Key: "revision", Value: 1}}},
	} {
		for _, d := range documents {
			_, err := s.connection.database.Collection(collection).InsertOne(t.Context(), d)
			fatal(t, err)
		}
	}
	fatal(t, s.removeMatter(t.Context(), schemaMatter))
	fatal(t, s.Close(t.Context()))
	return o
}

// openMigrated opens an older database: a shared one behind the command.
func openMigrated(t *testing.T, o Options) *Store {
	t.Helper()
	if o.URI != "" {
		_, err := Migrate(t.Context(), o, false)
		fatal(t, err)
	}
	return openStore(t, o)
}

// changedIn sums up a migration.
func changedIn(done []Migrated) map[string][2]int {
	sum := map[string][2]int{}
	for _, m := range done {
		if m.Documents > 0 {
			sum[m.Collection] = [2]int{m.Changed, m.Documents}
		}
	}
	return sum
}

// Given documents of an older Quiver, a dry run says what would change and
// changes nothing; the next start changes it, once, and goes on.
func TestAnOlderDatabaseIsMigrated(t *testing.T) {
	o := older(t)
	want := map[string][2]int{"assets": {2, 2}, "leads": {1, 1}, "sends": {1, 1}, "users": {0, 1}}
	for range 2 {
		done, err := Migrate(t.Context(), o, true)
		fatal(t, err)
		if diff := cmp.Diff(want, changedIn(done)); diff != "" {
			t.Fatalf("dry run (-want +got):\n%s", diff)
		}
		for _, m := range done {
			if m.Collection == "leads" && (len(m.Samples) != 1 || m.Samples[0] != "led_1: lifecycleStage = LEAD, painPoints = []") {
				t.Errorf("samples: %q", m.Samples)
			}
		}
	}
	s := openMigrated(t, o)
	a, err := s.Asset(t.Context(), "ast_1")
	fatal(t, err)
	if a.Title != "Old" || a.Type != enablement.TypeOther || a.Status != enablement.StatusDraft || a.Language != "en" || a.Topics == nil || a.Version != 5 {
		t.Errorf("asset: %+v", a)
	}
	if a, _ := s.Asset(t.Context(), "ast_2"); a.Status != enablement.StatusPublished || a.Version != 2 {
		t.Errorf("what it had is not as it was: %+v", a)
	}
	l, err := s.Lead(t.Context(), "led_1")
	fatal(t, err)
	send, err := s.Send(t.Context(), "snd_1")
	fatal(t, err)
	if l.LifecycleStage != "LEAD" || l.LastName != "Smith" || send.Channel != enablement.ChannelOther {
		t.Errorf("%+v, %+v", l, send)
	}
	var migrated int
	for _, line := range logOf(t, s) {
		if strings.Contains(line, "migrate ASSET") || strings.Contains(line, "migrate LEAD") || strings.Contains(line, "migrate SEND") {
			migrated++
		}
	}
	if found, err := s.Check(t.Context()); migrated != 4 || err != nil || len(found) > 0 {
		t.Errorf("%d changes in the audit log; check: %v, %v", migrated, found, err)
	}
	fatal(t, s.Close(t.Context()))
	done, err := Migrate(t.Context(), o, false)
	if err != nil || len(done) > 0 {
		t.Errorf("a second time: %v, %v", done, err)
	}
}

// A migration that was killed goes on where it was.
func TestAKilledMigrationIsRunAgain(t *testing.T) {
	o := older(t)
	s, err := connect(t.Context(), o.withDefaults())
	fatal(t, err)
	fatal(t, s.migrateOne(t.Context(), migrations()[0], "assets", "ast_1"))
	fatal(t, s.connection.close(t.Context()))
	done, err := Migrate(t.Context(), o, false)
	fatal(t, err)
	if got := changedIn(done)["assets"]; got != [2]int{1, 2} {
		t.Errorf("%v changed, want the one that was left", got)
	}
	if a, _ := openStore(t, o).Asset(t.Context(), "ast_1"); a.Version != 5 {
		t.Errorf("migrated twice: %+v", a)
	}
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	o := testDatabase(t)
	s := openStore(t, o)
	fatal(t, s.writeSchema(t.Context(), SchemaVersion+1))
	fatal(t, s.Close(t.Context()))
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "newer than this Quiver") {
		t.Errorf("error = %v", err)
	}
	if _, err := Migrate(t.Context(), o, true); err == nil || !strings.Contains(err.Error(), "newer than this Quiver") {
		t.Errorf("error = %v", err)
	}
}

// On a shared database a server does not migrate under the others: it says how.
func TestASharedDatabaseIsMigratedByCommand(t *testing.T) {
	o := older(t)
	s, err := connect(t.Context(), o.withDefaults())
	fatal(t, err)
	defer s.connection.close(t.Context())
	s.sole = false
	if err := s.ensureSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "stop every server, take a backup, run quiver migrate") {
		t.Errorf("error = %v", err)
	}
}

// A backup of an older database is migrated at the first start after its restore.
func TestARestoredOlderBackupIsMigrated(t *testing.T) {
	o := testDatabase(t)
	document, err := bson.Marshal(bson.D{{Key: "_id", Value: "led_1"}, {Key: "lastName", Value: "Smith"}, {Key: "revision", Value: 1}})
	fatal(t, err)
	fatal(t, Restore(t.Context(), o, Restorable{Schema: firstSchema, Collections: []string{"leads"},
		Each: func(put func(string, bson.Raw) error) error { return put("leads", document) }}))
	if l, err := openMigrated(t, o).Lead(t.Context(), "led_1"); err != nil || l.LifecycleStage != "LEAD" {
		t.Errorf("%+v, %v", l, err)
	}
}
