package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quiverhq/quiver/enablement"
)

// generated makes a catalog of n assets of 200 words each, drawn from a Zipf
// vocabulary, with tags as an enablement catalog has them: 12 personas, 15
// industries, 300 topics. The same n gives the same catalog.
func generated(n int) []*enablement.Asset {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	zipf := rand.NewZipf(r, 1.1, 4, 50_000)
	text := func(words int) string {
		var b strings.Builder
		for i := range words {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(vocable(zipf.Uint64()))
		}
		return b.String()
	}
	some := func(prefix string, of, most int) []string {
		seen, out := map[int]bool{}, []string{}
		for range 1 + r.IntN(most) {
			if i := r.IntN(of); !seen[i] {
				seen[i] = true
				out = append(out, fmt.Sprintf("%s%d", prefix, i))
			}
		}
		return out
	}
	assets := make([]*enablement.Asset, n)
	for i := range assets {
		a := piece(number(i), text(6), text(170))
		a.Summary = text(24)
		a.PersonaIDs, a.IndustryIDs, a.Topics = some("per_", 12, 3), some("ind_", 15, 2), some("topic ", 300, 3)
		a.FunnelStages = enablement.FunnelStages()[r.IntN(4):][:1]
		a.Type = enablement.AssetTypes()[r.IntN(14)]
		published := noon.Add(-time.Duration(r.IntN(1000*24)) * time.Hour)
		a.PublishedAt = &published
		assets[i] = a
	}
	return assets
}

// vocable spells a number as a word: the lower, the more common.
func vocable(n uint64) string {
	const consonants, vowels = "bdfgklmnprstvz", "aiou"
	var b []byte
	for n += 60; n > 0; n /= 56 {
		b = append(b, consonants[n%14], vowels[n/14%4])
	}
	return string(b)
}

func stocked(b *testing.B, n int) *Index {
	b.Helper()
	docs := newShelf(generated(n)...)
	started := time.Now()
	x := open(b, b.TempDir(), docs)
	b.Logf("built %d assets in %v", n, time.Since(started))
	return x
}

func BenchmarkAssets(b *testing.B) {
	x := stocked(b, 10_000)
	tags := enablement.AssetFilter{Personas: []string{"per_3"}, Industries: []string{"ind_4"}}
	three := tags
	three.FunnelStages = []enablement.FunnelStage{"DECISION"}
	for _, bench := range []struct {
		name string
		q    enablement.AssetQuery
	}{
		{"list", enablement.AssetQuery{}},
		{"list/persona+industry+stage", enablement.AssetQuery{Filter: three, PublishedOnly: true}},
		{"list/most_sent", enablement.AssetQuery{Order: enablement.OrderMostSent}},
		{"list/facets", enablement.AssetQuery{WithFacets: true}},
		{"words/two", enablement.AssetQuery{Text: "two words"}},
		{"words/two+filters+facets", enablement.AssetQuery{Text: "two words", Filter: tags, WithFacets: true, PublishedOnly: true}},
		{"words/two+highlights", enablement.AssetQuery{Text: "two words", WithHighlights: true}},
		{"words/misspelt", enablement.AssetQuery{Text: "misspelt"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			i := uint64(0)
			q := bench.q
			q.First = 20
			for b.Loop() {
				i++
				switch bench.q.Text {
				case "":
				case "misspelt":
					q.Text = vocable(50+i*13%300) + "x"
				default:
					q.Text = vocable(20+i*7%100) + " " + vocable(50+i*13%300)
				}
				if _, err := x.Assets(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCandidates(b *testing.B) {
	x := stocked(b, 10_000)
	i := uint64(0)
	for b.Loop() {
		i++
		var notes []string
		for w := range uint64(40) {
			notes = append(notes, vocable(((i%50)*31+w*w*7)%5_000))
		}
		_, err := x.Candidates(b.Context(), enablement.CandidateQuery{
			PersonaID: "per_3", IndustryIDs: []string{"ind_4"}, FunnelStage: "DECISION", Limit: 200,
			Texts: []enablement.ProfileText{{Source: "notes", Text: strings.Join(notes, " ")}},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// wordless is a catalog of n assets in an index without words, all PUBLISHED,
// each sent now and then. Every title has "of" in it, and none begins so.
func wordless(b *testing.B, n int) *Index {
	b.Helper()
	assets := generated(n)
	docs := newShelf()
	counters := make([]atomic.Int64, n) // side by side, as the ledger has them
	for i, a := range assets {
		a.Title, a.Summary, a.Body = strings.Replace(a.Title, " ", " of ", 1), "", ""
		counters[i].Store(int64(i * 7_919 % 13 * (i % 3)))
		docs.sends[a.ID] = &counters[i]
	}
	now := noon
	x := inMemory(b, docs, &now)
	for some := range slices.Chunk(assets, 5_000) { // each Load puts the orders in order
		if err := x.Load(some); err != nil {
			b.Fatal(err)
		}
	}
	return x
}

// BenchmarkSuggest answers what nobody has asked in the last two seconds.
func BenchmarkSuggest(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		x := wordless(b, n)
		now := noon
		x.options.Now = func() time.Time { now = now.Add(2 * offersLast); return now }
		for _, prefix := range []string{"b", "ba", "o", "to"} { // titles begin so; only words in every title; only topics
			b.Run(fmt.Sprint(n, "/", prefix), func(b *testing.B) {
				for b.Loop() {
					if texts, err := x.Suggest(b.Context(), prefix, 8, true); err != nil || len(texts) != 8 {
						b.Fatal(texts, err)
					}
				}
			})
		}
	}
}

// BenchmarkMostSent orders all assets by their sends.
func BenchmarkMostSent(b *testing.B) {
	x := wordless(b, 100_000)
	for b.Loop() {
		if _, err := x.Assets(b.Context(), enablement.AssetQuery{Order: enablement.OrderMostSent, First: 20}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFacets counts the tags of matches of several sizes.
func BenchmarkFacets(b *testing.B) {
	x := wordless(b, 100_000)
	s := x.take()
	for _, n := range []int{200, 5_000, 50_000} {
		clear(s.matched)
		for i := range n {
			s.matched.add(uint32(i * (100_000 / n)))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				x.catalog.facets(s.matched, ticked{tags: make(set, setWords(len(x.catalog.tags)))}, x.names, s, nil)
			}
		})
	}
}

func BenchmarkSync(b *testing.B) {
	docs := newShelf(generated(10_000)...)
	x := open(b, b.TempDir(), docs)
	a := docs.all()[5_000]
	for b.Loop() {
		c := a.Clone()
		c.Version++
		a = c
		if err := x.Sync(b.Context(), []*enablement.Asset{c}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLeads(b *testing.B) {
	x := open(b, b.TempDir(), newShelf())
	leads := make([]*enablement.Lead, 10_000)
	for i := range leads {
		leads[i] = &enablement.Lead{
			ID: fmt.Sprintf("led_%05d", i), FirstName: vocable(uint64(i)), LastName: vocable(uint64(i * 3)), Company: vocable(uint64(i * 7)),
			JobTitle: "VP Engineering", CreatedAt: noon.Add(-time.Duration(i) * time.Minute), LifecycleStage: "LEAD",
		}
	}
	x.SyncLeads(leads)
	query := "engineering " + vocable(77)
	for b.Loop() {
		if _, err := x.Leads(b.Context(), enablement.LeadQuery{First: 20, Filter: enablement.LeadFilter{Query: &query}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDocument analyses texts for the index: what an import and the building
// of an index spend most on beside writing.
func BenchmarkDocument(b *testing.B) {
	draft, assets := newDrafter(newLexer()), generated(500)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		draft.document(assets[i%len(assets)])
	}
}
