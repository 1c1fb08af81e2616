package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// priced is a document that is held against its price.
type priced struct {
	name, document string
	variables      func(n int) map[string]any // of the nth request; nil: none
}

const fullAsset = `id externalId title summary type status url funnelStages topics language publishedAt personas{id name} industries{id name parent{id}} owner{id name}`

// prices are the fields that cost more than they look, each alone at its
// greatest page.
func prices(known ids) []priced {
	l := newLanguage(3)
	words := func(n int) func(int) map[string]any {
		return func(int) map[string]any {
			text := make([]string, n)
			for i := range text {
				text[i] = l.word()
			}
			return map[string]any{"q": strings.Join(text, " ")}
		}
	}
	of := func(name string, values []string) func(int) map[string]any {
		return func(n int) map[string]any { return map[string]any{name: values[n*37%len(values)]} }
	}
	lead, asset := of("id", known.leads), of("id", known.assets)
	run := time.Now().UnixNano()
	rows := func(count int, row func(k int) any) func(int) map[string]any {
		return func(n int) map[string]any {
			all := make([]any, count)
			for i := range all {
				all[i] = row(n*count + i)
			}
			return map[string]any{"rows": all}
		}
	}
	newAsset := func(k int) any {
		return map[string]any{"externalId": fmt.Sprintf("priced-%d-%d", run, k), "title": l.text(6), "summary": l.text(20), "body": l.text(200)}
	}
	newLead := func(k int) any {
		return map[string]any{"externalId": fmt.Sprintf("priced-%d-%d", run, k), "firstName": "A", "email": fmt.Sprintf("p%d-%d@example.com", run, k), "jobTitle": "Head of Data", "notes": l.text(25)}
	}
	newSend := func(k int) any {
		return map[string]any{"externalId": fmt.Sprintf("priced-%d-%d", run, k), "lead": known.leads[k%len(known.leads)], "assets": []string{known.assets[k%len(known.assets)]},
			"rep": "rep-1@example.com", "channel": "EMAIL", "sentAt": "2026-01-05T10:00:00Z"}
	}
	return []priced{
		{"viewer", `{viewer{id name email team role}}`, nil},
		{"asset, all of it", `query($id:ID!){asset(id:$id){` + fullAsset + `}}`, asset},
		{"asset.body", `query($id:ID!){asset(id:$id){body}}`, asset},
		{"assets, 100 ids", `{assets(first:100){nodes{id}}}`, nil},
		{"assets, 100, all of each", `{assets(first:100){nodes{` + fullAsset + `}}}`, nil},
		{"assets, 100 with body", `{assets(first:100){nodes{body}}}`, nil},
		{"assets, 1 word", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(1)},
		{"assets, 2 words", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(2)},
		{"assets, 4 words", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(4)},
		{"assets, 16 words", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(16)},
		{"assets, 64 words", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(64)},
		{"assets, 1,000 words", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, words(1_000)},
		{"assets, 8 words in quotes", `query($q:String){assets(query:$q,first:20){edges{score node{id title}}}}`, func(int) map[string]any {
			return map[string]any{"q": `"` + l.word() + " " + l.word() + `" "` + l.word() + " " + l.word() + `" "` + l.word() + " " + l.word() + `" "` + l.word() + " " + l.word() + `"`}
		}},
		{"assets, 2 words misspelt, didYouMean", `query($q:String){assets(query:$q,first:20){didYouMean nodes{id}}}`, func(int) map[string]any {
			return map[string]any{"q": misspelt(l.word()) + " " + misspelt(l.word())}
		}},
		{"assets, 2 words, 100 with highlights", `query($q:String){assets(query:$q,first:100){edges{highlights{field fragment} node{id}}}}`, words(2)},
		{"assets, 16 words, 100 with highlights", `query($q:String){assets(query:$q,first:100){edges{highlights{field fragment} node{id}}}}`, words(16)},
		{"assets, all facets", `{assets(first:1){facets{personas{value label count} industries{value label count} funnelStages{value label count} types{value label count} topics{value label count}}}}`, nil},
		{"assets, 2 words, all facets", `query($q:String){assets(query:$q,first:1){facets{personas{value label count} industries{value label count} funnelStages{value label count} types{value label count} topics{value label count}}}}`, words(2)},
		{"assets, 100 with usage", `{assets(first:100){nodes{usage{sends assets leads reps lastSentAt}}}}`, nil},
		{"assets, 100 with outcomes", `{assets(first:100){nodes{outcomes{sends views replies wins successRate}}}}`, nil},
		{"assets, 20 with 5 similar", `{assets(first:20){nodes{similar(first:5){id}}}}`, nil},
		{"assets, 20 with 50 similar", `{assets(first:20){nodes{similar(first:50){id}}}}`, nil},
		{"assets, 100 with near duplicates", `{assets(first:100){nodes{nearDuplicates(first:50){overlap asset{id}}}}}`, nil},
		{"suggest", `query($q:String!){suggest(prefix:$q,first:8)}`, func(int) map[string]any { return map[string]any{"q": l.word()[:2]} }},
		{"personas", `{personas{id name description jobTitles}}`, nil},
		{"industries", `{industries{id name aliases parent{id}}}`, nil},
		{"synonyms", `{synonyms{id terms instead}}`, nil},
		{"leads, 100", `{leads(first:100){nodes{id firstName lastName email company persona{id} industry{id}}}}`, nil},
		{"leads, 100 by words", `{leads(first:100,filter:{query:"first last"}){nodes{id firstName}}}`, nil},
		{"leads, 100 with 3 sends", `{leads(first:100){nodes{sends(first:3){nodes{id}}}}}`, nil},
		{"leads, 100 with matches", `{leads(first:100){nodes{personaMatch{confidence matchedOn} industryMatch{confidence matchedOn}}}}`, nil},
		{"lead, 5 recommendations", `query($id:ID!){lead(id:$id){recommendations(first:5){score asset{id title}}}}`, lead},
		{"lead, 50 recommendations with reasons", `query($id:ID!){lead(id:$id){recommendations(first:50){score asset{id title} reasons{signal contribution detail}}}}`, lead},
		{"leads, 100 with 5 recommendations", `{leads(first:100){nodes{recommendations(first:5){score}}}}`, nil},
		{"recommend, 50", `query($q:String!){recommend(first:50,prospect:{jobTitle:"CTO",industry:"Banking",notes:$q}){score asset{id}}}`, words(20)},
		{"whyNot", `query($a:ID!,$l:ID!){whyNot(asset:$a,lead:$l){recommended rank rules{rule detail}}}`, func(n int) map[string]any {
			return map[string]any{"a": known.assets[n%len(known.assets)], "l": known.leads[n%len(known.leads)]}
		}},
		{"unmapped, 100", `{unmapped(first:100){leads jobTitles{text leads} industries{text leads}}}`, nil},
		{"duplicates, 100", `{duplicates(first:100){overlap assets{id}}}`, nil},
		{"sends, 100", `{sends(first:100){nodes{id sentAt lead{id} assets{id} rep{id}}}}`, nil},
		{"sends, 100 with outcomes", `{sends(first:100){nodes{outcomes{kind at}}}}`, nil},
		{"usage.totals", `{usage{totals{sends assets leads reps}}}`, nil},
		{"usage.by ASSET, 1000", `{usage{by(dimension:ASSET,first:1000){key label totals{sends assets leads reps lastSentAt}}}}`, nil},
		{"usage.by ASSET, 1", `{usage{by(dimension:ASSET,first:1){key}}}`, nil},
		{"usage.by REP, 1", `{usage{by(dimension:REP,first:1){key totals{leads}}}}`, nil},
		{"usage.timeline DAY", `{usage{timeline(interval:DAY){start totals{sends leads}}}}`, nil},
		{"usage.timeline MONTH", `{usage{timeline(interval:MONTH){start totals{sends leads}}}}`, nil},
		{"usage.unused, 100", `{usage(range:{from:"2026-11-01T00:00:00Z"}){unused(first:100){totalCount nodes{id}}}}`, nil},
		{"usage, 20 aliases with filters", `{` + func() string {
			var all strings.Builder
			for i := range 20 {
				fmt.Fprintf(&all, `u%d:usage(filter:{channels:[EMAIL]}){totals{sends leads}}`, i)
			}
			return all.String()
		}() + `}`, nil},
		{"coverage", `{coverage{persona{name} industry{name} funnelStage assets leads sends}}`, nil},
		{"coverage, one field", `{coverage{leads}}`, nil},
		{"coverage, 10 aliases", `{` + func() string {
			var all strings.Builder
			for i := range 10 {
				fmt.Fprintf(&all, `c%d:coverage{leads}`, i)
			}
			return all.String()
		}() + `}`, nil},
		{"searchInsights.totals", `{searchInsights{totals{searches reps shareUsed}}}`, nil},
		{"searchInsights.terms, 1000", `{searchInsights{terms(first:1000){term searches reps}}}`, nil},
		{"searchInsights, all lists", `{searchInsights{terms{term} withoutHits{term} unused{term} suggestedSynonyms{term}}}`, nil},
		{"the schema", `{__schema{types{name fields{name args{name} type{name kind ofType{name}}}}}}`, nil},
		{"createAsset", `mutation($i:AssetInput!){createAsset(input:$i){id}}`, func(n int) map[string]any { return map[string]any{"i": newAsset(1_000_000 + n)} }},
		{"updateAsset", `mutation($id:ID!,$i:AssetPatch!){updateAsset(id:$id,input:$i){id}}`, func(n int) map[string]any {
			return map[string]any{"id": known.assets[n%len(known.assets)], "i": map[string]any{"summary": l.text(20)}}
		}},
		{"verifyAsset", `mutation($id:ID!){verifyAsset(id:$id){id}}`, asset},
		{"savePersona", `mutation($i:PersonaInput!){savePersona(input:$i){id}}`, func(n int) map[string]any {
			return map[string]any{"i": map[string]any{"name": fmt.Sprintf("Persona %d %d", run, n), "jobTitles": []string{l.word() + " " + l.word()}}}
		}},
		{"saveLead", `mutation($i:LeadInput!){saveLead(input:$i){id}}`, func(n int) map[string]any { return map[string]any{"i": newLead(1_000_000 + n)} }},
		{"saveSynonyms", `mutation($i:SynonymsInput!){saveSynonyms(input:$i){id}}`, func(n int) map[string]any {
			return map[string]any{"i": map[string]any{"terms": []string{fmt.Sprintf("a%d%d", run%1e6, n), fmt.Sprintf("b%d%d", run%1e6, n)}}}
		}},
		{"recordSend", `mutation($i:RecordSendInput!){recordSend(input:$i){id}}`, func(n int) map[string]any {
			return map[string]any{"i": map[string]any{"lead": known.leads[n%len(known.leads)], "assets": known.assets[:1], "idempotencyKey": fmt.Sprintf("%d-%d", run, n)}}
		}},
		{"importAssets, 1", `mutation($rows:[AssetInput!]!){importAssets(rows:$rows){created}}`, rows(1, newAsset)},
		{"importAssets, 100", `mutation($rows:[AssetInput!]!){importAssets(rows:$rows){created}}`, rows(100, newAsset)},
		{"importLeads, 100", `mutation($rows:[LeadInput!]!){importLeads(rows:$rows){created}}`, rows(100, newLead)},
		{"importSends, 100", `mutation($rows:[ImportSendInput!]!){importSends(rows:$rows){created}}`, rows(100, newSend)},
		{"importSends, 1", `mutation($rows:[ImportSendInput!]!){importSends(rows:$rows){created}}`, rows(1, newSend)},
	}
}

// price asks every priced document one after the other and prints what it is
// said to cost beside what it takes of the server's processors.
func price(ctx context.Context, o options) error {
	return withServer(ctx, o, &table{}, func(s *subject, _ string) error { return s.price(ctx, o) })
}

func (s *subject) price(ctx context.Context, o options) error {
	known, err := readIDs(ctx, s)
	if err != nil {
		return err
	}
	const row = "| %-38s | %6s | %9s | %9s | %9s | %-9s |\n"
	fmt.Printf(row, "document", "cost", "p50", "processor", "µs a unit", "")
	fmt.Printf(row, "---", "---", "---", "---", "---", "---")
	for _, p := range prices(known) {
		if !strings.Contains(p.name, o.only) {
			continue
		}
		cost, median, processor, err := s.priceOf(ctx, p, o.duration)
		if err != nil {
			return err
		}
		perUnit, remark := float64(processor.Microseconds())/float64(cost), ""
		switch {
		case perUnit > 3:
			remark = "too cheap"
		case perUnit < 1.0/3:
			remark = "too dear"
		}
		fmt.Printf(row, p.name, strconv.Itoa(cost), milliseconds(median), milliseconds(processor), strconv.FormatFloat(perUnit, 'f', 2, 64), remark)
	}
	return nil
}

// priceOf asks one document for a while, after a warm-up.
func (s *subject) priceOf(ctx context.Context, p priced, duration time.Duration) (cost int, median, processor time.Duration, err error) {
	var times []time.Duration
	n, before := 0, time.Duration(0)
	for from := time.Now(); time.Since(from) < duration || len(times) < 5; n++ {
		if n == 3 {
			before = s.cpu()
		}
		var variables map[string]any
		if p.variables != nil {
			variables = p.variables(n)
		}
		began := time.Now()
		if cost, err = s.costOf(ctx, p.document, variables); err != nil {
			return 0, 0, 0, fmt.Errorf("%s: %w", p.name, err)
		}
		if n >= 3 {
			times = append(times, time.Since(began))
		}
	}
	processor = (s.cpu() - before) / time.Duration(len(times))
	slices.Sort(times)
	return cost, times[len(times)/2], processor, nil
}

// costOf asks a document and gives what it is said to cost.
func (s *subject) costOf(ctx context.Context, document string, variables map[string]any) (int, error) {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables, "extensions": map[string]any{"cost": true}})
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.marketer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Errors     []struct{ Message string }
		Extensions struct{ Cost struct{ Requested int } }
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Errors) > 0 {
		return 0, fmt.Errorf("answered %.300s", text)
	}
	return answer.Extensions.Cost.Requested, nil
}
