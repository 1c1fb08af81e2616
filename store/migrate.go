package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/quiverhq/quiver/enablement"
)

// SchemaVersion is the version of the documents that this code reads and writes.
// It goes up only where code of the version before would read or write a
// document wrongly; a field that may be missing needs no new version.
const SchemaVersion = 2

// firstSchema is the version of a database that does not say which it has.
const firstSchema = 1

// migration takes the documents of one version to the next.
type migration struct {
	to   int
	what string
	// fields are what each document of a collection has from then on, with the
	// value of those that lack one or have null.
	fields map[string]bson.D
}

// migrations are in order, one for each version behind the first. To apply one
// again changes nothing, so that one that was killed is simply run again.
func migrations() []migration {
	return []migration{{
		to:   2,
		what: "every document has every field that the API promises",
		fields: map[string]bson.D{
			"assets": {{Key: "summary", Value: ""}, {Key: "body", Value: ""}, {Key: "type", Value: string(enablement.TypeOther)},
				{Key: "status", Value: string(enablement.StatusDraft)}, {Key: "language", Value: "en"}, {Key: "personas", Value: bson.A{}},
				{Key: "industries", Value: bson.A{}}, {Key: "funnelStages", Value: bson.A{}}, {Key: "topics", Value: bson.A{}}},
			"leads": {{Key: "lifecycleStage", Value: "LEAD"}, {Key: "painPoints", Value: bson.A{}}},
			"sends": {{Key: "channel", Value: string(enablement.ChannelOther)}, {Key: "message", Value: ""}},
			"users": {{Key: "role", Value: string(enablement.RoleRep)}},
			"personas": {{Key: "description", Value: ""}, {Key: "jobTitles", Value: bson.A{}}, {Key: "goals", Value: bson.A{}},
				{Key: "painPoints", Value: bson.A{}}},
			"industries": {{Key: "aliases", Value: bson.A{}}},
		},
	}}
}

// Migrated is what a migration changes in one collection.
type Migrated struct {
	To         int // the version
	What       string
	Collection string
	Documents  int      // that it looked at
	Changed    int      // of them
	Samples    []string // the first few changes
}

// maxSamples is how many changes of a collection are shown.
const maxSamples = 3

// Migrate takes a database that nobody else has open to SchemaVersion and tells
// what it changed or, in a dry run, would change. UNAVAILABLE, after which it
// may be called again; a database that is newer is refused.
func Migrate(ctx context.Context, o Options, dryRun bool) (done []Migrated, err error) {
	s, err := connect(ctx, o.withDefaults())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.connection.close(ctx)) }()
	if err := s.restored(ctx); err != nil {
		return nil, err
	}
	version, err := s.schema(ctx)
	if err != nil {
		return nil, err
	}
	return s.migrate(ctx, version, dryRun)
}

// ensureSchema refuses a database that is newer than this code, and one that is
// older where other servers may have it open: one of them, still of the old
// code, would go on writing documents of the old version. Where this process is
// the only one, it migrates.
func (s *Store) ensureSchema(ctx context.Context) error {
	version, err := s.schema(ctx)
	if err != nil || version == SchemaVersion {
		return err
	}
	if !s.sole && version < SchemaVersion {
		return fmt.Errorf("the database has version %d, this Quiver needs %d: stop every server, take a backup, run quiver migrate, and start them again with this Quiver", version, SchemaVersion)
	}
	done, err := s.migrate(ctx, version, false)
	for _, m := range done {
		s.options.Logger.Info("documents were migrated", "to", m.To, "collection", m.Collection, "changed", m.Changed, "of", m.Documents)
	}
	return err
}

// schema is the version of the database: what it says or, where it says nothing,
// the first, unless it is empty.
func (s *Store) schema(ctx context.Context) (int, error) {
	m, err := s.readMatter(ctx, schemaMatter)
	if err == nil {
		return m.Version, nil
	}
	if !errors.Is(err, errAbsent) {
		return 0, err
	}
	if err := s.checkEmpty(ctx); enablement.CodeOf(err) == enablement.Conflict {
		return firstSchema, nil
	} else if err != nil {
		return 0, err
	}
	return SchemaVersion, s.writeSchema(ctx, SchemaVersion)
}

func (s *Store) writeSchema(ctx context.Context, version int) error {
	return s.writeMatter(ctx, &matter{ID: schemaMatter, Since: s.options.Now(), Version: version})
}

func (s *Store) migrate(ctx context.Context, version int, dryRun bool) (done []Migrated, err error) {
	if version > SchemaVersion {
		return nil, fmt.Errorf("the database has version %d, which is newer than this Quiver, which knows up to %d: use the Quiver that wrote it, or a newer one", version, SchemaVersion)
	}
	ctx = WithActor(ctx, enablement.Actor{Action: "migrate"})
	for _, m := range migrations() {
		if m.to <= version {
			continue
		}
		for _, name := range dumped {
			if m.fields[name] == nil {
				continue
			}
			result, err := s.migrateCollection(ctx, m, name, dryRun)
			if err != nil {
				return done, fmt.Errorf("migrate %s to version %d: %w", name, m.to, err)
			}
			done = append(done, *result)
		}
		if !dryRun {
			if err := s.writeSchema(ctx, m.to); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// migrateCollection gathers what is to change before it changes anything: a scan
// must not run into what it writes.
func (s *Store) migrateCollection(ctx context.Context, m migration, name string, dryRun bool) (*Migrated, error) {
	result := &Migrated{To: m.to, What: m.what, Collection: name}
	var ids []string
	for document, err := range s.scan(ctx, name) {
		if isDamaged(err) { // left as it is: quiver check tells of it
			continue
		}
		if err != nil {
			return nil, err
		}
		result.Documents++
		_, filled := m.apply(name, document)
		if len(filled) == 0 {
			continue
		}
		result.Changed++
		id, _ := document.Lookup("_id").StringValueOK()
		if ids = append(ids, id); len(result.Samples) < maxSamples {
			result.Samples = append(result.Samples, id+": "+strings.Join(filled, ", "))
		}
	}
	if dryRun {
		return result, nil
	}
	for _, id := range ids {
		if err := s.migrateOne(ctx, m, name, id); err != nil {
			return nil, err
		}
	}
	return result, nil
}

func (s *Store) migrateOne(ctx context.Context, m migration, name, id string) error {
	c, filter := s.connection.database.Collection(name), bson.D{{Key: "_id", Value: id}}
	before, err := c.FindOne(ctx, filter).Raw()
	if err != nil {
		return coded(ctx, "read from "+name, err)
	}
	after, filled := m.apply(name, before)
	if len(filled) == 0 {
		return nil
	}
	if as, told := auditedBy()[name]; told {
		encoded, err := bson.Marshal(after)
		if err != nil {
			return err
		}
		version, _ := bson.Raw(encoded).Lookup("revision").AsInt64OK()
		if _, err := s.trail.intend(ctx, []enablement.AuditItem{{Noun: as.noun, ID: id, Version: int(version), Fields: as.changes(before, encoded)}}); err != nil {
			return err
		}
	}
	_, err = c.ReplaceOne(ctx, filter, after)
	return coded(ctx, "write to "+name, err)
}

// auditedBy says how each collection's changes are told of.
func auditedBy() map[string]audited {
	return map[string]audited{"assets": auditedAsset, "leads": auditedLead, "sends": auditedSend, "users": auditedUser,
		"personas": auditedPersona, "industries": auditedIndustry}
}

// apply gives a document as the migration wants it and what it filled in. One
// that changes has its next revision, by which the copies know it.
func (m migration) apply(name string, document bson.Raw) (after bson.D, filled []string) {
	if bson.Unmarshal(document, &after) != nil {
		return nil, nil
	}
	for _, field := range m.fields[name] {
		if !blankOrMissing(document, field.Key) {
			continue
		}
		filled = append(filled, fmt.Sprintf("%s = %v", field.Key, field.Value))
		after = with(after, field)
	}
	if revision, ok := document.Lookup("revision").AsInt64OK(); ok && len(filled) > 0 {
		after = with(after, bson.E{Key: "revision", Value: int32(revision + 1)})
	}
	return after, filled
}

func blankOrMissing(document bson.Raw, field string) bool {
	value, err := document.LookupErr(field)
	return err != nil || value.Type == bson.TypeNull
}

func with(document bson.D, field bson.E) bson.D {
	for i := range document {
		if document[i].Key == field.Key {
			document[i] = field
			return document
		}
	}
	return append(document, field)
}
