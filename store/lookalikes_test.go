package store

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quiverhq/quiver/enablement"
)

// echo takes every draft for a copy of the one before it.
type echo struct {
	asked [][]string // titles
	fails error
}

func (e *echo) Lookalikes(_ context.Context, drafts []*enablement.Asset) ([]*enablement.NearDuplicate, error) {
	titles, found := []string{}, make([]*enablement.NearDuplicate, len(drafts))
	for i, d := range drafts {
		titles = append(titles, d.Title)
		if i > 0 {
			found[i] = &enablement.NearDuplicate{Asset: drafts[i-1], Overlap: 0.999}
		}
	}
	e.asked = append(e.asked, titles)
	return found, e.fails
}

func TestAnImportComparesTheTextsThatAreNew(t *testing.T) {
	ctx := context.Background()
	s, e := openStore(t, testDatabase(t)), &echo{}
	s.CompareWith(e)
	rows := []enablement.AssetInput{
		{ExternalID: ptr("a"), Title: "A"}, {ExternalID: ptr("b"), Title: ""}, {ExternalID: ptr("c"), Title: "C"}, {ExternalID: ptr("a"), Title: "A, second"},
	}
	for _, dry := range []bool{true, false} {
		r, err := s.ImportAssets(ctx, rows, dry, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"2 ", "3 externalId"}, remarks(r.Warnings)); diff != "" {
			t.Errorf("warnings (-want +got):\n%s", diff)
		}
		want := `says nearly the same as "A, second" (row 3): 99 % of their word sequences are in both; if it is a new version of that, update that one instead`
		if r.Warnings[0].Message != want {
			t.Errorf("warned %q", r.Warnings[0].Message)
		}
	}
	e.fails = errors.New("the disk is gone")
	r, err := s.ImportAssets(ctx, []enablement.AssetInput{
		{ExternalID: ptr("a"), Title: "A, second", Topics: []string{"x"}}, {ExternalID: ptr("c"), Title: "C, second"}, {Title: "D"},
	}, false, nil)
	if err != nil || counts(r) != [4]int{1, 2, 0, 0} || len(r.Warnings) > 0 {
		t.Errorf("an import that could not be compared: %+v, %v", r, err)
	}
	want := [][]string{{"A, second", "C"}, {"A, second", "C"}, {"C, second", "D"}}
	if diff := cmp.Diff(want, e.asked); diff != "" {
		t.Errorf("compared (-want +got):\n%s", diff)
	}
}
