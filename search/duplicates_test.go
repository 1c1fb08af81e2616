package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/quiverhq/quiver/enablement"
)

// prose writes n words by a seed: two seeds have no row of four in common.
func prose(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 3))
	words := make([]string, n)
	for i := range words {
		words[i] = vocable(r.Uint64N(50_000))
	}
	return strings.Join(words, " ")
}

// mail is an email template: a shape that many share, with words of its own.
func mail(own string) string {
	return "Hi {first name}, thank you for your time today. " + own + " Would Tuesday or Thursday suit you for half an hour? Best regards, {signature}"
}

// pairsOf gives the pairs as "a+b", largest overlap first.
func pairsOf(t *testing.T, x *Index, first int, least float64) []string {
	t.Helper()
	pairs, err := x.Duplicates(t.Context(), enablement.DuplicateQuery{First: first, Least: least})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for i, p := range pairs {
		if p.Overlap < least || p.Overlap > 1 || i > 0 && pairs[i-1].Overlap < p.Overlap {
			t.Errorf("%v overlap by %v", p.Assets, p.Overlap)
		}
		got = append(got, p.Assets[0].ID+"+"+p.Assets[1].ID)
	}
	return got
}

// nearTo gives the ids of an asset's near duplicates.
func nearTo(t *testing.T, x *Index, a *enablement.Asset, publishedOnly bool) []string {
	t.Helper()
	lists, err := x.NearDuplicates(t.Context(), []*enablement.Asset{a}, 50, publishedOnly)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, n := range lists[0] {
		ids = append(ids, n.Asset.ID)
	}
	return ids
}

func status(s enablement.AssetStatus) func(*enablement.Asset) {
	return func(a *enablement.Asset) { a.Status = s }
}

func TestWhatIsADuplicateAndWhatIsNot(t *testing.T) {
	text := prose(1, 150)
	terms := " " + prose(99, 60) // the small print that everything ends with
	for name, c := range map[string]struct {
		a, b *enablement.Asset
		want bool
	}{
		"the same text":                           {piece("a", "A guide to it", text), piece("b", "A guide to it", text), true},
		"the same text under another title":       {piece("a", "A guide to it", text), piece("b", "Everything about it", text), true},
		"a paragraph more":                        {piece("a", "A guide", text), piece("b", "A guide", text+" "+prose(2, 30)), true},
		"another edition, a word here and there":  {piece("a", "2025 guide", text), piece("b", "2026 guide", strings.Replace(text, " ", " newly ", 1)), true},
		"the text in the summary":                 {piece("a", "A guide", text), piece("b", "A guide", "", func(a *enablement.Asset) { a.Summary = text }), true},
		"half of it":                              {piece("a", "A guide", text), piece("b", "A guide", prose(1, 75)), false},
		"the same title, another text":            {piece("a", "The complete guide to audit trails for banks and insurers", text), piece("b", "The complete guide to audit trails for banks and insurers", prose(3, 150)), false},
		"titles alone, the same":                  {piece("a", "The complete guide to audit trails", ""), piece("b", "The complete guide to audit trails", ""), false},
		"nothing at all":                          {piece("a", "", ""), piece("b", "", ""), false},
		"the same small print":                    {piece("a", "A guide", text+terms), piece("b", "A talk", prose(4, 150)+terms), false},
		"mails of one shape with their own words": {piece("a", "Email: after the first call", mail(prose(5, 40))), piece("b", "Email: after the audit", mail(prose(6, 40))), false},
		"one mail, another name in it":            {piece("a", "Email: after the call", mail(prose(5, 40)+" Acme")), piece("b", "Email: after the call", mail(prose(5, 40)+" Bolt")), true},
		"translations": {
			piece("a", "Ready for the audit", "The bank reads the record of every change and shows it to the auditor within a day, for each of its systems and for as long as the law demands it."),
			piece("b", "Bereit zur Prüfung", "Die Bank liest die Aufzeichnung jeder Änderung und zeigt sie dem Prüfer binnen eines Tages, für jedes System und so lange, wie das Gesetz es verlangt.",
				func(a *enablement.Asset) { a.Language = "de" }), false},
		"one that is out of use": {piece("a", "A guide", text), piece("b", "A guide", text, status("ARCHIVED")), false},
		"one that has expired":   {piece("a", "A guide", text), piece("b", "A guide", text, func(a *enablement.Asset) { past := noon; a.ExpiresAt = &past }), false},
		"a draft":                {piece("a", "A guide", text), piece("b", "A guide", text, status("DRAFT")), true},
	} {
		t.Run(name, func(t *testing.T) {
			x := open(t, t.TempDir(), newShelf(c.a, c.b))
			want, near := []string{}, []string{}
			if c.want {
				want, near = []string{"a+b"}, []string{"b"}
			}
			if got := pairsOf(t, x, 20, enablement.NearlySame); !slices.Equal(got, want) {
				t.Errorf("duplicates are %v, want %v", got, want)
			}
			if got := nearTo(t, x, c.a, false); !slices.Equal(got, near) {
				t.Errorf("near a are %v, want %v", got, near)
			}
			got, err := x.Lookalikes(t.Context(), []*enablement.Asset{c.a, c.b})
			if err != nil || got[0] != nil || (got[1] != nil) != c.want {
				t.Errorf("lookalikes are %v (%v)", got, err)
			}
		})
	}
}

func TestARepSeesPublishedDuplicatesAlone(t *testing.T) {
	text := prose(1, 100)
	a := piece("a", "Guide", text)
	x := open(t, t.TempDir(), newShelf(a, piece("b", "Guide", text, status("DRAFT")), piece("c", "Guide", text), piece("d", "Guide", text, status("IN_REVIEW"))))
	if got := nearTo(t, x, a, true); !slices.Equal(got, []string{"c"}) {
		t.Errorf("a rep sees %v", got)
	}
	if got := nearTo(t, x, a, false); !slices.Equal(got, []string{"b", "c", "d"}) {
		t.Errorf("a marketer sees %v", got)
	}
}

func TestAChangedTextIsComparedAnew(t *testing.T) {
	docs := newShelf(piece("a", "Guide", prose(1, 100)), piece("b", "Guide", prose(2, 100)))
	x := open(t, t.TempDir(), docs)
	for i, step := range []struct {
		story string
		body  string
		want  []string
	}{
		{"b becomes what a is", prose(1, 100), []string{"a+b"}},
		{"b goes its own way", prose(3, 100), []string{}},
		{"b says nothing", "", []string{}},
		{"b is back", prose(1, 100), []string{"a+b"}},
	} {
		b := piece("b", "Guide", step.body, func(a *enablement.Asset) { a.Version = i + 2 })
		docs.put(b)
		if err := x.Sync(t.Context(), []*enablement.Asset{b}); err != nil {
			t.Fatal(err)
		}
		if got := pairsOf(t, x, 20, 0.6); !slices.Equal(got, step.want) {
			t.Errorf("%s: %v, want %v", step.story, got, step.want)
		}
		if overlap := x.Overlap("a", "b"); (overlap > 0.5) != (len(step.want) > 0) || overlap != x.Overlap("b", "a") {
			t.Errorf("%s: overlap %v", step.story, overlap)
		}
	}
	if got := x.Overlap("a", "nobody"); got != 0 {
		t.Errorf("overlap with what is not there: %v", got)
	}
}

// A thousand copies are half a million pairs.
func TestAThousandCopiesAreAnswered(t *testing.T) {
	docs := newShelf()
	for i := range 1_000 {
		docs.put(piece(number(i), "Guide", prose(1, 60)))
	}
	x := open(t, t.TempDir(), docs)
	want := []string{}
	for i := 1; i <= 100; i++ {
		want = append(want, number(0)+"+"+number(i))
	}
	if got := pairsOf(t, x, 100, 0.6); !slices.Equal(got, want) {
		t.Errorf("the first pairs are %v", got)
	}
	lists, err := x.NearDuplicates(t.Context(), docs.all(), 5, true)
	if err != nil || len(lists[999]) != 5 || lists[999][0].Asset.ID != number(0) || lists[0][0].Asset.ID != number(1) {
		t.Errorf("near duplicates: %v", err)
	}
	drafts, err := x.Lookalikes(t.Context(), docs.all()[:500])
	if err != nil || drafts[0].Asset.ID != number(500) || drafts[499].Asset.ID != number(500) {
		t.Errorf("a draft is held against what it replaces: %v", drafts[0])
	}
}

// A copy is found among many that are merely of the same shape.
func TestALargeClusterHidesNoCopy(t *testing.T) {
	docs := newShelf()
	for i := range 600 {
		docs.put(piece(number(i), "Email", strings.Repeat(prose(1, 60)+" ", 2)+prose(uint64(i%599+100), 30)))
	}
	x := open(t, t.TempDir(), docs)
	if got := pairsOf(t, x, 1, 0.6); !slices.Equal(got, []string{number(0) + "+" + number(599)}) {
		t.Errorf("the pair most alike is %v", got)
	}
}

func TestDuplicatesAreTheSameHoweverTheCatalogCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var assets []*enablement.Asset
		for i := range rapid.IntRange(2, 30).Draw(t, "assets") {
			kept := rapid.IntRange(0, 60).Draw(t, "kept")
			base := rapid.Uint64Range(1, 4).Draw(t, "base")
			assets = append(assets, piece(number(i), "Guide", prose(base, kept)+" "+prose(uint64(100+i), 60-kept)))
		}
		least := rapid.Float64Range(0.5, 1).Draw(t, "least")
		first := rapid.IntRange(1, 100).Draw(t, "first")
		answer := func(order []*enablement.Asset) string {
			docs := newShelf(order...)
			now := noon
			x := inMemory(t, docs, &now)
			x.catalog, x.titles, x.kin = newCatalog(docs), newSuggestions(), newKin()
			for _, a := range order {
				if err := x.Load([]*enablement.Asset{a}); err != nil {
					t.Fatalf("load: %v", err)
				}
			}
			pairs, err := x.Duplicates(noContext{}, enablement.DuplicateQuery{First: first, Least: least})
			if err != nil {
				t.Fatalf("duplicates: %v", err)
			}
			lists, err := x.NearDuplicates(noContext{}, docs.all(), 3, true)
			if err != nil {
				t.Fatalf("near duplicates: %v", err)
			}
			var out strings.Builder
			for _, p := range pairs {
				fmt.Fprintln(&out, p.Assets[0].ID, p.Assets[1].ID, p.Overlap)
			}
			for _, list := range lists {
				for _, n := range list {
					fmt.Fprintln(&out, n.Asset.ID, n.Overlap)
				}
			}
			return out.String()
		}
		want := answer(assets)
		if got := answer(rapid.Permutation(assets).Draw(t, "order")); got != want {
			t.Fatalf("in another order:\n%s\nwant:\n%s", got, want)
		}
	})
}
