package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/quiverhq/quiver/enablement"
)

// synonymsIndexes: updatedAt is for the tail.
var synonymsIndexes = []index{{field: "updatedAt"}}

// synonyms is every set of synonyms at one moment.
type synonyms struct {
	byID map[string]*enablement.Synonyms // removed ones as well
	sets []*enablement.Synonyms          // the others, by their terms
}

func newSynonyms(documents []*enablement.Synonyms) *synonyms {
	all := &synonyms{byID: make(map[string]*enablement.Synonyms, len(documents)), sets: []*enablement.Synonyms{}}
	for _, set := range documents {
		all.byID[set.ID] = set
		if !set.Removed {
			all.sets = append(all.sets, set)
		}
	}
	slices.SortFunc(all.sets, func(a, b *enablement.Synonyms) int {
		return cmp.Or(slices.CompareFunc(a.Terms, b.Terms, func(a, b string) int {
			return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
		}), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// with gives the synonyms with a set in the place of its older revision.
func (all *synonyms) with(set *enablement.Synonyms) *synonyms {
	next := maps.Clone(all.byID)
	next[set.ID] = set
	return newSynonyms(slices.Collect(maps.Values(next)))
}

// same gives another set that says what a set says, or nil.
func (all *synonyms) same(set *enablement.Synonyms) *enablement.Synonyms {
	at := slices.IndexFunc(all.sets, func(o *enablement.Synonyms) bool { return o.ID != set.ID && o.Same(set) })
	if at < 0 {
		return nil
	}
	return all.sets[at]
}

// makeSynonyms makes the collection of synonyms, and a list without any.
func (s *Store) makeSynonyms() {
	s.synonymDocs = open[enablement.Synonyms](s, "synonyms")
	s.synonymDocs.derived = true
	s.synonymDocs.id = func(set *enablement.Synonyms) string { return set.ID }
	s.synonymDocs.revision = func(set *enablement.Synonyms) int { return set.Revision }
	s.synonyms.open("the list of synonyms", s, s.readSynonyms, s.adoptSynonyms)
	s.synonyms.current.Store(newSynonyms(nil))
}

// readSynonyms reads every set from the database.
func (s *Store) readSynonyms(ctx context.Context) (*synonyms, error) {
	documents, err := gather(s.synonymDocs.all(ctx))
	if err != nil {
		return nil, err
	}
	return newSynonyms(documents), nil
}

// adoptSynonyms makes a list of synonyms the current one and tells the followers.
func (s *Store) adoptSynonyms(ctx context.Context, next *synonyms) {
	s.synonyms.current.Store(next)
	s.synonyms.deliver(context.WithoutCancel(ctx), next)
}

// Synonyms gives every set of synonyms that was not removed, by its terms.
func (s *Store) Synonyms() []*enablement.Synonyms { return s.synonyms.current.Load().sets }

// SynonymsByID gives a set of synonyms; NOT_FOUND also for one that was removed.
func (s *Store) SynonymsByID(id string) (*enablement.Synonyms, error) {
	if set := s.synonyms.current.Load().byID[id]; set != nil && !set.Removed {
		return set, nil
	}
	return nil, enablement.Missing("set of synonyms", id)
}

// SaveSynonyms adds a set of synonyms or, given an id, changes it. A set that is
// there already is not added again: whoever says it twice gets the first.
// NOT_FOUND for the id; BAD_USER_INPUT for wrong fields, for a change into what
// another set says and for a set beyond enablement.MaxSynonymSets.
func (s *Store) SaveSynonyms(ctx context.Context, id *string, in enablement.SynonymsInput) (*enablement.Synonyms, error) {
	return edit(ctx, &s.synonyms, func() (*enablement.Synonyms, error) {
		set, err := s.editSynonyms(id, in)
		if err != nil {
			return nil, err
		}
		all := s.synonyms.current.Load()
		twin := all.same(set)
		switch before := all.byID[set.ID]; {
		case before != nil && slices.Equal(before.Terms, set.Terms) && slices.Equal(before.Instead, set.Instead):
			return before, nil
		case before != nil && twin != nil:
			return nil, enablement.InvalidField("terms", "another set, %s, says the same: remove one of the two", twin.ID)
		case twin != nil:
			return twin, nil
		case before == nil && len(all.sets) >= enablement.MaxSynonymSets:
			return nil, enablement.InvalidField("terms", "there are %d sets of synonyms, as many as are kept: remove one first, or add the words to one", len(all.sets))
		}
		if set.ID == "" {
			set.ID = all.idFor(set)
		}
		return s.writeSynonyms(ctx, set)
	})
}

// idFor is the id of a set that is new here: derived from what it says, so that
// two servers to which the same is said at once write one set; and from how many
// sets of that beginning there were, for one that was removed or has changed
// since keeps its id.
func (all *synonyms) idFor(set *enablement.Synonyms) string {
	for n := 0; ; n++ {
		if id := derivedID(enablement.SynonymsPrefix, strconv.Itoa(n), set.Key()); all.byID[id] == nil {
			return id
		}
	}
}

// editSynonyms gives the set as the input wants it, not yet stored, a new one
// without an id.
func (s *Store) editSynonyms(id *string, in enablement.SynonymsInput) (*enablement.Synonyms, error) {
	set := &enablement.Synonyms{}
	if id != nil {
		before, err := s.SynonymsByID(*id)
		if err != nil {
			return nil, err
		}
		copied := *before
		set = &copied
	}
	return set, enablement.Invalid(append(in.Check(), in.Apply(set)...))
}

// RemoveSynonyms takes a set of synonyms out of every search from now on, and
// gives it. To remove it again changes nothing. NOT_FOUND for the id.
func (s *Store) RemoveSynonyms(ctx context.Context, id string) (*enablement.Synonyms, error) {
	return edit(ctx, &s.synonyms, func() (*enablement.Synonyms, error) {
		before := s.synonyms.current.Load().byID[id]
		if before == nil {
			return nil, enablement.Missing("set of synonyms", id)
		}
		if before.Removed {
			return before, nil
		}
		removed := *before
		removed.Removed = true
		return s.writeSynonyms(ctx, &removed)
	})
}

// writeSynonyms stores the next revision and shows it to everyone.
func (s *Store) writeSynonyms(ctx context.Context, set *enablement.Synonyms) (*enablement.Synonyms, error) {
	now := enablement.Instant(s.now())
	set.Revision, set.UpdatedAt = set.Revision+1, now
	if set.Revision == 1 {
		set.CreatedAt = now
	}
	err := s.synonymDocs.writeAudited(ctx, s.trail, auditedSynonyms, set, s.synonyms.current.Load().byID[set.ID])
	if err != nil {
		return nil, err
	}
	s.adoptSynonyms(ctx, s.synonyms.current.Load().with(set))
	return set, nil
}
