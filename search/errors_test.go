package search

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/quiverhq/quiver/enablement"
)

func TestACancelledQuestionStaysOne(t *testing.T) {
	x := open(t, t.TempDir(), library())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, assets := x.Assets(ctx, enablement.AssetQuery{Text: "kubernetes", First: 5})
	_, candidates := x.Candidates(ctx, enablement.CandidateQuery{Limit: 5, Texts: []enablement.ProfileText{{Source: "notes", Text: "zero trust banks"}}})
	_, suggestions := x.Suggest(ctx, "ku", 5, true)
	_, leads := x.Leads(ctx, enablement.LeadQuery{First: 5})
	_, check := x.Check(ctx)
	for name, err := range map[string]error{
		"assets": assets, "candidates": candidates, "suggest": suggestions, "leads": leads, "check": check,
		"sync": x.Sync(ctx, []*enablement.Asset{piece("late", "Late", "")}), "reconcile after a change": pendingReconcile(ctx, x),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// looks is a context that ends once it has been looked at so often.
type looks struct {
	context.Context
	left int
}

func (l *looks) Err() error {
	if l.left--; l.left < 0 {
		return context.Canceled
	}
	return nil
}

// A question looks at its context between all of its words and demands, so that
// it ends soon after its time, wherever it is.
func TestAQuestionLooksAtItsTimeAllAlong(t *testing.T) {
	x := open(t, t.TempDir(), library())
	for name, c := range map[string]struct {
		text  string
		steps int
	}{
		"words":   {"zero trust banks kubernetes security", 5},
		"phrases": {strings.Repeat(`"zero trust" `, mostTyped/2), mostTyped / 2},
	} {
		q := enablement.AssetQuery{Text: c.text, First: 5}
		for step := range c.steps {
			if _, err := x.Assets(&looks{t.Context(), step}, q); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: it goes on after its time was over at step %d: %v", name, step, err)
			}
		}
		if _, err := x.Assets(&looks{t.Context(), 1000}, q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func pendingReconcile(ctx context.Context, x *Index) error {
	if err := x.Load([]*enablement.Asset{piece("zero", "Zero", "", func(a *enablement.Asset) { a.Version = 9 })}); err != nil {
		return err
	}
	return x.Reconcile(ctx)
}

func TestWrongQuestionsAreTheClients(t *testing.T) {
	x := open(t, t.TempDir(), library())
	for path, q := range map[string]enablement.AssetQuery{
		"first": {First: 0}, "orderBy": {First: 1, Order: "SIDEWAYS"}, "after": {First: 1, After: "?"},
	} {
		_, err := x.Assets(t.Context(), q)
		if faults := enablement.FaultsOf(err); len(faults) != 1 || faults[0].Path != path {
			t.Errorf("%+v: %v, want a fault on %s", q, err, path)
		}
	}
	if _, err := x.Assets(t.Context(), enablement.AssetQuery{First: 101}); enablement.CodeOf(err) != enablement.BadUserInput {
		t.Errorf("a page of 101: %v", err)
	}
}

func TestADirectoryThatCannotBe(t *testing.T) {
	docs := newShelf()
	x, err := Open(Options{Dir: t.TempDir(), Documents: docs})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: "/dev/null/index", Documents: docs}); enablement.CodeOf(err) != enablement.Internal {
		t.Errorf("an index below a file: %v", err)
	}
	if err := x.Sync(t.Context(), []*enablement.Asset{piece("a", "A", "")}); enablement.CodeOf(err) != enablement.Unavailable {
		t.Errorf("sync after close: %v", err)
	}
}

// A store that went back to a backup holds older versions than the index: its
// state is the truth.
func TestTheStoreGoesBack(t *testing.T) {
	dir, docs := t.TempDir(), newShelf(piece("a", "Apples", "", func(a *enablement.Asset) { a.Version = 5 }))
	x, err := Open(Options{Dir: dir, Documents: docs})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Sync(t.Context(), docs.all()), x.Close()); err != nil {
		t.Fatal(err)
	}
	docs.put(piece("a", "Pears", "", func(a *enablement.Asset) { a.Version = 3 }))
	x = open(t, dir, docs)
	if got := find(t, x, enablement.AssetQuery{Text: "pears"}); len(got) != 1 {
		t.Errorf("pears finds %v", got)
	}
	if d, err := x.Check(t.Context()); err != nil || len(d) > 0 {
		t.Errorf("check: %v %v", d, err)
	}
}

// What keeps an index from being written to is told by its cause, and to whoever
// writes all the same.
func TestWhatKeepsAnIndexFromBeingWrittenIsNamed(t *testing.T) {
	tests := []struct {
		given string
		err   error
		want  error // nil: as it is
	}{
		{"room", nil, nil},
		{"a full disk", &fs.PathError{Op: "write", Err: syscall.ENOSPC}, errFull},
		{"a used up quota", &fs.PathError{Op: "write", Err: syscall.EDQUOT}, errFull},
		{"a directory of somebody else", &fs.PathError{Op: "open", Err: syscall.EACCES}, errLocked},
		{"a disk that is mounted to be read", &fs.PathError{Op: "open", Err: syscall.EROFS}, errLocked},
		{"a directory that is gone", &fs.PathError{Op: "open", Err: syscall.ENOENT}, nil},
	}
	dir, docs := t.TempDir(), newShelf(numbered(1)...)
	if err := holding(t, dir, docs).Close(); err != nil {
		t.Fatal(err)
	}
	x := open(t, t.TempDir(), docs)
	for _, test := range tests {
		got := unwritable(test.err)
		if !errors.Is(got, test.err) || errors.Is(got, errFull) != (test.want == errFull) || errors.Is(got, errLocked) != (test.want == errLocked) {
			t.Errorf("%s is told as %q", test.given, got)
		}
		if test.want == nil {
			continue
		}
		w, err := openWords(filepath.Join(dir, x.fingerprint), x.lexer, false, got)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.batch(index.NewBatch()); !errors.Is(err, test.want) {
			t.Errorf("%s: a write is answered %v", test.given, err)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
	}
}
