package store

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/quiverhq/quiver/enablement"
)

// writeAudited is write, behind the entry that tells of it; before is what the
// document replaces, nil for a new one.
func writeAudited[T any](ctx context.Context, t *trail, n *noun[T], as audited, doc, before *T) error {
	intent, err := t.intend(ctx, []enablement.AuditItem{item(as, n.id(doc), n.revision(doc), before, doc)})
	if err != nil {
		return err
	}
	err = n.write(ctx, doc)
	intent.settle(ctx, err)
	return err
}

// writeAllAudited is writeAll, behind the entries that tell of it. before has
// what each document replaces, or is nil where all are new.
func writeAllAudited[T any](ctx context.Context, t *trail, n *noun[T], as audited, docs, before []*T) []error {
	if len(docs) == 0 {
		return nil
	}
	items := make([]enablement.AuditItem, len(docs))
	for i, doc := range docs {
		var was *T
		if before != nil {
			was = before[i]
		}
		items[i] = item(as, n.id(doc), n.revision(doc), was, doc)
	}
	intent, err := t.intend(ctx, items)
	if err != nil {
		return slices.Repeat([]error{err}, len(docs))
	}
	outcome := n.writeAll(ctx, docs)
	intent.settle(ctx, outcome...)
	return outcome
}

// writeAudited stores a document, new at revision 1, else the next revision,
// behind the entry that tells of it.
func (c *collection[T]) writeAudited(ctx context.Context, t *trail, as audited, doc, before *T) error {
	intent, err := t.intend(ctx, []enablement.AuditItem{item(as, c.id(doc), c.revision(doc), before, doc)})
	if err != nil {
		return err
	}
	switch {
	case c.revision(doc) > 1:
		err = c.replace(ctx, doc)
	case c.derived:
		// errTaken: another server was told the same, or this very write's answer was
		// lost. What is stored then is the document.
		err = c.insert(ctx, doc)[0]
	default:
		err = c.insertOne(ctx, doc)
	}
	intent.settle(ctx, err)
	return err
}

// inFlight is how long after its entry a change may yet go in: a write has its
// time, and its repetitions.
const inFlight = 2 * attempts * operationTimeout

// strikeUnreached notes what of the audit log cannot have gone in: changes to a
// version that its document has not reached. They were on their way when a server
// was killed, or the database has been restored since from a backup that does not
// have them. What a start before has looked at is not looked at again. Called once
// every document is loaded.
func (s *Store) strikeUnreached(ctx context.Context) error {
	s.audit.settle()
	settled := s.now()
	if !s.sole {
		settled = settled.Add(-inFlight)
	}
	var left []*enablement.AuditEntry
	voided := map[string]bool{}
	from, err := s.auditChecked(ctx)
	if err != nil {
		return err
	}
	for e, err := range s.auditSince(ctx, from) {
		if err != nil {
			return err
		}
		if !s.sole {
			s.audit.recall(e, s.now().Add(-2*sweepReach))
		}
		if e.Void != "" {
			voided[e.Void] = true
		} else if (s.sole || e.At.Before(settled)) && len(s.unreached(e)) > 0 {
			left = append(left, e)
		}
	}
	left = slices.DeleteFunc(left, func(e *enablement.AuditEntry) bool { return voided[e.ID] })
	if err := s.strike(ctx, left); err != nil {
		return err
	}
	return s.writeMatter(ctx, &matter{ID: auditMatter, Since: settled})
}

// strike writes that what is unreached of entries did not go in.
func (s *Store) strike(ctx context.Context, entries []*enablement.AuditEntry) error {
	for i, e := range entries {
		places, err := s.absent(ctx, e, s.unreached(e))
		if err != nil {
			return err
		}
		entries[i] = voiding(e, places, enablement.Instant(s.now()))
	}
	entries = slices.DeleteFunc(entries, func(e *enablement.AuditEntry) bool { return len(e.Voided) == 0 })
	for some := range slices.Chunk(entries, replaceBatch) {
		for _, err := range s.audit.writeAll(ctx, some) {
			if err != nil && err != errTaken {
				return err
			}
		}
	}
	return nil
}

// auditLeeway is how far a clock may have been set back without an entry being
// missed by the start that looks for it.
const auditLeeway = 24 * time.Hour

// auditChecked is from when on the audit log has yet to be held against the
// documents; zero: all of it.
func (s *Store) auditChecked(ctx context.Context) (time.Time, error) {
	checked, err := s.readMatter(ctx, auditMatter)
	switch {
	case errors.Is(err, errAbsent):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, err
	case checked.Since.After(s.now()): // the clock was ahead
		return time.Time{}, nil
	}
	return checked.Since.Add(-auditLeeway), nil
}

// auditSince scans the entries from a time on, and may give some of before.
func (s *Store) auditSince(ctx context.Context, from time.Time) iter.Seq2[*enablement.AuditEntry, error] {
	switch {
	case from.IsZero():
		return s.audit.docs.all(ctx)
	case s.connection.engine != nil: // which scans for every field but _id
		return s.audit.docs.from(ctx, idOf(enablement.AuditPrefix, from))
	default:
		return s.audit.docs.rest(ctx, progressFrom(from))
	}
}

// unreached gives the places of the items whose document has not reached the
// version that they speak of.
func (s *Store) unreached(e *enablement.AuditEntry) []int {
	var places []int
	for i, it := range e.Items {
		if has, known := s.versionOf(it.Noun, it.ID); known && has < it.Version {
			places = append(places, i)
		}
	}
	return places
}

// absent leaves out the items whose document is there and cannot be read: of it
// no version is known.
func (s *Store) absent(ctx context.Context, e *enablement.AuditEntry, places []int) ([]int, error) {
	var all []int
	for _, i := range places {
		if has, _ := s.versionOf(e.Items[i].Noun, e.Items[i].ID); has == 0 {
			there, err := s.stored(ctx, e.Items[i])
			if err != nil {
				return nil, err
			}
			if there {
				continue
			}
		}
		all = append(all, i)
	}
	return all, nil
}

// stored tells whether the database has the document of an item.
func (s *Store) stored(ctx context.Context, it enablement.AuditItem) (bool, error) {
	name := map[enablement.AuditNoun]string{
		enablement.AuditAsset: "assets", enablement.AuditLead: "leads", enablement.AuditPersona: "personas",
		enablement.AuditIndustry: "industries", enablement.AuditSynonyms: "synonyms", enablement.AuditUser: "users",
	}[it.Noun]
	_, err := s.connection.database.Collection(name).FindOne(ctx, bson.D{{Key: "_id", Value: it.ID}}).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, coded(ctx, "read from "+name, err)
}

// versionOf is the version of a document, 0 for one that is not there; not known
// of documents that never change, which are not kept track of by id.
func (s *Store) versionOf(noun enablement.AuditNoun, id string) (version int, known bool) {
	switch noun {
	case enablement.AuditAsset:
		return s.assets.newestOf(id), true
	case enablement.AuditLead:
		return s.leads.newestOf(id), true
	case enablement.AuditPersona:
		if p := s.Taxonomy().Persona(id); p != nil {
			version = p.Revision
		}
		return version, true
	case enablement.AuditIndustry:
		if i := s.Taxonomy().Industry(id); i != nil {
			version = i.Revision
		}
		return version, true
	case enablement.AuditSynonyms:
		if set := s.synonyms.current.Load().byID[id]; set != nil {
			version = set.Revision
		}
		return version, true
	case enablement.AuditUser:
		if user := s.users.byID(id); user != nil {
			version = user.Revision
		}
		return version, true
	}
	return 0, false
}

// newestOf is the newest version of a document that is known, or 0.
func (n *noun[T]) newestOf(id string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.newest[id]
}
