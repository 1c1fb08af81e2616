package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// said writes down what sets say, as "a b" or, one way, "a > b".
func said(sets []*enablement.Synonyms) []string {
	out := make([]string, len(sets))
	for i, set := range sets {
		out[i] = strings.Join(set.Terms, " ")
		if len(set.Instead) > 0 {
			out[i] += " > " + strings.Join(set.Instead, " ")
		}
	}
	return out
}

// thesaurus is a follower that keeps the synonyms it was given last, and fails
// while it is broken.
type thesaurus struct {
	mu     sync.Mutex
	says   []string
	broken atomic.Bool
}

func (k *thesaurus) follower() Follower {
	return Follower{Name: "thesaurus", Synonyms: func(_ context.Context, sets []*enablement.Synonyms) error {
		if k.broken.Load() {
			return errors.New("out of memory")
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.says = said(sets)
		return nil
	}}
}

func (k *thesaurus) knows(want ...string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Equal(k.says, want)
}

// saveSynonyms saves a set; words behind ">" are instead of those before.
func saveSynonyms(t testing.TB, s *Store, id *string, words ...string) *enablement.Synonyms {
	t.Helper()
	in := enablement.SynonymsInput{Terms: words}
	if i := slices.Index(words, ">"); i >= 0 {
		in.Terms, in.Instead = words[:i], words[i+1:]
	}
	set, err := s.SaveSynonyms(context.Background(), id, in)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestSynonymsAreSavedChangedAndRemoved(t *testing.T) {
	ctx := context.Background()
	k := &thesaurus{}
	s := openStore(t, testDatabase(t), k.follower())
	sheets := saveSynonyms(t, s, nil, "spreadsheet", "Excel")
	vault := saveSynonyms(t, s, nil, "Acme Vault", ">", "key management")
	if !k.knows("Acme Vault > key management", "spreadsheet Excel") {
		t.Errorf("the follower knows %q", k.says)
	}
	if again := saveSynonyms(t, s, nil, "excel", " Spreadsheet "); again != sheets {
		t.Errorf("what was there already was added again: %+v", again)
	}
	if same := saveSynonyms(t, s, &sheets.ID, "spreadsheet", "Excel"); same != sheets {
		t.Errorf("a change that changes nothing was written: %+v", same)
	}
	changed := saveSynonyms(t, s, &sheets.ID, "excel", "spreadsheet", "workbook")
	if changed.Revision != 2 || !changed.CreatedAt.Equal(sheets.CreatedAt) || !k.knows("Acme Vault > key management", "excel spreadsheet workbook") {
		t.Errorf("changed to %+v, the follower knows %q", changed, k.says)
	}
	if twice := saveSynonyms(t, s, &vault.ID, "vault"); !slices.Equal(twice.Instead, []string{"key management"}) {
		t.Errorf("a change of the terms left %+v", twice)
	}

	_, err := s.SaveSynonyms(ctx, &vault.ID, enablement.SynonymsInput{Terms: changed.Terms, Instead: []string{}})
	wantCode(t, err, enablement.BadUserInput)
	_, err = s.SaveSynonyms(ctx, &sheets.ID, enablement.SynonymsInput{Terms: []string{"excel"}})
	wantCode(t, err, enablement.BadUserInput)
	_, err = s.SaveSynonyms(ctx, ptr("syn_none"), enablement.SynonymsInput{Terms: []string{"a", "b"}})
	wantCode(t, err, enablement.NotFound)
	_, err = s.RemoveSynonyms(ctx, "syn_none")
	wantCode(t, err, enablement.NotFound)

	for range 2 { // the second time it is gone already
		removed, err := s.RemoveSynonyms(ctx, sheets.ID)
		if err != nil || removed.ID != sheets.ID || removed.Revision != 3 || !k.knows("vault > key management") {
			t.Errorf("removed %+v, %v; the follower knows %q", removed, err, k.says)
		}
	}
	_, err = s.SynonymsByID(sheets.ID)
	wantCode(t, err, enablement.NotFound)
	_, err = s.SaveSynonyms(ctx, &sheets.ID, enablement.SynonymsInput{Terms: []string{"a", "b"}})
	wantCode(t, err, enablement.NotFound)
	anew := saveSynonyms(t, s, nil, "excel", "spreadsheet", "workbook")
	if anew.ID == sheets.ID {
		t.Error("a removed set came back by being said again")
	}
	before := s.Synonyms()
	s = reopen(t, s)
	if diff := cmp.Diff(before, s.Synonyms()); diff != "" || s.Stats().Synonyms != 2 {
		t.Errorf("after a restart, of %d sets:\n%s", s.Stats().Synonyms, diff)
	}
}

func TestSynonymsAreBounded(t *testing.T) {
	s := openStore(t, testDatabase(t))
	sets := make([]*enablement.Synonyms, enablement.MaxSynonymSets)
	for i := range sets {
		sets[i] = &enablement.Synonyms{ID: fmt.Sprint("syn_", i), Terms: []string{fmt.Sprint("a", i), fmt.Sprint("b", i)}}
	}
	s.synonyms.current.Store(newSynonyms(sets))
	_, err := s.SaveSynonyms(context.Background(), nil, enablement.SynonymsInput{Terms: []string{"one", "too many"}})
	wantCode(t, err, enablement.BadUserInput)
	if again := saveSynonyms(t, s, nil, "b7", "a7"); again.ID != "syn_7" {
		t.Errorf("saying what is there gives %+v", again)
	}
}

func TestAFollowerThatMissedSynonymsIsCaughtUp(t *testing.T) {
	k := &thesaurus{}
	s := openStore(t, testDatabase(t), k.follower())
	saveSynonyms(t, s, nil, "excel", "spreadsheet")
	k.broken.Store(true)
	saveSynonyms(t, s, nil, "doctor", "physician")
	if stale := s.Stats().Stale; len(stale) != 1 || stale[0].Follower != "thesaurus" || stale[0].Missed != 1 {
		t.Errorf("stale: %+v, want the thesaurus with 1 missed", stale)
	}
	k.broken.Store(false)
	eventually(t, "the follower knows both sets", func() bool { return k.knows("doctor physician", "excel spreadsheet") })
	eventually(t, "nothing is stale", func() bool { return len(s.Stats().Stale) == 0 })
}

func TestSynonymsWrittenWithoutAnAnswerAreLookedUp(t *testing.T) {
	k := &thesaurus{}
	s := openStore(t, testDatabase(t), k.follower())
	now := enablement.Instant(time.Now())
	lost := &enablement.Synonyms{ID: "syn_lost", Terms: []string{"excel", "spreadsheet"}, Revision: 1, CreatedAt: now, UpdatedAt: now}
	_, err := edit(context.Background(), &s.synonyms, func() (*enablement.Synonyms, error) {
		if err := s.synonymDocs.insertOne(context.Background(), lost); err != nil {
			t.Fatal(err)
		}
		return nil, enablement.Unreachable("the database", errors.New("connection reset"))
	})
	wantCode(t, err, enablement.Unavailable)
	eventually(t, "the write shows", func() bool { return k.knows("excel spreadsheet") })
	if again := saveSynonyms(t, s, nil, "spreadsheet", "excel"); again.ID != lost.ID {
		t.Errorf("the repeated call made another set: %+v", again)
	}
}

func TestServersOnOneDatabaseShareSynonyms(t *testing.T) {
	ctx := context.Background()
	o := sharedDatabase(t)
	k := &thesaurus{}
	here, there := openStore(t, o), openStore(t, o, k.follower())
	set := saveSynonyms(t, here, nil, "excel", "spreadsheet")
	eventually(t, "a new set arrives", func() bool { return k.knows("excel spreadsheet") })
	saveSynonyms(t, here, &set.ID, "excel", "workbook")
	eventually(t, "its change arrives", func() bool { return k.knows("excel workbook") })
	if _, err := here.RemoveSynonyms(ctx, set.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "its removal arrives", func() bool { return k.knows() && len(there.Synonyms()) == 0 })
}

func TestServersOnOneDatabaseDoNotOverwriteSynonyms(t *testing.T) {
	ctx := context.Background()
	o := sharedDatabase(t)
	here := openStore(t, o)
	set := saveSynonyms(t, here, nil, "excel", ">", "spreadsheet")
	o.TailEvery = time.Hour // knows only what it has read itself
	there := openStore(t, o)
	saveSynonyms(t, here, &set.ID, "excel", ">", "workbook")
	third := saveSynonyms(t, there, &set.ID, "excel", "calc")
	if third.Revision != 3 || !slices.Equal(third.Instead, []string{"workbook"}) {
		t.Errorf("a change over an older revision: %+v; want the terms of one server and instead of the other", third)
	}
	eventually(t, "the last change arrives", func() bool { return slices.Equal(said(here.Synonyms()), []string{"excel calc > workbook"}) })
	if _, err := here.RemoveSynonyms(ctx, set.ID); err != nil {
		t.Fatal(err)
	}
	_, err := there.SaveSynonyms(ctx, &set.ID, enablement.SynonymsInput{Terms: []string{"excel", "sheet"}})
	wantCode(t, err, enablement.NotFound)
}
