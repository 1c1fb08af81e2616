package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The tags of the generated catalog.
var (
	personas   = []string{"CTO", "VP Engineering", "CISO", "CFO", "Operations Director", "Marketing Leader", "Procurement Manager", "Head of Data"}
	industries = []string{
		"Banking", "Insurance", "Healthcare", "Manufacturing", "Retail", "Energy", "Telecommunications", "Logistics",
		"Public Sector", "Education", "Media", "Travel", "Pharma", "Automotive", "Real Estate", "Software",
	}
	stages     = []string{"AWARENESS", "CONSIDERATION", "DECISION", "RETENTION"}
	types      = []string{"CASE_STUDY", "WHITE_PAPER", "EBOOK", "BLOG_POST", "VIDEO", "WEBINAR", "DATA_SHEET", "PRODUCT_BRIEF"}
	lifecycles = []string{"SUBSCRIBER", "LEAD", "MARKETING_QUALIFIED_LEAD", "SALES_QUALIFIED_LEAD", "OPPORTUNITY", "CUSTOMER"}
	channels   = []string{"EMAIL", "LINK", "MEETING", "SOCIAL", "CHAT"}
)

// language makes words and texts whose frequencies fall off as those of real
// text do (Zipf, exponent 1.07), the same on every run.
type language struct {
	random *rand.Rand
	zipf   *rand.Zipf
	words  []string
}

const vocabulary = 20_000

func newLanguage(seed uint64) *language {
	random := rand.New(rand.NewPCG(seed, 2))
	l := &language{random: random, zipf: rand.NewZipf(random, 1.07, 4, vocabulary-1)}
	spelling := rand.New(rand.NewPCG(7, 7)) // the vocabulary does not depend on the seed
	consonants, vowels := "bcdfglmnprstvz", "aeiou"
	seen := map[string]bool{}
	for len(l.words) < vocabulary {
		var w strings.Builder
		for range 2 + spelling.IntN(3) {
			w.WriteByte(consonants[spelling.IntN(len(consonants))])
			w.WriteByte(vowels[spelling.IntN(len(vowels))])
		}
		w.WriteByte(consonants[spelling.IntN(len(consonants))])
		if !seen[w.String()] {
			seen[w.String()] = true
			l.words = append(l.words, w.String())
		}
	}
	return l
}

func (l *language) text(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(l.words[l.zipf.Uint64()])
	}
	return b.String()
}

// word is one that a person would search for: neither in every text nor in
// hardly any.
func (l *language) word() string { return l.words[30+l.random.IntN(1500)] }

// some gives one or two of the values.
func (l *language) some(values []string) []string {
	first := l.random.IntN(len(values))
	if l.random.IntN(2) == 0 {
		return []string{values[first]}
	}
	return []string{values[first], values[(first+1+l.random.IntN(len(values)-1))%len(values)]}
}

func (l *language) one(values []string) string { return values[l.random.IntN(len(values))] }

func (l *language) asset(i int, now time.Time) any {
	topics := make([]string, 2)
	for t := range topics {
		topics[t] = l.words[l.random.IntN(60)]
	}
	return map[string]any{
		"externalId": fmt.Sprintf("asset-%06d", i), "title": l.text(6), "summary": l.text(20), "body": l.text(200),
		"type": l.one(types), "url": fmt.Sprintf("https://collateral.example/%d", i),
		"personas": l.some(personas), "industries": l.some(industries), "funnelStages": l.some(stages), "topics": topics,
		"publishedAt": now.Add(-time.Duration(l.random.IntN(900*24)) * time.Hour).Format(time.RFC3339),
	}
}

func (l *language) lead(i int) any {
	return map[string]any{
		"externalId": fmt.Sprintf("lead-%06d", i), "firstName": "First" + l.words[i%1000], "lastName": "Last" + l.words[i%700],
		"email": fmt.Sprintf("lead%d@example.com", i), "jobTitle": l.one(personas), "company": "Company " + l.words[i%500],
		"industry": l.one(industries), "lifecycleStage": l.one(lifecycles), "source": "source " + l.words[i%9], "campaign": "campaign " + l.words[i%20],
		"painPoints": []string{l.text(6)}, "notes": l.text(25),
	}
}

// historySpan is what the sends are spread over, evenly and in order, as a
// history grows.
const historySpan = 180 * 24 * time.Hour

func sentAt(i int, o options, now time.Time) time.Time {
	return now.Add(-historySpan + historySpan/time.Duration(o.sends)*time.Duration(i))
}

func (l *language) send(i int, o options, now time.Time) any {
	assets := []string{fmt.Sprintf("asset-%06d", int(l.zipf.Uint64())%o.assets)}
	if l.random.IntN(4) == 0 {
		assets = append(assets, fmt.Sprintf("asset-%06d", l.random.IntN(o.assets)))
	}
	return map[string]any{
		"externalId": fmt.Sprintf("send-%07d", i), "lead": fmt.Sprintf("lead-%06d", l.random.IntN(o.leads)), "assets": assets,
		"rep": fmt.Sprintf("rep-%d@example.com", l.random.IntN(60)), "channel": l.one(channels),
		"sentAt": sentAt(i, o, now).Format(time.RFC3339),
	}
}

// outcome is what became of a send: a third of them were viewed, the pieces with
// small numbers more often.
func (l *language) outcome(i int, o options, now time.Time) any {
	send := 3*i + l.random.IntN(3)
	return map[string]any{
		"send": fmt.Sprintf("send-%07d", send), "kind": "VIEWED",
		"at": sentAt(send, o, now).Add(time.Minute).Format(time.RFC3339),
	}
}

// misspelt swaps two letters in the middle of a word.
func misspelt(word string) string {
	b := []byte(word)
	i := len(b) / 2
	b[i-1], b[i] = b[i], b[i-1]
	return string(b)
}

// fill generates the data and imports it with the import command; a server
// that holds it already is left as it is.
func fill(ctx context.Context, s *subject, o options, dir string, t *table) error {
	var have struct{ Assets struct{ TotalCount int } }
	if err := s.query(ctx, `{assets(first:1){totalCount}}`, nil, &have); err != nil || have.Assets.TotalCount > 0 {
		return err
	}
	if err := saveTaxonomy(ctx, s); err != nil {
		return err
	}
	l, now := newLanguage(1), time.Now().UTC()
	for _, noun := range []struct {
		name string
		rows int
		row  func(int) any
		aim  string
	}{
		{"assets", o.assets, func(i int) any { return l.asset(i, now) }, "< 20 s"},
		{"leads", o.leads, func(i int) any { return l.lead(i) }, ""},
		{"sends", o.sends, func(i int) any { return l.send(i, o, now) }, ""},
		{"outcomes", o.sends / 3, func(i int) any { return l.outcome(i, o, now) }, ""},
	} {
		file := filepath.Join(dir, noun.name+".jsonl")
		if err := writeRows(file, noun.rows, noun.row); err != nil {
			return err
		}
		took, err := s.importFile(ctx, noun.name, file)
		if err != nil {
			return err
		}
		t.add(fmt.Sprintf("import %d %s through quiver import", noun.rows, noun.name),
			fmt.Sprintf("%.1f s", took.Seconds()), noun.aim)
	}
	return nil
}

func saveTaxonomy(ctx context.Context, s *subject) error {
	for _, name := range personas {
		if err := s.query(ctx, `mutation($n:String!){savePersona(input:{name:$n,jobTitles:[$n]}){id}}`, map[string]any{"n": name}, &struct{}{}); err != nil {
			return err
		}
	}
	for _, name := range industries {
		if err := s.query(ctx, `mutation($n:String!){saveIndustry(input:{name:$n}){id}}`, map[string]any{"n": name}, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

func writeRows(file string, rows int, row func(int) any) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	encoder := json.NewEncoder(w)
	for i := range rows {
		if err := encoder.Encode(row(i)); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
